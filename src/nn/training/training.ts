import { type Shape, at, entryOf, fault } from "../../base/index.ts";
import {
  type Program,
  type Value,
  add,
  createGraph,
  differentiate,
  input,
  multiply,
  reduceMean,
} from "../../engine/index.ts";
import { penaltyOf } from "../regularizers.ts";
import type { ParameterSpec } from "../layers/rule.ts";
import type { AnyLoss } from "./losses/custom.ts";
import { checkLoss, headFor, labelShape, lossName, lossTerms, perExample } from "./losses/rule.ts";
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
  readonly loss: AnyLoss;
  /** Shape of one example's target. @default the loss's */
  readonly targetShape?: Shape;
  /** Takes an input `weights` [B], a factor of each example's loss. @default false */
  readonly weighted?: boolean;
  readonly optimizer: Optimizer;
}

/**
 * One step of training: forward, backward, update. Inputs: `x` [B, …], `y` (see {@link AnyLoss}), `weights` [B] where asked for,
 * what `scalarsAt` gives, and, when the model has dropout, `seed` []: a whole number below 2^24. Outputs: `loss` [], the mean over the batch plus
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
  options: Omit<TrainingOptions, "optimizer">,
): Pick<Program, "graph"> & {
  readonly loss: Value;
  readonly predictions: Value;
  readonly weights: readonly Value[];
} {
  const { inputShape, batchSize, loss: wanted, weighted = false } = options;
  const resolved = resolveLayers(model, inputShape);
  const last = at(resolved, resolved.length - 1);
  const { body, head } = splitHead(resolved);
  checkLoss(wanted, { head, output: last.output, name: last.name });
  const graph = createGraph();
  const parameters = new Map<string, Value>();
  const x = input(graph, "x", [batchSize, ...inputShapeOf(model, inputShape)]);
  const target = options.targetShape ?? labelShape(wanted, 1, last.output).slice(1);
  const labels = input(graph, "y", [batchSize, ...target]);
  const weights = weighted ? input(graph, "weights", [batchSize]) : undefined;
  const logits = lowerLayers(body, x, { graph, training: true, parameters });
  const values = Object.fromEntries(parameters);
  const trainable = parametersOfResolved(resolved).filter((spec) => spec.trainable);
  const penalties = trainable.flatMap(({ regularizer, name: weight }) => {
    const penalty = regularizer && penaltyOf(regularizer, entryOf(values, weight));
    return penalty ? [penalty] : [];
  });
  const terms = lossTerms(wanted, { logits, head, labels });
  const loss = penalties.reduce(add, weights ? weightedMean(wanted, terms, weights) : meanOf(terms));
  return {
    graph,
    loss,
    predictions: applyHead(logits, headFor(wanted, head)),
    weights: trainable.map((spec) => entryOf(values, spec.name)),
  };
}

/** The mean of a batch's numbers; a loss of the whole batch is one already. */
const meanOf = (terms: Value): Value => (terms.shape.length === 0 ? terms : reduceMean(terms));

/** Σ weight·loss / B: the divisor is the number of examples, as in Keras, and not the sum of the weights, as in PyTorch. */
function weightedMean(loss: AnyLoss, terms: Value, weights: Value): Value {
  const losses = perExample(terms);
  if (losses.shape.length === 1) return reduceMean(multiply(losses, weights));
  throw fault(`loss ${lossName(loss)}`, {
    expected: "one number for each example beside weights of examples or classes",
    received: "one for the whole batch",
    fix: "leave the mean over the examples to training",
    exitCode: 2,
  });
}
