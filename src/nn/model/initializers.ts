import { entryOf, fault, isObject, nearestName, showValue } from "../../base/index.ts";
import { type Fields, readFields } from "./fields.ts";
import { ABOVE_ZERO } from "./values.ts";
import { withContext } from "./withContext.ts";

/** Draws from a normal distribution. */
export interface RandomNormal {
  readonly type: "randomNormal";
  /** Mean of the draws. @default 0 */
  readonly mean: number;
  /** Standard deviation of the draws, 0 or more. @default 0.05 */
  readonly stddev: number;
}

/** Draws from a normal distribution, each again until it is within two deviations of the mean. */
export interface TruncatedNormal {
  readonly type: "truncatedNormal";
  /** Mean of the draws. @default 0 */
  readonly mean: number;
  /** Standard deviation before the cut, 0 or more. @default 0.05 */
  readonly stddev: number;
}

/** Draws from [minval, maxval), each number as likely as any other. */
export interface RandomUniform {
  readonly type: "randomUniform";
  /** The least number. @default -0.05 */
  readonly minval: number;
  /** No number is greater; not below `minval`. @default 0.05 */
  readonly maxval: number;
}

/** Draws of variance scale / n, where n is the fan of `mode`: all other initialisers that count fans are cases of it. */
export interface VarianceScaling {
  readonly type: "varianceScaling";
  /** Factor of the variance, above 0. @default 1 */
  readonly scale: number;
  /** Inputs that one output sums (fanIn), outputs that one input reaches (fanOut), or the mean of both (fanAvg). @default "fanIn" */
  readonly mode: ScalingMode;
  /** What is drawn from; "truncatedNormal" has the variance after its cut at two deviations. @default "truncatedNormal" */
  readonly distribution: ScalingDistribution;
}

/** The first filters hand one input channel on each, unchanged: filter k channel k. */
export interface Identity {
  readonly type: "identity";
  /** What is handed on is multiplied by this. @default 1 */
  readonly gain: number;
  /** How filters start that have no channel to hand on, of layers with more outputs than inputs. @default "zeros", as in Keras and PyTorch */
  readonly others: Initializer;
}

/**
 * Filters that take the patches of the training images apart: principal components, each divided by its deviation, and then their
 * negatives. Training computes them before its first step; until then they are drawn as by heUniform. A kernel that starts so is not
 * trained. For the first layer of a model, a `conv2d` of an even number of filters.
 */
export interface Whitening {
  readonly type: "whitening";
  /** Added to the variance of each component, above 0: weak ones are noise. @default 0.0005 (Jordan 2024) */
  readonly epsilon: number;
  /** Training images that are looked at, at most. @default 5000 */
  readonly images: number;
}

/** Every element is `value`. */
export interface Constant {
  readonly type: "constant";
  /** The number. */
  readonly value: number;
}

const modes = ["fanIn", "fanOut", "fanAvg"] as const;
type ScalingMode = (typeof modes)[number];

const distributions = ["truncatedNormal", "untruncatedNormal", "uniform"] as const;
type ScalingDistribution = (typeof distributions)[number];

type ScalingName =
  | "glorotUniform"
  | "glorotNormal"
  | "heUniform"
  | "heNormal"
  | "lecunUniform"
  | "lecunNormal";

/** Scale, mode and distribution of those that have a name. */
export const scalings: Readonly<Record<ScalingName, readonly [number, ScalingMode, ScalingDistribution]>> = {
  glorotUniform: [1, "fanAvg", "uniform"],
  glorotNormal: [1, "fanAvg", "truncatedNormal"],
  heUniform: [2, "fanIn", "uniform"],
  heNormal: [2, "fanIn", "truncatedNormal"],
  lecunUniform: [1, "fanIn", "uniform"],
  lecunNormal: [1, "fanIn", "truncatedNormal"],
};

type InitializerName = ScalingName | "zeros" | "ones";

const names: readonly InitializerName[] = [
  "glorotUniform",
  "glorotNormal",
  "heUniform",
  "heNormal",
  "lecunUniform",
  "lecunNormal",
  "zeros",
  "ones",
];

/**
 * How a parameter starts, with Keras's distributions (Glorot & Bengio 2010; He et al. 2015; LeCun et al. 1998).
 * @example
 * const initializer: Initializer = "heNormal";
 */
export type Initializer =
  | InitializerName
  | RandomNormal
  | TruncatedNormal
  | RandomUniform
  | VarianceScaling
  | Identity
  | Whitening
  | Constant;

/**
 * Initializer: normal distribution (Keras: RandomNormal). @default mean 0, stddev 0.05
 * @example
 * const layer = dense({ units: 2, kernelInitializer: randomNormal({ stddev: 0.02 }) });
 */
export const randomNormal = (options: Partial<Omit<RandomNormal, "type">> = {}): RandomNormal =>
  readFields("randomNormal", options, (f) => ({ type: "randomNormal", ...readNormal(f) }));

/**
 * Initializer: normal distribution, cut at two deviations (Keras: TruncatedNormal; PyTorch: trunc_normal_ with a and b there).
 * @default mean 0, stddev 0.05
 * @example
 * const layer = dense({ units: 2, kernelInitializer: truncatedNormal({ stddev: 0.02 }) });
 */
export const truncatedNormal = (options: Partial<Omit<TruncatedNormal, "type">> = {}): TruncatedNormal =>
  readFields("truncatedNormal", options, (f) => ({ type: "truncatedNormal", ...readNormal(f) }));

/**
 * Initializer: uniform distribution over [minval, maxval) (Keras: RandomUniform). @default minval -0.05, maxval 0.05
 * @example
 * const layer = dense({ units: 2, kernelInitializer: randomUniform({ minval: -0.1, maxval: 0.1 }) });
 */
export function randomUniform(options: Partial<Omit<RandomUniform, "type">> = {}): RandomUniform {
  const { minval, maxval } = readFields("randomUniform", options, (f) => ({
    minval: f.number("minval", -0.05),
    maxval: f.number("maxval", 0.05),
  }));
  if (minval <= maxval) return { type: "randomUniform", minval, maxval };
  throw fault("randomUniform: maxval", {
    expected: `a number from minval, ${minval}`,
    received: `${maxval}`,
    exitCode: 2,
  });
}

/**
 * Initializer: variance by the number of inputs or outputs (Keras: VarianceScaling). PyTorch's own start of convolutions and linear layers
 * is scale 1/3, fanIn, uniform. @default scale 1, mode "fanIn", distribution "truncatedNormal"
 * @example
 * const kernelInitializer = varianceScaling({ scale: 2, mode: "fanOut" });
 * const layer = conv2d({ filters: 8, kernelSize: 3, kernelInitializer });
 */
export const varianceScaling = (options: Partial<Omit<VarianceScaling, "type">> = {}): VarianceScaling =>
  readFields("varianceScaling", options, (f) => ({
    type: "varianceScaling",
    scale: f.within("scale", [ABOVE_ZERO, Infinity], 1),
    mode: f.oneOf("mode", modes, "fanIn"),
    distribution: f.oneOf("distribution", distributions, "truncatedNormal"),
  }));

/**
 * Initializer: a kernel that changes nothing at first, as far as it has filters (Keras: Identity, for matrices; PyTorch: dirac_).
 * For kernels of dense layers and convolutions. @default gain 1, others "zeros"
 * @example
 * const layer = conv2d({ filters: 64, kernelSize: 3, padding: "same", kernelInitializer: identity({ others: "heUniform" }) });
 */
export const identity = (options: Partial<Omit<Identity, "type">> = {}): Identity =>
  readFields("identity", options, (f) => ({
    type: "identity",
    gain: f.number("gain", 1),
    others: "zeros",
    ...f.maybe("others", parseInitializer),
  }));

/**
 * Initializer: filters that whiten the patches of the training images (hlb-CIFAR10; Jordan 2024), for the first convolution.
 * @default epsilon 0.0005, images 5000
 * @example
 * const layer = conv2d({ filters: 24, kernelSize: 2, kernelInitializer: whitening() });
 */
export const whitening = (options: Partial<Omit<Whitening, "type">> = {}): Whitening =>
  readFields("whitening", options, (f) => ({
    type: "whitening",
    epsilon: f.within("epsilon", [ABOVE_ZERO, Infinity], 5e-4),
    images: f.whole("images", 5000),
  }));

/** Whether a parameter waits for training images. */
export const isWhitening = (initializer: Initializer): initializer is Whitening =>
  typeof initializer === "object" && initializer.type === "whitening";

/**
 * Initializer: every element is `value` (Keras: Constant).
 * @example
 * const layer = dense({ units: 2, biasInitializer: constant(0.1) });
 */
export const constant = (value: number): Constant =>
  readFields("constant", { value }, (f) => ({ type: "constant", value: f.number("value") }));

const readNormal = (f: Fields): { readonly mean: number; readonly stddev: number } => ({
  mean: f.number("mean", 0),
  stddev: f.within("stddev", [0, Infinity], 0.05),
});

/** Makers of those that take numbers; each checks what it gets. */
const makers: Readonly<Record<string, (given: object) => Initializer>> = {
  randomNormal,
  truncatedNormal,
  randomUniform,
  varianceScaling,
  identity,
  whitening,
  constant: (given) => readFields("constant", given, (f) => constant(f.number("value"))),
};

/** Checks an initialiser that may come from a file. */
export function parseInitializer(who: string, value: unknown): Initializer {
  const name = names.find((known) => known === value);
  if (name) return name;
  const type = isObject(value) ? value["type"] : undefined;
  if (isObject(value) && typeof type === "string" && Object.hasOwn(makers, type))
    return withContext(who, () => entryOf(makers, type)(value));
  const given = type ?? value;
  const makerNames = Object.keys(makers);
  const nearest = typeof given === "string" ? nearestName(given, [...names, ...makerNames]) : undefined;
  const asData = nearest !== undefined && makerNames.includes(nearest);
  throw fault(who, {
    expected: `one of ${names.join(", ")}, or one with numbers: ${makerNames.join(", ")}`,
    received: showValue(value),
    ...(nearest !== undefined && { fix: `use ${asData ? `{ "type": "${nearest}", … }` : `"${nearest}"`}` }),
    exitCode: 2,
  });
}
