import { cellKinds, drawnCollection } from "../data/index.ts";
import type { TrainEvent } from "./events.ts";
import { join } from "./paths.ts";
import type { DemoRequest } from "./requests.ts";
import type { TrainResult } from "./results.ts";
import { createRunFolder } from "./run-folder.ts";
import type { Services } from "./services.ts";
import { train } from "./train.ts";

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
    | "batch",
    number
  >
> = {
  classes: cellKinds.length,
  photographsPerClass: 20,
  viewsPerPhotograph: 8,
  /** Pixels of the pictures drawn. */
  width: 128,
  height: 96,
  /** Pixels of the pictures learned from. */
  size: 64,
  epochs: 5,
  batch: 32,
};

/** Draws labelled pictures into `out`/pictures and trains on them. */
export async function* demo(
  { out, seed = 0, threads }: DemoRequest,
  services: Services,
  signal: AbortSignal,
): AsyncGenerator<TrainEvent, TrainResult> {
  const folder = await createRunFolder(services.files, out);
  const pictures = join(out, "pictures");
  const { size, epochs, batch, ...drawn } = demoPlan;
  try {
    for (const { path, raster } of drawnCollection({ ...drawn, seed })) {
      signal.throwIfAborted();
      await folder.write(`pictures/${path}`, await services.encodePng(raster));
    }
    const threadsOption = threads === undefined ? {} : { threads };
    const request = { data: pictures, out, size, epochs, batch, seed, ...threadsOption };
    return yield* train(request, services, signal, folder);
  } catch (error) {
    await folder.discard();
    throw error;
  }
}
