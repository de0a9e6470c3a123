import { fault, showValue } from "../../../base/index.ts";
import { type Fields, isWholes, readFields } from "../../model/fields.ts";
import { ABOVE_ZERO, parseWhole } from "../../model/values.ts";
import type {
  ConstantRate,
  Cosine,
  CosineRestarts,
  ExponentialDecay,
  MomentumRange,
  MultiStepDecay,
  OneCycle,
  Plateau,
  PolynomialDecay,
  StepDecay,
} from "./types.ts";

/** Options of a schedule's maker: what has a default may be left out. */
type Options<T, Optional extends keyof T = never> = Omit<T, "type" | Optional> & Partial<Pick<T, Optional>>;

const fraction = [0, 1] as const;
const aboveZero = [ABOVE_ZERO, Infinity] as const;
const fromOne = [1, Infinity] as const;

const warmup = (f: Fields): { readonly warmupSteps?: number } => f.maybe("warmupSteps", parseWhole(0));

/**
 * Schedule: the optimiser's learning rate throughout.
 * @example
 * const options: ModelFitOptions = { epochs: 10, schedule: constantRate({ warmupSteps: 20 }) };
 */
export const constantRate = (options: Options<ConstantRate> = {}): ConstantRate =>
  readFields("constantRate", options, (f) => ({ type: "constant", ...warmup(f) }));

/**
 * Schedule: half a cosine from the full rate to `alpha` times it over `totalSteps` (Keras: CosineDecay). @default alpha 0, no warm-up
 * @example
 * const options: ModelFitOptions = { epochs: 10, schedule: cosine({ totalSteps: 10 * 50, warmupSteps: 50 }) };
 */
export const cosine = (options: Options<Cosine, "alpha">): Cosine =>
  readFields("cosine", options, (f) => ({
    type: "cosine",
    totalSteps: f.whole("totalSteps"),
    alpha: f.within("alpha", fraction, 0),
    ...warmup(f),
  }));

/**
 * Schedule: half cosines, each `tMul` times as long and `mMul` times as high as the last (Keras: CosineDecayRestarts).
 * @default tMul 2, mMul 1, alpha 0, no warm-up
 * @example
 * const options: ModelFitOptions = { epochs: 14, schedule: cosineRestarts({ firstSteps: 100 }) };
 */
export const cosineRestarts = (options: Options<CosineRestarts, "tMul" | "mMul" | "alpha">): CosineRestarts =>
  readFields("cosineRestarts", options, (f) => ({
    type: "cosineRestarts",
    firstSteps: f.whole("firstSteps"),
    tMul: f.within("tMul", fromOne, 2),
    mMul: f.within("mMul", aboveZero, 1),
    alpha: f.within("alpha", fraction, 0),
    ...warmup(f),
  }));

const parseMomentum = (who: string, value: unknown): MomentumRange =>
  readFields(who, value, (f) => ({
    min: f.within("min", fraction, 0.85),
    max: f.within("max", fraction, 0.95),
  }));

/**
 * Schedule: up to the full rate and down to next to nothing (PyTorch: OneCycleLR).
 * @default warmupFraction 0.3, anneal "cosine", divFactor 25, finalDivFactor 10,000, threePhase false, momentum as it is
 * @example
 * const options: ModelFitOptions = {
 *   epochs: 10,
 *   schedule: oneCycle({ totalSteps: 10 * 50, momentum: { min: 0.85, max: 0.95 } }),
 * };
 */
export const oneCycle = (
  options: Options<OneCycle, "warmupFraction" | "anneal" | "divFactor" | "finalDivFactor" | "threePhase">,
): OneCycle =>
  readFields("oneCycle", options, (f) => ({
    type: "oneCycle",
    totalSteps: f.whole("totalSteps"),
    warmupFraction: f.within("warmupFraction", [Number.MIN_VALUE, 1], 0.3),
    anneal: f.oneOf("anneal", ["cosine", "linear"], "cosine"),
    divFactor: f.within("divFactor", fromOne, 25),
    finalDivFactor: f.within("finalDivFactor", fromOne, 10_000),
    threePhase: f.flag("threePhase", false),
    ...f.maybe("momentum", parseMomentum),
  }));

/**
 * Schedule: rate · decayRate^(step / decaySteps) (Keras: ExponentialDecay). @default staircase false, no warm-up
 * @example
 * const options: ModelFitOptions = { schedule: exponentialDecay({ decaySteps: 100, decayRate: 0.9 }) };
 */
export const exponentialDecay = (options: Options<ExponentialDecay, "staircase">): ExponentialDecay =>
  readFields("exponentialDecay", options, (f) => ({
    type: "exponentialDecay",
    decaySteps: f.whole("decaySteps"),
    decayRate: f.within("decayRate", aboveZero),
    staircase: f.flag("staircase", false),
    ...warmup(f),
  }));

/**
 * Schedule: multiplies the rate by `factor` after every `every` steps (PyTorch: StepLR). @default factor 0.1, no warm-up
 * @example
 * const options: ModelFitOptions = { schedule: stepDecay({ every: 100, factor: 0.5 }) };
 */
export const stepDecay = (options: Options<StepDecay, "factor">): StepDecay =>
  readFields("stepDecay", options, (f) => ({
    type: "stepDecay",
    every: f.whole("every"),
    factor: f.within("factor", [0, Infinity], 0.1),
    ...warmup(f),
  }));

/** Rising numbers from 1. */
export function parseMilestones(who: string, value: unknown): readonly number[] {
  const isRising = (list: readonly number[]): boolean =>
    list.every((n, i) => i === 0 || n > (list[i - 1] ?? 0));
  if (isWholes(value, (n) => n >= 1) && isRising(value)) return value;
  throw fault(who, {
    expected: "a list of whole numbers from 1, rising",
    received: showValue(value),
    exitCode: 2,
  });
}

/**
 * Schedule: multiplies the rate by `factor` after each of some numbers of steps (PyTorch: MultiStepLR; Keras: PiecewiseConstantDecay).
 * @default factor 0.1, no warm-up
 * @example
 * const options: ModelFitOptions = { schedule: multiStepDecay({ milestones: [300, 450] }) };
 */
export const multiStepDecay = (options: Options<MultiStepDecay, "factor">): MultiStepDecay =>
  readFields("multiStepDecay", options, (f) => ({
    type: "multiStepDecay",
    factor: f.within("factor", [0, Infinity], 0.1),
    ...warmup(f),
    milestones: f.last("milestones", parseMilestones),
  }));

/**
 * Schedule: down to `alpha` times the rate along (1 - step / totalSteps)^power (Keras: PolynomialDecay). @default power 1, alpha 0, no warm-up
 * @example
 * const options: ModelFitOptions = { schedule: polynomialDecay({ totalSteps: 500, power: 2 }) };
 */
export const polynomialDecay = (options: Options<PolynomialDecay, "power" | "alpha">): PolynomialDecay =>
  readFields("polynomialDecay", options, (f) => ({
    type: "polynomialDecay",
    totalSteps: f.whole("totalSteps"),
    power: f.within("power", aboveZero, 1),
    alpha: f.within("alpha", fraction, 0),
    ...warmup(f),
  }));

/** What a plateau reads besides its type; the same in steps and in epochs. */
export const readPlateau = (f: Fields): Omit<Plateau, "type" | "warmupSteps"> => ({
  monitor: f.oneOf("monitor", ["valLoss", "valAccuracy", "loss", "accuracy"], "valLoss"),
  factor: f.within("factor", [Number.MIN_VALUE, 1], 0.1),
  patience: f.whole("patience", 10),
  minDelta: f.within("minDelta", [0, Infinity], 1e-4),
  cooldown: f.whole("cooldown", 0, 0),
  minLearningRate: f.within("minLearningRate", [0, Infinity], 0),
});

/**
 * Schedule: multiplies the rate by `factor` once validation has not become better for `patience` epochs (Keras: ReduceLROnPlateau).
 * @default monitor "valLoss", factor 0.1, patience 10, minDelta 0.0001, cooldown 0, minLearningRate 0, no warm-up
 * @example
 * const options: ModelFitOptions = { epochs: 50, schedule: plateau({ patience: 3, factor: 0.5 }) };
 */
export const plateau = (options: Partial<Omit<Plateau, "type">> = {}): Plateau =>
  readFields("plateau", options, (f) => ({ type: "plateau", ...readPlateau(f), ...warmup(f) }));
