import { cellTypes, syntheticCollection } from "../data/index.ts";
import { withCleanup } from "./cleanup.ts";
import type { TrainEvent } from "./events.ts";
import { join } from "./files/paths.ts";
import type { DemoRequest } from "./requests.ts";
import type { TrainResult } from "./results.ts";
import { createRunFolder } from "./files/runFolder.ts";
import type { Services } from "./context.ts";
import { trainPipeline } from "./train/pipeline.ts";
import type { PipelineContext } from "./train/types.ts";
import { type Events, type Steps, eventsOf } from "./protocol.ts";

/** What the demo draws and how it learns: about a minute on two cores. */
export const demoPlan: Readonly<
  Record<
    | "classes"
    | "photographsPerClass"
    | "viewsPerPhotograph"
    | "width"
    | "height"
    | "size"
    | "epochs"
    | "batch"
    | "learningRate",
    number
  >
> = {
  classes: cellTypes.length,
  photographsPerClass: 30,
  viewsPerPhotograph: 8,
  /** Pixels of the images drawn. */
  width: 96,
  height: 96,
  /** Pixels of the images as the network takes them. */
  size: 64,
  epochs: 5,
  // Few images bring few steps, so the steps are many for an epoch, and large.
  batch: 8,
  learningRate: 2e-3,
};

/** Images encoded and written at a time. */
const atATime = 16;

/** Waits for every write, also when one fails: what is still being written cannot be removed. */
async function allWritten(writing: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(writing)).find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}

/** Draws labelled images into `out`/images and trains on them. */
export const demo = (
  request: DemoRequest,
  services: Services,
  signal: AbortSignal,
): Events<TrainEvent, TrainResult> =>
  eventsOf(withCleanup((cleanup) => demoSteps(request, { services, signal, cleanup })));

async function* demoSteps(
  { out, seed = 0, threads }: DemoRequest,
  { services, signal, cleanup }: PipelineContext,
): Steps<TrainEvent, TrainResult> {
  const folder = await createRunFolder(out, { files: services.files, cleanup });
  // As in any training: a checkpoint is kept, and then the images that a resumed run needs.
  cleanup.onFailure(async () => (folder.hasCheckpoint() ? undefined : folder.discard()));
  const images = join(folder.path, "images");
  const { size, epochs, batch, learningRate, ...drawn } = demoPlan;
  const imageCount = drawn.classes * drawn.photographsPerClass * drawn.viewsPerPhotograph;
  let drawnCount = 0;
  let writing: Promise<void>[] = [];
  for (const { path, raster } of syntheticCollection({ ...drawn, seed })) {
    writing.push(services.encodePng(raster).then((png) => folder.write(`images/${path}`, png)));
    drawnCount++;
    if (writing.length < atATime) continue;
    await allWritten(writing);
    writing = [];
    yield { type: "working", on: "drawing-images", done: drawnCount / imageCount };
    signal.throwIfAborted();
  }
  await allWritten(writing);
  const threadsOption = threads === undefined ? {} : { threads };
  const request = {
    data: images,
    out,
    size,
    epochs,
    batch,
    learningRate,
    seed,
    ...threadsOption,
  };
  return yield* trainPipeline(request, { services, signal, folder });
}
