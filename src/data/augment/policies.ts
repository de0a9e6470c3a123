import { type Random, at } from "../../base/index.ts";
import type { Size } from "../transforms/types.ts";
import { type Homography, rotation, shear, translation } from "./homography.ts";
import type { ImageOp } from "./ops.ts";
import type { Filled, RandAugment, TrivialAugmentWide } from "./types.ts";

/** Strengths are steps of a scale. */
const strengths = 31;

/** One op of a policy; `side` draws to which side it goes, -1 or 1. */
interface Choice {
  /** Of a strength in [0, 1]. */
  readonly make: (strength: number, side: () => number) => readonly ImageOp[];
}

/** How strong each op is at most. */
interface Limits {
  readonly shear: number;
  /** Pixels for each direction, of the extent. */
  readonly translate: (extent: number) => number;
  /** Full turns. */
  readonly rotate: number;
  /** Of brightness, colour, contrast and sharpness: 1 ± this. */
  readonly enhance: number;
  /** Bits that posterizing takes away. */
  readonly bits: number;
}

/** Cubuk et al. 2019, as torchvision has them. */
const randLimits: Limits = {
  shear: 0.3,
  translate: (extent) => (150 / 331) * extent,
  rotate: 30 / 360,
  enhance: 0.9,
  bits: 4,
};

/** Müller & Hutter 2021, table 3. */
const wideLimits: Limits = {
  shear: 0.99,
  translate: () => 32,
  rotate: 135 / 360,
  enhance: 0.99,
  bits: 6,
};

/** The 14 ops, in torchvision's order. */
function choicesOf(limits: Limits, { fillMode, fillValue }: Filled, size: Size): readonly Choice[] {
  const warp = (matrix: Homography, label: string): readonly ImageOp[] => [
    { op: "warp", matrix, fillMode, fillValue, label: () => label },
  ];
  const enhance = (op: "brightness" | "saturation" | "contrast"): Choice => ({
    make: (s, side) => [{ op, factor: 1 + side() * s * limits.enhance }],
  });
  const corner = [0, 0] as const;
  return [
    { make: () => [] },
    { make: (s, side) => warp(shear(corner, side() * s * limits.shear, 0), "shear x") },
    { make: (s, side) => warp(shear(corner, 0, side() * s * limits.shear), "shear y") },
    {
      make: (s, side) =>
        warp(translation(0, side() * Math.trunc(s * limits.translate(size.width))), "move x"),
    },
    {
      make: (s, side) =>
        warp(translation(side() * Math.trunc(s * limits.translate(size.height)), 0), "move y"),
    },
    { make: (s, side) => warp(rotation(size, side() * s * limits.rotate), "rotate") },
    enhance("brightness"),
    enhance("saturation"),
    enhance("contrast"),
    { make: (s, side) => [{ op: "sharpness", factor: 1 + side() * s * limits.enhance }] },
    { make: (s) => [{ op: "posterize", bits: 8 - Math.round(s * limits.bits) }] },
    { make: (s) => [{ op: "solarize", threshold: 255 * (1 - s) }] },
    { make: () => [{ op: "autoContrast" }] },
    { make: () => [{ op: "equalize" }] },
  ];
}

const drawSide = (random: Random) => (): number => (random.integer(2) === 0 ? -1 : 1);

/** Draws the ops one after the other, each of all 14. */
export function randAugmentOps(step: RandAugment, size: Size, random: Random): readonly ImageOp[] {
  const choices = choicesOf(randLimits, step, size);
  const strength = step.magnitude / (strengths - 1);
  return Array.from({ length: step.numOps }, () => at(choices, random.integer(choices.length))).flatMap(
    ({ make }) => make(strength, drawSide(random)),
  );
}

/** Draws one op, and its strength. */
export function trivialAugmentOps(step: TrivialAugmentWide, size: Size, random: Random): readonly ImageOp[] {
  const choices = choicesOf(wideLimits, step, size);
  const { make } = at(choices, random.integer(choices.length));
  return make(random.integer(strengths) / (strengths - 1), drawSide(random));
}
