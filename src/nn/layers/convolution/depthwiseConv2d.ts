import type { CallableLayer } from "../callable.ts";
import { type Shape, at, sizeOf } from "../../../base/index.ts";
import { conv2d } from "../../../engine/index.ts";
import type { Pair } from "../../model/fields.ts";
import {
  type KernelLayer,
  type KernelLayerOptions,
  biasAndActivation,
  kernelParameters,
  readKernelLayer,
} from "../biasAndActivation.ts";
import { type LayerRule, type Named, makeLayer, imageAxes } from "../rule.ts";

/** [H, W, C] to [H', W', C·M]: every channel has M filters of its own. */
export interface DepthwiseConv2d extends Named, KernelLayer {
  readonly type: "depthwiseConv2d";
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
}

/** Options of `depthwiseConv2d` (Keras: DepthwiseConv2D). */
export interface DepthwiseConv2dLayerOptions extends Named, KernelLayerOptions {
  /** Pixels of a filter, one number for both directions or [vertical, horizontal]. */
  readonly kernelSize: number | Pair;
  /** Pixels between windows, one number or [vertical, horizontal]. @default 1 */
  readonly strides?: number | Pair;
  /** "same" pads with zeros so that stride 1 keeps the size; "valid" does not pad. @default "valid" */
  readonly padding?: "valid" | "same";
  /** Distance between the filter's taps. @default 1 */
  readonly dilationRate?: number | Pair;
  /** Filters for each channel. @default 1 */
  readonly depthMultiplier?: number;
}

/**
 * Depthwise convolution (Keras: DepthwiseConv2D): [H, W, C] to [H', W', C · depthMultiplier]. @default strides 1, padding "valid", depthMultiplier 1
 * @example
 * const layer = depthwiseConv2d({ kernelSize: 3, padding: "same" });
 */
export const depthwiseConv2d = (options: DepthwiseConv2dLayerOptions): CallableLayer<DepthwiseConv2d> =>
  makeLayer("depthwiseConv2d", options, (f) => ({
    kernelSize: f.pair("kernelSize"),
    strides: f.pair("strides", 1),
    padding: f.oneOf("padding", ["valid", "same"], "valid"),
    dilationRate: f.pair("dilationRate", 1),
    depthMultiplier: f.whole("depthMultiplier", 1),
    ...readKernelLayer(f),
  }));

/** [R, S, 1, C·M]: Keras's [R, S, C, M] has the same elements in the same order. */
const kernelShape = ({ kernelSize, depthMultiplier }: DepthwiseConv2d, input: Shape): Shape => [
  ...kernelSize,
  1,
  imageAxes(input)[2] * depthMultiplier,
];

export const depthwiseConv2dRule: LayerRule<DepthwiseConv2d> = {
  title: "DepthwiseConv2D",
  // Keras counts fans from [R, S, C, M].
  parameters: (layer, input) =>
    kernelParameters(layer, {
      shape: kernelShape(layer, input),
      fanShape: [...layer.kernelSize, imageAxes(input)[2], layer.depthMultiplier],
    }),
  multiplyAdds: (layer, _, output) => sizeOf(output) * sizeOf(layer.kernelSize),
  lower: (layer, x, context) => {
    const { strides, padding, dilationRate: dilation } = layer;
    const groups = at(x.shape, 3);
    return biasAndActivation(
      layer,
      conv2d(x, context.parameter("kernel"), { strides, padding, dilation, groups }),
      context,
    );
  },
};
