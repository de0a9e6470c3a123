import { type Regularizer, parseRegularizer } from "../regularizers.ts";
import type { CallableLayer } from "./callable.ts";
import type { Shape } from "../../base/index.ts";
import { type Value, add, affine, batchNorm, normalize, update } from "../../engine/index.ts";
import {
  type ParameterSpec,
  type LayerRule,
  type Lowering,
  type Named,
  makeLayer,
  weightSpec,
} from "./rule.ts";

/** Gives every channel mean 0 and variance 1 over the batch, then scales by gamma and shifts by beta (Ioffe & Szegedy 2015). */
export interface BatchNormalization extends Named {
  readonly type: "batchNormalization";
  /** The moving averages keep this part of themselves at each step, in [0, 1). */
  readonly momentum: number;
  /** Added to the variance under the root. */
  readonly epsilon: number;
  /** Penalty on beta; absent: none. */
  readonly betaRegularizer?: Regularizer;
  /** Penalty on gamma; absent: none. */
  readonly gammaRegularizer?: Regularizer;
}

/** Options of `batchNormalization` (Keras: BatchNormalization). */
export interface BatchNormalizationLayerOptions extends Named {
  /** The moving averages keep this part of themselves at each step, in [0, 1). @default 0.99 */
  readonly momentum?: number;
  /** Added to the variance under the root. @default 0.001 */
  readonly epsilon?: number;
  /** Penalty that beta adds to the loss. @default none */
  readonly betaRegularizer?: Regularizer;
  /** Penalty that gamma adds to the loss. @default none */
  readonly gammaRegularizer?: Regularizer;
}

/**
 * Batch normalization over the last axis (Keras: BatchNormalization); the shape stays. @default momentum 0.99, epsilon 0.001
 * @example
 * const layer = batchNormalization({ momentum: 0.9 });
 */
export const batchNormalization = (
  options: BatchNormalizationLayerOptions = {},
): CallableLayer<BatchNormalization> =>
  makeLayer("batchNormalization", options, (f) => ({
    momentum: f.within("momentum", [0, 1], 0.99),
    epsilon: f.within("epsilon", [0, Infinity], 1e-3),
    ...f.maybe("betaRegularizer", parseRegularizer),
    ...f.maybe("gammaRegularizer", parseRegularizer),
  }));

/** One number a channel, the last axis. */
const parameters = (layer: BatchNormalization, input: Shape): readonly ParameterSpec[] => {
  const shape = input.slice(-1);
  return [
    weightSpec({ name: "gamma", shape, initializer: "ones" }, layer.gammaRegularizer),
    weightSpec({ name: "beta", shape, initializer: "zeros" }, layer.betaRegularizer),
    { name: "moving_mean", shape, initializer: "zeros", trainable: false },
    { name: "moving_variance", shape, initializer: "ones", trainable: false },
  ];
};

function lower(layer: BatchNormalization, x: Value, context: Lowering): Value {
  const { momentum, epsilon, trainable = true } = layer;
  const gamma = context.parameter("gamma");
  const beta = context.parameter("beta");
  const movingMean = context.parameter("moving_mean");
  const movingVariance = context.parameter("moving_variance");
  const { onStatistics } = context;
  if (!trainable || (!context.training && !onStatistics))
    return normalize(x, { mean: movingMean, variance: movingVariance, gamma, beta, epsilon });
  const [y, mean, variance] = batchNorm(x, { gamma, beta, epsilon });
  if (onStatistics) {
    onStatistics({ mean, variance });
    return y;
  }
  update(movingMean, add(affine(movingMean, momentum), affine(mean, 1 - momentum)));
  // The biased variance, as Keras does; PyTorch averages the unbiased one.
  update(movingVariance, add(affine(movingVariance, momentum), affine(variance, 1 - momentum)));
  return y;
}

export const batchNormalizationRule: LayerRule<BatchNormalization> = {
  title: "BatchNormalization",
  parameters,
  lower,
};
