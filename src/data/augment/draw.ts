import { type Random, decimalText, portableExp, portableLog, wholePercent } from "../../base/index.ts";
import type { Size } from "../transforms/types.ts";
import {
  type Homography,
  type PixelPoint,
  perspective,
  rotation,
  shearAtCentre,
  translation,
  windowOf,
  zoom,
} from "./homography.ts";
import type { ImageOp, Rectangle } from "./ops.ts";
import { randAugmentOps, trivialAugmentOps } from "./policies.ts";
import type {
  AugmentTransform,
  Chance,
  Factor,
  Filled,
  DrawRange,
  RandomErasing,
  RandomGaussianBlur,
  RandomPerspective,
  RandomResizedCrop,
  RandomZoom,
  StepOf,
} from "./types.ts";

/** The random numbers of one image in one epoch. */
export interface ImageRandom extends Random {
  /** 0 or 1: a coin that is thrown for the image once, and turned over each time it comes. @default a new coin each time */
  readonly alternating?: () => number;
}

/** Between the ends, the upper one apart. */
const between = ([lower, upper]: DrawRange, random: Random): number =>
  lower + (upper - lower) * random.next();

const drawFactor = (factor: Factor, random: Random): number =>
  typeof factor === "number" ? factor * (2 * random.next() - 1) : between(factor, random);

/** Draws nothing for what always happens. */
const happens = ({ probability }: Chance, random: Random): boolean =>
  probability >= 1 || random.next() < probability;

/** A drawn number in few digits, with its sign; none of what is rounded to 0. */
function signed(x: number, digits = 2): string {
  const text = decimalText(x, digits);
  return Number(text) > 0 ? `+${text}` : text;
}

const warpOp = (matrix: Homography, { fillMode, fillValue }: Filled, label: () => string): ImageOp => ({
  op: "warp",
  matrix,
  fillMode,
  fillValue,
  label,
});

/** Draws what a step does to one image of that size: nothing, or one op; a policy may draw several. */
export function drawOps(step: AugmentTransform, size: Size, random: ImageRandom): readonly ImageOp[] {
  if ("probability" in step && !happens(step, random)) return [];
  switch (step.type) {
    case "randomFlip":
    case "randomQuarterTurn":
    case "randomShift":
    case "randomCrop":
      return drawCopy(step, size, random);
    case "randomRotation":
    case "randomTranslation":
    case "randomZoom":
    case "randomShear":
    case "randomPerspective":
    case "randomResizedCrop":
      return [drawWarp(step, size, random)];
    case "randAugment":
      return randAugmentOps(step, size, random);
    case "trivialAugmentWide":
      return trivialAugmentOps(step, size, random);
    case "randomErasing":
      return drawErasing(step, size, random);
    default:
      return [drawLevels(step, random)];
  }
}

/** Steps that move whole pixels. */
function drawCopy(
  step: StepOf<"randomFlip" | "randomQuarterTurn" | "randomShift" | "randomCrop">,
  { height, width }: Size,
  random: ImageRandom,
): readonly ImageOp[] {
  switch (step.type) {
    case "randomFlip": {
      const coin = (step.alternate && random.alternating) || ((): number => random.integer(2));
      const horizontal = step.horizontal && coin() === 1;
      const vertical = step.vertical && random.integer(2) === 1;
      return horizontal || vertical ? [{ op: "flip", horizontal, vertical }] : [];
    }
    case "randomQuarterTurn":
      return quarterTurns(random.integer(4), height === width);
    case "randomShift": {
      const dy = drawShift(Math.floor(height * step.fraction), random);
      const dx = drawShift(Math.floor(width * step.fraction), random);
      return shifts(dy, dx, { fillMode: "nearest", fillValue: 0 });
    }
    case "randomCrop": {
      const dy = drawShift(step.padding, random);
      return shifts(dy, drawShift(step.padding, random), step);
    }
    default:
      return step satisfies never;
  }
}

function quarterTurns(quarters: number, isSquare: boolean): readonly ImageOp[] {
  // Of a turn by 180 degrees both flips are the quicker form, and the only one for images that are not square.
  const half: ImageOp = { op: "flip", horizontal: true, vertical: true };
  if (!isSquare) return quarters % 2 === 1 ? [half] : [];
  return quarters === 0 ? [] : quarters === 2 ? [half] : [{ op: "quarterTurn", quarters }];
}

const drawShift = (most: number, random: Random): number => random.integer(2 * most + 1) - most;

const shifts = (dy: number, dx: number, { fillMode, fillValue }: Filled): readonly ImageOp[] =>
  dy === 0 && dx === 0 ? [] : [{ op: "shift", dy, dx, fillMode, fillValue }];

type WarpStep = StepOf<
  | "randomRotation"
  | "randomTranslation"
  | "randomZoom"
  | "randomShear"
  | "randomPerspective"
  | "randomResizedCrop"
>;

/** Steps that resample. */
function drawWarp(step: WarpStep, size: Size, random: Random): ImageOp {
  switch (step.type) {
    case "randomRotation": {
      const turns = drawFactor(step.factor, random);
      return warpOp(rotation(size, turns), step, () => `rotate ${signed(turns * 360, 0)} deg`);
    }
    case "randomTranslation": {
      const down = drawFactor(step.heightFactor, random) * size.height;
      const right = drawFactor(step.widthFactor, random) * size.width;
      return warpOp(translation(down, right), step, () => `move ${signed(right, 1)} ${signed(down, 1)}`);
    }
    case "randomZoom":
      return drawZoom(step, size, random);
    case "randomShear": {
      const x = drawFactor(step.xFactor, random);
      const y = drawFactor(step.yFactor, random);
      return warpOp(shearAtCentre(size, x, y), step, () => `shear ${signed(x)} ${signed(y)}`);
    }
    case "randomPerspective":
      return drawPerspective(step, size, random);
    case "randomResizedCrop":
      return drawResizedCrop(step, size, random);
    default:
      return step satisfies never;
  }
}

function drawZoom(step: RandomZoom, size: Size, random: Random): ImageOp {
  const height = 1 + drawFactor(step.heightFactor, random);
  const width = step.widthFactor === undefined ? height : 1 + drawFactor(step.widthFactor, random);
  return warpOp(zoom(size, height, width), step, () => `zoom ${decimalText(1 / height, 2)}`);
}

/** Each corner moves by up to `scale` of half the side, as in torchvision. */
function drawPerspective(step: RandomPerspective, { height, width }: Size, random: Random): ImageOp {
  const inX = (): number => (random.next() * step.scale * width) / 2;
  const inY = (): number => (random.next() * step.scale * height) / 2;
  const corner = (x: number, y: number): PixelPoint => [
    x === 0 ? inX() : width - inX(),
    y === 0 ? inY() : height - inY(),
  ];
  const source = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ] as const;
  const result = [corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)] as const;
  return warpOp(perspective(source, result), step, () => "perspective");
}

/** How often a window that does not fit is drawn again (torchvision). */
const attempts = 10;

/**
 * A rectangle of `scale` of the area and of an aspect that is drawn evenly over its logarithm, in whole pixels; nothing where none fitted.
 */
function drawRectangle(
  { scale, ratio }: Pick<RandomResizedCrop, "scale" | "ratio">,
  { height, width }: Size,
  random: Random,
): Rectangle | undefined {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const area = height * width * between(scale, random);
    const aspect = geometric(ratio, random);
    const w = Math.max(Math.round(Math.sqrt(area * aspect)), 1);
    const h = Math.max(Math.round(Math.sqrt(area / aspect)), 1);
    const left = random.next();
    const top = random.next();
    if (w <= width && h <= height)
      return {
        left: Math.floor(left * (width - w + 1)),
        top: Math.floor(top * (height - h + 1)),
        width: w,
        height: h,
      };
  }
  return undefined;
}

/** Evenly over the logarithm. */
const geometric = ([lower, upper]: DrawRange, random: Random): number =>
  portableExp(portableLog(lower) + (portableLog(upper) - portableLog(lower)) * random.next());

function drawResizedCrop(step: RandomResizedCrop, size: Size, random: Random): ImageOp {
  // Where no window fits, as in a very long image, it is the whole.
  const window = drawRectangle(step, size, random) ?? { left: 0, top: 0, ...size };
  const share = (window.width * window.height) / (size.width * size.height);
  return {
    op: "warp",
    matrix: windowOf(size, window),
    window,
    fillMode: "nearest",
    fillValue: 0,
    label: () => `crop ${wholePercent(share)}`,
  };
}

function drawErasing(step: RandomErasing, size: Size, random: Random): readonly ImageOp[] {
  const rectangle = drawRectangle(step, size, random);
  if (!rectangle) return [];
  const seed = step.fillValue === "noise" ? random.integer(2 ** 32) : 0;
  return [{ op: "erase", ...rectangle, fillValue: step.fillValue, seed }];
}

type LevelStep = Exclude<
  AugmentTransform,
  | WarpStep
  | StepOf<
      | "randomFlip"
      | "randomQuarterTurn"
      | "randomShift"
      | "randomCrop"
      | "randomErasing"
      | "randAugment"
      | "trivialAugmentWide"
    >
>;

/** Steps that change levels where they stand. */
function drawLevels(step: LevelStep, random: Random): ImageOp {
  switch (step.type) {
    case "randomBrightness":
      return { op: "brightness", factor: 1 + drawFactor(step.factor, random) };
    case "randomContrast":
      return { op: "contrast", factor: 1 + drawFactor(step.factor, random) };
    case "randomSaturation":
      return { op: "saturation", factor: 1 + drawFactor(step.factor, random) };
    case "randomSharpness":
      return { op: "sharpness", factor: 1 + drawFactor(step.factor, random) };
    case "randomHue":
      return { op: "hue", shift: drawFactor(step.factor, random) };
    case "randomGrayscale":
      return { op: "grayscale" };
    case "randomEqualization":
      return { op: "equalize" };
    case "randomAutoContrast":
      return { op: "autoContrast" };
    case "randomPosterization":
      return { op: "posterize", bits: step.bits };
    case "randomSolarization":
      return { op: "solarize", threshold: step.threshold };
    case "randomStainJitter":
      return drawStain(step.factor, random);
    case "randomGaussianBlur":
      return drawBlur(step, random);
    case "randomGaussianNoise":
      return { op: "noise", stddev: between(step.stddev, random), seed: random.integer(2 ** 32) };
    case "randomJpeg":
      return { op: "jpeg", quality: Math.round(between(step.quality, random)) };
    default:
      return step satisfies never;
  }
}

const drawBlur = ({ kernelSize, sigma }: RandomGaussianBlur, random: Random): ImageOp => ({
  op: "blur",
  kernelSize,
  sigma: between(sigma, random),
});

function drawStain(factor: number, random: Random): ImageOp {
  const draw = (): number => drawFactor(factor, random);
  const a = [1 + draw(), 1 + draw(), 1 + draw()] as const;
  return { op: "stain", a, b: [draw(), draw(), draw()] };
}
