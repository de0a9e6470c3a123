import { withText } from "../../../messages/index.ts";
import { withoutContradictions } from "../../../train/index.ts";
import type { TrainEvent } from "../../events.ts";
import type { Steps } from "../../protocol.ts";
import type { Services } from "../../context.ts";
import { join } from "../../files/paths.ts";
import { jsonText } from "../../files/json.ts";
import { historyCsv, predictionsCsv } from "../../files/tables.ts";
import { reportPage } from "../../report/page.ts";
import type { Advice, FoldsReview, TrainResult } from "../../results.ts";
import { adviceOn } from "../baselines.ts";
import type { Calibrated } from "./calibrate.ts";
import { foldsAdvice, foldsResult } from "../crossValidate.ts";
import { modelFileOf } from "../bundle.ts";
import { type RunFolder, runFiles } from "../../files/runFolder.ts";
import type { Fitted, Training } from "../types.ts";

interface Outcome {
  readonly fitted: Fitted;
  readonly calibrated: Calibrated;
}

/** Writes everything that the folder of a finished run holds, the page last. */
export async function* writeRun(
  training: Training,
  { fitted, calibrated }: Outcome,
  services: Services,
): Steps<TrainEvent, TrainResult> {
  yield { type: "working", on: "writing" };
  const { run, settings } = training.task;
  const { prepared } = training.dataset;
  const { predictions, validation, test } = calibrated;
  const { history } = fitted.end;
  const result = trainResult(training, { fitted, calibrated }, services);
  const modelFile = await modelFileOf(training, { result, fitted, predictions });
  const { classNames } = settings;
  const predictionParts = [
    { ...validation, part: () => "validation" },
    ...(test ? [{ ...test, part: () => "test" }] : []),
  ];
  await run.write(runFiles.model, modelFile);
  await run.write(runFiles.metrics, jsonText(result));
  await run.write(runFiles.predictions, predictionsCsv(prepared, { classNames, parts: predictionParts }));
  await run.write(runFiles.history, historyCsv(history));
  yield { type: "working", on: "report-images" };
  await training.task.tensorBoard?.errors({ ...validation, prepared, classNames }, history.length);
  const { indices, probabilities } = test ?? validation;
  const shown = { result, end: fitted.end, indices, probabilities };
  await run.write(runFiles.report, await reportPage(training, shown, services));
  return result;
}

function trainResult(
  { task, dataset, split, backend, augmentation }: Training,
  { fitted, calibrated }: Outcome,
  { clock }: Services,
): TrainResult {
  const { run, settings, started } = task;
  const { start, end, crossValidation, review } = fitted;
  const { validation, test, baselines } = calibrated;
  const { temperature, fitted: fittedTemperature, before, crossFitted } = validation.calibration;
  return {
    run: run.path,
    model: join(run.path, runFiles.model),
    report: join(run.path, runFiles.report),
    ...validation.result,
    architecture: settings.modelName,
    seconds: (clock() - started) / 1000,
    readSeconds: dataset.readSeconds,
    stallFractions: end.history.flatMap(({ stallFraction }) => stallFraction ?? []),
    end: end.reason,
    epochs: end.history.length,
    bestEpoch: end.bestEpoch,
    monitor: settings.monitor ?? "accuracy",
    split: settings.split,
    splitReport: split.report,
    ...(crossValidation && { folds: foldsResult(crossValidation) }),
    ...(review && { labels: labelsOf(run, review) }),
    seed: settings.seed,
    augment: settings.augment,
    ...(augmentation && { augmentation: withText(augmentation) }),
    arithmetic: backend.arithmetic,
    images: {
      train: split.parts.train.length,
      validation: split.parts.validation.length,
      test: split.parts.test.length,
    },
    parameters: { total: start.parameters, trainable: start.trainableParameters },
    memory: start.memory,
    skipped: [...dataset.collection.skipped, ...dataset.prepared.skipped],
    notes: [...dataset.collection.notes, ...start.notes].map(withText),
    advice: adviceOf(fitted, calibrated),
    calibration: {
      temperature,
      fittedTemperature,
      validation: { before, after: crossFitted },
      ...(test && { test: test.calibration }),
    },
    baselines,
    ...(test && { test: test.result }),
  };
}

const labelsOf = (run: RunFolder, { doubts, outcome }: NonNullable<Fitted["review"]>): FoldsReview => ({
  review: join(run.path, runFiles.labels),
  images: doubts.length,
  outcome: withText(outcome),
});

/** What was noticed while training and beside the baselines. */
const adviceOf = ({ end, crossValidation }: Fitted, { baselines }: Calibrated): readonly Advice[] =>
  withoutContradictions([
    ...(crossValidation ? foldsAdvice(crossValidation) : end.advice.map(withText)),
    ...adviceOn(baselines),
  ]);
