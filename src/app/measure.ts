import { type GroupSource, type PreparedPictures, groupNumbers } from "../data/index.ts";
import { type Predictions, classificationMetrics } from "../evaluate/index.ts";
import { wilson } from "./interval.ts";
import type { EvaluateResult } from "./results.ts";

export interface MeasureOptions {
  readonly prepared: PreparedPictures;
  /** The pictures that were predicted, in that order. */
  readonly indices: Int32Array;
  readonly classNames: readonly string[];
  readonly groupSource: GroupSource;
}

/** Turns predictions into figures; the probabilities come along for whoever needs them. */
export function measured(
  { probabilities, targets }: Predictions,
  { prepared, indices, classNames, groupSource }: MeasureOptions,
): { readonly result: EvaluateResult; readonly probabilities: Float32Array } {
  const metrics = classificationMetrics(probabilities, targets.data, { classNames });
  const groups = new Set(groupNumbers(Array.from(indices, (index) => prepared.pictures[index]!))).size;
  const result: EvaluateResult = {
    classes: classNames,
    ...metrics,
    groups,
    groupSource,
    intervals: { accuracy: wilson(metrics.accuracy, metrics.count) },
    leftOut: prepared.leftOut,
  };
  return { result, probabilities: Float32Array.from(probabilities.data) };
}
