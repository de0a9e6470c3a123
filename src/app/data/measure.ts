import { at } from "../../base/index.ts";
import { type GroupSource, type PreparedImages, groupNumbers } from "../../data/index.ts";
import {
  type CalibratedTemperature,
  type CalibrationMetrics,
  type Groups,
  type Metrics,
  type Predictions,
  calibrate,
  classificationMetrics,
  groupsOf,
  intervalsOf,
  measure,
  reliabilityWithIntervals,
  averagePredictions,
  temperedBy,
} from "../../evaluate/index.ts";
import type { CalibrationChange, EvaluateResult } from "../results.ts";

export interface MeasuredImages {
  readonly prepared: PreparedImages;
  /** The images that were predicted, in that order. */
  readonly indices: Int32Array;
  readonly classNames: readonly string[];
  readonly groupSource: GroupSource;
}

/** The metrics of one set of images, and the predictions behind them. */
export interface Measured {
  readonly result: EvaluateResult;
  /** The images, as indices of the prepared ones. */
  readonly indices: Int32Array;
  /** [n, classes] */
  readonly probabilities: Float32Array;
  /** Most probable class of each image. */
  readonly predicted: Int32Array;
  readonly groups: Groups;
}

/** Turns predictions into metrics; what they come from goes along for whoever needs it. */
export function measured(
  { probabilities, targets }: Predictions,
  { prepared, indices, classNames, groupSource }: MeasuredImages,
): Measured {
  const measurement = measure(probabilities, targets, { classNames });
  const groups = groupsAmong({ prepared, indices });
  const result: EvaluateResult = {
    classes: classNames,
    ...measurement.metrics,
    reliability: reliabilityWithIntervals(measurement, groups),
    groups: groups.count,
    groupSource,
    intervals: intervalsOf(measurement, groups),
    skipped: prepared.skipped,
  };
  const { predicted } = measurement.scored;
  return { result, indices, probabilities: Float32Array.from(probabilities.data), predicted, groups };
}

/** Metrics of validation predictions at the temperature that is worth using. */
export function metricsOfValidation(
  predictions: Predictions,
  options: MeasuredImages,
): Measured & { readonly calibration: CalibratedTemperature } {
  const calibration = calibrate(predictions, groupsAmong(options), options.classNames);
  const { temperature, crossFittedPredictions } = calibration;
  const final = measured(temperedBy(predictions, temperature), options);
  if (temperature === 1) return { ...final, calibration };
  // What the temperature decides comes from images that it was not fitted on.
  const { loss, brier, ece, reliability, intervals } = measured(crossFittedPredictions, options).result;
  const result: EvaluateResult = {
    ...final.result,
    loss,
    brier,
    ece,
    reliability,
    intervals: {
      ...final.result.intervals,
      loss: intervals.loss,
      brier: intervals.brier,
      ece: intervals.ece,
    },
  };
  return { ...final, result, calibration };
}

/** Metrics of test predictions, averaged over the nets, at the temperature of the model file, and what it did to them. */
export function metricsOfTest(
  each: readonly Predictions[],
  temperature: number,
  options: MeasuredImages,
): Measured & { readonly calibration: CalibrationChange } {
  const { classNames } = options;
  const tempered = averagePredictions(each.map((predictions) => temperedBy(predictions, temperature)));
  const after = measured(tempered, options);
  const predictions = averagePredictions(each);
  const before = classificationMetrics(predictions.probabilities, predictions.targets, { classNames });
  return { ...after, calibration: { before: calibrationOf(before), after: calibrationOf(after.result) } };
}

const groupsAmong = ({ prepared, indices }: Pick<MeasuredImages, "prepared" | "indices">): Groups =>
  groupsOf(groupNumbers(Array.from(indices, (index) => at(prepared.images, index))));

const calibrationOf = ({ loss, brier, ece }: Metrics): CalibrationMetrics => ({ loss, brier, ece });
