import { type Shape, sizeOf } from "../../../base/index.ts";
import { conv2d as convolve } from "../../../engine/index.ts";
import type { Pair } from "../../model/fields.ts";
import { type Initializer, parseInitializer } from "../../model/initializers.ts";
import { type Regularizer, parseRegularizer } from "../../regularizers.ts";
import {
  type SumLayer,
  type SumLayerOptions,
  biasAndActivation,
  biasParameters,
  readSumLayer,
} from "../biasAndActivation.ts";
import type { CallableLayer } from "../callable.ts";
import { type LayerRule, type Named, type ParameterSpec, imageAxes, makeLayer, weightSpec } from "../rule.ts";

/** [H, W, C] to [H', W', K]: M filters for each channel, whose results a convolution of one pixel mixes (Chollet 2017). */
export interface SeparableConv2d extends Named, SumLayer {
  readonly type: "separableConv2d";
  /** Channels of the result. */
  readonly filters: number;
  /** Pixels of a filter, [vertical, horizontal]. */
  readonly kernelSize: Pair;
  /** Pixels between windows, [vertical, horizontal]. */
  readonly strides: Pair;
  /** "same" pads with zeros so that stride 1 keeps the size; "valid" does not pad. */
  readonly padding: "valid" | "same";
  /** Distance between the filter's taps, [vertical, horizontal]. */
  readonly dilationRate: Pair;
  /** Filters for each channel. */
  readonly depthMultiplier: number;
  /** How the channels' filters start. */
  readonly depthwiseInitializer: Initializer;
  /** How the filters that mix start. */
  readonly pointwiseInitializer: Initializer;
  /** Penalty on the channels' filters; absent: none. */
  readonly depthwiseRegularizer?: Regularizer;
  /** Penalty on the filters that mix; absent: none. */
  readonly pointwiseRegularizer?: Regularizer;
}

/** Options of `separableConv2d` (Keras: SeparableConv2D). */
export interface SeparableConv2dLayerOptions extends Named, SumLayerOptions {
  /** Channels of the result, a whole number from 1. */
  readonly filters: number;
  /** Pixels, one number for both directions or [vertical, horizontal]. */
  readonly kernelSize: number | Pair;
  /** Pixels between windows, one number or [vertical, horizontal]. @default 1 */
  readonly strides?: number | Pair;
  /** "same" pads with zeros so that stride 1 keeps the size; "valid" does not pad. @default "valid" */
  readonly padding?: "valid" | "same";
  /** Distance between the filter's taps, one number or [vertical, horizontal]. @default 1 */
  readonly dilationRate?: number | Pair;
  /** Filters for each channel. @default 1 */
  readonly depthMultiplier?: number;
  /** How the channels' filters start. @default "glorotUniform" */
  readonly depthwiseInitializer?: Initializer;
  /** How the filters that mix start. @default "glorotUniform" */
  readonly pointwiseInitializer?: Initializer;
  /** Penalty that the channels' filters add to the loss. @default none */
  readonly depthwiseRegularizer?: Regularizer;
  /** Penalty that the filters that mix add to the loss. @default none */
  readonly pointwiseRegularizer?: Regularizer;
}

/**
 * Depthwise convolution, then one of 1x1 that mixes channels (Keras: SeparableConv2D): [H, W, C] to [H', W', filters]. @default strides 1, padding "valid", dilationRate 1, depthMultiplier 1, activation "linear", bias
 * @example
 * const layer = separableConv2d({ filters: 32, kernelSize: 3, padding: "same", activation: "relu" });
 */
export const separableConv2d = (options: SeparableConv2dLayerOptions): CallableLayer<SeparableConv2d> =>
  makeLayer("separableConv2d", options, (f) => ({
    filters: f.whole("filters"),
    kernelSize: f.pair("kernelSize"),
    strides: f.pair("strides", 1),
    padding: f.oneOf("padding", ["valid", "same"], "valid"),
    dilationRate: f.pair("dilationRate", 1),
    depthMultiplier: f.whole("depthMultiplier", 1),
    depthwiseInitializer: "glorotUniform",
    pointwiseInitializer: "glorotUniform",
    ...f.maybe("depthwiseInitializer", parseInitializer),
    ...f.maybe("pointwiseInitializer", parseInitializer),
    ...f.maybe("depthwiseRegularizer", parseRegularizer),
    ...f.maybe("pointwiseRegularizer", parseRegularizer),
    ...readSumLayer(f),
  }));

function parameters(layer: SeparableConv2d, input: Shape): readonly ParameterSpec[] {
  const { kernelSize, depthMultiplier, filters } = layer;
  const [, , channels] = imageAxes(input);
  const deep = channels * depthMultiplier;
  return [
    weightSpec(
      {
        name: "depthwise_kernel",
        // Keras's [R, S, C, M] has the same elements in the same order; it counts fans from it.
        shape: [...kernelSize, 1, deep],
        fanShape: [...kernelSize, channels, depthMultiplier],
        initializer: layer.depthwiseInitializer,
      },
      layer.depthwiseRegularizer,
    ),
    weightSpec(
      {
        name: "pointwise_kernel",
        shape: [1, 1, deep, filters],
        initializer: layer.pointwiseInitializer,
      },
      layer.pointwiseRegularizer,
    ),
    ...biasParameters(layer, filters),
  ];
}

export const separableConv2dRule: LayerRule<SeparableConv2d> = {
  title: "SeparableConv2D",
  parameters,
  multiplyAdds: ({ kernelSize, depthMultiplier, filters }, input, output) => {
    const deep = imageAxes(input)[2] * depthMultiplier;
    return (sizeOf(output) / filters) * deep * (sizeOf(kernelSize) + filters);
  },
  lower: (layer, x, context) => {
    const { strides, padding, dilationRate: dilation } = layer;
    const groups = imageAxes(x.shape.slice(1))[2];
    const options = { strides, padding, dilation, groups };
    const deep = convolve(x, context.parameter("depthwise_kernel"), options);
    return biasAndActivation(layer, convolve(deep, context.parameter("pointwise_kernel")), context);
  },
};
