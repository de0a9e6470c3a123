import { durationText, fault } from "../../../base/index.ts";
import type { GivenTime } from "../../../messages/index.ts";

/** What a training takes on this machine, in seconds. */
export interface TrainingTimes {
  /** An epoch: its steps and its validation; of all folds where there are some. */
  readonly epoch: number;
  /** From the last epoch to the end. */
  readonly after: number;
}

/** A training that was given a time. */
export interface TimedTraining extends TrainingTimes {
  readonly given: GivenTime;
}

/** What training in a given time follows from. */
export interface TimeFacts extends TrainingTimes {
  /** Minutes that were given to all of it. */
  readonly minutes: number;
  /** Seconds that are gone. */
  readonly spent: number;
}

/** A part of an epoch that is not worth another one, or is: nearer to the given time. */
const fitting = (left: number, epoch: number): number => Math.round(left / epoch);

/**
 * Epochs that fit into the time. @throws where not even one fits, with the minutes that would do
 */
export function epochsFitting({ minutes, spent, epoch, after }: TimeFacts): number {
  const epochs = fitting(minutes * 60 - spent - after, epoch);
  if (epochs >= 1) return epochs;
  const least = Math.ceil((spent + epoch + after) / 60);
  throw fault(`--minutes ${minutes}`, {
    expected: `time for an epoch at least, which takes ${durationText(epoch)} here`,
    received: `${durationText(Math.max(minutes * 60 - spent - after, 0))} after reading the images`,
    fix: `use --minutes ${least} or more, a smaller model (--model) or smaller images (--size)`,
    exitCode: 2,
  });
}

/** Where less than half of the recipe's epochs fit, it is short; chosen, not measured. */
const shortBelow = 0.5;

/** The time as it was given, and what would do where it is short. */
export function givenTime(
  facts: TimeFacts,
  { fitting, recipe }: { readonly fitting: number; readonly recipe: number },
): GivenTime {
  const { minutes, spent, epoch, after } = facts;
  if (fitting >= shortBelow * recipe) return { minutes };
  return { minutes, short: { epochs: recipe, minutes: Math.ceil((spent + recipe * epoch + after) / 60) } };
}

/** Epochs in all, for a training that has finished some of them; no fewer than these. */
export const epochsLeft = (finished: number, { minutes, spent, epoch, after }: TimeFacts): number =>
  finished + Math.max(0, fitting(minutes * 60 - spent - after, epoch));
