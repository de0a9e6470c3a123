import type { Steps } from "../protocol.ts";
import { writeRecord } from "../../bundle/index.ts";
import { type FitOptions, fit } from "../../train/index.ts";
import { partIndices } from "./dataParts.ts";
import { divide } from "./split.ts";
import type { TrainEvent } from "../events.ts";
import { finishRun } from "./finish.ts";
import { follow } from "./follow.ts";
import { splitCsv } from "../records.ts";
import type { TrainResult } from "../results.ts";
import { runFiles } from "./runFolder.ts";
import { runFolds } from "./runFolds.ts";
import type { Services } from "../context.ts";
import { splitReport } from "./splitReport.ts";
import { fitOptions, readyEvent, trainingOf, writeBeginning } from "./training.ts";
import type { Prepared } from "./types.ts";

/** Trains on images that were read, and writes the run folder. */
export async function* runTraining(
  start: Prepared,
  services: Services,
  signal: AbortSignal,
): Steps<TrainEvent, TrainResult> {
  if (start.folds > 0) return yield* runFolds(start, services, signal);
  const { prepared, settings, resumed, run } = start;
  const divided = divide(prepared, start, settings);
  const parts = partIndices(prepared, divided);
  const training = trainingOf(start, parts, splitReport(divided, start));
  if (!resumed) await writeBeginning(start, splitCsv(prepared, parts));
  const options: FitOptions = {
    ...fitOptions(training, services, signal),
    checkpoints: true,
    ...(resumed && { resume: resumed.checkpoint }),
  };
  const fitted = yield* follow(fit(settings.model, training.sources, options), {
    epochs: settings.epochs,
    count: training.sources.train.count,
    begin: (event) => [readyEvent(event, training)],
    keep: (checkpoint) => run.write(runFiles.checkpoint, writeRecord(checkpoint)),
    services,
  });
  return await finishRun(training, fitted, services);
}
