import { decimalText, durationText } from "../base/index.ts";
import { type Written, withText } from "../messages/index.ts";
import type { EndEvent, EndReason, EpochRecord, TrainingAdvice } from "../train/index.ts";

/**
 * History of a training: one value per epoch, with Keras's names in camel case.
 * @example
 * const lastLoss = ({ valLoss, loss }: TrainingHistory): number | undefined => valLoss.at(-1) ?? loss.at(-1);
 */
export interface TrainingHistory {
  /** Mean training loss while the weights were changing, penalties included. */
  readonly loss: readonly number[];
  /** Training accuracy over the same passes, in [0, 1]. */
  readonly accuracy: readonly number[];
  /** Mean validation loss after each epoch; empty without validation data. */
  readonly valLoss: readonly number[];
  /** Validation accuracy after each epoch, in [0, 1]; empty without validation data. */
  readonly valAccuracy: readonly number[];
  /** All that is recorded of each epoch. */
  readonly epochs: readonly EpochRecord[];
  /** From 1, by validation accuracy, then loss; 0 when no epoch was finished. */
  readonly bestEpoch: number;
  /** Why training ended. */
  readonly reason: EndReason;
  /** What stands out in the training, about the epoch whose weights the model has. */
  readonly advice: readonly Written<TrainingAdvice>[];
}

export const historyOf = ({ history, bestEpoch, reason, advice }: EndEvent): TrainingHistory => ({
  loss: history.map(({ loss }) => loss),
  accuracy: history.map(({ accuracy }) => accuracy),
  valLoss: history.flatMap(({ validation }) => validation?.loss ?? []),
  valAccuracy: history.flatMap(({ validation }) => validation?.accuracy ?? []),
  epochs: history,
  bestEpoch,
  reason,
  advice: advice.map(withText),
});

/** "Epoch 2/5 - 12 s - loss: 0.6931 - accuracy: 0.5000 - valLoss: … - valAccuracy: …" */
export function epochLine(record: EpochRecord, epochs: number): string {
  const { epoch, seconds, loss, accuracy, validation } = record;
  const facts = [
    `Epoch ${epoch}/${epochs}`,
    durationText(seconds),
    `loss: ${decimalText(loss, 4)}`,
    `accuracy: ${decimalText(accuracy, 4)}`,
  ];
  if (validation)
    facts.push(
      `valLoss: ${decimalText(validation.loss, 4)}`,
      `valAccuracy: ${decimalText(validation.accuracy, 4)}`,
    );
  return facts.join(" - ");
}
