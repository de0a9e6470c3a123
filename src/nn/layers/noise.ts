import { sizeOf } from "../../base/index.ts";
import { type Value, add, affine, constant, dropout, gaussian, multiply } from "../../engine/index.ts";
import type { CallableLayer } from "./callable.ts";
import { type LayerRule, type Lowering, type Named, imageAxes, makeLayer } from "./rule.ts";

// Layers that draw at random in training, from the run's seed, and pass everything on in use. Dropout stands in stateless.ts.

/** In training sets whole channels of an image to 0 with probability `rate`; the others grow by 1 / (1 - rate) (Tompson et al. 2015). */
export interface SpatialDropout2d extends Named {
  readonly type: "spatialDropout2d";
  /** Probability that a channel is set to 0, in [0, 1). */
  readonly rate: number;
}

/** In training adds normal noise. */
export interface GaussianNoise extends Named {
  readonly type: "gaussianNoise";
  /** Standard deviation of the noise. */
  readonly stddev: number;
}

/** In training multiplies by normal noise of mean 1 and deviation √(rate / (1 - rate)) (Srivastava et al. 2014). */
export interface GaussianDropout extends Named {
  readonly type: "gaussianDropout";
  /** As of dropout with the same variance, in [0, 1). */
  readonly rate: number;
}

/** In training sets all of an example to 0 with probability `rate`; the others grow by 1 / (1 - rate) (Huang et al. 2016). */
export interface StochasticDepth extends Named {
  readonly type: "stochasticDepth";
  /** Probability that an example is set to 0, in [0, 1). */
  readonly rate: number;
}

/** Options of `spatialDropout2d` (Keras: SpatialDropout2D). */
export interface SpatialDropout2dLayerOptions extends Named {
  /** Probability that a channel is set to 0, in [0, 1). */
  readonly rate: number;
}

/** Options of `gaussianNoise` (Keras: GaussianNoise). */
export interface GaussianNoiseLayerOptions extends Named {
  /** Standard deviation of the noise, 0 or more. */
  readonly stddev: number;
}

/** Options of `gaussianDropout` (Keras: GaussianDropout). */
export interface GaussianDropoutLayerOptions extends Named {
  /** As of dropout with the same variance, in [0, 1). */
  readonly rate: number;
}

/** Options of `stochasticDepth`. */
export interface StochasticDepthLayerOptions extends Named {
  /** Probability that an example is set to 0, in [0, 1). */
  readonly rate: number;
}

/**
 * Dropout of whole channels (Keras: SpatialDropout2D; PyTorch: Dropout2d): in training, sets each channel of an image to 0 with probability `rate` in [0, 1) and scales the rest; otherwise the identity.
 * @example
 * const layer = spatialDropout2d({ rate: 0.2 });
 */
export const spatialDropout2d = (options: SpatialDropout2dLayerOptions): CallableLayer<SpatialDropout2d> =>
  makeLayer("spatialDropout2d", options, (f) => ({ rate: f.within("rate", [0, 1]) }));

/**
 * Normal noise (Keras: GaussianNoise): in training, adds numbers of mean 0 and deviation `stddev`; otherwise the identity.
 * @example
 * const layer = gaussianNoise({ stddev: 0.1 });
 */
export const gaussianNoise = (options: GaussianNoiseLayerOptions): CallableLayer<GaussianNoise> =>
  makeLayer("gaussianNoise", options, (f) => ({ stddev: f.within("stddev", [0, Infinity]) }));

/**
 * Dropout by normal noise (Keras: GaussianDropout): in training, multiplies by numbers of mean 1 and deviation √(rate / (1 - rate)); otherwise the identity.
 * @example
 * const layer = gaussianDropout({ rate: 0.3 });
 */
export const gaussianDropout = (options: GaussianDropoutLayerOptions): CallableLayer<GaussianDropout> =>
  makeLayer("gaussianDropout", options, (f) => ({ rate: f.within("rate", [0, 1]) }));

/**
 * Stochastic depth (torchvision: StochasticDepth, mode "row"; also DropPath): at the end of a residual branch. In training, each
 * example leaves the branch out with probability `rate` in [0, 1), and the others scale it by 1 / (1 - rate); otherwise the identity.
 * @example
 * const branch = [conv2d({ filters: 8, kernelSize: 3, padding: "same" }), stochasticDepth({ rate: 0.1 })];
 * const layer = add([[], branch]);
 */
export const stochasticDepth = (options: StochasticDepthLayerOptions): CallableLayer<StochasticDepth> =>
  makeLayer("stochasticDepth", options, (f) => ({ rate: f.within("rate", [0, 1]) }));

/** x times an array that is 0 with probability `rate`, else 1 / (1 - rate), and is repeated along its axes of 1. */
function dropped(x: Value, rate: number, { shape, context }: Mask): Value {
  const { seed, salt } = context.randomness();
  const ones = constant(x.graph, new Float32Array(sizeOf(shape)).fill(1), shape);
  return multiply(x, dropout(ones, seed, { rate, salt }));
}

interface Mask {
  readonly shape: readonly number[];
  readonly context: Lowering;
}

function drawn(x: Value, context: Lowering): Value {
  const { seed, salt } = context.randomness();
  return gaussian(seed, x.shape, { salt });
}

export const spatialDropout2dRule: LayerRule<SpatialDropout2d> = {
  title: "SpatialDropout2D",
  lower: ({ rate }, x, context) => {
    const [batch = 1, ...image] = x.shape;
    const [, , channels] = imageAxes(image);
    if (!context.training || rate === 0) return x;
    return dropped(x, rate, { shape: [batch, 1, 1, channels], context });
  },
};

export const gaussianNoiseRule: LayerRule<GaussianNoise> = {
  title: "GaussianNoise",
  lower: ({ stddev }, x, context) =>
    !context.training || stddev === 0 ? x : add(x, affine(drawn(x, context), stddev)),
};

export const gaussianDropoutRule: LayerRule<GaussianDropout> = {
  title: "GaussianDropout",
  lower: ({ rate }, x, context) =>
    !context.training || rate === 0
      ? x
      : multiply(x, affine(drawn(x, context), Math.sqrt(rate / (1 - rate)), 1)),
};

export const stochasticDepthRule: LayerRule<StochasticDepth> = {
  title: "StochasticDepth",
  lower: ({ rate }, x, context) => {
    if (!context.training || rate === 0) return x;
    return dropped(x, rate, { shape: x.shape.map((extent, axis) => (axis === 0 ? extent : 1)), context });
  },
};
