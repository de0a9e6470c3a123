import {
  type Shape,
  entryOf,
  fault,
  firstNonFinite,
  mixBits,
  seeded,
  showShape,
  sizeOf,
} from "../base/index.ts";
import type { Program, Session } from "../engine/index.ts";
import {
  type Batch,
  type BatchSource,
  evaluationPrograms,
  rowsOf,
  scoringRunner,
} from "../evaluate/index.ts";
import {
  type AnyLoss,
  type ModelSpec,
  type Optimizer,
  type TrainingProgram,
  adam,
  inferShapes,
  inferenceProgram,
  initialize,
  learningRateAt,
  lossName,
  parametersOf,
  scalarsAt,
  takesTargets,
  targetShapes,
  trainingProgram,
} from "../nn/index.ts";
import { readAll, restore } from "./checkpoint.ts";
import type { Steering } from "./control.ts";
import type { Weights } from "./weights.ts";
import type { FitData, FitOptions } from "./options.ts";

/** Everything that stays the same while a model trains. */
export interface Run {
  readonly session: Session;
  readonly model: ModelSpec;
  readonly data: FitData;
  readonly options: FitOptions;
  readonly seed: number;
  readonly epochs: number;
  /** Rows of a full batch; no more than there are examples. */
  readonly batchSize: number;
  readonly steps: number;
  readonly optimizer: Optimizer;
  readonly loss: AnyLoss;
  /** Runs the model beside its loss, for a validation set. */
  readonly validator: ReturnType<typeof scoringRunner>;
  /** The model's own parameters, without the optimiser's. */
  readonly weightNames: readonly string[];
  readonly parameters: number;
  /** Of these, those that the optimiser changes. */
  readonly trainableParameters: number;
  readonly dropout: boolean;
  /** What was set from outside since it began. */
  readonly steering: Steering;
}

/** Outputs of one training step. */
export interface StepResult {
  readonly loss: number;
  /** [count, classes] */
  readonly predictions: Float32Array;
}

/** Compiles everything up front and writes the first weights. @throws before anything runs where sizes do not fit. */
export async function openRun(model: ModelSpec, data: FitData, options: FitOptions): Promise<Run> {
  const { train, validation } = data;
  check(data, options);
  const { seed = 0, epochs = 5, optimizer = adam(), loss = "sparseCategoricalCrossentropy" } = options;
  const { inputShape, targetShape, weighted = false } = train;
  const batchSize = Math.min(options.batchSize ?? 32, train.count);
  const rest = train.count % batchSize;
  const ofSize = (size: number): TrainingProgram =>
    trainingProgram(model, { inputShape, targetShape, batchSize: size, loss, weighted, optimizer });
  checkTargets(model, train, loss);
  const full = ofSize(batchSize);
  const programs: Record<string, Program> = {
    train: full,
    inspect: inferenceProgram(model, { inputShape, batchSize, inspect: true }),
    // An incomplete batch is trained with a program of its own size, so that no example counts twice.
    ...(rest > 0 && { rest: ofSize(rest) }),
    ...(validation && evaluationPrograms(model, validation, { batchSize, loss })),
  };
  const opening = options.backend.open(programs);
  // Drawn while other threads compile.
  const initial = options.weights ?? initialize(model, inputShape, seeded(seed).fork("weights"));
  const session = await opening;
  try {
    const specs = parametersOf(model, inputShape);
    for (const { name } of specs) await session.write(name, weightOf(initial, name));
    const weightNames = specs.map(({ name }) => name);
    if (options.resume) await restore(session, options.resume, weightNames);
    return {
      session,
      model,
      data,
      options,
      seed,
      epochs,
      batchSize,
      optimizer,
      loss,
      validator: scoringRunner(session, programs, batchSize),
      steps: Math.ceil(train.count / batchSize),
      weightNames,
      parameters: specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
      trainableParameters: specs.reduce(
        (sum, { shape, trainable }) => sum + (trainable ? sizeOf(shape) : 0),
        0,
      ),
      dropout: full.inputs.includes("seed"),
      steering: { stopped: false, learningRate: undefined },
    };
  } catch (error) {
    session.close();
    throw error;
  }
}

/** One step of training; `step` counts from 1 since the very first. */
export async function trainStep(run: Run, batch: Batch, step: number): Promise<StepResult> {
  const { x, y, weights } = rowsOf(batch, batch.count, run.data.train);
  const full = batch.count === run.batchSize;
  const scalars = Object.entries(scalarsAt(run.optimizer, step, rateAt(run, step))).map(
    ([name, value]) => [name, [value]] as const,
  );
  const outputs = await run.session.run(full ? "train" : "rest", {
    x,
    y,
    ...(weights && { weights }),
    ...Object.fromEntries(scalars),
    ...(run.dropout && { seed: [dropoutSeed(run.seed, step)] }),
  });
  return {
    loss: outputs["loss"]?.[0] ?? Number.NaN,
    predictions: entryOf(outputs, "predictions"),
  };
}

/** Learning rate of a step, from 1. */
export function rateAt({ options: { schedule }, optimizer, steering }: Run, step: number): number {
  if (steering.learningRate !== undefined) return steering.learningRate;
  return schedule ? learningRateAt(schedule, optimizer.learningRate, step) : optimizer.learningRate;
}

/** Copies of the model's parameters. */
export const readWeights = ({ session, weightNames }: Run): Promise<Weights> => readAll(session, weightNames);

/** Below 2^24, so that float32 holds it exactly. */
const dropoutSeed = (seed: number, step: number): number => mixBits(mixBits(seed) ^ step) >>> 8;

function weightOf(weights: Weights, name: string): Float32Array {
  const data = weights[name];
  if (!data) throw fault("fit: weights", { expected: `numbers for ${name}`, received: "none" });
  const found = firstNonFinite(data, []);
  if (!found) return data;
  throw fault("fit: weights", {
    expected: "finite numbers",
    received: `${found.value} in ${name}`,
    fix: "start from other weights",
  });
}

const each = (shape: Shape): string => (shape.length === 0 ? "a class index" : `a row ${showShape(shape)}`);

function checkTargets(
  model: ModelSpec,
  { inputShape, targetShape }: Pick<BatchSource, "inputShape" | "targetShape">,
  loss: AnyLoss,
): void {
  const output = Object.values(inferShapes(model, inputShape)).at(-1) ?? [];
  if (takesTargets(loss, output, targetShape)) return;
  throw fault(`fit: y for ${lossName(loss)}`, {
    expected: `${targetShapes(loss, output).map(each).join(" or ")} for each example`,
    received: each(targetShape),
    fix: targetShape.length > 0 ? "use categoricalCrossentropy for one-hot rows" : "use toCategorical(y)",
    exitCode: 2,
  });
}

function check({ train, validation }: FitData, { epochs = 5, batchSize = 32 }: FitOptions): void {
  for (const [name, value] of Object.entries({ epochs, batchSize })) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw fault(`fit: ${name}`, {
      expected: "a whole number, 1 or more",
      received: `${value}`,
      exitCode: 2,
    });
  }
  if (train.count === 0) throw fault("fit: train", { expected: "1 example or more", received: "none" });
  if (!validation) return;
  if (validation.count === 0)
    throw fault("fit: validation", { expected: "1 example or more", received: "none" });
  for (const key of ["inputShape", "targetShape"] as const) {
    const [wanted, got] = [showShape(train[key]), showShape(validation[key])];
    if (wanted !== got)
      throw fault(`fit: validation ${key}`, { expected: `${wanted}, as in training`, received: got });
  }
}
