import { at, ndarray } from "../base/index.ts";
import { temperedBy } from "./evaluate.ts";
import type { Groups } from "./intervals/groups.ts";
import { classificationMetrics } from "./metrics/metrics.ts";
import type { Metrics } from "./metrics/types.ts";
import type { Predictions } from "./metrics/score.ts";
import { fitTemperature } from "./temperature.ts";

/** How far probabilities may be trusted: metrics that the most probable class alone does not decide. */
export type CalibrationMetrics = Pick<Metrics, "loss" | "brier" | "ece">;

/** A temperature, and what is known of it from images that it was not fitted on. */
export interface CalibratedTemperature {
  /** To use: the fitted one where it helps, else 1. */
  readonly temperature: number;
  /** On all images. */
  readonly fitted: number;
  readonly before: CalibrationMetrics;
  /** Each image at the temperature that the other folds ask for. */
  readonly crossFitted: CalibrationMetrics;
  /** The predictions that `crossFitted` is measured on. */
  readonly crossFittedPredictions: Predictions;
}

// Chosen: as many as cross-validation of models takes: few enough that each fit sees four fifths of the images.
const maxFolds = 5;
// Chosen: a tenth of a point, the last digit that is printed.
const minGain = 0.001;

/**
 * Fits a temperature, and keeps it only where it lowers both the log loss and the calibration error under cross-fitting:
 * whole groups are dealt to five folds, and each is measured at the temperature that the others ask for.
 */
export function calibrate(
  predictions: Predictions,
  groups: Groups,
  classNames: readonly string[],
): CalibratedTemperature {
  const metricsOf = (some: Predictions): CalibrationMetrics => {
    const { loss, brier, ece } = classificationMetrics(some.probabilities, some.targets, { classNames });
    return { loss, brier, ece };
  };
  const fitted = fitTemperature(predictions.probabilities, predictions.targets);
  const crossFittedPredictions = groups.count > 1 ? crossFit(predictions, groups) : predictions;
  const before = metricsOf(predictions);
  const crossFitted = metricsOf(crossFittedPredictions);
  const helps = crossFitted.loss < before.loss && before.ece - crossFitted.ece >= minGain;
  return { temperature: helps ? fitted : 1, fitted, before, crossFitted, crossFittedPredictions };
}

/** Groups are numbered in the order of their images, so that dealing them in turn spreads every class over the folds. */
function crossFit(predictions: Predictions, groups: Groups): Predictions {
  const folds = Math.min(maxFolds, groups.count);
  const { shape } = predictions.probabilities;
  const classes = shape[1] ?? 1;
  const data = new Float32Array(predictions.probabilities.data.length);
  for (let fold = 0; fold < folds; fold++) {
    const others = rowsOf(predictions, (i) => at(groups.of, i) % folds !== fold);
    const temperature = fitTemperature(others.probabilities, others.targets);
    const tempered = temperedBy(predictions, temperature).probabilities.data;
    for (let i = 0; i < groups.of.length; i++)
      if (at(groups.of, i) % folds === fold)
        data.set(tempered.subarray(i * classes, (i + 1) * classes), i * classes);
  }
  return { ...predictions, probabilities: ndarray(data, shape) };
}

function rowsOf({ probabilities, targets }: Predictions, chosen: (row: number) => boolean): Predictions {
  const classes = probabilities.shape[1] ?? 1;
  const rows = Array.from(targets.data.keys()).filter(chosen);
  const data = new Float32Array(rows.length * classes);
  for (const [to, row] of rows.entries())
    data.set(probabilities.data.subarray(row * classes, (row + 1) * classes), to * classes);
  return {
    probabilities: ndarray(data, [rows.length, classes]),
    targets: ndarray(
      Float32Array.from(rows, (row) => at(targets.data, row)),
      [rows.length],
    ),
  };
}
