import { withCleanup } from "../cleanup.ts";
import type { Services } from "../context.ts";
import type { TrainEvent } from "../events.ts";
import type { Steps } from "../protocol.ts";
import type { TrainRequest } from "../requests.ts";
import type { TrainResult } from "../results.ts";
import { calibrateModel } from "./steps/calibrate.ts";
import { fitModel } from "./steps/fit.ts";
import { fitToTime } from "./steps/fitToTime.ts";
import { groupImages } from "./steps/group.ts";
import { prepareTraining, withLengths } from "./steps/prepare.ts";
import type { RunFolder } from "../files/runFolder.ts";
import { scanData } from "./steps/scan.ts";
import { splitImages } from "./steps/split.ts";
import { writeRun } from "./steps/writeRun.ts";

export interface PipelineOptions {
  readonly services: Services;
  readonly signal: AbortSignal;
  /** The run folder, where the caller has already made it. */
  readonly folder?: RunFolder | undefined;
}

/**
 * Trains a classifier: scan, group, split, prepare, fit, calibrate, report; each step is a file of steps/.
 * @throws FoveaError when data, options or output do not serve; nothing is left behind then, but whole checkpoints are.
 */
export const trainPipeline = (
  request: TrainRequest,
  { folder, ...options }: PipelineOptions,
): Steps<TrainEvent, TrainResult> =>
  withCleanup(async function* (cleanup) {
    const context = { ...options, cleanup };
    const scanned = yield* scanData(request, context, { folder, canResume: true });
    const grouped = yield* groupImages(scanned, context);
    yield { type: "working", on: "splitting" };
    const split = splitImages(grouped);
    const timed = yield* fitToTime(grouped, split, context);
    yield { type: "working", on: "preparing" };
    const prepared = await prepareTraining(timed, split);
    const fitted = yield* fitModel(prepared, context);
    const training = await withLengths(prepared, fitted);
    const calibrated = yield* calibrateModel(training, fitted, options.signal);
    return yield* writeRun(training, { fitted, calibrated }, context.services);
  });
