import { type Shape, at, entryOf } from "../../base/index.ts";
import { type Program, type Value, add, createGraph, differentiate, input } from "../../engine/index.ts";
import { penaltyOf } from "../regularizers.ts";
import type { ParameterSpec } from "../layers/rule.ts";
import { type Loss, checkLoss, labelShape, lossOf } from "./losses.ts";
import { applyHead, lowerLayers, splitHead } from "../lower.ts";
import { type ModelSpec, inputShapeOf } from "../model/model.ts";
import type { Optimizer } from "./optimizers/index.ts";
import { parametersOfResolved } from "../model/parameters.ts";
import { resolveLayers } from "../model/resolve.ts";
import { applyOptimizer, optimizerState } from "./updates.ts";

export interface TrainingOptions {
  /** Shape of one image. @default the model's */
  readonly inputShape?: Shape;
  readonly batchSize: number;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
}

/**
 * One step of training: forward, backward, update. Inputs: `x` [B, …], `y` (see {@link Loss}), what `scalarsAt` gives, and,
 * when the model has dropout, `seed` []: a whole number below 2^24. Outputs: `loss` [], the mean over the batch plus
 * penalties, and `predictions` [B, classes], both from before the update.
 */
export interface TrainingProgram extends Program {
  readonly inputs: readonly string[];
  /** Weights and moving averages; {@link initialize} gives their first numbers. */
  readonly parameters: readonly ParameterSpec[];
  /** What the optimiser keeps; zeros at first. */
  readonly state: readonly ParameterSpec[];
}

/** Compiles nothing: describes one training step as a graph. @throws FoveaError naming what does not fit */
export function trainingProgram(model: ModelSpec, options: TrainingOptions): TrainingProgram {
  const { graph, loss, predictions, weights } = lossProgram(model, options);
  const parameters = parametersOfResolved(resolveLayers(model, options.inputShape));
  const gradients = differentiate(loss, weights);
  applyOptimizer(graph, options.optimizer, {
    parameters: weights,
    steps: weights.flatMap((weight, i) => (gradients[i] ? [{ weight, gradient: gradients[i] }] : [])),
  });
  const inputs = graph.values.filter(({ role }) => role === "input").map(({ name }) => name);
  return {
    graph,
    outputs: { loss, predictions },
    inputs,
    parameters,
    state: optimizerState(options.optimizer, parameters),
  };
}

/** The forward half of {@link trainingProgram}: what to differentiate, and the trainable parameters to do it by. */
export function lossProgram(
  model: ModelSpec,
  { inputShape, batchSize, loss: name }: Omit<TrainingOptions, "optimizer">,
): Pick<Program, "graph"> & {
  readonly loss: Value;
  readonly predictions: Value;
  readonly weights: readonly Value[];
} {
  const resolved = resolveLayers(model, inputShape);
  const last = at(resolved, resolved.length - 1);
  const { body, head } = splitHead(resolved);
  checkLoss(name, { head, output: last.output, name: last.name });
  const graph = createGraph();
  const parameters = new Map<string, Value>();
  const x = input(graph, "x", [batchSize, ...inputShapeOf(model, inputShape)]);
  const labels = input(graph, "y", labelShape(name, batchSize, last.output));
  const logits = lowerLayers(body, x, { graph, training: true, parameters });
  const values = Object.fromEntries(parameters);
  const trainable = parametersOfResolved(resolved).filter((spec) => spec.trainable);
  const penalties = trainable.flatMap(({ regularizer, name: weight }) => {
    const penalty = regularizer && penaltyOf(regularizer, entryOf(values, weight));
    return penalty ? [penalty] : [];
  });
  const loss = penalties.reduce(add, lossOf(name, { logits, head, labels }));
  return {
    graph,
    loss,
    predictions: applyHead(logits, head),
    weights: trainable.map((spec) => entryOf(values, spec.name)),
  };
}
