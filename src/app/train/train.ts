import type { Services } from "../context.ts";
import type { TrainEvent } from "../events.ts";
import { type Events, eventsOf } from "../protocol.ts";
import type { TrainRequest } from "../requests.ts";
import type { TrainResult } from "../results.ts";
import { trainPipeline } from "./pipeline.ts";

/**
 * Trains a classifier on a folder or archive of labelled images and writes a run folder.
 * @throws FoveaError when data, options or output do not serve; nothing is left behind then, but whole checkpoints are.
 */
export const train = (
  request: TrainRequest,
  services: Services,
  signal: AbortSignal,
): Events<TrainEvent, TrainResult> => eventsOf(trainPipeline(request, { services, signal }));
