import { median } from "../../../base/index.ts";
import type { TrainingControl } from "../../../train/index.ts";
import type { TrainingTask } from "../types.ts";
import { epochsLeft } from "./budget.ts";

interface EpochTime {
  /** From 1. */
  readonly epoch: number;
  /** Without what its checkpoint takes. */
  readonly seconds: number;
}

/** Epochs whose times are looked back at: machines slow down as they get warm. */
const window = 3;

/**
 * Keeps a training to its time: called at each epoch's end with the epochs that are finished, it sets those that there will be in all
 * by the last ones' times. Nothing where no time was given.
 */
export function timeKeeper(
  { settings: { minutes }, times, started }: TrainingTask,
  clock: () => number,
): ((finished: EpochTime, control: TrainingControl) => void) | undefined {
  if (minutes === undefined || !times) return undefined;
  const took: number[] = [];
  let last: number | undefined;
  return ({ epoch: finished, seconds }, control) => {
    const now = clock();
    took.push(last === undefined ? seconds : (now - last) / 1000);
    last = now;
    if (finished >= control.epochs) return;
    const epoch = median(took.slice(-window));
    const spent = (now - started) / 1000;
    control.epochs = epochsLeft(finished, { minutes, spent, epoch, after: times.after });
  };
}
