import type { Random } from "../../base/index.ts";
import { resampleInto } from "./resample.ts";
import type {
  AugmentTransform,
  RandomBrightness,
  RandomCrop,
  RandomFlip,
  RandomQuarterTurn,
  RandomShift,
  Size,
} from "./types.ts";

/** Random flip, each enabled direction with probability 1/2. @default horizontal true, vertical false */
export const randomFlip = ({
  horizontal = true,
  vertical = false,
}: Partial<Omit<RandomFlip, "type">> = {}): RandomFlip => ({
  type: "randomFlip",
  horizontal,
  vertical,
});

/** Random rotation by 0, 90, 180 or 270 degrees; images that are not square by 0 or 180. */
export const randomQuarterTurn = (): RandomQuarterTurn => ({ type: "randomQuarterTurn" });

/** Random translation by up to `fraction` of each side, in whole pixels; edge pixels are repeated. @default fraction 0.1 */
export const randomShift = ({ fraction = 0.1 }: Partial<Omit<RandomShift, "type">> = {}): RandomShift => ({
  type: "randomShift",
  fraction,
});

/** Random crop of at least `minArea` of the area, scaled back to full size. @default minArea 0.7 */
export const randomCrop = ({ minArea = 0.7 }: Partial<Omit<RandomCrop, "type">> = {}): RandomCrop => ({
  type: "randomCrop",
  minArea,
});

/** Random brightness: one factor in [1 - amount, 1 + amount]. @default amount 0.2 */
export const randomBrightness = ({
  amount = 0.2,
}: Partial<Omit<RandomBrightness, "type">> = {}): RandomBrightness => ({
  type: "randomBrightness",
  amount,
});

/**
 * The sets that `--augment` names. mirror: left to right, for photographs of things that have a front but no left and right.
 * flips: left to right and upside down. turns: left to right and by quarter turns, for microscopy and views from above, where no
 * direction is up. shifts: left to right, and moved by up to a tenth of each side.
 */
export const augmentSets: {
  readonly [name in "none" | "mirror" | "flips" | "turns" | "shifts"]: readonly AugmentTransform[];
} = {
  none: [],
  mirror: [randomFlip({ horizontal: true, vertical: false })],
  flips: [randomFlip({ horizontal: true, vertical: true })],
  turns: [randomFlip({ horizontal: true, vertical: false }), randomQuarterTurn()],
  shifts: [randomFlip({ horizontal: true, vertical: false }), randomShift({ fraction: 0.1 })],
};

/** Two buffers of one image's size, so that a run over many images allocates nothing. */
export interface AugmentScratch {
  readonly first: Uint8Array;
  readonly second: Uint8Array;
}

/** Room for images of that size. */
export const augmentScratch = ({ height, width }: Size): AugmentScratch => ({
  first: new Uint8Array(height * width * 3),
  second: new Uint8Array(height * width * 3),
});

/**
 * Runs the steps on the image [height, width, 3] that lies in `scratch.first`.
 * Returns the buffer that holds the result: one of the two, the other is free.
 */
export function augment(
  scratch: AugmentScratch,
  size: Size,
  transforms: readonly AugmentTransform[],
  random: Random,
): Uint8Array {
  let { first: from, second: to } = scratch;
  for (const step of transforms) {
    if (applyStep({ from, to, ...size }, step, random)) [from, to] = [to, from];
  }
  return from;
}

interface Work extends Size {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
}

/** Writes the changed image and returns true, or draws "no change" and returns false. */
function applyStep(work: Work, step: AugmentTransform, random: Random): boolean {
  switch (step.type) {
    case "randomFlip":
      return flip(work, step.horizontal && random.integer(2) === 1, step.vertical && random.integer(2) === 1);
    case "randomQuarterTurn":
      return turn(work, random.integer(4));
    case "randomShift": {
      const y = drawShift(work.height, step.fraction, random);
      return shift(work, y, drawShift(work.width, step.fraction, random));
    }
    case "randomCrop":
      return crop(work, step.minArea, random);
    case "randomBrightness":
      return brighten(work, 1 + step.amount * (2 * random.next() - 1));
    default:
      return step satisfies never;
  }
}

/** to[y, x] = from[start + y·down + x·across], all counted in pixels. */
function copyPixels({ from, to, height, width }: Work, start: number, down: number, across: number): true {
  let target = 0;
  for (let y = 0; y < height; y++) {
    let source = (start + y * down) * 3;
    for (let x = 0; x < width; x++) {
      to[target] = from[source] ?? 0;
      to[target + 1] = from[source + 1] ?? 0;
      to[target + 2] = from[source + 2] ?? 0;
      target += 3;
      source += across * 3;
    }
  }
  return true;
}

function flip(work: Work, horizontal: boolean, vertical: boolean): boolean {
  if (!horizontal && !vertical) return false;
  const { height, width } = work;
  const start = (horizontal ? width - 1 : 0) + (vertical ? (height - 1) * width : 0);
  return copyPixels(work, start, vertical ? -width : width, horizontal ? -1 : 1);
}

/** Turns counter-clockwise. */
function turn(work: Work, quarters: number): boolean {
  const { height, width } = work;
  if (height !== width) return quarters % 2 === 1 && flip(work, true, true);
  if (quarters === 0) return false;
  if (quarters === 1) return copyPixels(work, width - 1, -1, width);
  if (quarters === 2) return flip(work, true, true);
  return copyPixels(work, (height - 1) * width, 1, -width);
}

function drawShift(extent: number, fraction: number, random: Random): number {
  const maxShift = Math.floor(extent * fraction);
  return random.integer(2 * maxShift + 1) - maxShift;
}

function shift({ from, to, height, width }: Work, dy: number, dx: number): boolean {
  if (dy === 0 && dx === 0) return false;
  for (let y = 0; y < height; y++) {
    const row = Math.min(Math.max(y - dy, 0), height - 1) * width;
    for (let x = 0; x < width; x++) {
      const source = (row + Math.min(Math.max(x - dx, 0), width - 1)) * 3;
      const target = (y * width + x) * 3;
      to[target] = from[source] ?? 0;
      to[target + 1] = from[source + 1] ?? 0;
      to[target + 2] = from[source + 2] ?? 0;
    }
  }
  return true;
}

function crop({ from, to, height, width }: Work, minArea: number, random: Random): boolean {
  const side = Math.sqrt(minArea + (1 - minArea) * random.next());
  const left = random.next() * (1 - side) * width;
  const top = random.next() * (1 - side) * height;
  const box = { left, top, right: left + side * width, bottom: top + side * height };
  resampleInto({ width, height, data: from }, box, { height, width }, to);
  return true;
}

function brighten({ from, to }: Work, factor: number): boolean {
  const levels = Uint8Array.from({ length: 256 }, (_, x) => Math.min(Math.floor(x * factor + 0.5), 255));
  for (let i = 0; i < from.length; i++) to[i] = levels[from[i] ?? 0] ?? 0;
  return true;
}
