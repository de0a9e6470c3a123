import { type Shape, fault, showValue, sizeOf } from "../../../base/index.ts";
import { conv2dTranspose as convolve } from "../../../engine/index.ts";
import { type Pair, isWholes } from "../../model/fields.ts";
import {
  type KernelLayer,
  type KernelLayerOptions,
  biasAndActivation,
  kernelParameters,
  readKernelLayer,
} from "../biasAndActivation.ts";
import type { CallableLayer } from "../callable.ts";
import { type LayerRule, type Named, imageAxes, makeLayer } from "../rule.ts";

/** [H, W, C] to a larger [H', W', K]: the gradient of a convolution to its input, as a layer. */
export interface Conv2dTranspose extends Named, KernelLayer {
  readonly type: "conv2dTranspose";
  /** Channels of the result. */
  readonly filters: number;
  /** Pixels of a filter, [vertical, horizontal]. */
  readonly kernelSize: Pair;
  /** Pixels of the result between neighbours of the input, [vertical, horizontal]. */
  readonly strides: Pair;
  /** "same" gives size · stride; "valid" all that the filters reach. */
  readonly padding: "valid" | "same";
  /** Distance between the filter's taps, [vertical, horizontal]. */
  readonly dilationRate: Pair;
  /** Rows and columns more at the end, as a stride leaves the size open; absent: as `padding` says. */
  readonly outputPadding?: Pair;
}

/** Options of `conv2dTranspose` (Keras: Conv2DTranspose). */
export interface Conv2dTransposeLayerOptions extends Named, KernelLayerOptions {
  /** Channels of the result, a whole number from 1. */
  readonly filters: number;
  /** Pixels, one number for both directions or [vertical, horizontal]. */
  readonly kernelSize: number | Pair;
  /** Pixels of the result between neighbours of the input, one number or [vertical, horizontal]. @default 1 */
  readonly strides?: number | Pair;
  /** "same" gives size · stride; "valid" all that the filters reach. @default "valid" */
  readonly padding?: "valid" | "same";
  /** Distance between the filter's taps, one number or [vertical, horizontal]. @default 1 */
  readonly dilationRate?: number | Pair;
  /** Rows and columns more at the end, from 0 and below the stride, one number or [vertical, horizontal]. @default as padding says */
  readonly outputPadding?: number | Pair;
}

/**
 * Transposed convolution (Keras: Conv2DTranspose; "deconvolution"): [H, W, C] to [H', W', filters], H' = H · stride with padding "same". @default strides 1, padding "valid", dilationRate 1, activation "linear", bias
 * @example
 * const layer = conv2dTranspose({ filters: 16, kernelSize: 2, strides: 2 }); // twice as high and as wide
 */
export const conv2dTranspose = (options: Conv2dTransposeLayerOptions): CallableLayer<Conv2dTranspose> =>
  makeLayer("conv2dTranspose", options, (f) => ({
    filters: f.whole("filters"),
    kernelSize: f.pair("kernelSize"),
    strides: f.pair("strides", 1),
    padding: f.oneOf("padding", ["valid", "same"], "valid"),
    dilationRate: f.pair("dilationRate", 1),
    ...f.maybe("outputPadding", parseOutputPadding),
    ...readKernelLayer(f),
  }));

function parseOutputPadding(who: string, value: unknown): Pair {
  const pair: unknown = typeof value === "number" ? [value, value] : value;
  if (isWholes(pair, (n) => n >= 0) && pair.length === 2) {
    const [vertical = 0, horizontal = 0] = pair;
    return [vertical, horizontal];
  }
  throw fault(who, {
    expected: "a whole number from 0, or two of them",
    received: showValue(value),
    exitCode: 2,
  });
}

/** [R, S, K, C] */
const kernelShape = ({ kernelSize, filters }: Conv2dTranspose, input: Shape): Shape => [
  ...kernelSize,
  filters,
  imageAxes(input)[2],
];

export const conv2dTransposeRule: LayerRule<Conv2dTranspose> = {
  title: "Conv2DTranspose",
  parameters: (layer, input) =>
    kernelParameters(layer, { shape: kernelShape(layer, input), outputs: layer.filters }),
  multiplyAdds: ({ kernelSize, filters }, input) => sizeOf(input) * sizeOf(kernelSize) * filters,
  lower: (layer, x, context) => {
    const { strides, padding, dilationRate: dilation, outputPadding } = layer;
    const options = { strides, padding, dilation, ...(outputPadding && { outputPadding }) };
    return biasAndActivation(layer, convolve(x, context.parameter("kernel"), options), context);
  },
};
