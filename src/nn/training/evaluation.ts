import { type Shape, at } from "../../base/index.ts";
import { type Program, affine, createGraph, input } from "../../engine/index.ts";
import { applyHead, lowerLayers, splitHead } from "../lower.ts";
import { type ModelSpec, inputShapeOf } from "../model/model.ts";
import { resolveLayers } from "../model/resolve.ts";
import { type StoredAs, storedParameters } from "../stored.ts";
import { averagedLogits } from "../views.ts";
import type { AnyLoss } from "./losses/custom.ts";
import { checkLoss, headFor, labelShape, lossTerms, perExample } from "./losses/rule.ts";

export interface EvaluationOptions {
  /** Shape of one image. @default the model's */
  readonly inputShape?: Shape;
  readonly batchSize: number;
  readonly loss: AnyLoss;
  /** Shape of one example's target. @default the loss's */
  readonly targetShape?: Shape;
  /** Logits are divided by it. @default 1 */
  readonly temperature?: number;
  /** Names under which parameters are read where these are not their own, as `averages` of a training program. @default none */
  readonly storedAs?: StoredAs;
}

/**
 * A model in use beside its loss, which is the one of training without penalties on weights. Inputs `x` [B, …] and `y` [B, …];
 * outputs `predictions` [B, classes], probabilities where the loss works with such, and `losses`: one for each example, [B],
 * or one for the batch, [], where the loss gives no more.
 */
export interface EvaluationProgram extends Program {
  /** Whether `losses` is one number for the whole batch. */
  readonly wholeBatch: boolean;
}

/** Describes the graph of {@link EvaluationProgram}. @throws FoveaError naming what does not fit */
export function evaluationProgram(model: ModelSpec, options: EvaluationOptions): EvaluationProgram {
  const { inputShape, batchSize, loss, temperature = 1, storedAs } = options;
  const resolved = resolveLayers(model, inputShape);
  const { output, name } = at(resolved, resolved.length - 1);
  const { body, head } = splitHead(resolved);
  checkLoss(loss, { head, output, name });
  const graph = createGraph();
  const x = input(graph, "x", [batchSize, ...inputShapeOf(model, inputShape)]);
  const target = options.targetShape ?? labelShape(loss, 1, output).slice(1);
  const labels = input(graph, "y", [batchSize, ...target]);
  const parameters = storedParameters(graph, resolved, storedAs);
  const run = { graph, training: false, parameters };
  const raw = averagedLogits(x, model.testTimeAugmentation, (view) => lowerLayers(body, view, run));
  const logits = temperature === 1 ? raw : affine(raw, 1 / temperature);
  const losses = perExample(lossTerms(loss, { logits, head, labels }));
  const predictions = applyHead(logits, headFor(loss, head));
  return { graph, outputs: { predictions, losses }, wholeBatch: losses.shape.length === 0 };
}
