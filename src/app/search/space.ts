import { type Random, at, fault, portableExp, portableLog, significantText } from "../../base/index.ts";
import { buildModel, defaultModelName, modelNames, recipeOf } from "../../models/index.ts";
import {
  ABOVE_ZERO,
  type Parse,
  parseIf,
  parseOneOf,
  parseWhole,
  parseWithin,
  readFields,
  summarize,
} from "../../nn/index.ts";
import { augmentNames } from "../files/augmentation.ts";
import type { DrawnRange, DrawnSettings, SearchRequest, SearchSpace } from "./types.ts";

const listOf =
  <T>(what: string, parse: Parse<T>): Parse<readonly T[]> =>
  (who, value) => {
    const all = parseIf(
      `a list of ${what}`,
      (given): given is readonly unknown[] => Array.isArray(given) && given.length > 0,
    );
    return all(who, value).map((one, i) => parse(`${who}[${i}]`, one));
  };

const aboveZero = parseWithin([ABOVE_ZERO, Infinity]);

const drawnRange: Parse<DrawnRange> = (who, value) => {
  const range = readFields(who, value, (f) => ({
    min: aboveZero(`${who}.min`, f.number("min")),
    max: aboveZero(`${who}.max`, f.number("max")),
  }));
  if (range.min <= range.max) return range;
  throw fault(who, { expected: "min at most max", received: `${range.min} and ${range.max}`, exitCode: 2 });
};

/** Reads what is searched, each field where it is not the default. @throws naming the field and what it takes */
export const parseSpace = (who: string, json: unknown): Partial<SearchSpace> =>
  readFields(who, json, (f) => ({
    ...f.maybe("models", listOf("names of architectures", parseOneOf(...modelNames))),
    ...f.maybe("sizes", listOf("whole numbers", parseWhole(1))),
    ...f.maybe("learningRate", drawnRange),
    ...f.maybe("weightDecay", drawnRange),
    ...f.maybe("augment", listOf("names of augmentation sets", parseOneOf(...augmentNames))),
  }));

/** Architectures that a search takes by itself, where their work allows. */
const candidates = [
  "plain3",
  "plain4",
  "resnet20",
  "airbench94",
  "resnet9",
  "mobilenet-half",
  "mobilenetv3-small",
  "shufflenetv2",
];
/** A net of more work than so many times the default's would take the time of as many others. */
const maxWork = 4;
/** Factor on either side of a model's own learning rate. */
const rateFactor = 5;

/** The whole space for images whose shorter side has `side` pixels; the defaults come first in each list. */
export function searchSpace(
  { space = {}, model, size }: SearchRequest,
  side: number,
  classes: number,
): SearchSpace {
  const byDefault = defaultModelName(size ?? side);
  const first =
    space.models?.[0] ?? (typeof model === "string" && modelNames.includes(model) ? model : byDefault);
  const own = size ?? space.sizes?.[0] ?? recipeOf(first).size;
  const sizes = space.sizes ?? (size === undefined ? sizesAround(own, side) : [size]);
  return {
    weightDecay: { min: 1e-5, max: 1e-2 },
    augment: ["auto", "shifts", "light", "heavy"],
    ...space,
    models: space.models ?? (model === undefined ? modelsBeside(first, own, classes) : [first]),
    sizes,
  };
}

/** The own size first, then a smaller and a larger one that the images are worth. */
const sizesAround = (own: number, side: number): readonly number[] => [
  own,
  ...[2 / 3, 4 / 3]
    .map((factor) => Math.round((own * factor) / 16) * 16)
    .filter((size) => size >= 32 && size !== own && size <= side),
];

function modelsBeside(first: string, size: number, classes: number): readonly string[] {
  const most = maxWork * (workOf(first, size, classes) ?? Infinity);
  const others = candidates.filter(
    (name) => name !== first && (workOf(name, size, classes) ?? Infinity) <= most,
  );
  return [first, ...others];
}

/** Floating-point operations for one image; nothing where the model does not take images of this size. */
function workOf(name: string, size: number, classes: number): number | undefined {
  const inputShape = [size, size, 3] as const;
  try {
    return summarize(buildModel(name, { inputShape, classes }), inputShape).flops;
  } catch {
    return undefined;
  }
}

/** Draws the settings of a trial that are not fixed by the request; the first has the defaults. */
export function drawSettings(
  request: SearchRequest,
  space: SearchSpace,
  { number, random }: { number: number; random: Random },
): DrawnSettings {
  const isFirst = number === 1;
  const stream = random.fork(`trial ${number}`);
  const choose = <T>(all: readonly T[]): T => at(all, isFirst ? 0 : stream.integer(all.length));
  // All are drawn, fixed or not, so that fixing one leaves the others as they are.
  const model = choose(space.models);
  const size = choose(space.sizes);
  const rate = space.learningRate ?? aroundOwn(model);
  const learningRate = logUniform(rate, stream);
  const weightDecay = logUniform(space.weightDecay, stream);
  const augment = choose(space.augment);
  return {
    ...(request.model === undefined && { model }),
    ...(request.size === undefined && { size }),
    ...(!isFirst && request.learningRate === undefined && { learningRate }),
    ...(!isFirst && request.weightDecay === undefined && { weightDecay }),
    ...(request.augment === undefined && { augment }),
  };
}

const aroundOwn = (model: string): DrawnRange => {
  const { learningRate } = recipeOf(model).optimizer;
  return { min: learningRate / rateFactor, max: learningRate * rateFactor };
};

/** With three digits, as they are written. */
const logUniform = ({ min, max }: DrawnRange, random: Random): number =>
  Number(significantText(min * portableExp(random.next() * portableLog(max / min)), 3));
