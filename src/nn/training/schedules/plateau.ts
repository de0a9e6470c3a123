import type { MonitoredEpoch, Plateau } from "./types.ts";

/** The rate after these epochs, by the rule of Keras's ReduceLROnPlateau. It follows from the history alone: a resumed training has the same. */
export function plateauRate(schedule: Plateau, base: number, epochs: readonly MonitoredEpoch[]): number {
  const { factor, patience, cooldown, minLearningRate } = schedule;
  let [rate, best, waited, resting] = [base, Number.NaN, 0, 0];
  for (const epoch of epochs) {
    const value = monitored(schedule, epoch);
    if (resting > 0) {
      resting--;
      waited = 0;
    }
    if (Number.isNaN(best) || isBetter(schedule, value, best)) {
      best = value;
      waited = 0;
    } else if (resting === 0) {
      waited++;
      if (waited >= patience && rate > minLearningRate) {
        rate = Math.max(rate * factor, minLearningRate);
        resting = cooldown;
        waited = 0;
      }
    }
  }
  return rate;
}

function monitored({ monitor }: Plateau, { loss, accuracy, validation }: MonitoredEpoch): number {
  switch (monitor) {
    case "valLoss":
      return validation?.loss ?? loss;
    case "valAccuracy":
      return validation?.accuracy ?? accuracy;
    case "loss":
      return loss;
    case "accuracy":
      return accuracy;
    default:
      return monitor satisfies never;
  }
}

const isBetter = ({ monitor, minDelta }: Plateau, value: number, best: number): boolean =>
  monitor === "valAccuracy" || monitor === "accuracy" ? value - minDelta > best : value + minDelta < best;
