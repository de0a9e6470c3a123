// Convolutions with batch norm as PyTorch's model zoos lay them out: their weights fit name by name.
import {
  type Activation,
  type Layer,
  activation as activationLayer,
  batchNormalization,
  conv2d,
  depthwiseConv2d,
  zeroPadding2d,
} from "../../nn/index.ts";

/** Names of a convolution and of the batch norm behind it: those of PyTorch's modules. */
export type Names = readonly [conv: string, norm: string];

/** "features.1" → ["features.1.0", "features.1.1"], as torchvision's Conv2dNormActivation numbers them. */
export const numbered = (prefix: string): Names => [`${prefix}.0`, `${prefix}.1`];

export interface ConvOptions {
  /** Channels of the result; left out: one 3x3 … filter for each channel (depthwise). */
  readonly filters?: number;
  /** An odd number of pixels. */
  readonly kernelSize: number;
  /** @default 1 */
  readonly strides?: number;
  /** @default false */
  readonly useBias?: boolean;
}

export interface ConvNormOptions extends ConvOptions {
  /** Behind the batch norm. @default none */
  readonly activation?: Activation;
  /** Of the batch norm. @default 1e-5, PyTorch's */
  readonly epsilon?: number;
}

/**
 * A convolution with as many zeros on both sides, as PyTorch pads. Keras's "same" has at stride 2 less at the top and left,
 * so that there the zeros are a layer of their own; the engine makes them the convolution's own again.
 */
export function paddedConv(name: string, { filters, kernelSize, ...rest }: ConvOptions): Layer[] {
  const { strides = 1, useBias = false } = rest;
  const edge = strides === 1 ? 0 : (kernelSize - 1) / 2;
  const common = {
    name,
    kernelSize,
    strides,
    padding: strides === 1 && kernelSize > 1 ? "same" : "valid",
    useBias,
    kernelInitializer: "heNormal",
  } as const;
  const convolution = filters === undefined ? depthwiseConv2d(common) : conv2d({ ...common, filters });
  return edge === 0 ? [convolution] : [zeroPadding2d({ padding: edge }), convolution];
}

/**
 * Batch norm whose moving averages follow within tens of steps, PyTorch's 0.1 of the new: at Keras's 0.99 they still hold
 * their first values after a short run.
 */
export const norm = (name: string, epsilon = 1e-5): Layer =>
  batchNormalization({ name, momentum: 0.9, epsilon });

/** Convolution without bias, batch norm, activation. */
export const convNorm = (
  [conv, normName]: Names,
  { activation, epsilon, ...options }: ConvNormOptions,
): Layer[] => [
  ...paddedConv(conv, options),
  norm(normName, epsilon),
  ...(activation === undefined ? [] : [activationLayer(activation)]),
];
