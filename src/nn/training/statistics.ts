import type { Shape } from "../../base/index.ts";
import { type Program, type Value, createGraph, input } from "../../engine/index.ts";
import { lowerLayers } from "../lower.ts";
import { type ModelSpec, inputShapeOf } from "../model/model.ts";
import { resolveLayers } from "../model/resolve.ts";
import { type StoredAs, storedParameters } from "../stored.ts";

export interface StatisticsOptions {
  /** Shape of one image. @default the model's */
  readonly inputShape?: Shape;
  readonly batchSize: number;
  /** Names under which parameters are read where these are not their own, as `averages` of a training program. @default none */
  readonly storedAs?: StoredAs;
}

/** The parameters of one batch norm that its statistics stand for. */
export interface NormStatistics {
  readonly mean: string;
  readonly variance: string;
}

/**
 * A model in use but for its batch norms, which take mean and variance from the batch, as in training. Input `x` [B, …]; outputs by the
 * names in `norms`: mean and biased variance [C] of what each batch norm is given.
 */
export interface StatisticsProgram extends Program {
  /** First to last; frozen ones keep their statistics and are left out. */
  readonly norms: readonly NormStatistics[];
}

/** Describes the graph of {@link StatisticsProgram}; `norms` is empty for a model without a batch norm that trains. */
export function statisticsProgram(model: ModelSpec, options: StatisticsOptions): StatisticsProgram {
  const { inputShape, batchSize, storedAs } = options;
  const graph = createGraph();
  const x = input(graph, "x", [batchSize, ...inputShapeOf(model, inputShape)]);
  const resolved = resolveLayers(model, inputShape);
  const norms: NormStatistics[] = [];
  const outputs: Record<string, Value> = {};
  lowerLayers(resolved, x, {
    graph,
    training: false,
    parameters: storedParameters(graph, resolved, storedAs),
    onStatistics: ({ name }, { mean, variance }) => {
      const norm = { mean: `${name}/moving_mean`, variance: `${name}/moving_variance` };
      norms.push(norm);
      outputs[norm.mean] = mean;
      outputs[norm.variance] = variance;
    },
  });
  return { graph, outputs, norms };
}
