import type { TrainEvent } from "../events.ts";
import { learn } from "./pipeline.ts";
import type { TrainRequest } from "../requests.ts";
import type { TrainResult } from "../results.ts";
import type { RunFolder } from "./runFolder.ts";
import { runTraining } from "./runTraining.ts";
import type { Services } from "../context.ts";

/**
 * Trains a classifier on a folder or archive of labelled images and writes a run folder.
 * `folder` is the run folder where the caller has already made it.
 * @throws FoveaError when data, options or output do not serve; nothing is left behind then, but whole checkpoints are.
 */
export const train = (
  request: TrainRequest,
  services: Services,
  signal: AbortSignal,
  folder?: RunFolder,
): AsyncGenerator<TrainEvent, TrainResult> => learn(request, { work: runTraining, services, signal, folder });
