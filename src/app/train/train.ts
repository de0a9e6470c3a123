import type { TrainEvent } from "../events.ts";
import { learn } from "./pipeline.ts";
import type { TrainRequest } from "../requests.ts";
import type { TrainResult } from "../results.ts";
import type { RunFolder } from "./runFolder.ts";
import { runTraining } from "./runTraining.ts";
import type { Services } from "../context.ts";
import { type Events, type Steps, eventsOf } from "../protocol.ts";

/**
 * Trains a classifier on a folder or archive of labelled images and writes a run folder.
 * @throws FoveaError when data, options or output do not serve; nothing is left behind then, but whole checkpoints are.
 */
export const train = (
  request: TrainRequest,
  services: Services,
  signal: AbortSignal,
): Events<TrainEvent, TrainResult> => eventsOf(trainSteps(request, services, signal));

/** The steps of `train`. `folder` is the run folder where the caller has already made it. */
export const trainSteps = (
  request: TrainRequest,
  services: Services,
  signal: AbortSignal,
  folder?: RunFolder,
): Steps<TrainEvent, TrainResult> => learn(request, { work: runTraining, services, signal, folder });
