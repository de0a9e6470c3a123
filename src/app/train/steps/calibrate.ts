import { at, ndarray } from "../../../base/index.ts";
import {
  type BatchSource,
  type CalibratedTemperature,
  type Predictions,
  imageSource,
} from "../../../evaluate/index.ts";
import {
  type MeasuredImages,
  type Measured,
  metricsOfTest,
  metricsOfValidation,
} from "../../data/measure.ts";
import type { BaselineReport, CalibrationChange } from "../../results.ts";
import { reporting } from "../../data/reporting.ts";
import type { TrainEvent } from "../../events.ts";
import type { Steps } from "../../protocol.ts";
import { besideBaselines } from "../baselines.ts";
import { evaluatePart } from "../evaluatePart.ts";
import type { CrossValidation, Fitted, FoldNet, Training } from "../types.ts";

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
export async function* calibrateModel(
  training: Training,
  { end, crossValidation }: Fitted,
  signal: AbortSignal,
): Steps<TrainEvent, Calibrated> {
  const { task, split, sources, backend } = training;
  const model = { settings: task.settings, backend };
  yield { type: "working", on: "predicting" };
  const predictions = crossValidation
    ? ofFolds(training, crossValidation)
    : await evaluatePart(model, end.weights, sources.validation);
  yield { type: "working", on: "metrics" };
  const validation = metricsOfValidation(predictions, measuring(training, split.parts.validation));
  const { temperature } = validation.calibration;
  const test =
    sources.test &&
    (yield* measureTest(training, { end, crossValidation, source: sources.test, temperature }));
  const baselines = yield* reporting<TrainEvent, BaselineReport>(
    (report) =>
      besideBaselines(training, { validation, crossValidation }, (done) =>
        report({ type: "working", on: "baselines", done }),
      ),
    { signal },
  );
  return { predictions, validation, test, baselines };
}

async function* measureTest(
  training: Training,
  {
    end,
    crossValidation,
    source: whole,
    temperature,
  }: Pick<Fitted, "end" | "crossValidation"> & { source: BatchSource; temperature: number },
): Steps<TrainEvent, Measured & { readonly calibration: CalibrationChange }> {
  const { task, split, backend } = training;
  yield { type: "working", on: "predicting" };
  const nets = ensembleOf(crossValidation);
  const each: Predictions[] = [];
  for (const { weights, source } of nets.length > 0
    ? nets.map((net) => ({ ...net, source: testSource(training, net) }))
    : [{ weights: end.weights, source: whole }])
    each.push(await evaluatePart({ settings: task.settings, backend }, weights, source));
  yield { type: "working", on: "metrics" };
  return metricsOfTest(each, temperature, measuring(training, split.parts.test));
}

/** The nets that an ensemble averages; none where one model is kept. */
export const ensembleOf = (crossValidation: CrossValidation | undefined): readonly FoldNet[] =>
  crossValidation?.folds.flatMap(({ net }) => net ?? []) ?? [];

const testSource = (
  { dataset: { prepared }, split }: Training,
  { normalise }: Pick<FoldNet, "normalise">,
): BatchSource => imageSource(prepared, { indices: split.parts.test, normalise });

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
