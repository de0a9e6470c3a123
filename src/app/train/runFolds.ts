import type { Steps } from "../protocol.ts";
import { fit } from "../../train/index.ts";
import type { TrainEvent } from "../events.ts";
import { finishRun } from "./finish.ts";
import { follow } from "./follow.ts";
import { inFolds } from "./inFolds.ts";
import { historyCsv } from "../records.ts";
import type { TrainResult } from "../results.ts";
import { runFiles } from "./runFolder.ts";
import type { Services } from "../context.ts";
import { fitOptions } from "./training.ts";
import type { Prepared } from "./types.ts";

/**
 * Cross-validates, then trains the model that is kept on all images for as many epochs; the figures are those of the folds.
 * @throws when aborted: a part of a cross-validation is worth nothing.
 */
export async function* runFolds(
  start: Prepared,
  services: Services,
  signal: AbortSignal,
): Steps<TrainEvent, TrainResult> {
  const { prepared, settings, folds } = start;
  const { training, crossValidation } = yield* inFolds(start, services, signal);
  for (const { fold, history } of crossValidation.folds)
    await start.run.write(`folds/${fold}/${runFiles.history}`, historyCsv(history));
  yield { type: "fold", folds, trainCount: prepared.count, validationCount: 0 };
  const { sources } = training;
  const events = fit(settings.model, { train: sources.train }, fitOptions(training, services, signal));
  const fitted = yield* follow(events, {
    epochs: settings.epochs,
    count: prepared.count,
    begin: () => [],
    services,
  });
  signal.throwIfAborted();
  return await finishRun({ ...training, crossValidation }, fitted, services);
}
