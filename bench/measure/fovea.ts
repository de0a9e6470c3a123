import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type * as job from "../../src/app/bench/workload.ts";
import type * as engine from "../../src/engine/index.ts";
import type { Job } from "../../src/engine/index.ts";
import type * as kernelTimes from "../../src/engine/measure/kernelTimes.ts";
import type * as models from "../../src/models/index.ts";
import type * as nn from "../../src/nn/index.ts";
import type * as platform from "../../src/platform/node/index.ts";
import type { Work } from "./works.ts";

/** The parts of Fovea that the bench reaches into. */
export interface Fovea {
  readonly nn: typeof nn;
  readonly models: typeof models;
  readonly engine: typeof engine;
  readonly job: typeof job;
  readonly kernelTimes: typeof kernelTimes;
  readonly platform: typeof platform;
}

/** Loads the layers from source, or as compiled JavaScript from the folder `built` (`npm run build` makes dist). */
export async function loadFovea(built?: string): Promise<Fovea> {
  const root = built ? pathToFileURL(`${resolve(built)}/`) : new URL("../../src/", import.meta.url);
  const load = (path: string): Promise<unknown> =>
    import(new URL(`${path}.${built ? "js" : "ts"}`, root).href);
  const paths: Readonly<Record<keyof Fovea, string>> = {
    nn: "nn/index",
    models: "models/index",
    engine: "engine/index",
    job: "app/bench/workload",
    kernelTimes: "engine/measure/kernelTimes",
    platform: "platform/node/index",
  };
  const loaded = Object.entries(paths).map(async ([name, path]) => [name, await load(path)] as const);
  return Object.fromEntries(await Promise.all(loaded)) as unknown as Fovea;
}

type Model = Parameters<Fovea["nn"]["trainingProgram"]>[0];

function modelOf({ nn, models }: Fovea, { net, size, classes }: Work): Model {
  const channels = /^stack(\d+)$/.exec(net)?.[1];
  if (channels === undefined) return models.buildModel(net, { inputShape: [size, size, 3], classes });
  const convolution = nn.conv2d({
    filters: Number(channels),
    kernelSize: 3,
    padding: "same",
    activation: "relu",
  });
  return nn.sequential(
    [
      nn.input({ shape: [size, size, Number(channels)] }),
      convolution,
      convolution,
      nn.globalAveragePooling2d(),
      nn.dense({ units: classes, activation: "softmax" }),
    ],
    { name: net },
  );
}

/** A work ready to run on any backend. */
export function prepareJob(fovea: Fovea, work: Work): Job {
  const { nn, job } = fovea;
  const model = modelOf(fovea, work);
  const options = {
    batchSize: work.batch,
    classes: work.classes,
    optimizer: nn.adam({ learningRate: job.LEARNING_RATE }),
  };
  return work.mode === "train" ? job.trainingJob(model, options) : job.predictionJob(model, options);
}

/** Parameters that the net of a work trains. */
export const trainableOf = (fovea: Fovea, work: Work): number =>
  fovea.nn.summarize(modelOf(fovea, work)).trainable;

/** Work of one step by the plain algorithm, 10^9 floating-point operations of convolutions and dense layers. */
export function gflopOf(fovea: Fovea, work: Work): number {
  const { nn } = fovea;
  const summary = nn.summarize(modelOf(fovea, work));
  return ((work.mode === "train" ? nn.trainingFlops(summary) : summary.flops) * work.batch) / 1e9;
}

/** Times every kernel of a work on this thread. `exact` rounds each product and sum by itself. */
export async function timeKernels(
  fovea: Fovea,
  work: Work,
  { repeats, exact }: { readonly repeats: number; readonly exact: boolean },
): Promise<readonly kernelTimes.KernelTime[]> {
  const processor = await fovea.platform.prepareProcessor({ exact });
  const options = { ...processor, repeats, clock: () => performance.now() };
  return fovea.kernelTimes.timeKernels(prepareJob(fovea, work), options);
}
