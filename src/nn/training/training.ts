import { type Shape, at, entryOf } from "../../base/index.ts";
import {
  type Graph,
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
import {
  checkLoss,
  headFor,
  labelShape,
  lossTerms,
  perExample,
  wholeBatchBesideWeights,
} from "./losses/rule.ts";
import { applyHead, lowerLayers, splitHead } from "../lower.ts";
import { type ModelSpec, inputShapeOf } from "../model/model.ts";
import type { Optimizer } from "./optimizers/index.ts";
import { parametersOfResolved } from "../model/parameters.ts";
import { resolveLayers } from "../model/resolve.ts";
import { accumulate, groupGradients } from "./accumulation.ts";
import { averageInputs, averagesIn, keepEma } from "./averages.ts";
import { accumulates, applyOptimizer, checkLayersOf } from "./updates.ts";

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
  /**
   * accumulate: the step of a batch that is not the last of its group: it adds to sums of gradients, and takes no inputs but the
   * batch's. @default "update"
   */
  readonly mode?: "update" | "accumulate";
  /** Take an input `momentum` [] in place of the optimiser's momentum or beta1. @default false */
  readonly cyclesMomentum?: boolean;
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
  /** What the optimiser keeps; zeros at first, but for the averages, which start as the weights. */
  readonly state: readonly ParameterSpec[];
  /** Names in `state` of the moving averages of parameters, by the parameter's name; empty without them. */
  readonly averages: Readonly<Record<string, string>>;
}

/** Compiles nothing: describes one training step as a graph. @throws FoveaError naming what does not fit */
export function trainingProgram(model: ModelSpec, options: TrainingOptions): TrainingProgram {
  const { optimizer, batchSize, mode = "update", cyclesMomentum } = options;
  const { graph, loss, predictions, weights } = lossProgram(model, options);
  const parameters = parametersOfResolved(resolveLayers(model, options.inputShape));
  checkLayersOf(optimizer, parameters);
  const gradients = differentiate(loss, weights);
  const steps = weights.flatMap((weight, i) => (gradients[i] ? [{ weight, gradient: gradients[i] }] : []));
  if (mode === "accumulate") accumulate(graph, steps, batchSize);
  else {
    const grouped = accumulates(optimizer) ? groupGradients(graph, steps, batchSize) : steps;
    const given = averageInputs(graph, optimizer);
    applyOptimizer(graph, optimizer, {
      parameters: weights,
      steps: grouped,
      averages: given,
      ...(cyclesMomentum && { cyclesMomentum }),
    });
    keepEma(graph, given["emaKept"], new Set(parameters.map(({ name }) => name)));
  }
  const inputs = graph.values.filter(({ role }) => role === "input").map(({ name }) => name);
  const state = stateOf(graph, parameters);
  const averages = averagesIn(state);
  return { graph, outputs: { loss, predictions }, inputs, parameters, state, averages };
}

/** What a graph keeps between runs besides the model's own parameters. */
function stateOf({ values }: Graph, parameters: readonly ParameterSpec[]): readonly ParameterSpec[] {
  const own = new Set(parameters.map(({ name }) => name));
  return values
    .filter(({ role, name }) => role === "parameter" && !own.has(name))
    .map(({ name, shape }) => ({ name, shape, initializer: "zeros", trainable: false }));
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
  throw wholeBatchBesideWeights(loss);
}
