import {
  type Layer,
  activation,
  batchNormalization,
  conv2d,
  dense,
  depthwiseConv2d,
  maxPooling2d,
} from "../../nn/index.ts";

// Pieces that several architectures share. Kernels start as He et al. 2015 (arXiv:1502.01852) propose for relu.

/**
 * Moving averages that follow within tens of steps: at Keras's 0.99 they still hold their first values after a short run,
 * and a trained network is evaluated with them as if it were untrained.
 */
const batchNorm = (): Layer => batchNormalization({ momentum: 0.9 });

/** Convolution, batch norm, relu. No bias: batch norm's beta stands for it. */
export const convBlock = (
  filters: number,
  { kernelSize = 3, strides = 1 }: { kernelSize?: number; strides?: number } = {},
): Layer[] => [
  conv2d({ filters, kernelSize, strides, padding: "same", useBias: false, kernelInitializer: "heNormal" }),
  batchNorm(),
  activation("relu"),
];

/** {@link convBlock}, then half as many rows and columns. */
export const pooledBlock = (filters: number): Layer[] => [...convBlock(filters), maxPooling2d()];

/** Two convolutions before the pooling. */
export const doubleBlock = (filters: number): Layer[] => [...convBlock(filters), ...pooledBlock(filters)];

/** A 3x3 filter for each channel, then a 1x1 convolution across channels; batch norm and relu6 after each. */
export const separableBlock = (filters: number, strides = 1): Layer[] => [
  depthwiseConv2d({ kernelSize: 3, strides, padding: "same", useBias: false }),
  batchNorm(),
  activation("relu6"),
  conv2d({ filters, kernelSize: 1, useBias: false, kernelInitializer: "heNormal" }),
  batchNorm(),
  activation("relu6"),
];

/** One probability a class. @param name of the layer, as PyTorch's module; default: Keras's */
export const classifier = (classes: number, name?: string): Layer =>
  dense({ ...(name !== undefined && { name }), units: classes, activation: "softmax" });
