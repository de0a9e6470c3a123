import type { LengthChange } from "./length.ts";
import type { Weights } from "../weights.ts";

/**
 * What can be done to a training while it waits for whoever hears its events.
 * @example
 * const halve = (training: TrainingControl): void => {
 *   training.learningRate /= 2;
 * };
 */
export interface TrainingControl {
  /** Of the next step, 0 or more. Once set, it stays until it is set again, whatever the schedule says. */
  learningRate: number;
  /**
   * In all. Where it is set, what is left of the schedule is spread over the epochs that are left; set within an epoch, it holds from
   * that one's end on. A whole number, no less than the epochs that have begun.
   */
  epochs: number;
  /** Ends training after the running step; an epoch that is not complete does not count. */
  stop(): void;
  /** Copies of the parameters as they are now, by name; batch norm's statistics are estimated at the end of an epoch alone. */
  readWeights(): Promise<Weights>;
}

/** What was set by one. */
export interface Steering {
  stopped: boolean;
  learningRate: number | undefined;
  readonly lengths: LengthChange[];
}
