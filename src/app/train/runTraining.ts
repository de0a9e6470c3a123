import { writeRecord } from "../../bundle/index.ts";
import type { PrepareTransform, Transform } from "../../data/index.ts";
import type { Backend } from "../../engine/index.ts";
import { type FitOptions, fit } from "../../train/index.ts";
import type { CrossValidation } from "./crossValidate.ts";
import { type Sources, partIndices } from "./dataParts.ts";
import { divide } from "./split.ts";
import type { TrainEvent } from "../events.ts";
import { finishRun } from "./finish.ts";
import { follow } from "./follow.ts";
import type { GroupedImages, Grouping } from "../data/grouping.ts";
import { type PartIndices, splitCsv } from "../records.ts";
import type { SplitReport, TrainResult } from "../results.ts";
import { runFiles } from "./runFolder.ts";
import { runFolds } from "./runFolds.ts";
import type { Services } from "../context.ts";
import { splitReport } from "./splitReport.ts";
import type { Start } from "./pipeline.ts";
import { fitOptions, readyEvent, trainingOf, writeBeginning } from "./training.ts";

export interface Prepared extends Start, GroupedImages {
  readonly grouping: Grouping;
  readonly backend: Backend;
  readonly prepare: readonly PrepareTransform[];
  /** That reading all images and finding their groups took. */
  readonly readSeconds: number;
}

/** Everything that one training works with. */
export interface Training extends Prepared {
  readonly parts: PartIndices;
  readonly splitReport: SplitReport;
  readonly sources: Sources;
  /** From decoded image to the network's input; the augmentation too, which serving skips. */
  readonly transforms: readonly Transform[];
  /** What the figures come from, where no part is kept back. */
  readonly crossValidation?: CrossValidation;
}

/** Trains on images that were read, and writes the run folder. */
export async function* runTraining(
  start: Prepared,
  services: Services,
  signal: AbortSignal,
): AsyncGenerator<TrainEvent, TrainResult> {
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
