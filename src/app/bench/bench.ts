import { spreadOf } from "../../base/index.ts";
import { type Job, type Session, barrierCost, kernelsOfRun } from "../../engine/index.ts";
import { type Summary, summarize, trainingFlops } from "../../nn/index.ts";
import type { BenchEvent, BenchResult, BenchServices, BenchSubject, StepTime } from "./types.ts";
import { type JobOptions, predictionJob, trainingJob } from "./workload.ts";
import { refuseLargeBatch, refuseTooMuch } from "../data/memory.ts";
import { type Events, type Steps, eventsOf } from "../protocol.ts";
import type { BenchRequest } from "../requests.ts";
import { type ChosenModel, chooseModel } from "../train/options/model.ts";

/** Fewest and most steps, and the share of the time that goes to warming up before; chosen, not measured. */
const STEPS = { least: 3, most: 300, warmUp: 1 / 3 };

/** Rounds of the barrier's measurement; a few milliseconds each; chosen, not measured. */
const BARRIER_RUNS = 50;

/** A model to measure, with every setting resolved. */
export interface MeasuredModel {
  readonly chosen: ChosenModel;
  readonly summary: Summary;
  readonly options: JobOptions & { readonly batchSize: number };
  readonly about: BenchSubject;
}

/** What to measure and on what. @throws when the model does not fit the images */
export async function measuredModelOf(
  { model = "tutorial", size: asked, batch, threads, exact = false }: BenchRequest,
  { files, machine, memory, prepareProcessor }: BenchServices,
): Promise<MeasuredModel> {
  const chosen = await chooseModel({ named: model, size: asked }, files);
  const { size, classes, recipe, file } = chosen;
  const inputShape = [size, size, 3];
  const batchSize = batch ?? recipe.batchSize;
  refuseLargeBatch({ count: batchSize, size }, memory);
  const summary = summarize(chosen.model, inputShape);
  const { arithmetic, panel } = await prepareProcessor({ exact });
  return {
    chosen,
    summary,
    options: { inputShape, batchSize, classes, optimizer: recipe.optimizer },
    about: {
      machine: { ...machine, threads: threads ?? machine.cores, arithmetic, packsVectors: panel === 16 },
      model: {
        name: chosen.modelName,
        parameters: summary.parameters,
        size,
        batchSize,
        ...(file?.nets !== undefined && { nets: file.nets }),
      },
    },
  };
}

/** Times the training and the use of a model on this machine, on random images. */
export const bench = (
  request: BenchRequest,
  services: BenchServices,
  signal: AbortSignal,
): Events<BenchEvent, BenchResult> => eventsOf(benchSteps(request, services, signal));

async function* benchSteps(
  request: BenchRequest,
  services: BenchServices,
  signal: AbortSignal,
): Steps<BenchEvent, BenchResult> {
  const { threads, exact = false, seconds = 3, images = 1000 } = request;
  const { chosen, summary, options, about } = await measuredModelOf(request, services);
  const { clock } = services;
  const backend = await services.openBackend({ exact, ...(threads !== undefined && { threads }) });
  const timing = { clock, signal, milliseconds: 1000 * seconds };
  try {
    const { batchSize, inputShape } = options;
    yield { type: "measuring", what: "training", done: 0 };
    const train = trainingJob(chosen.model, options);
    const started = clock();
    const session = await openJob(train, { backend, memory: services.memory });
    await session.run("step", train.inputsAt(1));
    const startSeconds = (clock() - started) / 1000;
    const flops = batchSize * trainingFlops(summary);
    const training = stepTime(await timeSteps(train, session, timing), { batchSize, flops });
    const peakBytes = services.peakBytes();
    session.close();
    const predict = async (count: number): Promise<StepTime> => {
      const job = predictionJob(chosen.model, { batchSize: count, ...(inputShape && { inputShape }) });
      const opened = await openJob(job, { backend, memory: services.memory });
      const times = await timeSteps(job, opened, timing);
      opened.close();
      return stepTime(times, { batchSize: count, flops: count * summary.flops });
    };
    yield { type: "measuring", what: "prediction", done: 0.4 };
    const prediction = await predict(batchSize);
    yield { type: "measuring", what: "single", done: 0.7 };
    const single = await predict(1);
    yield { type: "measuring", what: "barrier", done: 0.95 };
    const { perKernel } = await barrierCost(backend, { runs: BARRIER_RUNS, clock });
    const kernels = kernelsOfRun(train.program);
    return {
      ...about,
      training,
      prediction,
      single,
      startSeconds,
      peakBytes,
      epoch: { images, seconds: (Math.ceil(images / batchSize) * training.median) / 1000 },
      barrier: {
        kernels,
        microseconds: perKernel.median,
        share: (kernels * perKernel.median) / 1000 / training.median,
      },
    };
  } finally {
    await backend.close();
  }
}

/** Compiles a job and writes its first parameters. @throws when it would take more memory than there is */
export async function openJob(
  { program, parameters }: Job,
  {
    backend,
    memory,
  }: {
    backend: Awaited<ReturnType<BenchServices["openBackend"]>>;
    memory: BenchServices["memory"];
  },
): Promise<Session> {
  const session = await backend.open({ step: program });
  refuseTooMuch(session.memory, memory);
  for (const [name, numbers] of Object.entries(parameters)) await session.write(name, numbers);
  return session;
}

interface Timing {
  readonly clock: () => number;
  readonly signal: AbortSignal;
  readonly milliseconds: number;
}

/** Milliseconds of each step, once warm. */
async function timeSteps(
  { inputsAt }: Job,
  session: Session,
  { clock, signal, milliseconds }: Timing,
): Promise<number[]> {
  let step = 1;
  const play = async (enough: number): Promise<number[]> => {
    const times: number[] = [];
    let spent = 0;
    while (times.length < STEPS.least || (times.length < STEPS.most && spent < enough)) {
      signal.throwIfAborted();
      const started = clock();
      await session.run("step", inputsAt(++step));
      const time = clock() - started;
      times.push(time);
      spent += time;
    }
    return times;
  };
  await play(milliseconds * STEPS.warmUp);
  return play(milliseconds);
}

function stepTime(
  times: readonly number[],
  { batchSize, flops }: { readonly batchSize: number; readonly flops: number },
): StepTime {
  const spread = spreadOf(times);
  const gflop = flops / 1e9;
  return {
    ...spread,
    batchSize,
    imagesPerSecond: (1000 * batchSize) / spread.median,
    gflop,
    gflopPerSecond: (1000 * gflop) / spread.median,
  };
}
