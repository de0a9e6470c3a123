import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type * as base from "../../src/base/index.ts";
import type * as emit from "../../src/engine/backends/wasm/emit.ts";
import type * as engine from "../../src/engine/index.ts";
import type * as plan from "../../src/engine/plan/index.ts";
import type * as models from "../../src/models/index.ts";
import type * as nn from "../../src/nn/index.ts";
import type * as platform from "../../src/platform/node/index.ts";
import { LEARNING_RATE, type Work } from "./works.ts";

/** The parts of Fovea that the bench reaches into. */
export interface Fovea {
  readonly base: typeof base;
  readonly nn: typeof nn;
  readonly models: typeof models;
  readonly engine: typeof engine;
  readonly plan: typeof plan;
  readonly emit: typeof emit;
  readonly platform: typeof platform;
}

/** Loads the layers from source, or as compiled JavaScript from the folder `built` (`npm run build` makes dist). */
export async function loadFovea(built?: string): Promise<Fovea> {
  const root = built ? pathToFileURL(`${resolve(built)}/`) : new URL("../../src/", import.meta.url);
  const load = (path: string): Promise<unknown> =>
    import(new URL(`${path}.${built ? "js" : "ts"}`, root).href);
  const paths: Readonly<Record<keyof Fovea, string>> = {
    base: "base/index",
    nn: "nn/index",
    models: "models/index",
    engine: "engine/index",
    plan: "engine/plan/index",
    emit: "engine/backends/wasm/emit",
    platform: "platform/node/index",
  };
  const loaded = Object.entries(paths).map(async ([name, path]) => [name, await load(path)] as const);
  return Object.fromEntries(await Promise.all(loaded)) as unknown as Fovea;
}

type Model = Parameters<Fovea["nn"]["trainingProgram"]>[0];
type Program = Parameters<Fovea["plan"]["planProgram"]>[0];

/** A work ready to run on any backend. */
export interface Job {
  readonly model: Model;
  readonly program: Program;
  /** First numbers of the parameters, by name. */
  readonly parameters: Readonly<Record<string, Float32Array>>;
  /** What step number `step`, from 1, is given: the same random pictures each time, held in memory. */
  readonly inputsAt: (step: number) => Readonly<Record<string, ArrayLike<number>>>;
}

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

export function prepareJob(fovea: Fovea, work: Work): Job {
  const { nn, base } = fovea;
  const model = modelOf(fovea, work);
  const parameters = nn.initialize(model, undefined, base.seeded(1));
  const random = base.seeded(2);
  const pixels = work.batch * base.sizeOf(nn.summarize(model).inputShape);
  const x = Float32Array.from({ length: pixels }, () => random.next());
  if (work.mode === "predict") {
    const program = nn.inferenceProgram(model, { batchSize: work.batch });
    return { model, program, parameters, inputsAt: () => ({ x }) };
  }
  const y = Float32Array.from({ length: work.batch }, () => random.integer(work.classes));
  const optimizer = nn.adam({ learningRate: LEARNING_RATE });
  const loss = "sparseCategoricalCrossentropy" as const;
  const program = nn.trainingProgram(model, { batchSize: work.batch, loss, optimizer });
  const inputsAt = (step: number): Record<string, ArrayLike<number>> => {
    const scalars = nn.scalarsAt(optimizer, step, LEARNING_RATE);
    const single = Object.entries(scalars).map(([name, value]) => [name, [value]] as const);
    return {
      x,
      y,
      ...Object.fromEntries(single),
      ...(program.inputs.includes("seed") ? { seed: [step] } : {}),
    };
  };
  return { model, program, parameters, inputsAt };
}

/**
 * Work of one step, 10^9 floating-point operations of convolutions and dense layers by the plain algorithm. Training is
 * three times the forward pass, without the first layer's input gradient, which nobody needs.
 */
export function gflopOf(fovea: Fovea, work: Work): number {
  const { rows, flops } = fovea.nn.summarize(modelOf(fovea, work));
  const first = rows.find((row) => row.flops > 0)?.flops ?? 0;
  return ((work.mode === "train" ? 3 * flops - first : flops) * work.batch) / 1e9;
}
