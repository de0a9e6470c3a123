import { type StartEvent, fit } from "../train/index.ts";
import { crossValidate } from "./crossValidate.ts";
import { divideFolds } from "./division.ts";
import type { TrainEvent } from "./events.ts";
import { finishRun } from "./finishRun.ts";
import { follow } from "./follow.ts";
import { reviewLabels } from "./labelReview.ts";
import { foldsCsv, historyCsv, labelsCsv } from "./records.ts";
import type { TrainResult } from "./results.ts";
import { runFiles } from "./runFolder.ts";
import type { Prepared } from "./runTraining.ts";
import type { Services } from "./services.ts";
import { foldsReport } from "./splitReport.ts";
import { fitOptions, readyEvent, trainingOf, writeBeginning } from "./training.ts";

/**
 * Cross-validates, then trains the model that is kept on all pictures for as many epochs; the figures are those of the folds.
 * @throws when aborted: a part of a cross-validation is worth nothing.
 */
export async function* runFolds(
  start: Prepared,
  services: Services,
  signal: AbortSignal,
): AsyncGenerator<TrainEvent, TrainResult> {
  const { prepared, settings } = start;
  const foldOf = divideFolds(prepared, start, settings);
  const all = Int32Array.from(foldOf.keys());
  const parts = { train: all, validation: all, test: new Int32Array(0) };
  const training = trainingOf(start, parts, foldsReport(foldOf, start));
  await writeBeginning(start, foldsCsv(prepared, foldOf));
  const begin = (event: StartEvent): TrainEvent => readyEvent(event, training);
  const crossValidation = yield* crossValidate({ ...start, foldOf, begin }, services, signal);
  for (const { fold, history } of crossValidation.folds)
    await start.run.write(`folds/${fold}/${runFiles.history}`, historyCsv(history));
  const { doubts } = reviewLabels(prepared, crossValidation, settings.classNames);
  await start.run.write(runFiles.labels, labelsCsv(doubts));
  yield { type: "fold", folds: start.folds, trainCount: all.length, validationCount: 0 };
  const { sources } = training;
  const events = fit(settings.model, { train: sources.train }, fitOptions(training, services, signal));
  const fitted = yield* follow(events, {
    epochs: settings.epochs,
    count: all.length,
    begin: () => [],
    services,
  });
  signal.throwIfAborted();
  return await finishRun({ ...training, crossValidation }, fitted, services);
}
