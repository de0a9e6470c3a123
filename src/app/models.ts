import { median } from "../base/index.ts";
import type { Backend, Job, Program } from "../engine/index.ts";
import { architectureOf, modelNames, recipeOf } from "../models/index.ts";
import { type ModelSpec, summarize, trainingProgram } from "../nn/index.ts";
import { openJob } from "./bench/bench.ts";
import { predictionJob, trainingJob } from "./bench/workload.ts";
import type { Services } from "./context.ts";
import { type Events, type Steps, eventsOf } from "./protocol.ts";
import type { ModelsRequest } from "./requests.ts";

/** One architecture with the recipe that it is trained by unless told otherwise. */
export interface ModelListing {
  readonly name: string;
  /** One line on what it is and for what. */
  readonly about: string;
  /** Numbers in the model, for 4 classes at its own image size. */
  readonly parameters: number;
  /** Floating-point operations to name one image. */
  readonly flops: number;
  /** Height and width of its images, in pixels. */
  readonly size: number;
  readonly batchSize: number;
  readonly epochs: number;
  /** Bytes of a training step at this batch size: parameters, what the optimiser keeps, workspace, code. Only where asked for. */
  readonly memoryBytes?: number;
  /** Images per second on this machine, at this batch size. Only where asked for, and where they fit into the memory. */
  readonly imagesPerSecond?: { readonly training: number; readonly prediction: number };
}

/** What a listing is busy with: `done` of `total` models are through. */
export interface ModelsEvent {
  readonly type: "model";
  readonly name: string;
  readonly done: number;
  readonly total: number;
}

export interface ModelsResult {
  readonly models: readonly ModelListing[];
}

/** Classes that a model is listed for; their number hardly counts. */
const classes = 4;

const inputShapeOf = (size: number): readonly [number, number, number] => [size, size, 3];

const specOf = (name: string): ModelSpec => {
  const architecture = architectureOf(name);
  return architecture.build({ inputShape: inputShapeOf(architecture.recipe.size), classes });
};

/** The architectures that `train` knows by name. */
export const models = (): readonly ModelListing[] =>
  modelNames.map((name) => {
    const { about, recipe } = architectureOf(name);
    const { size, batchSize, epochs } = recipe;
    const { parameters, flops } = summarize(specOf(name));
    return { name, about, parameters, flops, size, batchSize, epochs };
  });

type ModelsServices = Pick<Services, "openBackend" | "clock" | "memory">;

/**
 * The same list, with the memory of a training step or the speed on this machine. Both need each net planned (a tenth of a
 * second to half a second each), the speed compiled as well, so that neither is done unasked.
 */
export const listModels = (
  request: ModelsRequest,
  services: ModelsServices,
  signal: AbortSignal,
): Events<ModelsEvent, ModelsResult> => eventsOf(listSteps(request, services, signal));

async function* listSteps(
  { memory = false, measure = false }: ModelsRequest,
  services: ModelsServices,
  signal: AbortSignal,
): Steps<ModelsEvent, ModelsResult> {
  const list = models();
  if (!memory && !measure) return { models: list };
  const backend = await services.openBackend({});
  try {
    const found: ModelListing[] = [];
    for (const [done, model] of list.entries()) {
      signal.throwIfAborted();
      yield { type: "model", name: model.name, done, total: list.length };
      const memoryBytes = backend.measure({ train: trainingOf(model) }).total;
      const fits = memoryBytes <= services.memory.bytes;
      const speeds = measure && fits && { imagesPerSecond: await speedsOf(model, { ...services, backend }) };
      found.push({ ...model, memoryBytes, ...speeds });
    }
    return { models: found };
  } finally {
    await backend.close();
  }
}

const loss = "sparseCategoricalCrossentropy";

const trainingOf = ({ name, batchSize }: ModelListing): Program =>
  trainingProgram(specOf(name), { batchSize, loss, optimizer: recipeOf(name).optimizer });

/** Enough for three digits of most nets, and the whole list in a minute or two; chosen, not measured. */
const EFFORT = { least: 2, most: 50, milliseconds: 500 };

async function speedsOf(
  { name, size, batchSize }: ModelListing,
  { backend, clock, memory }: ModelsServices & { readonly backend: Backend },
): Promise<{ readonly training: number; readonly prediction: number }> {
  const speed = async (job: Job): Promise<number> => {
    const session = await openJob(job, { backend, memory });
    // The first run is not like the others: V8 has yet to optimise.
    await session.run("step", job.inputsAt(1));
    const times: number[] = [];
    for (
      let spent = 0;
      times.length < EFFORT.least || (times.length < EFFORT.most && spent < EFFORT.milliseconds);
    ) {
      const started = clock();
      await session.run("step", job.inputsAt(times.length + 2));
      times.push(clock() - started);
      spent += times.at(-1) ?? 0;
    }
    session.close();
    return (1000 * batchSize) / median(times);
  };
  const spec = specOf(name);
  const { optimizer } = recipeOf(name);
  const options = { inputShape: inputShapeOf(size), batchSize, classes, optimizer };
  return {
    training: await speed(trainingJob(spec, options)),
    prediction: await speed(predictionJob(spec, options)),
  };
}
