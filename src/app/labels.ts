import { crossValidate } from "./crossValidate.ts";
import { divideFolds } from "./division.ts";
import type { TrainEvent } from "./events.ts";
import { reviewLabels } from "./labelReview.ts";
import { learn } from "./learn.ts";
import { join } from "./paths.ts";
import { foldsCsv, jsonText, labelsCsv } from "./records.ts";
import type { LabelsRequest } from "./requests.ts";
import type { LabelsResult } from "./results.ts";
import { runFiles } from "./runFolder.ts";
import type { Prepared } from "./runTraining.ts";
import type { Services } from "./services.ts";
import { foldsReport } from "./splitReport.ts";
import { readyEvent, trainingOf, writeBeginning } from "./training.ts";

/**
 * Lists the pictures whose label looks wrong to models that have not seen them, with the label they would give; changes nothing.
 * @throws FoveaError as `train` does; nothing is left behind then.
 */
export const labels = (
  { folds = 5, ...request }: LabelsRequest,
  services: Services,
  signal: AbortSignal,
): AsyncGenerator<TrainEvent, LabelsResult> =>
  learn({ ...request, folds }, { work: runReview, services, signal });

async function* runReview(
  start: Prepared,
  services: Services,
  signal: AbortSignal,
): AsyncGenerator<TrainEvent, LabelsResult> {
  const { prepared, settings, run, collection, started } = start;
  const { classNames } = settings;
  const foldOf = divideFolds(prepared, start, settings);
  const report = foldsReport(foldOf, start);
  const all = Int32Array.from(foldOf.keys());
  const training = trainingOf(start, { train: all, validation: all, test: new Int32Array(0) }, report);
  await writeBeginning(start, foldsCsv(prepared, foldOf));
  const begin = (event: Parameters<typeof readyEvent>[0]): TrainEvent => readyEvent(event, training);
  const crossValidation = yield* crossValidate({ ...start, foldOf, begin }, services, signal);
  const { doubts, expectedWrong } = reviewLabels(prepared, crossValidation, classNames);
  const { folds } = crossValidation;
  const result: LabelsResult = {
    run: run.path,
    review: join(run.path, runFiles.labels),
    classes: classNames,
    count: prepared.count,
    accuracy: folds.reduce((sum, { accuracy, count }) => sum + accuracy * count, 0) / prepared.count,
    folds: folds.length,
    splitReport: report,
    expectedWrong,
    suspects: doubts.filter(({ suspect }) => suspect).length,
    labels: doubts,
    leftOut: [...collection.leftOut, ...prepared.leftOut],
    seconds: (services.clock() - started) / 1000,
  };
  await run.write(runFiles.labels, labelsCsv(doubts));
  const { labels: _, ...summary } = result;
  await run.write(runFiles.metrics, jsonText(summary));
  return result;
}
