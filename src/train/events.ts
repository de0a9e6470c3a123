import type { MemoryUse } from "../engine/index.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { AdviceCode, TrainingAdvice } from "./advice.ts";
import type { TrainingNote } from "./notes.ts";
import type { EpochRecord, History } from "./history.ts";
import type { LengthChange } from "./steering/length.ts";
import type { Weights } from "./weights.ts";

/**
 * Everything is compiled; the first step comes next.
 * @example
 * const line = ({ epochs, steps, parameters }: StartEvent): string =>
 *   `${epochs} epochs of ${steps} steps, ${parameters} parameters`;
 */
export interface StartEvent {
  readonly type: "start";
  /** Epoch that starts, from 1; above 1 after a resume. */
  readonly epoch: number;
  /** Epochs that were asked for. */
  readonly epochs: number;
  /** Steps of an epoch. */
  readonly steps: number;
  /** Numbers in the model, running averages included. */
  readonly parameters: number;
  /** Of these, those that the optimiser changes. */
  readonly trainableParameters: number;
  /** What the session holds, in bytes. */
  readonly memory: MemoryUse;
  /** What is to be said of the training beforehand. */
  readonly notes: readonly TrainingNote[];
}

/**
 * One step is done.
 * @example
 * const share = ({ step, steps }: FitBatchEvent): number => step / steps;
 */
export interface FitBatchEvent {
  readonly type: "batch";
  /** From 1. */
  readonly epoch: number;
  /** From 1. */
  readonly step: number;
  /** Steps of an epoch. */
  readonly steps: number;
  /** Mean over the epoch so far. */
  readonly loss: number;
  /** Fraction of the epoch's examples so far that was predicted correctly, in [0, 1]. */
  readonly accuracy: number;
  /** Examples of this epoch so far. */
  readonly images: number;
}

/**
 * An epoch and its validation are done.
 * @example
 * const line = ({ epoch, loss, validation }: FitEpochEvent): string => `${epoch}: ${loss}, ${validation?.loss}`;
 */
export interface FitEpochEvent extends EpochRecord {
  readonly type: "epoch";
  /** The best epoch so far, this one included. */
  readonly bestEpoch: number;
}

/**
 * Advice that holds from now on.
 * @example
 * const onAdvice = (event: FitAdviceEvent): void => console.log(event.code, withText(event).text);
 */
export type FitAdviceEvent = TrainingAdvice & { readonly type: "advice" };

/**
 * Earlier advice that no longer holds.
 * @example
 * const onWithdrawn = ({ code }: FitAdviceWithdrawnEvent): void => console.log(`${code} no longer holds`);
 */
export interface FitAdviceWithdrawnEvent {
  readonly type: "advice-withdrawn";
  /** Of the advice that was given before. */
  readonly code: AdviceCode;
}

/**
 * Everything needed to go on from here as if nothing had happened; only with the option `checkpoints`.
 * @example
 * const epochOf = ({ checkpoint }: CheckpointEvent): number => checkpoint.state.epoch;
 */
export interface CheckpointEvent {
  readonly type: "checkpoint";
  /** For the option `resume`. */
  readonly checkpoint: Checkpoint;
}

/**
 * Why training ended: all epochs done, interrupted by its signal, the loss no number, or out of patience.
 * @example
 * const isComplete = (reason: EndReason): boolean => reason === "done" || reason === "stopped early";
 */
export type EndReason = "done" | "interrupted" | "diverged" | "stopped early";

/**
 * Always the last event.
 * @example
 * const bestLoss = ({ history, bestEpoch }: EndEvent): number | undefined => history[bestEpoch - 1]?.loss;
 */
export interface EndEvent {
  readonly type: "end";
  /** Why training ended. */
  readonly reason: EndReason;
  /** Epoch that `weights` are from; 0 when none was finished. */
  readonly bestEpoch: number;
  /** Of the best epoch; the current ones when none was finished; the last good ones after a divergence. */
  readonly weights: Weights;
  /** Of the last step; the last good ones after a divergence. */
  readonly lastWeights: Weights;
  /** A record of each finished epoch. */
  readonly history: History;
  /** How its length changed on the way. */
  readonly lengths: readonly LengthChange[];
  /** What holds at the end, about the epoch whose weights are kept. */
  readonly advice: readonly TrainingAdvice[];
}

/**
 * What happens while a model trains; told apart by `type`.
 * @example
 * const listen = (event: FitEvent): void => {
 *   if (event.type === "epoch") console.log(event.epoch, event.validation?.accuracy);
 * };
 */
export type FitEvent =
  | StartEvent
  | FitBatchEvent
  | FitEpochEvent
  | FitAdviceEvent
  | FitAdviceWithdrawnEvent
  | CheckpointEvent
  | EndEvent;
