import { at } from "../../base/index.ts";
import { comparePaired, indexOfLargest } from "../../evaluate/index.ts";
import type { BaselineComparison } from "../../messages/index.ts";
import type { ReportBaseline } from "../../report/index.ts";
import type { Measured } from "../data/measure.ts";
import { outcomeOf } from "../verdicts.ts";

/** The model beside the class with the most images, predicted for all of them. */
export interface BesideMajority {
  readonly baselines: readonly ReportBaseline[];
  /** Absent where only one class has images. */
  readonly comparison?: BaselineComparison;
}

/** Compares a model with the majority class of the images that it is evaluated on. */
export function besideMajority(
  { result, predicted, groups }: Pick<Measured, "result" | "predicted" | "groups">,
  labels: ArrayLike<number>,
): BesideMajority {
  const { perClass, count, accuracy } = result;
  const largest = indexOfLargest(Float64Array.from(perClass, ({ support }) => support));
  const { name, support } = at(perClass, largest);
  const baselines = [{ name: `majority class (${name})`, accuracy: support / count }];
  if (support === count) return { baselines };
  const { difference, interval } = comparePaired(
    predicted.map((_, i) => (labels[i] === largest ? 1 : 0)),
    predicted.map((one, i) => (labels[i] === one ? 1 : 0)),
    groups,
  );
  const compared = { accuracy, baselineAccuracy: support / count, difference, interval };
  return { baselines, comparison: outcomeOf({ baseline: "majority", ...compared }) };
}
