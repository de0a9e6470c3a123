import { type Batch, countCorrect, runBatches, scoreOf, scoreSource } from "../evaluate/index.ts";
import type { ModelSpec } from "../nn/index.ts";
import type { TrainingAdvice } from "./advice.ts";
import { diverged, isExploding } from "./diagnostics.ts";
import { nonFiniteIn, nonFiniteInSource, notFinite } from "./nonFinite.ts";
import type { FitEvent } from "./events.ts";
import type { EpochRecord, ValidationRecord } from "./history.ts";
import { isBetter } from "./monitor.ts";
import { trainingNotes } from "./notes.ts";
import type { FitData, FitOptions } from "./options.ts";
import { type TrainingProgress, begin, countClasses, isSound, snapshot } from "./progress.ts";
import { epochsIn } from "./steering/length.ts";
import { type Run, lengthOf, openRun, rateAt, readWeights, trainStep } from "./run.ts";
import { epochExamples } from "./examples/order.ts";
import { deadLayersOf } from "./layers/deadLayers.ts";
import { estimateStatistics } from "./layers/statistics.ts";
import { controlOf } from "./steering/steer.ts";
import { figuresOf, gatherRows } from "./figures.ts";
import { type Ending, endEvents, epochEvents } from "./endEvents.ts";

/** Means over the training examples of an epoch. */
interface Pass {
  readonly loss: number;
  readonly accuracy: number;
  readonly stallFraction?: number;
  readonly metrics?: Readonly<Record<string, number>>;
}

/**
 * Trains a model and tells what happens, event by event; the last one carries the weights.
 * The same seed, data and options give the same bits. Leaving the loop early frees everything.
 * @throws before the first event when sizes or options do not fit.
 */
export async function* fit(
  model: ModelSpec,
  data: FitData,
  options: FitOptions,
): AsyncGenerator<FitEvent, void, undefined> {
  const run = await openRun(model, data, options);
  try {
    const { steps, parameters, trainableParameters, session } = run;
    const progress = await begin(run);
    options.onControl?.(controlOf(run, progress));
    const epoch = progress.history.length + 1;
    const notes = await trainingNotes(model, data.train, options.backend);
    const { memory } = session;
    const epochs = epochsIn(lengthOf(run));
    yield { type: "start", epoch, epochs, steps, parameters, trainableParameters, memory, notes };
    yield* trainEpochs(run, progress);
  } finally {
    run.session.close();
  }
}

async function* trainEpochs(run: Run, progress: TrainingProgress): AsyncGenerator<FitEvent, void, undefined> {
  const first = progress.history.length + 1;
  // A training that ended may be resumed too, where it was broken off on the way to its results: it ends where it did.
  let ending = first > 1 ? endingAfter(run, progress) : undefined;
  for (let epoch = first; !ending; epoch++) {
    ending = yield* trainEpoch(run, progress, epoch);
    if (ending) break;
    yield* epochEvents(run, progress);
    if (run.options.checkpoints && progress.best)
      yield { type: "checkpoint", checkpoint: await snapshot(run, progress, progress.best) };
    ending = endingAfter(run, progress);
  }
  yield* endEvents(run, progress, ending);
}

/** Why no epoch follows the last one; nothing where one does. */
function endingAfter(run: Run, { history, best }: TrainingProgress): Ending | undefined {
  const { options, steering } = run;
  const { signal, patience = Number.POSITIVE_INFINITY } = options;
  const epoch = history.length;
  if (epoch >= epochsIn(lengthOf(run))) return { reason: "done" };
  if (steering.stopped || epoch - (best?.record.epoch ?? epoch) >= patience)
    return { reason: "stopped early" };
  return signal?.aborted ? { reason: "interrupted" } : undefined;
}

/** One pass over the training examples, then validation; the epoch enters the history only when both came to their end. */
async function* trainEpoch(
  run: Run,
  progress: TrainingProgress,
  epoch: number,
): AsyncGenerator<FitEvent, Ending | undefined, undefined> {
  const started = run.options.clock();
  const pass = yield* trainBatches(run, progress, epoch);
  if ("reason" in pass) return pass;
  if (!(await estimated(run, progress, epoch))) return { reason: "interrupted" };
  const { validation, halted } = await validate(run);
  if (halted) return { reason: "interrupted" };
  const weights = await readWeights(run, progress);
  if (!isSound(weights) || (validation && !Number.isFinite(validation.loss)))
    return { reason: "diverged", advice: await adviceAfterEpoch(run, epoch) };
  const record: EpochRecord = {
    epoch,
    ...pass,
    ...(validation && { validation }),
    ...(run.optimizer.useEma && { averaged: true }),
    learningRate: rateAt(run, progress),
    seconds: (run.options.clock() - started) / 1000,
    deadLayers: await deadLayersOf(run.session, progress.probeBatch),
  };
  progress.history.push(record);
  progress.lastFiniteWeights = weights;
  if (!progress.best || isBetter(record, progress.best.record, run.monitor))
    progress.best = { record, weights };
  return undefined;
}

/** A step whose loss is none: for its data where that holds such a number, else for too large steps. */
async function adviceInStep(
  { data, batchSize, examples }: Run,
  {
    batch,
    order,
    loss,
    epoch,
  }: {
    readonly batch: Batch;
    readonly order: Int32Array;
    readonly loss: number;
    readonly epoch: number;
  },
): Promise<TrainingAdvice> {
  const step = batch.from / batchSize + 1;
  // In a mixed batch such a number has spread: the examples are read once more as they are.
  const inBatch = (): ReturnType<typeof nonFiniteInSource> | ReturnType<typeof nonFiniteIn> =>
    examples.mixed
      ? nonFiniteInSource(data.train, {
          order: order.subarray(batch.from, batch.from + batch.count),
          batchSize,
        })
      : nonFiniteIn(batch, data.train, order);
  const found = Number.isFinite(loss) ? undefined : await inBatch();
  return found ? notFinite({ epoch, step, set: "training", ...found }) : diverged(loss, epoch, step);
}

/** An epoch whose weights or validation loss are none, though each loss of its steps was a number. */
async function adviceAfterEpoch({ data, batchSize, steps }: Run, epoch: number): Promise<TrainingAdvice> {
  const found = data.validation && (await nonFiniteInSource(data.validation, { batchSize }));
  return found ? notFinite({ epoch, set: "validation", ...found }) : diverged(Number.NaN, epoch, steps);
}

async function* trainBatches(
  run: Run,
  progress: TrainingProgress,
  epoch: number,
): AsyncGenerator<FitEvent, Pass | Ending, undefined> {
  const { data, batchSize, steps, seed } = run;
  const { source, targetsOf } = run.examples;
  const { metrics = [], sampling, startsAhead = false } = run.options;
  const examples = epochExamples(data.train, { sampling, seed, epoch });
  const { order } = examples;
  const rows = gatherRows(data.train, metrics.length > 0);
  let loss = 0;
  let right = 0;
  let images = 0;
  progress.classCounts.length = 0;
  const stallFraction = startStallFraction(run.options);
  // A step is numbered when it starts: the next batch is assembled meanwhile.
  const step = (batch: Batch): ReturnType<typeof trainStep> => {
    progress.step++;
    return trainStep(run, batch, progress);
  };
  const before = progress.step;
  const goesAhead = (): boolean => startsAhead && !broken(run);
  const batches = { source, ...examples, batchSize, epoch, startsAhead: goesAhead };
  for await (const { batch, result } of runBatches(batches, step)) {
    const place = batch.from / batchSize + 1;
    if (epoch === 1 && place === 1) progress.firstLoss = result.loss;
    if (isExploding(result.loss, progress.firstLoss))
      return {
        reason: "diverged",
        advice: await adviceInStep(run, { batch, order, loss: result.loss, epoch }),
      };
    const y = targetsOf(batch);
    progress.probeBatch = batch.x;
    images += batch.count;
    loss += result.loss * batch.count;
    right += countCorrect(result.predictions, y, batch.count);
    countClasses(progress.classCounts, y, batch.count);
    rows.add({ predictions: result.predictions, labels: y, weights: batch.weights, count: batch.count });
    yield {
      type: "batch",
      epoch,
      step: place,
      steps,
      loss: loss / images,
      accuracy: right / images,
      images,
    };
    // A step that runs already has changed the weights: it is heard before the end.
    const ended = progress.step === before + place && place < steps ? broken(run) : undefined;
    if (ended) return ended;
  }
  const figures = figuresOf(metrics, rows.gathered);
  return { loss: loss / images, accuracy: right / images, ...stallFraction(), ...figures };
}

/** Why an epoch is left between two steps; nothing where it goes on. */
function broken({ options, steering }: Run): Ending | undefined {
  if (options.signal?.aborted) return { reason: "interrupted" };
  return steering.stopped ? { reason: "stopped early" } : undefined;
}

/** Tells, when called, which part of the time since then the engine had nothing to do. */
function startStallFraction({
  backend: { idleMs },
  clock,
}: FitOptions): () => { readonly stallFraction?: number } {
  if (!idleMs) return () => ({});
  const [started, idle] = [clock(), idleMs()];
  return () => {
    const elapsed = clock() - started;
    return elapsed > 0 ? { stallFraction: Math.min(Math.max((idleMs() - idle) / elapsed, 0), 1) } : {};
  };
}

/** Estimates batch norm's statistics for the weights as they are, where that is wanted; false where it was interrupted. */
async function estimated(run: Run, progress: TrainingProgress, epoch: number): Promise<boolean> {
  const { statistics: plan, session, data, batchSize, seed, options } = run;
  const task = { session, source: data.train, batchSize, seed, epoch, signal: options.signal };
  if (!plan || !(await estimateStatistics({ ...task, plan }))) return !plan;
  progress.estimatedAt = progress.step;
  return true;
}

async function validate(run: Run): Promise<{ validation?: ValidationRecord; halted: boolean }> {
  const { data, options } = run;
  if (!data.validation) return { halted: false };
  // Past the last epoch's training an interruption has little left to save.
  const goesOn = (done: number, total: number): boolean => done === total || !options.signal?.aborted;
  const scored = await scoreSource(run.validator, data.validation, goesOn);
  if (!scored) return { halted: true };
  const figures = figuresOf([...(options.metrics ?? []), ...run.monitor.measures], () => scored);
  return { validation: { ...scoreOf(scored), ...figures }, halted: false };
}
