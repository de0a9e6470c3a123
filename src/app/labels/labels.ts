import type { TrainEvent } from "../events.ts";
import { inFolds } from "../train/inFolds.ts";
import { learn } from "../train/pipeline.ts";
import { join } from "../paths.ts";
import { jsonText } from "../records.ts";
import type { LabelsRequest } from "../requests.ts";
import type { LabelsResult } from "../results.ts";
import { runFiles } from "../train/runFolder.ts";
import type { Services } from "../context.ts";
import type { Prepared } from "../train/types.ts";
import { type Events, type Steps, eventsOf } from "../protocol.ts";

/**
 * Lists the images whose label looks wrong to models that have not seen them, with the label they would give; changes nothing.
 * @throws FoveaError as `train` does; nothing is left behind then.
 */
export const labels = (
  { folds = 5, ...request }: LabelsRequest,
  services: Services,
  signal: AbortSignal,
): Events<TrainEvent, LabelsResult> =>
  eventsOf(learn({ ...request, folds }, { work: runReview, services, signal }));

async function* runReview(
  start: Prepared,
  services: Services,
  signal: AbortSignal,
): Steps<TrainEvent, LabelsResult> {
  const { prepared, settings, run, collection, started } = start;
  const { training, crossValidation, review } = yield* inFolds(start, services, signal);
  const { doubts, expectedWrong } = review;
  const { folds } = crossValidation;
  const result: LabelsResult = {
    run: run.path,
    review: join(run.path, runFiles.labels),
    classes: settings.classNames,
    count: prepared.count,
    accuracy: folds.reduce((sum, { accuracy, count }) => sum + accuracy * count, 0) / prepared.count,
    folds: folds.length,
    splitReport: training.splitReport,
    expectedWrong,
    suspects: doubts.filter(({ suspect }) => suspect).length,
    labels: doubts,
    skipped: [...collection.skipped, ...prepared.skipped],
    seconds: (services.clock() - started) / 1000,
  };
  const { labels: _, ...summary } = result;
  await run.write(runFiles.metrics, jsonText(summary));
  return result;
}
