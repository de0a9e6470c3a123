import type { Backend } from "../engine/index.ts";
import type { BatchSource, TrainingSource } from "../evaluate/index.ts";
import type { AnyLoss, Optimizer, LearningRateSchedule } from "../nn/index.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { TrainingControl } from "./steering/control.ts";
import type { Mixing } from "./examples/mixing.ts";
import type { Sampling } from "./examples/order.ts";
import type { LengthChange } from "./steering/length.ts";
import type { CustomMetric } from "./figures.ts";
import type { StoppingOptions } from "./monitor.ts";
import type { BatchNormStatistics } from "./layers/statistics.ts";
import type { Weights } from "./weights.ts";

export interface FitData {
  /** Its `write` is given the epoch, so that it can augment. */
  readonly train: BatchSource | TrainingSource;
  /** Not augmented. Without it the last epoch counts as the best. */
  readonly validation?: BatchSource;
}

export interface FitOptions extends StoppingOptions, Mixing {
  readonly backend: Backend;
  /** Milliseconds, from any start. */
  readonly clock: () => number;
  /** Decides the first weights, the order of the examples and dropout. @default 0 */
  readonly seed?: number;
  /** @default 5 */
  readonly epochs?: number;
  /** @default 32 */
  readonly batchSize?: number;
  /** @default adam() */
  readonly optimizer?: Optimizer;
  /** @default "sparseCategoricalCrossentropy" */
  readonly loss?: AnyLoss;
  /** The learning rate over the steps. @default the optimiser's, constant */
  readonly schedule?: LearningRateSchedule;
  /** Which examples an epoch takes. @default "shuffled" */
  readonly sampling?: Sampling;
  /** How its length changes on the way, as it changed in a training that this one repeats. @default it does not */
  readonly lengths?: readonly LengthChange[];
  /** Ends training after the running step. */
  readonly signal?: AbortSignal;
  /** For advice that names classes. */
  readonly classNames?: readonly string[];
  /** The epoch whose weights will be used: the advice at the end is about that one. @default "best" */
  readonly keeps?: "best" | "last";
  /** Give a checkpoint after each epoch. @default false */
  readonly checkpoints?: boolean;
  /** Go on from here; model, data and the other options must be the same as before. */
  readonly resume?: Checkpoint;
  /** Figures of one's own, for each epoch. @default none */
  readonly metrics?: readonly CustomMetric[];
  /** Called once before the first event with what can be done while it runs. */
  readonly onControl?: (control: TrainingControl) => void;
  /**
   * Whether a step may begin before the event of the one before it was heard: the engine waits less, and nothing can be done between
   * the steps of an epoch; one that runs when training is stopped is heard first. @default false
   */
  readonly startsAhead?: boolean;
  /**
   * Where validation and the kept weights have mean and variance of batch norm from: "precise": estimated after each epoch for its
   * weights, from training examples; "moving": moving averages over the steps, which trail the weights. Of streams always "moving",
   * since their examples come but once. @default "precise"
   */
  readonly batchNormStatistics?: BatchNormStatistics;
  /** Start from these. @default drawn from the seed */
  readonly weights?: Weights;
}
