import { type Regularizer, parseRegularizer } from "../regularizers.ts";
import type { CallableLayer } from "./callable.ts";
import { type Shape, sizeOf } from "../../base/index.ts";
import { type Value, add, affine, batchNorm, constant, normalize, update } from "../../engine/index.ts";
import { type Initializer, parseInitializer } from "../model/initializers.ts";
import { parseFlag } from "../model/values.ts";
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
  /** Whether beta is added; absent: true. */
  readonly center?: boolean;
  /** Whether gamma multiplies; absent: true. */
  readonly scale?: boolean;
  /** How beta starts; absent: zeros. */
  readonly betaInitializer?: Initializer;
  /** How gamma starts; absent: ones. */
  readonly gammaInitializer?: Initializer;
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
  /** Whether a trained beta is added. @default true */
  readonly center?: boolean;
  /** Whether a trained gamma multiplies. @default true */
  readonly scale?: boolean;
  /** How beta starts. @default "zeros" */
  readonly betaInitializer?: Initializer;
  /** How gamma starts; "zeros" lets a branch of a residual net start as nothing. @default "ones" */
  readonly gammaInitializer?: Initializer;
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
    ...f.maybe("center", parseFlag),
    ...f.maybe("scale", parseFlag),
    ...f.maybe("betaInitializer", parseInitializer),
    ...f.maybe("gammaInitializer", parseInitializer),
    ...f.maybe("betaRegularizer", parseRegularizer),
    ...f.maybe("gammaRegularizer", parseRegularizer),
  }));

/** One number a channel, the last axis. */
const parameters = (layer: BatchNormalization, input: Shape): readonly ParameterSpec[] => {
  const shape = input.slice(-1);
  const { center = true, scale = true, gammaInitializer = "ones", betaInitializer = "zeros" } = layer;
  const gamma = weightSpec({ name: "gamma", shape, initializer: gammaInitializer }, layer.gammaRegularizer);
  const beta = weightSpec({ name: "beta", shape, initializer: betaInitializer }, layer.betaRegularizer);
  return [
    ...(scale ? [gamma] : []),
    ...(center ? [beta] : []),
    { name: "moving_mean", shape, initializer: "zeros", trainable: false },
    { name: "moving_variance", shape, initializer: "ones", trainable: false },
  ];
};

const filled = (shape: Shape, value: number): readonly number[] =>
  Array.from({ length: sizeOf(shape) }, () => value);

function lower(layer: BatchNormalization, x: Value, context: Lowering): Value {
  const { momentum, epsilon, trainable = true, center = true, scale = true } = layer;
  const channels = x.shape.slice(-1);
  const gamma = scale ? context.parameter("gamma") : constant(x.graph, filled(channels, 1), channels);
  const beta = center ? context.parameter("beta") : constant(x.graph, filled(channels, 0), channels);
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
