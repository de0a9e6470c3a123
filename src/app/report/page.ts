import { sha256Of } from "../../data/index.ts";
import { renderReport } from "../../report/index.ts";
import type { EndEvent } from "../../train/index.ts";
import { type RunRecord, reportOf } from "./reportOf.ts";
import { reportImages } from "./images.ts";
import type { TrainResult } from "../results.ts";
import { runFiles } from "../files/runFolder.ts";
import type { Services } from "../context.ts";
import type { Training } from "../train/types.ts";

/** What the page of a run is made from, beside the training itself. */
export interface Outcome {
  readonly result: TrainResult;
  readonly end: EndEvent;
  /** Images that the page's tables are of, as indices of the prepared ones. */
  readonly indices: Int32Array;
  /** Predicted for them: [images, classes]. */
  readonly probabilities: Float32Array;
}

async function digestsOf({ task: { run }, dataset: { prepared } }: Training): Promise<RunRecord["sha256"]> {
  const all = new TextEncoder().encode(prepared.sha256.toSorted().join("\n"));
  return { split: await sha256Of(await run.read(runFiles.split)), data: await sha256Of(all) };
}

/** report.html of a run. */
export async function reportPage(
  training: Training,
  { result, end, indices, probabilities }: Outcome,
  services: Services,
): Promise<string> {
  // The images of the folds were predicted by other networks than the one that is kept, and those of an ensemble by several.
  const weights = result.folds && (!result.test || result.folds.ensemble) ? {} : { weights: end.weights };
  const images = await reportImages({ ...weights, indices, probabilities }, training, services);
  const sha256 = await digestsOf(training);
  const { versions, invocation } = services;
  return renderReport(
    reportOf({ training, result, history: end.history, versions, invocation, sha256, images }),
  );
}
