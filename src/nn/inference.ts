import type { Shape } from "../base/index.ts";
import { type Program, type Value, createGraph, input, maximum, negate, reduceMax } from "../engine/index.ts";
import { applyHead, lowerLayers, splitHead } from "./lower.ts";
import { type ModelSpec, inputShapeOf } from "./model/model.ts";
import { type ResolvedLayer, resolveLayers } from "./model/resolve.ts";
import { type StoredAs, storedParameters } from "./stored.ts";
import { averagedLogits } from "./views.ts";

export interface InferenceOptions {
  /** Shape of one image. @default the model's */
  readonly inputShape?: Shape;
  readonly batchSize: number;
  /** Adds an output `layers/<name>` [B, …] for every layer, as explanations need. @default false */
  readonly layers?: boolean;
  /** Adds an output `largest/<name>` [] for every layer: its greatest absolute number over the batch. @default false */
  readonly inspect?: boolean;
  /** Names under which parameters are read where these are not their own, as `averages` of a training program. @default none */
  readonly storedAs?: StoredAs;
}

/**
 * A model in use. Input `x` [B, …]; output `predictions` [B, classes], of test-time augmentation the mean over its views. Batch norm
 * uses its moving averages and dropout passes everything on.
 */
export function inferenceProgram(model: ModelSpec, options: InferenceOptions): Program {
  const { inputShape, batchSize, layers = false, inspect = false, storedAs } = options;
  const graph = createGraph();
  const x = input(graph, "x", [batchSize, ...inputShapeOf(model, inputShape)]);
  const outputs: Record<string, Value> = {};
  const onLayer = ({ name }: ResolvedLayer, output: Value): void => {
    if (layers) outputs[`layers/${name}`] = output;
    if (inspect) outputs[`largest/${name}`] = maximum(reduceMax(output), reduceMax(negate(output)));
  };
  const resolved = resolveLayers(model, inputShape);
  const { body, head } = splitHead(resolved);
  const run = { graph, training: false, parameters: storedParameters(graph, resolved, storedAs), onLayer };
  const logits = (view: Value): Value => lowerLayers(body, view, run);
  // Layers are those of one image.
  const testTime = layers || inspect ? undefined : model.testTimeAugmentation;
  const predictions = testTime
    ? applyHead(averagedLogits(x, testTime, logits), head)
    : lowerLayers(resolved, x, run);
  return { graph, outputs: { predictions, ...outputs } };
}
