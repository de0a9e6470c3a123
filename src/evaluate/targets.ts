import { type NdArray, at } from "../base/index.ts";
import { indexOfLargest } from "./metrics/scored.ts";

/** Class of a target: an index, a probability of the second of two classes, or a row with one number for each class. */
export const classOfTarget = (target: ArrayLike<number>): number =>
  target.length === 1 ? Math.round(at(target, 0)) : indexOfLargest(target);

/** The classes of all targets, [n] or [n, classes]. */
export function classesOfTargets({ shape: [count = 0, width = 1], data }: NdArray): Int32Array {
  return Int32Array.from({ length: count }, (_, i) =>
    classOfTarget(data.subarray(i * width, (i + 1) * width)),
  );
}
