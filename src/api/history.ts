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
  /** One's own figures of the training passes, by name. */
  readonly metrics: Readonly<Record<string, readonly number[]>>;
  /** One's own figures of the validation data, and a monitored one that is neither loss nor accuracy, by name; empty without any. */
  readonly valMetrics: Readonly<Record<string, readonly number[]>>;
  /** All that is recorded of each epoch. */
  readonly epochs: readonly EpochRecord[];
  /** From 1, by the monitored figure of the validation data; 0 when no epoch was finished. */
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
  metrics: columnsOf(history.map(({ metrics }) => metrics)),
  valMetrics: columnsOf(history.map(({ validation }) => validation?.metrics)),
  epochs: history,
  bestEpoch,
  reason,
  advice: advice.map(withText),
});

/** One list a name. */
function columnsOf(
  rows: readonly (Readonly<Record<string, number>> | undefined)[],
): Readonly<Record<string, readonly number[]>> {
  const names = Object.keys(rows[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, rows.flatMap((row) => row?.[name] ?? [])]));
}

/** "Epoch 2/5 - 12 s - loss: 0.6931 - accuracy: 0.5000 - valLoss: … - valAccuracy: …" */
export function epochLine(record: EpochRecord, epochs: number): string {
  const { epoch, seconds, loss, accuracy, metrics, validation } = record;
  const facts = [
    `Epoch ${epoch}/${epochs}`,
    durationText(seconds),
    `loss: ${decimalText(loss, 4)}`,
    `accuracy: ${decimalText(accuracy, 4)}`,
    ...figures(metrics, (name) => name),
  ];
  if (validation)
    facts.push(
      `valLoss: ${decimalText(validation.loss, 4)}`,
      `valAccuracy: ${decimalText(validation.accuracy, 4)}`,
      ...figures(validation.metrics, (name) => `val${name.charAt(0).toUpperCase()}${name.slice(1)}`),
    );
  return facts.join(" - ");
}

const figures = (
  metrics: Readonly<Record<string, number>> | undefined,
  named: (name: string) => string,
): readonly string[] =>
  Object.entries(metrics ?? {}).map(([name, value]) => `${named(name)}: ${decimalText(value, 4)}`);
