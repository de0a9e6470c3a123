import { at, ndarray } from "../../../base/index.ts";
import type { CalibratedTemperature, Predictions } from "../../../evaluate/index.ts";
import {
  type MeasuredImages,
  type Measured,
  metricsOfTest,
  metricsOfValidation,
} from "../../data/measure.ts";
import type { BaselineReport, CalibrationChange } from "../../results.ts";
import { besideBaselines } from "../baselines.ts";
import { evaluatePart } from "../evaluatePart.ts";
import type { CrossValidation, Fitted, Training } from "../types.ts";

/** The metrics of a trained model, at the temperature that is worth using. */
export interface Calibrated {
  /** Uncalibrated, of the validation set. */
  readonly predictions: Predictions;
  readonly validation: Measured & { readonly calibration: CalibratedTemperature };
  /** Absent where the data has no test set. */
  readonly test?: (Measured & { readonly calibration: CalibrationChange }) | undefined;
  readonly baselines: BaselineReport;
}

/** Evaluates the best weights, fits the temperature on the validation set, and measures what the baselines reach on it. */
export async function calibrateModel(
  training: Training,
  { end, crossValidation }: Fitted,
): Promise<Calibrated> {
  const { task, split, sources, backend } = training;
  const model = { settings: task.settings, backend };
  const predictions = crossValidation
    ? ofFolds(training, crossValidation)
    : await evaluatePart(model, end.weights, sources.validation);
  const validation = metricsOfValidation(predictions, measuring(training, split.parts.validation));
  const { temperature } = validation.calibration;
  const test =
    sources.test &&
    metricsOfTest(
      await evaluatePart(model, end.weights, sources.test),
      temperature,
      measuring(training, split.parts.test),
    );
  const baselines = await besideBaselines(training, { validation, crossValidation });
  return { predictions, validation, test, baselines };
}

const measuring = ({ task, dataset }: Training, indices: Int32Array): MeasuredImages => ({
  prepared: dataset.prepared,
  indices,
  classNames: task.settings.classNames,
  groupSource: dataset.grouping.source,
});

/** The predictions of the folds' models; the one that is kept was trained on all images of the folds. */
const ofFolds = (
  { task: { settings }, dataset: { prepared } }: Training,
  { indices, probabilities }: CrossValidation,
): Predictions => ({
  probabilities: ndarray(probabilities, [indices.length, settings.classNames.length]),
  targets: ndarray(
    Float32Array.from(indices, (index) => at(prepared.labels, index)),
    [indices.length],
  ),
});
