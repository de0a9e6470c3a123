import { isObject } from "../../base/index.ts";

/** A change of a training's length while it runs. */
export interface LengthChange {
  /** Epochs that were finished. */
  readonly after: number;
  /** Epochs in all from then on. */
  readonly epochs: number;
}

/** How long a training is. */
export interface Length {
  /** Epochs that its schedule was made for. */
  readonly planned: number;
  /** In the order of their epochs. */
  readonly changes: readonly LengthChange[];
}

/** Epochs in all, as things stand. */
export const epochsIn = ({ planned, changes }: Length): number => changes.at(-1)?.epochs ?? planned;

/**
 * The step of the planned schedule that a step takes its rate from, both from 1; a part of one where the length has changed: what is
 * left of the schedule is spread evenly over the epochs that are left.
 */
export function scheduledStep({ planned, changes }: Length, step: number, stepsPerEpoch: number): number {
  let [from, at, pace] = [0, 0, 1];
  for (const { after, epochs } of changes) {
    const start = after * stepsPerEpoch;
    if (start >= step) break;
    at += (start - from) * pace;
    from = start;
    pace = (planned * stepsPerEpoch - at) / (epochs * stepsPerEpoch - start);
  }
  return at + (step - 1 - from) * pace + 1;
}

/** Whether these are changes of a length, in order. */
export const areLengthChanges = (json: unknown): json is readonly LengthChange[] =>
  Array.isArray(json) &&
  json.every(
    (change: unknown, i) =>
      isObject(change) &&
      Number.isSafeInteger(change["after"]) &&
      Number.isSafeInteger(change["epochs"]) &&
      Number(change["after"]) > (i === 0 ? 0 : Number(json[i - 1]?.after)) &&
      Number(change["epochs"]) >= Number(change["after"]),
  );
