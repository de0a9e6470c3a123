import type { CallableLayer } from "../callable.ts";
import { type Shape, fault, sizeOf } from "../../../base/index.ts";
import { conv2d as convolve } from "../../../engine/index.ts";
import type { Pair } from "../../model/fields.ts";
import {
  type KernelLayer,
  type KernelLayerOptions,
  biasAndActivation,
  kernelParameters,
  readKernelLayer,
} from "../biasAndActivation.ts";
import { type LayerRule, type Named, makeLayer, imageAxes } from "../rule.ts";

/** [H, W, C] to [H', W', K]: K filters of R×S slide over the image. */
export interface Conv2d extends Named, KernelLayer {
  readonly type: "conv2d";
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
  /** Groups of channels that do not see each other. */
  readonly groups: number;
}

/** Options of `conv2d` (Keras: Conv2D). */
export interface Conv2dLayerOptions extends Named, KernelLayerOptions {
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
  /** Channels and filters fall into this many groups that do not see each other. @default 1 */
  readonly groups?: number;
}

/**
 * 2D convolution (Keras: Conv2D): [H, W, C] to [H', W', filters]. @default strides 1, padding "valid", dilationRate 1, groups 1, activation "linear", bias
 * @example
 * const layer = conv2d({ filters: 32, kernelSize: 3, padding: "same", activation: "relu" });
 */
export const conv2d = (options: Conv2dLayerOptions): CallableLayer<Conv2d> =>
  makeLayer("conv2d", options, (f) => ({
    filters: f.whole("filters"),
    kernelSize: f.pair("kernelSize"),
    strides: f.pair("strides", 1),
    padding: f.oneOf("padding", ["valid", "same"], "valid"),
    dilationRate: f.pair("dilationRate", 1),
    groups: f.whole("groups", 1),
    ...readKernelLayer(f),
  }));

/** [R, S, C / groups, K] */
function kernelShape({ kernelSize, groups, filters }: Conv2d, input: Shape): Shape {
  const [, , channels] = imageAxes(input);
  if (channels % groups !== 0 || filters % groups !== 0) {
    throw fault("groups", {
      expected: `a number that divides ${channels} channels and ${filters} filters`,
      received: `${groups}`,
    });
  }
  return [...kernelSize, channels / groups, filters];
}

export const conv2dRule: LayerRule<Conv2d> = {
  title: "Conv2D",
  parameters: (layer, input) => kernelParameters(layer, { shape: kernelShape(layer, input) }),
  multiplyAdds: (layer, input, output) =>
    (sizeOf(output) * sizeOf(kernelShape(layer, input))) / layer.filters,
  lower: (layer, x, context) => {
    const { strides, padding, dilationRate: dilation, groups } = layer;
    return biasAndActivation(
      layer,
      convolve(x, context.parameter("kernel"), { strides, padding, dilation, groups }),
      context,
    );
  },
};
