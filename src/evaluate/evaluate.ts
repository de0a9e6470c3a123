import { at, entryOf, ndarray, sizeOf } from "../base/index.ts";
import type { Backend, Program, Session } from "../engine/index.ts";
import {
  type AnyLoss,
  type EvaluationOptions,
  type ModelSpec,
  atTemperature,
  evaluationProgram,
  inferenceProgram,
  meanProbabilities,
  wholeBatchBesideWeights,
} from "../nn/index.ts";
import { type Batch, type BatchPlan, rowsOf, runBatches } from "./batches.ts";
import { type Predictions, type Score, type ScoredPredictions, scoreOf } from "./metrics/score.ts";
import type { BatchSource } from "./source.ts";

/** A session's program and the batch it was compiled for. */
export interface Runner {
  readonly session: Session;
  readonly program: string;
  readonly batchSize: number;
}

/** A {@link Runner} of an evaluation program. */
export interface ScoringRunner extends Runner {
  /** The program for an incomplete last batch, where the loss is one number for a whole batch. */
  readonly rest?: string;
}

/** Called after each batch with the number of examples done; false stops. */
export type OnBatch = (done: number, total: number) => boolean | void;

/**
 * Runs a model over a whole source, in order. The last batch is padded with earlier examples, whose rows are ignored.
 * Undefined when `onBatch` stopped it.
 */
export async function predictSource(
  { session, program, batchSize }: Runner,
  source: BatchSource,
  onBatch?: OnBatch,
): Promise<Predictions | undefined> {
  const run = async (batch: Batch): Promise<Rows> => {
    const outputs = await session.run(program, { x: batch.x });
    return { predictions: firstRows(entryOf(outputs, "predictions"), batchSize, batch.count) };
  };
  const collected = await collect({ source, batchSize }, run, onBatch);
  return collected && predictionsIn(collected, source);
}

/** {@link predictSource} with an evaluation program, which gives what each example costs as well. */
export async function scoreSource(
  { session, program, batchSize, rest }: ScoringRunner,
  source: BatchSource,
  onBatch?: OnBatch,
): Promise<ScoredPredictions | undefined> {
  const run = async (batch: Batch): Promise<Rows> => {
    const { count } = batch;
    const isPartial = rest !== undefined && count < batchSize;
    const { x, y } = isPartial ? rowsOf(batch, count, source) : batch;
    const outputs = await session.run(isPartial ? rest : program, { x, y });
    const rows = isPartial ? count : batchSize;
    return {
      predictions: firstRows(entryOf(outputs, "predictions"), rows, count),
      losses: weighedLosses(entryOf(outputs, "losses"), batch),
    };
  };
  const collected = await collect({ source, batchSize }, run, onBatch);
  return (
    collected && { ...predictionsIn(collected, source), losses: entryOf(collected.columns, "losses").data }
  );
}

/** Rows of one batch, by output, as many as it has examples. */
type Rows = Readonly<Record<string, Float32Array>>;

const firstRows = (data: Float32Array, rows: number, count: number): Float32Array =>
  data.subarray(0, (data.length / rows) * count);

/** A loss for each example of a batch; one for the whole batch counts for each of them. */
function weighedLosses(losses: Float32Array, { count, weights }: Batch): Float32Array {
  const shared = losses.length === 1;
  return Float32Array.from(
    { length: count },
    (_, i) => at(losses, shared ? 0 : i) * (weights ? at(weights, i) : 1),
  );
}

interface Column {
  /** [count · width] */
  readonly data: Float32Array;
  readonly width: number;
}

interface Collected {
  readonly targets: Float32Array;
  /** [count], of a weighted source. */
  readonly weights?: Float32Array;
  readonly columns: Readonly<Record<string, Column>>;
}

/** Runs batch after batch and puts the rows together; nothing where `onBatch` stopped it. */
async function collect(
  { source, batchSize }: Pick<BatchPlan, "source" | "batchSize">,
  run: (batch: Batch) => Promise<Rows>,
  onBatch: OnBatch | undefined,
): Promise<Collected | undefined> {
  const { count, targetShape } = source;
  const targetWidth = sizeOf(targetShape);
  const weights = source.weighted ? new Float32Array(count) : undefined;
  const order = Int32Array.from({ length: count }, (_, i) => i);
  const targets = new Float32Array(count * targetWidth);
  const columns: Record<string, Column> = {};
  for await (const { batch, result } of runBatches({ source, order, batchSize, startsAhead: true }, run)) {
    for (const [name, rows] of Object.entries(result)) {
      const width = rows.length / batch.count;
      const column = (columns[name] ??= { data: new Float32Array(count * width), width });
      column.data.set(rows, batch.from * width);
    }
    targets.set(batch.y.subarray(0, batch.count * targetWidth), batch.from * targetWidth);
    if (batch.weights) weights?.set(batch.weights.subarray(0, batch.count), batch.from);
    if (onBatch?.(batch.from + batch.count, count) === false) return undefined;
  }
  return { targets, columns, ...(weights && { weights }) };
}

function predictionsIn(
  { targets, columns, weights }: Collected,
  { count, targetShape }: BatchSource,
): Predictions {
  const { data, width } = entryOf(columns, "predictions");
  return {
    probabilities: ndarray(data, [count, width]),
    targets: ndarray(targets, [count, ...targetShape]),
    ...(weights && { weights: ndarray(weights, [count]) }),
  };
}

/** A model with its weights, by parameter name. */
export interface TrainedModel {
  readonly model: ModelSpec;
  readonly weights: Readonly<Record<string, Float32Array>>;
  /** Softmax temperature for calibrated probabilities. @default 1, uncalibrated */
  readonly temperature?: number;
}

export interface PredictModelOptions {
  readonly backend: Backend;
  /** @default 32 */
  readonly batchSize?: number;
  readonly onBatch?: OnBatch;
}

export interface EvaluateOptions extends PredictModelOptions {
  /** @default "sparseCategoricalCrossentropy" */
  readonly loss?: AnyLoss;
}

/** Predictions of a model on a source, and their score. */
export interface Evaluation extends Score, Predictions {}

/** Runs the model beside its loss over the source; nothing when `onBatch` stopped it. */
export async function evaluateModel(
  { model, weights, temperature = 1 }: TrainedModel,
  source: BatchSource,
  { backend, loss = "sparseCategoricalCrossentropy", onBatch, ...options }: EvaluateOptions,
): Promise<Evaluation | undefined> {
  const batchSize = Math.min(options.batchSize ?? 32, source.count);
  const programs = evaluationPrograms(model, source, { batchSize, loss, temperature });
  const session = await backend.open(programs);
  try {
    for (const [name, data] of Object.entries(weights)) await session.write(name, data);
    const scored = await scoreSource(scoringRunner(session, programs, batchSize), source, onBatch);
    if (!scored) return undefined;
    const { losses: _, ...predictions } = scored;
    return { ...predictions, ...scoreOf(scored) };
  } finally {
    session.close();
  }
}

/** `validate`, and `validateRest` where the loss of a whole batch must not count the rows that fill up the last one. */
export interface EvaluationPrograms extends Readonly<Record<string, Program>> {
  readonly validate: Program;
}

/** The programs that {@link scoreSource} needs for a source. */
export function evaluationPrograms(
  model: ModelSpec,
  { count, inputShape, targetShape, weighted = false }: BatchSource,
  options: Pick<EvaluationOptions, "batchSize" | "loss" | "temperature" | "storedAs">,
): EvaluationPrograms {
  const ofSize = (batchSize: number): ReturnType<typeof evaluationProgram> =>
    evaluationProgram(model, { ...options, inputShape, targetShape, batchSize });
  const { wholeBatch, ...validate } = ofSize(options.batchSize);
  if (wholeBatch && weighted) throw wholeBatchBesideWeights(options.loss);
  const rest = count % options.batchSize;
  return { validate, ...(wholeBatch && rest > 0 && { validateRest: ofSize(rest) }) };
}

/** How to run {@link evaluationPrograms} that are open in a session. */
export const scoringRunner = (
  session: Session,
  programs: Readonly<Record<string, Program>>,
  batchSize: number,
): ScoringRunner => ({
  session,
  program: "validate",
  batchSize,
  ...(programs["validateRest"] && { rest: "validateRest" }),
});

/** Opens a session, runs the model over the source, and closes it; nothing when `onBatch` stopped it. */
export async function predictModel(
  { model, weights, temperature = 1 }: TrainedModel,
  source: BatchSource,
  { backend, onBatch, ...options }: PredictModelOptions,
): Promise<Predictions | undefined> {
  const batchSize = Math.min(options.batchSize ?? 32, source.count);
  const { inputShape } = source;
  const session = await backend.open({ inference: inferenceProgram(model, { inputShape, batchSize }) });
  try {
    for (const [name, data] of Object.entries(weights)) await session.write(name, data);
    const predictions = await predictSource({ session, program: "inference", batchSize }, source, onBatch);
    return predictions && temperedBy(predictions, temperature);
  } finally {
    session.close();
  }
}

/** The same predictions at a temperature. */
export function temperedBy(predictions: Predictions, temperature: number): Predictions {
  const { shape, data } = predictions.probabilities;
  const tempered = atTemperature(data, shape[1] ?? 1, temperature);
  return { ...predictions, probabilities: ndarray(tempered, shape) };
}

/** What several nets predict for the same images, on the mean of their probabilities. */
export function averagePredictions(each: readonly Predictions[]): Predictions {
  const first = at(each, 0);
  const mean = meanProbabilities(each.map(({ probabilities }) => probabilities.data));
  return { ...first, probabilities: ndarray(mean, first.probabilities.shape) };
}
