import { describe, test } from "vitest";
import { conv2d, dense, depthwiseConv2d } from "../../src/nn/index.ts";
import { type Example, expectExample, range } from "./example.ts";

// Every number below was worked out on paper from the definition of the layer.

const nine = { inputShape: [3, 3, 1], x: range(1, 9) };
const sixteen = { inputShape: [4, 4, 1], x: range(1, 16) };

describe("conv2d", () => {
  const corner = { "conv2d/kernel": [1, 2, 3, 4] };
  const bare = { filters: 1, useBias: false } as const;

  test.each<[string, Example]>([
    [
      "lays the kernel on each place without turning it round",
      { layer: conv2d({ ...bare, kernelSize: 2 }), parameters: corner, ...nine, gives: [37, 47, 67, 77] },
    ],
    [
      "pads an even kernel below and on the right, as TensorFlow does",
      {
        layer: conv2d({ ...bare, kernelSize: 2, padding: "same" }),
        parameters: corner,
        ...nine,
        gives: [37, 47, 21, 67, 77, 33, 23, 26, 9],
      },
    ],
    [
      "pads an odd kernel alike on all sides",
      {
        layer: conv2d({ ...bare, kernelSize: 3, padding: "same", kernelInitializer: "ones" }),
        parameters: { "conv2d/kernel": range(1, 9).fill(1) },
        ...nine,
        gives: [12, 21, 16, 27, 45, 33, 24, 39, 28],
      },
    ],
    [
      "steps by its stride from the first place",
      {
        layer: conv2d({ ...bare, kernelSize: 1, strides: 2 }),
        parameters: { "conv2d/kernel": [1] },
        ...nine,
        gives: [1, 3, 7, 9],
      },
    ],
    [
      "pads only what the last window needs where stride and kernel overlap",
      {
        layer: conv2d({ ...bare, kernelSize: 3, strides: 2, padding: "same" }),
        parameters: { "conv2d/kernel": range(1, 9).fill(1) },
        ...sixteen,
        gives: [54, 45, 72, 54],
      },
    ],
    [
      "may step further in one direction than in the other",
      {
        layer: conv2d({ ...bare, kernelSize: 1, strides: [1, 2] }),
        parameters: { "conv2d/kernel": [10] },
        ...nine,
        gives: [10, 30, 40, 60, 70, 90],
      },
    ],
    [
      "leaves gaps between its taps when dilated",
      {
        layer: conv2d({ ...bare, kernelSize: 2, dilationRate: 2 }),
        parameters: corner,
        ...nine,
        gives: [64],
      },
    ],
    [
      "takes [vertical, horizontal] kernels",
      {
        layer: conv2d({ ...bare, kernelSize: [1, 3] }),
        parameters: { "conv2d/kernel": [1, 0, -2] },
        ...nine,
        gives: [-5, -8, -11],
      },
    ],
    [
      "sums channels, and stores its kernel as [row, column, channel, filter]",
      {
        layer: conv2d({ filters: 3, kernelSize: 1 }),
        parameters: { "conv2d/kernel": [1, 2, 3, 4, 5, 6], "conv2d/bias": [1, 0, -1] },
        inputShape: [1, 1, 2],
        x: [1, 2],
        gives: [10, 12, 14],
      },
    ],
    [
      "keeps groups of channels apart",
      {
        layer: conv2d({ filters: 2, kernelSize: 1, groups: 2, useBias: false }),
        parameters: { "conv2d/kernel": [1, 2, 3, 4] },
        inputShape: [1, 1, 4],
        x: [1, 10, 100, 1000],
        gives: [31, 4200],
      },
    ],
    [
      "adds the bias before the activation",
      {
        layer: conv2d({ filters: 2, kernelSize: 1, activation: "relu" }),
        parameters: { "conv2d/kernel": [1, -1], "conv2d/bias": [-2, 2] },
        inputShape: [1, 3, 1],
        x: [1, 2, 3],
        gives: [0, 1, 0, 0, 1, 0],
      },
    ],
    [
      "treats each image of a batch alone",
      {
        layer: conv2d({ ...bare, kernelSize: 2 }),
        parameters: corner,
        inputShape: [2, 2, 1],
        x: [1, 0, 0, 0, 0, 0, 0, 1],
        gives: [1, 4],
      },
    ],
  ])("%s", (_, example) => expectExample(example));
});

describe("depthwiseConv2d", () => {
  test.each<[string, Example]>([
    [
      "gives every channel a filter of its own",
      {
        layer: depthwiseConv2d({ kernelSize: 2, useBias: false }),
        parameters: { "depthwise_conv2d/kernel": [1, 1, 1, 2, 1, 3, 1, 4] },
        inputShape: [2, 2, 2],
        x: [1, 10, 2, 20, 3, 30, 4, 40],
        gives: [10, 300],
      },
    ],
    [
      "puts the filters of one channel side by side",
      {
        layer: depthwiseConv2d({ kernelSize: 1, depthMultiplier: 2, useBias: false }),
        parameters: { "depthwise_conv2d/kernel": [1, 2, 3, 4] },
        inputShape: [1, 1, 2],
        x: [3, 5],
        gives: [3, 6, 15, 20],
      },
    ],
    [
      "pads with zeros under same padding",
      {
        layer: depthwiseConv2d({ kernelSize: 3, padding: "same", useBias: false }),
        parameters: { "depthwise_conv2d/kernel": range(1, 9).fill(1) },
        ...nine,
        gives: [12, 21, 16, 27, 45, 33, 24, 39, 28],
      },
    ],
    [
      "strides and dilates",
      {
        layer: depthwiseConv2d({ kernelSize: 2, strides: 1, dilationRate: 2, useBias: false }),
        parameters: { "depthwise_conv2d/kernel": [1, 2, 3, 4] },
        ...nine,
        gives: [64],
      },
    ],
    [
      "adds one bias a result channel, then the activation",
      {
        layer: depthwiseConv2d({ kernelSize: 1, activation: "relu" }),
        parameters: { "depthwise_conv2d/kernel": [1, 1], "depthwise_conv2d/bias": [-4, 1] },
        inputShape: [1, 1, 2],
        x: [3, 5],
        gives: [0, 6],
      },
    ],
  ])("%s", (_, example) => expectExample(example));
});

describe("dense", () => {
  test.each<[string, Example]>([
    [
      "sums inputs times its kernel [in, units], plus the bias",
      {
        layer: dense({ units: 3 }),
        parameters: { "dense/kernel": [1, 2, 3, 4, 5, 6], "dense/bias": [0.5, 0, -0.5] },
        inputShape: [2],
        x: [1, 10, 2, 0],
        gives: [41.5, 52, 62.5, 2.5, 4, 5.5],
      },
    ],
    [
      "without a bias gives zero for zero",
      {
        layer: dense({ units: 2, useBias: false }),
        parameters: { "dense/kernel": [7, 8] },
        inputShape: [1],
        x: [0],
        gives: [0, 0],
      },
    ],
    [
      "ends in its activation",
      {
        layer: dense({ units: 2, activation: "softmax" }),
        parameters: { "dense/kernel": [0, Math.log(3)], "dense/bias": [0, 0] },
        inputShape: [1],
        x: [1],
        gives: [0.25, 0.75],
      },
    ],
  ])("%s", (_, example) => expectExample(example));
});
