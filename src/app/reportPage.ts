import { renderReport } from "../report/index.ts";
import type { History } from "../train/index.ts";
import { reportOf } from "./reportOf.ts";
import { reportPictures } from "./reportPictures.ts";
import type { TrainResult } from "./results.ts";
import type { Training } from "./runTraining.ts";
import type { Services } from "./services.ts";

/** What came of a training. */
export interface Outcome {
  readonly result: TrainResult;
  readonly history: History;
  /** Pictures that the page's tables are of, as indices of the prepared ones. */
  readonly indices: Int32Array;
  /** What the network said of them: [pictures, classes]. */
  readonly probabilities: Float32Array;
}

/** report.html of a run. */
export async function reportPage(
  training: Training,
  { result, history, indices, probabilities }: Outcome,
  services: Services,
): Promise<string> {
  const { prepared, settings } = training;
  const said = { prepared, indices, probabilities, classNames: settings.classNames };
  const pictures = await reportPictures(said, training, services);
  return renderReport(reportOf({ training, result, history, versions: services.versions, pictures }));
}
