import { cosinePi, power, wholePower } from "../arithmetic.ts";
import { readFields } from "../model/fields.ts";

/**
 * A learning-rate schedule, as plain data.
 * @example
 * const schedule: LearningRateSchedule = stepDecay({ every: 100 });
 */
export type LearningRateSchedule =
  | { readonly type: "constant" }
  | Cosine
  | WarmupCosine
  | ExponentialDecay
  | StepDecay;

/** Half a cosine wave from the full rate down to `alpha` times it (Loshchilov & Hutter 2017). */
export interface Cosine {
  readonly type: "cosine";
  /** Steps until the end, a whole number from 1. */
  readonly totalSteps: number;
  /** Fraction of the rate at the end, in [0, 1). */
  readonly alpha: number;
}

/** A straight line up for `warmupSteps`, then a cosine down to the last of `totalSteps`. */
export interface WarmupCosine {
  readonly type: "warmupCosine";
  /** Steps of the way up, a whole number from 0. */
  readonly warmupSteps: number;
  /** All steps, the way up included, from 1. */
  readonly totalSteps: number;
  /** Fraction of the rate at the end, in [0, 1). */
  readonly alpha: number;
}

/** rate · decayRate^(step / decaySteps). */
export interface ExponentialDecay {
  readonly type: "exponentialDecay";
  /** Steps for one power of `decayRate`, from 1. */
  readonly decaySteps: number;
  /** Factor, above 0. */
  readonly decayRate: number;
  /** Whole powers only. */
  readonly staircase: boolean;
}

/** Multiplies the rate by `factor` after every `every` steps. */
export interface StepDecay {
  readonly type: "stepDecay";
  /** Steps of one rate, from 1. */
  readonly every: number;
  /** Factor, 0 or more. */
  readonly factor: number;
}

/**
 * Schedule: the optimiser's learning rate throughout.
 * @example
 * const options: ModelFitOptions = { epochs: 10, schedule: constantRate() };
 */
export const constantRate = (): LearningRateSchedule => ({ type: "constant" });

/**
 * Schedule: half a cosine from the full rate to `alpha` times it over `totalSteps` (Keras: CosineDecay). @default alpha 0
 * @example
 * const options: ModelFitOptions = { epochs: 10, schedule: cosine({ totalSteps: 10 * 50 }) };
 */
export const cosine = (options: {
  /** Steps until the end, a whole number from 1. */
  readonly totalSteps: number;
  /** Fraction of the rate at the end, in [0, 1). @default 0 */
  readonly alpha?: number;
}): Cosine =>
  readFields("cosine", options, (f) => ({
    type: "cosine",
    totalSteps: f.whole("totalSteps"),
    alpha: f.within("alpha", [0, 1], 0),
  }));

/**
 * Schedule: linear warmup for `warmupSteps`, then half a cosine to `alpha` times the rate at `totalSteps`. @default alpha 0
 * @example
 * const options: ModelFitOptions = { schedule: warmupCosine({ warmupSteps: 50, totalSteps: 500 }) };
 */
export const warmupCosine = (
  options: Omit<WarmupCosine, "type" | "alpha"> & {
    /** Fraction of the rate at the end, in [0, 1). @default 0 */ readonly alpha?: number;
  },
): WarmupCosine =>
  readFields("warmupCosine", options, (f) => ({
    type: "warmupCosine",
    warmupSteps: f.whole("warmupSteps", undefined, 0),
    totalSteps: f.whole("totalSteps"),
    alpha: f.within("alpha", [0, 1], 0),
  }));

/**
 * Schedule: rate · decayRate^(step / decaySteps) (Keras: ExponentialDecay). @default staircase false
 * @example
 * const options: ModelFitOptions = { schedule: exponentialDecay({ decaySteps: 100, decayRate: 0.9 }) };
 */
export const exponentialDecay = (
  options: Omit<ExponentialDecay, "type" | "staircase"> & {
    /** Whole powers only. @default false */ readonly staircase?: boolean;
  },
): ExponentialDecay =>
  readFields("exponentialDecay", options, (f) => ({
    type: "exponentialDecay",
    decaySteps: f.whole("decaySteps"),
    decayRate: f.within("decayRate", [Number.MIN_VALUE, Infinity]),
    staircase: f.flag("staircase", false),
  }));

/**
 * Schedule: multiplies the rate by `factor` after every `every` steps. @default factor 0.1
 * @example
 * const options: ModelFitOptions = { schedule: stepDecay({ every: 100, factor: 0.5 }) };
 */
export const stepDecay = (options: {
  /** Steps of one rate, a whole number from 1. */
  readonly every: number;
  /** The rate is multiplied by it, 0 or more. @default 0.1 */
  readonly factor?: number;
}): StepDecay =>
  readFields("stepDecay", options, (f) => ({
    type: "stepDecay",
    every: f.whole("every"),
    factor: f.within("factor", [0, Infinity], 0.1),
  }));

/** The learning rate of a step, counted from 1; `base` is the full rate. The same bits on every machine. */
export function learningRateAt(schedule: LearningRateSchedule, base: number, step: number): number {
  const done = step - 1;
  switch (schedule.type) {
    case "constant":
      return base;
    case "cosine":
      return base * halfWave(done / schedule.totalSteps, schedule.alpha);
    case "warmupCosine": {
      const { warmupSteps, totalSteps, alpha } = schedule;
      if (step <= warmupSteps) return base * (step / warmupSteps);
      return base * halfWave((done - warmupSteps) / Math.max(1, totalSteps - warmupSteps), alpha);
    }
    case "exponentialDecay": {
      const periods = done / schedule.decaySteps;
      return base * power(schedule.decayRate, schedule.staircase ? Math.floor(periods) : periods);
    }
    case "stepDecay":
      return base * wholePower(schedule.factor, Math.floor(done / schedule.every));
    default:
      return schedule satisfies never;
  }
}

/** 1 at progress 0, `alpha` from progress 1 on. */
const halfWave = (progress: number, alpha: number): number =>
  alpha + (1 - alpha) * 0.5 * (1 + cosinePi(Math.min(1, progress)));
