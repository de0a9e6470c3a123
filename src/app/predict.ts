import { type Cleanup, withCleanup } from "./cleanup.ts";
import { openModel } from "../predict/index.ts";
import { expandImages } from "./data/imageFiles.ts";
import { readModelFile } from "./files/modelFile.ts";
import type { PredictRequest } from "./requests.ts";
import type { PredictResult, Prediction } from "./results.ts";
import type { Services } from "./context.ts";
import type { PredictEvent } from "./events.ts";
import { type Events, type Steps, eventsOf } from "./protocol.ts";

/** What predicting needs from the place it runs in. */
type PredictServices = Pick<Services, "codec" | "files" | "openBackend" | "openTree">;

/** Images read and named at a time. */
const group = 32;

/** Names what images show, in the order given; one that cannot be read has an error and does not stop the others. */
export const predict = (
  request: PredictRequest,
  services: PredictServices,
  signal: AbortSignal,
): Events<PredictEvent, PredictResult> =>
  eventsOf(withCleanup((cleanup) => predictSteps(request, { services, signal, cleanup })));

interface PredictTask {
  readonly services: PredictServices;
  readonly signal: AbortSignal;
  readonly cleanup: Cleanup;
}

async function* predictSteps(
  { model: given, images, top = 3, threads }: PredictRequest,
  { services, signal, cleanup }: PredictTask,
): Steps<PredictEvent, PredictResult> {
  const { path, nets } = await readModelFile(given, services.files);
  const { paths, skipped, read, close } = await expandImages(images, services);
  cleanup.atEnd(close);
  yield { type: "predicting", done: 0, total: paths.length };
  const backend = await services.openBackend(threads === undefined ? {} : { threads });
  cleanup.atEnd(() => backend.close());
  const batchSize = Math.min(group, paths.length);
  const model = await openModel(nets, { backend, codec: services.codec, batchSize, who: path });
  cleanup.atEnd(async () => model.close());
  const predictions: Prediction[] = [];
  for (let from = 0; from < paths.length; from += group) {
    if (from > 0) yield { type: "predicting", done: from, total: paths.length };
    const files = paths.slice(from, from + group).map((one) => ({ path: one, bytes: () => read(one) }));
    predictions.push(...(await model.predict(files, { top, signal })));
  }
  return { predictions, skipped };
}
