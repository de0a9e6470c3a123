import { fault } from "../../base/index.ts";
import type { Session } from "../../engine/index.ts";
import { type Batch, rowsOf, runBatches } from "../../evaluate/index.ts";
import {
  type AnyLoss,
  type ModelSpec,
  type Optimizer,
  type TrainingProgram,
  adam,
  exponentialDecay,
  learningRateAt,
  outputShapeOf,
  scalarsAt,
  trainingProgram,
} from "../../nn/index.ts";
import { type RangeTestRun, type RangeTestStep, analysed, divergenceWatch } from "./analysis.ts";
import { type StepExamples, mixedExamples } from "../examples/mixing.ts";
import { type Sampling, checkSampling, epochExamples } from "../examples/order.ts";
import { checkBatchOfOne } from "../layers/batchOfOne.ts";
import { firstWeights } from "../layers/whitening.ts";
import type { FitData, FitOptions } from "../options.ts";
import { stepSeed } from "../run.ts";
import type { Weights } from "../weights.ts";

/** Options of a learning-rate range test; what `fit` has too means the same. */
export interface RangeTestOptions extends Pick<
  FitOptions,
  "backend" | "batchSize" | "optimizer" | "loss" | "signal" | "weights" | "sampling" | "mixup" | "cutmix"
> {
  /** Of the first run; each next one has the number after it. @default 0 */
  readonly seed?: number;
  /** Runs, each with weights and an order of its own, a whole number from 1. @default 3 */
  readonly runs?: number;
  /** Steps of a run that does not diverge, a whole number from 10. @default 100 */
  readonly steps?: number;
  /** The first learning rate, above 0. @default 1e-6 */
  readonly minLearningRate?: number;
  /** The last learning rate, above the first one. @default 10 */
  readonly maxLearningRate?: number;
}

/** A step is done. */
export interface RangeTestEvent extends RangeTestStep {
  /** From 1. */
  readonly run: number;
  /** From 1. */
  readonly step: number;
}

export const rangeTestDefaults = {
  seed: 0,
  runs: 3,
  steps: 100,
  minLearningRate: 1e-6,
  maxLearningRate: 10,
  batchSize: 32,
} as const;

interface Settings {
  readonly seed: number;
  readonly runs: number;
  readonly steps: number;
  readonly minLearningRate: number;
  readonly maxLearningRate: number;
  readonly batchSize: number;
  readonly optimizer: Optimizer;
  readonly loss: AnyLoss;
  readonly sampling?: Sampling;
}

/**
 * Learning-rate range test (Smith 2017): trains a few steps with a rate that grows exponentially, until the loss diverges, several
 * times from other weights; the weights are thrown away. One batch a step, without averages of weights.
 * @throws before the first event when sizes or options do not fit
 */
export async function* rangeTest(
  model: ModelSpec,
  source: FitData["train"],
  options: RangeTestOptions,
): AsyncGenerator<RangeTestEvent, readonly RangeTestRun[], undefined> {
  const settings = settingsOf(source, options);
  checkSampling(source, options.sampling);
  const { batchSize, loss, optimizer } = settings;
  const { inputShape, weighted = false } = source;
  checkBatchOfOne("findLearningRate", model, inputShape, batchSize);
  const output = outputShapeOf(model, inputShape);
  const mixed = (seed: number): StepExamples =>
    mixedExamples(source, { options, loss, output, batchSize, seed });
  const examples = mixed(settings.seed);
  const { targetShape } = examples.source;
  const step = { inputShape, targetShape, batchSize, loss: examples.loss, weighted, optimizer };
  const program = trainingProgram(model, step);
  const session = await options.backend.open({ train: program });
  const found: RangeTestRun[] = [];
  try {
    for (let run = 1; run <= settings.runs; run++) {
      const seed = settings.seed + run - 1;
      const initial = options.weights ?? (await firstWeights(model, source, seed));
      await beginAnew(session, program, initial);
      const steps: RangeTestStep[] = [];
      const hasDiverged = divergenceWatch();
      for await (const step of stepsOf({ session, program, source: mixed(seed).source, settings, seed })) {
        steps.push(step);
        yield { run, step: steps.length, ...step };
        options.signal?.throwIfAborted();
        if (hasDiverged(step.loss)) break;
      }
      found.push(analysed(seed, steps));
    }
    return found;
  } finally {
    session.close();
  }
}

function settingsOf(source: FitData["train"], options: RangeTestOptions): Settings {
  const { backend: _, signal: __, weights: ___, ...given } = options;
  const { optimizer = adam(), loss = "sparseCategoricalCrossentropy", ...numbers } = given;
  const settings = { ...rangeTestDefaults, ...numbers, loss, optimizer: withoutAverages(optimizer) };
  const { seed, runs, steps, minLearningRate, maxLearningRate, batchSize } = settings;
  refuseUnless(Number.isSafeInteger(seed) && seed >= 0, "seed", "a whole number from 0", seed);
  refuseUnless(Number.isSafeInteger(runs) && runs >= 1, "runs", "a whole number from 1", runs);
  refuseUnless(Number.isSafeInteger(steps) && steps >= 10, "steps", "a whole number from 10", steps);
  refuseUnless(
    Number.isSafeInteger(batchSize) && batchSize >= 1,
    "batchSize",
    "a whole number from 1",
    batchSize,
  );
  refuseUnless(
    minLearningRate > 0 && Number.isFinite(minLearningRate),
    "minLearningRate",
    "a number above 0",
    minLearningRate,
  );
  refuseUnless(
    maxLearningRate > minLearningRate && Number.isFinite(maxLearningRate),
    "maxLearningRate",
    `a number above minLearningRate, ${minLearningRate}`,
    maxLearningRate,
  );
  refuseUnless(source.count > 0, "x", "1 example or more", source.count);
  return { ...settings, batchSize: Math.min(batchSize, source.count) };
}

function refuseUnless(fits: boolean, name: string, expected: string, received: number): void {
  if (fits) return;
  throw fault(`findLearningRate: ${name}`, { expected, received: `${received}`, exitCode: 2 });
}

function withoutAverages(optimizer: Optimizer): Optimizer {
  const {
    gradientAccumulationSteps: _,
    useEma: __,
    emaMomentum: ___,
    emaWarmup: ____,
    lookahead: _____,
    ...rest
  } = optimizer;
  return rest;
}

/** Puts the weights in place, and zeros where the optimiser keeps something. */
async function beginAnew(session: Session, program: TrainingProgram, weights: Weights): Promise<void> {
  for (const { name } of program.parameters) {
    const numbers = weights[name];
    if (!numbers)
      throw fault("findLearningRate: weights", { expected: `numbers for ${name}`, received: "none" });
    await session.write(name, numbers);
  }
  for (const { name } of program.state)
    await session.write(name, new Float32Array((await session.read(name)).length));
}

interface Running {
  readonly session: Session;
  readonly program: TrainingProgram;
  readonly source: FitData["train"];
  readonly settings: Settings;
  readonly seed: number;
}

/** Passes over the examples in full batches, each pass in an order of its own, until all steps are done. */
async function* stepsOf({
  session,
  program,
  source,
  settings,
  seed,
}: Running): AsyncGenerator<RangeTestStep, void, undefined> {
  const { batchSize, steps, optimizer, minLearningRate, maxLearningRate, sampling } = settings;
  const growth = exponentialDecay({ decaySteps: steps - 1, decayRate: maxLearningRate / minLearningRate });
  const inputSeed = program.inputs.includes("seed");
  let done = 0;
  const run = async (batch: Batch): Promise<RangeTestStep> => {
    const step = ++done;
    const learningRate = learningRateAt(growth, minLearningRate, step);
    const scalars = Object.entries(scalarsAt(optimizer, step, learningRate));
    const outputs = await session.run("train", {
      ...rowsOf(batch, batch.count, source),
      ...Object.fromEntries(scalars.map(([name, value]) => [name, [value]])),
      ...(inputSeed && { seed: [stepSeed(seed, step)] }),
    });
    return { learningRate, loss: outputs["loss"]?.[0] ?? Number.NaN };
  };
  const full = Math.floor(source.count / batchSize) * batchSize;
  for (let epoch = 1; done < steps; epoch++) {
    const examples = epochExamples(source, { sampling, seed, epoch });
    const order = examples.order.subarray(0, Math.min(full, (steps - done) * batchSize));
    for await (const { result } of runBatches({ source, ...examples, order, batchSize, epoch }, run))
      yield result;
  }
}
