import type { TrainEvent } from "../events.ts";
import { type LabelReviews, reviewLabels } from "../labels/labelReview.ts";
import type { Steps } from "../protocol.ts";
import { labelsCsv } from "../files/tables.ts";
import { crossValidate } from "./crossValidate.ts";
import { runFiles } from "../files/runFolder.ts";
import type { CrossValidation, PipelineContext, Training } from "./types.ts";

/** What models predict for images that they were not trained on, and the labels that this puts in doubt. */
export interface ReviewedFolds {
  readonly crossValidation: CrossValidation;
  readonly review: LabelReviews;
}

/** Cross-validates, and writes the labels to review. @throws when aborted. */
export async function* reviewInFolds(
  training: Training,
  context: PipelineContext,
): Steps<TrainEvent, ReviewedFolds> {
  const { settings, run } = training.task;
  const crossValidation = yield* crossValidate(training, context);
  const { prepared, grouping } = training.dataset;
  const { classNames } = settings;
  const review = reviewLabels(crossValidation, { prepared, classNames, source: grouping.source });
  await run.write(runFiles.labels, labelsCsv(review.doubts));
  return { crossValidation, review };
}
