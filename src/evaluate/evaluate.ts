import { entryOf, ndarray } from "../base/index.ts";
import type { Backend, Session } from "../engine/index.ts";
import { type Loss, type ModelSpec, atTemperature, inferenceProgram } from "../nn/index.ts";
import { runBatches } from "./batches.ts";
import { type Predictions, type Score, scoreOf } from "./metrics/score.ts";
import type { BatchSource } from "./source.ts";

/** A session's inference program and the batch it was compiled for. */
export interface Runner {
  readonly session: Session;
  readonly program: string;
  readonly batchSize: number;
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
  const { count, targetShape } = source;
  const order = Int32Array.from({ length: count }, (_, i) => i);
  let probabilities = new Float32Array(0);
  let targets = new Float32Array(0);
  const run = ({ x }: { readonly x: Float32Array }): ReturnType<Session["run"]> =>
    session.run(program, { x });
  for await (const { batch, result } of runBatches({ source, order, batchSize }, run)) {
    const rows = entryOf(result, "predictions");
    const width = rows.length / batchSize;
    const targetWidth = batch.y.length / batchSize;
    if (batch.from === 0) {
      probabilities = new Float32Array(count * width);
      targets = new Float32Array(count * targetWidth);
    }
    probabilities.set(rows.subarray(0, batch.count * width), batch.from * width);
    targets.set(batch.y.subarray(0, batch.count * targetWidth), batch.from * targetWidth);
    if (onBatch?.(batch.from + batch.count, count) === false) return undefined;
  }
  return {
    probabilities: ndarray(probabilities, [count, probabilities.length / count]),
    targets: ndarray(targets, [count, ...targetShape]),
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
  readonly loss?: Loss;
}

/** Predictions of a model on a source, and their score. */
export interface Evaluation extends Score, Predictions {}

/** {@link predictModel}, with the score of the predictions. */
export async function evaluateModel(
  trained: TrainedModel,
  source: BatchSource,
  { loss = "sparseCategoricalCrossentropy", ...options }: EvaluateOptions,
): Promise<Evaluation | undefined> {
  const predictions = await predictModel(trained, source, options);
  return predictions && { ...predictions, ...scoreOf(predictions, loss) };
}

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
