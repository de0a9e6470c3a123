/** What a schedule may begin with. */
interface Warmup {
  /** Steps of a straight line up to the full rate, a whole number from 0; the schedule itself begins after them. @default 0 */
  readonly warmupSteps?: number;
}

/** The full rate throughout. */
export interface ConstantRate extends Warmup {
  readonly type: "constant";
}

/** Half a cosine wave from the full rate down to `alpha` times it (Loshchilov & Hutter 2017). */
export interface Cosine extends Warmup {
  readonly type: "cosine";
  /** Steps until the end, the warm-up included, a whole number from 1. */
  readonly totalSteps: number;
  /** Fraction of the rate at the end, in [0, 1). */
  readonly alpha: number;
}

/** Half cosine waves one after the other, each `tMul` times as long and `mMul` times as high as the last (Loshchilov & Hutter 2017). */
export interface CosineRestarts extends Warmup {
  readonly type: "cosineRestarts";
  /** Steps of the first wave, a whole number from 1. */
  readonly firstSteps: number;
  /** Factor of the length, 1 or more. */
  readonly tMul: number;
  /** Factor of the height, above 0. */
  readonly mMul: number;
  /** Fraction of the full rate at the end of each wave, in [0, 1). */
  readonly alpha: number;
}

/** Momentum that runs against the rate. */
export interface MomentumRange {
  /** At the highest rate, in [0, 1). */
  readonly min: number;
  /** At the lowest rate, in [0, 1). */
  readonly max: number;
}

/** From a low rate up to the full one and down to next to nothing (Smith & Topin 2018), as PyTorch's OneCycleLR has it. */
export interface OneCycle {
  readonly type: "oneCycle";
  /** Steps of the whole cycle, a whole number from 1. */
  readonly totalSteps: number;
  /** Part of the steps for the way up, in (0, 1). */
  readonly warmupFraction: number;
  /** Half cosine waves, or straight lines. */
  readonly anneal: "cosine" | "linear";
  /** The first rate is the full one by this, 1 or more. */
  readonly divFactor: number;
  /** The last rate is the first one by this, 1 or more. */
  readonly finalDivFactor: number;
  /** Go down to the first rate as fast as up, and then on to the last one. */
  readonly threePhase: boolean;
  /** Cycle the optimiser's momentum (beta1) too; for sgd with momentum, adam, adamw and muon. @default it stays */
  readonly momentum?: MomentumRange;
}

/** rate · decayRate^(step / decaySteps). */
export interface ExponentialDecay extends Warmup {
  readonly type: "exponentialDecay";
  /** Steps for one power of `decayRate`, from 1. */
  readonly decaySteps: number;
  /** Factor, above 0. */
  readonly decayRate: number;
  /** Whole powers only. */
  readonly staircase: boolean;
}

/** Multiplies the rate by `factor` after every `every` steps. */
export interface StepDecay extends Warmup {
  readonly type: "stepDecay";
  /** Steps of one rate, from 1. */
  readonly every: number;
  /** Factor, 0 or more. */
  readonly factor: number;
}

/** Multiplies the rate by `factor` after each of some numbers of steps. */
export interface MultiStepDecay extends Warmup {
  readonly type: "multiStepDecay";
  /** Steps after which the rate changes, whole numbers from 1, rising. */
  readonly milestones: readonly number[];
  /** Factor, 0 or more. */
  readonly factor: number;
}

/** From the full rate down to `alpha` times it along (1 - step / totalSteps)^power. */
export interface PolynomialDecay extends Warmup {
  readonly type: "polynomialDecay";
  /** Steps until the end, the warm-up included, a whole number from 1. */
  readonly totalSteps: number;
  /** Exponent, above 0; 1: a straight line. */
  readonly power: number;
  /** Fraction of the rate at the end, in [0, 1). */
  readonly alpha: number;
}

/** Multiplies the rate by `factor` once the monitored value has not become better for `patience` epochs. */
export interface Plateau extends Warmup {
  readonly type: "plateau";
  /** Without a validation set that of the training counts. */
  readonly monitor: "valLoss" | "valAccuracy" | "loss" | "accuracy";
  /** Factor, in (0, 1). */
  readonly factor: number;
  /** Epochs without a better value, a whole number from 1. */
  readonly patience: number;
  /** A value is better if it differs by more than this, 0 or more. */
  readonly minDelta: number;
  /** Epochs after a change in which none counts against the rate, a whole number from 0. */
  readonly cooldown: number;
  /** The rate falls no lower, 0 or more. */
  readonly minLearningRate: number;
}

/**
 * A learning-rate schedule, as plain data. Steps are those of the optimiser: with `gradientAccumulationSteps` one for each group of
 * batches.
 * @example
 * const schedule: LearningRateSchedule = stepDecay({ every: 100 });
 */
export type LearningRateSchedule =
  | ConstantRate
  | Cosine
  | CosineRestarts
  | OneCycle
  | ExponentialDecay
  | StepDecay
  | MultiStepDecay
  | PolynomialDecay
  | Plateau;

/** What a schedule may ask of a finished epoch. */
export interface MonitoredEpoch {
  readonly loss: number;
  readonly accuracy: number;
  readonly validation?: { readonly loss: number; readonly accuracy: number };
}
