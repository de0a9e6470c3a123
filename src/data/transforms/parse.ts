import { fault } from "../../base/index.ts";
import { checkRange } from "./range.ts";
import { augmentTypes, isAugmentType, readStep } from "../augment/steps.ts";
import type { AugmentTransform } from "../augment/types.ts";
import {
  type Fit,
  type NormaliseTransform,
  type PrepareTransform,
  type Standardize,
  type Transform,
  fitNames,
} from "./types.ts";

/** Steps by stage, in their order. */
export interface Stages {
  readonly prepare: readonly PrepareTransform[];
  readonly augment: readonly AugmentTransform[];
  readonly normalise: readonly NormaliseTransform[];
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads the steps from JSON that somebody else wrote. @throws naming the step and field that is wrong. */
export function parseTransforms(json: unknown): readonly Transform[] {
  if (!Array.isArray(json)) throw wrong("transforms", "an array of steps", json);
  const steps = json.map((step: unknown, i) => parseStep(step, `transforms[${i}]`));
  stagesOf(steps);
  return steps;
}

/** Sorts the steps by stage. @throws when one stands after a step of a later stage. */
export function stagesOf(transforms: readonly Transform[]): Stages {
  const prepare: PrepareTransform[] = [];
  const augment: AugmentTransform[] = [];
  const normalise: NormaliseTransform[] = [];
  for (const [i, step] of transforms.entries()) {
    const late = stageIndex(step) < stageIndex(transforms[i - 1] ?? step);
    if (late) {
      throw fault(`transforms[${i}]`, {
        expected: "resizing, then augmentation, then normalisation",
        received: `${step.type} after ${transforms[i - 1]?.type}`,
      });
    }
    if (step.type === "range" && i > 0) {
      throw fault(`transforms[${i}]`, {
        expected: "a range before all other steps",
        received: `one after ${transforms[i - 1]?.type}`,
      });
    }
    if (isPrepare(step)) prepare.push(step);
    else if (isNormalise(step)) normalise.push(step);
    else augment.push(step);
  }
  return { prepare, augment, normalise };
}

const isPrepare = (step: Transform): step is PrepareTransform =>
  step.type === "range" || step.type === "resize" || step.type === "centerCrop";

const isNormalise = (step: Transform): step is NormaliseTransform =>
  step.type === "rescale" || step.type === "standardize";

const stageIndex = (step: Transform): number => (isPrepare(step) ? 0 : isNormalise(step) ? 2 : 1);

type Parser = (step: Fields, who: string) => Transform;

const parserOf: { readonly [type in (PrepareTransform | NormaliseTransform)["type"]]: Parser } = {
  range: (step, who) => ({
    type: "range",
    ...checkRange(who, {
      min: numberIn(step["min"], `${who}.min`),
      max: numberIn(step["max"], `${who}.max`),
    }),
  }),
  resize: (step, who) => ({ type: "resize", ...sizeIn(step, who), fit: fitIn(step, who) }),
  centerCrop: (step, who) => ({ type: "centerCrop", ...sizeIn(step, who) }),
  rescale: (step, who) => ({
    type: "rescale",
    scale: numberIn(step["scale"], `${who}.scale`),
    offset: numberIn(step["offset"], `${who}.offset`),
  }),
  standardize: parseStandardize,
};

const parsers: ReadonlyMap<unknown, Parser> = new Map(Object.entries(parserOf));

function parseStep(step: unknown, who: string): Transform {
  if (typeof step !== "object" || step === null) throw wrong(who, "an object with a type", step);
  const fields: Fields = Object.fromEntries(Object.entries(step));
  const { type } = fields;
  if (isAugmentType(type)) return readStep(type, { fields, who, joint: "." });
  const parser = parsers.get(type);
  if (!parser) throw wrong(`${who}.type`, [...parsers.keys(), ...augmentTypes].join(" or "), type);
  return parser(fields, who);
}

function parseStandardize(step: Fields, who: string): Standardize {
  const deviation = channelsIn(step, "deviation", who);
  if (!deviation.every((x) => x > 0)) throw wrong(`${who}.deviation`, "numbers above 0", deviation);
  return { type: "standardize", mean: channelsIn(step, "mean", who), deviation };
}

function sizeIn(step: Fields, who: string): { readonly height: number; readonly width: number } {
  return { height: pixelsIn(step, "height", who), width: pixelsIn(step, "width", who) };
}

function pixelsIn(step: Fields, key: string, who: string): number {
  const x = numberIn(step[key], `${who}.${key}`);
  if (!Number.isInteger(x) || x < 1) throw wrong(`${who}.${key}`, "a whole number of pixels, 1 or more", x);
  return x;
}

function fitIn(step: Fields, who: string): Fit {
  const fit = fitNames.find((name) => name === step["fit"]);
  if (!fit) throw wrong(`${who}.fit`, fitNames.join(" or "), step["fit"]);
  return fit;
}

function channelsIn(step: Fields, key: string, who: string): [number, number, number] {
  const x = step[key];
  if (!Array.isArray(x) || x.length !== 3) throw wrong(`${who}.${key}`, "3 numbers, for R, G and B", x);
  const channel = (i: number): number => numberIn(x[i], `${who}.${key}[${i}]`);
  return [channel(0), channel(1), channel(2)];
}

function numberIn(x: unknown, who: string): number {
  if (typeof x !== "number" || !Number.isFinite(x)) throw wrong(who, "a finite number", x);
  return x;
}

const wrong = (who: string, expected: string, received: unknown): Error =>
  fault(who, { expected, received: JSON.stringify(received) ?? "nothing" });
