import { type Written, withText } from "../messages/index.ts";
import type { EndEvent, EndReason, EpochRecord, TrainingAdvice } from "../train/index.ts";

/** History of a training: one value per epoch, with Keras's names in camel case. */
export interface TrainingHistory {
  readonly loss: readonly number[];
  readonly accuracy: readonly number[];
  /** Empty without validation data. */
  readonly valLoss: readonly number[];
  readonly valAccuracy: readonly number[];
  readonly epochs: readonly EpochRecord[];
  /** 0 when no epoch was finished. */
  readonly bestEpoch: number;
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
    `${seconds < 10 ? seconds.toFixed(1) : seconds.toFixed(0)} s`,
    `loss: ${loss.toFixed(4)}`,
    `accuracy: ${accuracy.toFixed(4)}`,
  ];
  if (validation)
    facts.push(`valLoss: ${validation.loss.toFixed(4)}`, `valAccuracy: ${validation.accuracy.toFixed(4)}`);
  return facts.join(" - ");
}
