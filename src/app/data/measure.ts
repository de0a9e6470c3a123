import { type GroupSource, type PreparedImages, groupNumbers } from "../../data/index.ts";
import {
  type Groups,
  type Metrics,
  type Predictions,
  classificationMetrics,
  groupsOf,
  intervalsOf,
  measure,
  temperedBy,
} from "../../evaluate/index.ts";
import type { CalibrationChange, EvaluateResult, Trust } from "../results.ts";
import type { Training } from "../train/types.ts";

export interface MeasureOptions {
  readonly prepared: PreparedImages;
  /** The images that were predicted, in that order. */
  readonly indices: Int32Array;
  readonly classNames: readonly string[];
  readonly groupSource: GroupSource;
}

/** What became of one part of the images. */
export interface Measured {
  readonly result: EvaluateResult;
  /** The images, as places in the prepared ones. */
  readonly indices: Int32Array;
  /** [n, classes] */
  readonly probabilities: Float32Array;
  /** Most probable class of each image. */
  readonly said: Int32Array;
  readonly groups: Groups;
}

/** Turns predictions into figures; what they come from goes along for whoever needs it. */
export function measured(
  { probabilities, targets }: Predictions,
  { prepared, indices, classNames, groupSource }: MeasureOptions,
): Measured {
  const measurement = measure(probabilities, targets.data, { classNames });
  const groups = groupsOf(groupNumbers(Array.from(indices, (index) => prepared.images[index]!)));
  const result: EvaluateResult = {
    classes: classNames,
    ...measurement.metrics,
    groups: groups.count,
    groupSource,
    intervals: intervalsOf(measurement, groups),
    skipped: prepared.skipped,
  };
  const { predicted: said } = measurement.scored;
  return { result, indices, probabilities: Float32Array.from(probabilities.data), said, groups };
}

/** Figures of predictions brought to a temperature, and what that did to their probabilities. */
export function figuresAt(
  temperature: number,
  said: Predictions,
  { training, indices }: { readonly training: Training; readonly indices: Int32Array },
): Measured & { readonly calibration: CalibrationChange } {
  const { prepared, settings, grouping } = training;
  const { classNames } = settings;
  const after = measured(temperedBy(said, temperature), {
    prepared,
    indices,
    classNames,
    groupSource: grouping.source,
  });
  const before = classificationMetrics(said.probabilities, said.targets.data, { classNames });
  return { ...after, calibration: { before: trustOf(before), after: trustOf(after.result) } };
}

const trustOf = ({ loss, brier, ece }: Metrics): Trust => ({ loss, brier, ece });
