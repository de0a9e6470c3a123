import type { Steps } from "../protocol.ts";
import { crossValidate } from "./crossValidate.ts";
import { divideFolds } from "./split.ts";
import type { TrainEvent } from "../events.ts";
import { type LabelReviews, reviewLabels } from "../labels/labelReview.ts";
import { foldsCsv, labelsCsv } from "../records.ts";
import { runFiles } from "./runFolder.ts";
import type { Services } from "../context.ts";
import { foldsReport } from "./splitReport.ts";
import { readyEvent, trainingOf, writeBeginning } from "./training.ts";
import type { CrossValidation, Prepared, Training } from "./types.ts";

/** What every image was taken for by a model that had not seen it. */
export interface InFolds {
  /** On all images, not yet begun. */
  readonly training: Training;
  readonly crossValidation: CrossValidation;
  readonly review: LabelReviews;
}

/** Divides the images into folds, cross-validates, and writes both the split and the labels to review. @throws when aborted. */
export async function* inFolds(
  start: Prepared,
  services: Services,
  signal: AbortSignal,
): Steps<TrainEvent, InFolds> {
  const { prepared, settings, run } = start;
  const foldOf = divideFolds(prepared, start, settings);
  const all = Int32Array.from(foldOf.keys());
  const parts = { train: all, validation: all, test: new Int32Array(0) };
  const training = trainingOf(start, parts, foldsReport(foldOf, start));
  await writeBeginning(start, foldsCsv(prepared, foldOf));
  const crossValidation = yield* crossValidate(
    { ...start, foldOf, begin: (event) => readyEvent(event, training) },
    services,
    signal,
  );
  const review = reviewLabels(prepared, crossValidation, settings.classNames);
  await run.write(runFiles.labels, labelsCsv(review.doubts));
  return { training, crossValidation, review };
}
