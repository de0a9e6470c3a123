import { renderReport } from "../report/index.ts";
import type { EndEvent } from "../train/index.ts";
import { reportOf } from "./reportOf.ts";
import { reportPictures } from "./reportPictures.ts";
import type { TrainResult } from "./results.ts";
import type { Training } from "./runTraining.ts";
import type { Services } from "./services.ts";

/** What came of a training. */
export interface Outcome {
  readonly result: TrainResult;
  readonly end: EndEvent;
  /** Pictures that the page's tables are of, as indices of the prepared ones. */
  readonly indices: Int32Array;
  /** What the network said of them: [pictures, classes]. */
  readonly probabilities: Float32Array;
}

/** report.html of a run. */
export async function reportPage(
  training: Training,
  { result, end, indices, probabilities }: Outcome,
  services: Services,
): Promise<string> {
  const pictures = await reportPictures({ weights: end.weights, indices, probabilities }, training, services);
  return renderReport(
    reportOf({ training, result, history: end.history, versions: services.versions, pictures }),
  );
}
