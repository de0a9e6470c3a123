import { type GroupSource, type PreparedPictures, groupNumbers } from "../data/index.ts";
import { type Predictions, groupsOf, intervalsOf, measure } from "../evaluate/index.ts";
import type { EvaluateResult } from "./results.ts";

export interface MeasureOptions {
  readonly prepared: PreparedPictures;
  /** The pictures that were predicted, in that order. */
  readonly indices: Int32Array;
  readonly classNames: readonly string[];
  readonly groupSource: GroupSource;
}

/** Figures, and the probabilities [pictures, classes] that they come from. */
export interface Measured {
  readonly result: EvaluateResult;
  readonly probabilities: Float32Array;
}

/** Turns predictions into figures; the probabilities come along for whoever needs them. */
export function measured(
  { probabilities, targets }: Predictions,
  { prepared, indices, classNames, groupSource }: MeasureOptions,
): Measured {
  const measurement = measure(probabilities, targets.data, { classNames });
  const groups = groupsOf(groupNumbers(Array.from(indices, (index) => prepared.pictures[index]!)));
  const result: EvaluateResult = {
    classes: classNames,
    ...measurement.metrics,
    groups: groups.count,
    groupSource,
    intervals: intervalsOf(measurement, groups),
    leftOut: prepared.leftOut,
  };
  return { result, probabilities: Float32Array.from(probabilities.data) };
}
