/**
 * What one finished epoch left behind; plain JSON.
 * @example
 * const isOverfitted = ({ accuracy, validation }: EpochRecord): boolean =>
 *   validation !== undefined && accuracy - validation.accuracy > 0.2;
 */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Mean over the training examples, while the weights were changing; with penalties on weights. */
  readonly loss: number;
  /** Fraction right over the same passes. */
  readonly accuracy: number;
  /** One's own figures over the same passes, by name; absent without any. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** Absent without a validation set. */
  readonly validation?: ValidationRecord;
  /** Whether validation measured the moving average of the weights (EMA), which is kept in their place. @default false */
  readonly averaged?: boolean;
  /** At the end of the epoch. */
  readonly learningRate: number;
  /** Wall time of the epoch, validation included. */
  readonly seconds: number;
  /**
   * Part of the time of training, validation aside, in which the engine had nothing to do, mostly because the next batch was not
   * there yet; in [0, 1], absent where the backend cannot tell.
   */
  readonly stallFraction?: number;
  /** Layers whose every output was 0 for a batch of training examples, first to last. */
  readonly deadLayers: readonly string[];
}

/** Measured after an epoch, on examples that were not trained on. */
export interface ValidationRecord {
  /** Mean over the validation examples. */
  readonly loss: number;
  /** Fraction that is correct, in [0, 1]. */
  readonly accuracy: number;
  /** One's own figures, and the monitored one where it is neither loss nor accuracy, by name; absent without any. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** Examples by predicted class. */
  readonly predicted: readonly number[];
  /** Examples by true class. */
  readonly actual: readonly number[];
}

export type History = readonly EpochRecord[];
