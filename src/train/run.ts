import { type Shape, entryOf, fault, firstNonFinite, mixBits, showShape, sizeOf } from "../base/index.ts";
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
  adam,
  inferenceProgram,
  learningRateAt,
  lossName,
  momentumAt,
  outputShapeOf,
  parametersOf,
  scalarsAt,
  takesTargets,
  targetShapes,
  withoutViews,
} from "../nn/index.ts";
import { readAll, restore } from "./checkpoint.ts";
import type { Steering } from "./steering/control.ts";
import { type StepExamples, mixedExamples } from "./examples/mixing.ts";
import { checkSampling } from "./examples/order.ts";
import { groupAt, updatesOf } from "./groups.ts";
import type { History } from "./history.ts";
import { type Length, scheduledStep } from "./steering/length.ts";
import { type Monitor, monitorOf } from "./monitor.ts";
import { checkBatchOfOne } from "./layers/batchOfOne.ts";
import { firstWeights } from "./layers/whitening.ts";
import { type StatisticsPlan, statisticsEstimator, statisticsPlan } from "./layers/statistics.ts";
import { type StepPrograms, stepPrograms } from "./stepPrograms.ts";
import type { Weights } from "./weights.ts";
import type { FitData, FitOptions } from "./options.ts";

/** Everything that stays the same while a model trains. */
export interface Run {
  readonly session: Session;
  readonly model: ModelSpec;
  readonly data: FitData;
  readonly options: FitOptions;
  readonly seed: number;
  /** That were planned; see `lengthOf`. */
  readonly epochs: number;
  /** Rows of a full batch; no more than there are examples. */
  readonly batchSize: number;
  readonly steps: number;
  readonly optimizer: Optimizer;
  readonly loss: AnyLoss;
  /** What its steps train on: the training set, mixed where that is wanted. */
  readonly examples: StepExamples;
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
  /** Names of the moving averages (EMA) that stand for parameters, by the parameter's name; empty without them. */
  readonly averages: Readonly<Record<string, string>>;
  /** How batch norm's statistics are estimated; absent where they are moving averages, or there are none. */
  readonly statistics?: StatisticsPlan;
  /** How epochs are compared. */
  readonly monitor: Monitor;
  /** The program of a batch after so many whole epochs. */
  readonly programAt: StepPrograms["nameAt"];
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
  const monitor = monitorOf(options, { hasValidation: validation !== undefined });
  const { seed = 0, epochs = 5, optimizer = adam(), loss = "sparseCategoricalCrossentropy" } = options;
  const { inputShape, weighted = false } = train;
  const batchSize = Math.min(options.batchSize ?? 32, train.count);
  const { schedule } = options;
  const cyclesMomentum = schedule !== undefined && momentumAt(schedule, 1) !== undefined;
  const output = outputShapeOf(model, inputShape);
  checkTargets(output, train, loss);
  const examples = mixedExamples(train, { options, loss, output, batchSize, seed });
  const { targetShape } = examples.source;
  const step = { inputShape, targetShape, loss: examples.loss, weighted, optimizer, cyclesMomentum };
  checkSampling(train, options.sampling);
  checkBatchOfOne("fit", model, inputShape, batchSize);
  const ofSteps = stepPrograms(model, { step, batchSize, count: train.count, epochs });
  const { averages, inputs } = ofSteps.full;
  const estimator = statisticsEstimator(model, train, { ...options, batchSize, storedAs: averages });
  const statistics = estimator && statisticsPlan(estimator.norms);
  const storedAs = { ...averages, ...statistics?.storedAs };
  const programs: Record<string, Program> = {
    ...ofSteps.programs,
    inspect: inferenceProgram(model, { inputShape, batchSize, storedAs, inspect: true }),
    // Views at test time cost as many passes: what is compared from epoch to epoch is the image alone.
    ...(validation && evaluationPrograms(withoutViews(model), validation, { batchSize, loss, storedAs })),
    ...(estimator && { statistics: estimator }),
  };
  const opening = options.backend.open(programs);
  // Drawn while other threads compile.
  const drawing = Promise.resolve(options.weights ?? firstWeights(model, train, seed));
  const { session, initial } = await opened(opening, drawing);
  try {
    const specs = parametersOf(model, inputShape);
    for (const { name } of specs) await session.write(name, weightOf(initial, name));
    for (const [name, average] of Object.entries(averages))
      await session.write(average, weightOf(initial, name));
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
      examples,
      validator: scoringRunner(session, programs, batchSize),
      steps: Math.ceil(train.count / batchSize),
      weightNames,
      parameters: specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0),
      trainableParameters: specs.reduce(
        (sum, { shape, trainable }) => sum + (trainable ? sizeOf(shape) : 0),
        0,
      ),
      programAt: ofSteps.nameAt,
      dropout: inputs.includes("seed"),
      steering: {
        stopped: false,
        learningRate: undefined,
        lengths: [...(options.resume?.state.lengths ?? options.lengths ?? [])],
      },
      averages,
      ...(statistics && { statistics }),
      monitor,
    };
  } catch (error) {
    session.close();
    throw error;
  }
}

/** Both of them; of one that fails, the session is not left open. */
async function opened(
  opening: Promise<Session>,
  drawing: Promise<Weights>,
): Promise<{ readonly session: Session; readonly initial: Weights }> {
  const [session, initial] = await Promise.allSettled([opening, drawing]);
  if (session.status === "rejected") throw session.reason;
  if (initial.status === "fulfilled") return { session: session.value, initial: initial.value };
  session.value.close();
  throw initial.reason;
}

/** One batch of training, the last that `progress` counts. */
export async function trainStep(run: Run, batch: Batch, progress: StepProgress): Promise<StepResult> {
  const { x, y, weights } = rowsOf(batch, batch.count, run.examples.source);
  const { step } = progress;
  const { program, scalars } = programOf(run, batch, progress);
  const outputs = await run.session.run(program, {
    x,
    y,
    ...(weights && { weights }),
    ...Object.fromEntries(Object.entries(scalars).map(([name, value]) => [name, [value]] as const)),
    ...(run.dropout && { seed: [stepSeed(run.seed, step)] }),
  });
  return {
    loss: outputs["loss"]?.[0] ?? Number.NaN,
    predictions: entryOf(outputs, "predictions"),
  };
}

/** The program of a batch, and what it takes besides. */
function programOf(
  run: Run,
  batch: Batch,
  progress: StepProgress,
): { readonly program: string; readonly scalars: Readonly<Record<string, number>> } {
  const { optimizer, options, batchSize, programAt } = run;
  const { update, examples, isLast, endsEpoch } = groupAt(run, progress.step);
  const epochs = Math.floor((progress.step - 1) / run.steps);
  if (!isLast) return { program: programAt("accumulate", epochs), scalars: {} };
  const scheduled = scheduledAt(run, update);
  const momentum = options.schedule && momentumAt(options.schedule, scheduled);
  const part = Math.min(scheduled / (run.epochs * updatesOf(run.steps, optimizer)), 1);
  return {
    program: programAt(batch.count === batchSize ? "train" : "rest", epochs),
    scalars: scalarsAt(optimizer, update, rateAt(run, progress), {
      examples,
      endsEpoch,
      progress: part,
      momentum,
    }),
  };
}

/** The batches so far and the finished epochs. */
export interface StepProgress {
  /** Batches since the very first; the current one counts. */
  readonly step: number;
  readonly history: History;
}

/** Learning rate of the current batch's step. */
export function rateAt(run: Run, { step, history }: StepProgress): number {
  const { options, optimizer, steering } = run;
  if (steering.learningRate !== undefined) return steering.learningRate;
  const { schedule } = options;
  if (!schedule) return optimizer.learningRate;
  return learningRateAt(
    schedule,
    optimizer.learningRate,
    scheduledAt(run, groupAt(run, step).update),
    history,
  );
}

/** How long it is, as things stand. */
export const lengthOf = ({ epochs, steering }: Run): Length => ({
  planned: epochs,
  changes: steering.lengths,
});

/** The step of the schedule for a step of the optimiser. */
const scheduledAt = (run: Run, update: number): number =>
  scheduledStep(lengthOf(run), update, updatesOf(run.steps, run.optimizer));

/** At which step the weights are, and at which batch norm's statistics were estimated last. */
export interface WeightsProgress {
  readonly step: number;
  readonly estimatedAt: number | undefined;
}

/**
 * Parameters as they are used and kept: their moving averages where the optimiser keeps these, and batch norm's statistics as they were
 * estimated, where no step was made since.
 */
export const readWeights = async (
  { session, weightNames, averages, statistics }: Run,
  { step, estimatedAt }: WeightsProgress,
): Promise<Weights> => {
  const storedAs = { ...averages, ...(estimatedAt === step && statistics?.storedAs) };
  const stored = await readAll(
    session,
    weightNames.map((name) => storedAs[name] ?? name),
  );
  return Object.fromEntries(weightNames.map((name) => [name, entryOf(stored, storedAs[name] ?? name)]));
};

/** Of what a training step draws, as dropout does; below 2^24, so that float32 holds it exactly. */
export const stepSeed = (seed: number, step: number): number => mixBits(mixBits(seed) ^ step) >>> 8;

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

function checkTargets(output: Shape, { targetShape }: Pick<BatchSource, "targetShape">, loss: AnyLoss): void {
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
