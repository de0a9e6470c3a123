import { type Bounds, type StepReader, type WrittenStep, stepReader } from "./reader.ts";
import type { AugmentTransform, Filled, StepOf } from "./types.ts";

/** Fields of a step as they are read, the type apart. */
type Read<T extends AugmentTransform["type"]> = (read: StepReader) => StepOf<T>;

const filled = (read: StepReader, mode?: Filled["fillMode"]): Filled => ({
  fillMode: read.fillMode(mode),
  fillValue: read.number("fillValue", 0, [0, 255]),
});

const chance = (read: StepReader, probability = 1): { readonly probability: number } => ({
  probability: read.fraction("probability", probability),
});

const levels: Bounds = [-1, 4];
const aspects: Bounds = [0.1, 10];

const areas = (read: StepReader, fallback: readonly [number, number]): readonly [number, number] =>
  read.range("scale", fallback, [0.001, 1]);

function zoom(read: StepReader): StepOf<"randomZoom"> {
  const bounds: Bounds = [-0.9, 4];
  const widthFactor = read.factor("widthFactor", undefined, bounds);
  return {
    type: "randomZoom",
    heightFactor: read.factor("heightFactor", 0.2, bounds),
    ...(widthFactor !== undefined && { widthFactor }),
    ...filled(read),
    ...chance(read),
  };
}

/** Names, defaults and bounds of every step's fields. */
const stepReaders: { readonly [T in AugmentTransform["type"]]: Read<T> } = {
  randomFlip: (read) => ({
    type: "randomFlip",
    horizontal: read.boolean("horizontal", true),
    vertical: read.boolean("vertical", false),
    ...(read.boolean("alternate", false) && { alternate: true }),
  }),
  randomQuarterTurn: () => ({ type: "randomQuarterTurn" }),
  randomShift: (read) => ({ type: "randomShift", fraction: read.fraction("fraction", 0.1) }),
  randomRotation: (read) => ({
    type: "randomRotation",
    factor: read.factor("factor", 0.1, [-1, 1]),
    ...filled(read),
    ...chance(read),
  }),
  randomTranslation: (read) => ({
    type: "randomTranslation",
    heightFactor: read.factor("heightFactor", 0.1, [-1, 1]),
    widthFactor: read.factor("widthFactor", 0.1, [-1, 1]),
    ...filled(read),
    ...chance(read),
  }),
  randomZoom: zoom,
  randomShear: (read) => ({
    type: "randomShear",
    xFactor: read.factor("xFactor", 0.1, [-0.9, 0.9]),
    yFactor: read.factor("yFactor", 0.1, [-0.9, 0.9]),
    ...filled(read),
    ...chance(read),
  }),
  randomPerspective: (read) => ({
    type: "randomPerspective",
    scale: read.fraction("scale", 0.3),
    ...filled(read),
    ...chance(read, 0.5),
  }),
  randomCrop: (read) => ({
    type: "randomCrop",
    padding: read.integer("padding", 4, [1, 1024]),
    ...filled(read, "constant"),
    ...chance(read),
  }),
  randomResizedCrop: (read) => ({
    type: "randomResizedCrop",
    scale: areas(read, [0.08, 1]),
    ratio: read.range("ratio", [3 / 4, 4 / 3], aspects),
    ...chance(read),
  }),
  randomBrightness: (read) => ({
    type: "randomBrightness",
    factor: read.factor("factor", 0.2, levels),
    ...chance(read),
  }),
  randomContrast: (read) => ({
    type: "randomContrast",
    factor: read.factor("factor", 0.2, levels),
    ...chance(read),
  }),
  randomSaturation: (read) => ({
    type: "randomSaturation",
    factor: read.factor("factor", 0.2, levels),
    ...chance(read),
  }),
  randomHue: (read) => ({
    type: "randomHue",
    factor: read.factor("factor", 0.05, [-0.5, 0.5]),
    ...chance(read),
  }),
  randomGrayscale: (read) => ({ type: "randomGrayscale", ...chance(read, 0.1) }),
  randomStainJitter: (read) => ({
    type: "randomStainJitter",
    factor: read.fraction("factor", 0.05),
    ...chance(read),
  }),
  randomGaussianBlur: (read) => ({
    type: "randomGaussianBlur",
    kernelSize: read.odd("kernelSize", 5, [3, 31]),
    sigma: read.range("sigma", [0.1, 2], [0.1, 10]),
    ...chance(read),
  }),
  randomGaussianNoise: (read) => ({
    type: "randomGaussianNoise",
    stddev: read.range("stddev", [0, 0.05], [0, 1]),
    ...chance(read),
  }),
  randomJpeg: (read) => ({
    type: "randomJpeg",
    quality: read.range("quality", [40, 95], [1, 100]),
    ...chance(read),
  }),
  randomErasing: (read) => ({
    type: "randomErasing",
    scale: areas(read, [0.02, 0.33]),
    ratio: read.range("ratio", [0.3, 3.3], aspects),
    fillValue: read.levelOr("fillValue", 0, "noise"),
    ...chance(read, 0.5),
  }),
  randomPosterization: (read) => ({
    type: "randomPosterization",
    bits: read.integer("bits", 4, [1, 8]),
    ...chance(read, 0.5),
  }),
  randomSolarization: (read) => ({
    type: "randomSolarization",
    threshold: read.number("threshold", 128, [0, 255]),
    ...chance(read, 0.5),
  }),
  randomEqualization: (read) => ({ type: "randomEqualization", ...chance(read, 0.5) }),
  randomAutoContrast: (read) => ({ type: "randomAutoContrast", ...chance(read, 0.5) }),
  randomSharpness: (read) => ({
    type: "randomSharpness",
    factor: read.factor("factor", 0.5, levels),
    ...chance(read),
  }),
  randAugment: (read) => ({
    type: "randAugment",
    numOps: read.integer("numOps", 2, [1, 14]),
    magnitude: read.integer("magnitude", 9, [0, 30]),
    ...filled(read, "constant"),
  }),
  trivialAugmentWide: (read) => ({ type: "trivialAugmentWide", ...filled(read, "constant") }),
};

/** Types of all steps, in the order of the documentation. */
export const augmentTypes: readonly string[] = Object.keys(stepReaders);

/** Reads a step of a type that is known. @throws naming the field that does not fit, and the nearest right word */
export function readStep<T extends AugmentTransform["type"]>(type: T, written: WrittenStep): StepOf<T> {
  const reader = stepReader(written);
  const step = stepReaders[type](reader);
  reader.finish();
  return step;
}

export const isAugmentType = (type: unknown): type is AugmentTransform["type"] =>
  typeof type === "string" && augmentTypes.includes(type);
