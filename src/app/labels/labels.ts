import type { TrainEvent } from "../events.ts";
import { withCleanup } from "../cleanup.ts";
import { groupImages } from "../train/steps/group.ts";
import { prepareTraining } from "../train/steps/prepare.ts";
import { reviewInFolds } from "../train/reviewInFolds.ts";
import { scanData } from "../train/steps/scan.ts";
import { splitImages } from "../train/steps/split.ts";
import { join } from "../files/paths.ts";
import { withText } from "../../messages/index.ts";
import { jsonText } from "../files/json.ts";
import type { LabelsRequest } from "../requests.ts";
import type { LabelsResult } from "../results.ts";
import { runFiles } from "../files/runFolder.ts";
import type { Services } from "../context.ts";
import type { PipelineContext } from "../train/types.ts";
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
  eventsOf(withCleanup((cleanup) => labelsSteps({ ...request, folds }, { services, signal, cleanup })));

async function* labelsSteps(
  request: LabelsRequest,
  context: PipelineContext,
): Steps<TrainEvent, LabelsResult> {
  const grouped = yield* groupImages(yield* scanData(request, context), context);
  yield { type: "working", on: "splitting" };
  const split = splitImages(grouped);
  yield { type: "working", on: "preparing" };
  const training = await prepareTraining(grouped, split);
  const { crossValidation, review } = yield* reviewInFolds(training, context);
  const { prepared, collection } = training.dataset;
  const { settings, run, started } = training.task;
  const { doubts, expectedWrong, accuracy, outcome } = review;
  const { folds } = crossValidation;
  const result: LabelsResult = {
    run: run.path,
    review: join(run.path, runFiles.labels),
    classes: settings.classNames,
    count: training.split.parts.validation.length,
    accuracy,
    folds: folds.length,
    splitReport: training.split.report,
    outcome: withText(outcome),
    expectedWrong: outcome.code === "labels-not-reviewable" ? null : expectedWrong,
    suspects: doubts.filter(({ suspect }) => suspect).length,
    labels: doubts,
    skipped: [...collection.skipped, ...prepared.skipped],
    notes: collection.notes.map(withText),
    seconds: (context.services.clock() - started) / 1000,
  };
  const { labels: _, ...summary } = result;
  await run.write(runFiles.metrics, jsonText(summary));
  return result;
}
