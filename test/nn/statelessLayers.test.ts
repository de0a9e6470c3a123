import { describe, test } from "vitest";
import {
  type Activation,
  activation,
  add,
  averagePooling2d,
  batchNormalization,
  concatenate,
  dropout,
  flatten,
  globalAveragePooling2d,
  globalMaxPooling2d,
  maxPooling2d,
  multiply,
  rescaling,
  sliceChannels,
} from "../../src/nn/index.ts";
import { type Example, expectExample, range } from "./example.ts";

// Every number below was worked out on paper from the definition of the layer.

const nine = { inputShape: [3, 3, 1], x: range(1, 9) };
const sixteen = { inputShape: [4, 4, 1], x: range(1, 16) };

describe("pooling", () => {
  test.each<[string, Example]>([
    ["takes the greatest of each window", { layer: maxPooling2d(), ...sixteen, gives: [6, 8, 14, 16] }],
    [
      "takes the mean of each window",
      { layer: averagePooling2d(), ...sixteen, gives: [3.5, 5.5, 11.5, 13.5] },
    ],
    ["drops a window over the edge", { layer: maxPooling2d(), ...nine, gives: [5] }],
    [
      "keeps a window over the edge under same padding",
      { layer: maxPooling2d({ padding: "same" }), ...nine, gives: [5, 6, 8, 9] },
    ],
    [
      "does not count padding in a mean",
      { layer: averagePooling2d({ padding: "same" }), ...nine, gives: [3, 4.5, 7.5, 9] },
    ],
    [
      "does not take padding for a zero among negative numbers",
      {
        layer: maxPooling2d({ padding: "same" }),
        inputShape: [3, 3, 1],
        x: range(1, 9).map((value) => -value),
        gives: [-1, -3, -7, -9],
      },
    ],
    [
      "lets windows overlap where the stride is smaller",
      { layer: averagePooling2d({ poolSize: 2, strides: 1 }), ...nine, gives: [3, 4, 6, 7] },
    ],
    [
      "skips what lies between windows where the stride is larger",
      { layer: maxPooling2d({ poolSize: 1, strides: 3 }), ...sixteen, gives: [1, 4, 13, 16] },
    ],
    [
      "takes windows of [vertical, horizontal]",
      { layer: maxPooling2d({ poolSize: [1, 3] }), ...nine, gives: [3, 6, 9] },
    ],
    [
      "keeps channels apart",
      {
        layer: averagePooling2d(),
        inputShape: [2, 2, 2],
        x: [1, 10, 2, 20, 3, 30, 6, 60],
        gives: [3, 30],
      },
    ],
    [
      "gives a channel's mean over the whole image",
      { layer: globalAveragePooling2d(), inputShape: [1, 3, 2], x: [1, -1, 2, -2, 6, 0], gives: [3, -1] },
    ],
    [
      "gives a channel's greatest number over the whole image",
      { layer: globalMaxPooling2d(), inputShape: [1, 3, 2], x: [1, -1, 2, -2, 6, -3], gives: [6, -1] },
    ],
  ])("%s", (_, example) => expectExample(example));
});

describe("layers without parameters", () => {
  test.each<[string, Example]>([
    [
      "flatten goes row by row, pixel by pixel, channel by channel",
      { layer: flatten(), inputShape: [2, 2, 2], x: range(1, 8), gives: range(1, 8) },
    ],
    [
      "rescaling multiplies, then adds",
      {
        layer: rescaling({ scale: 1 / 127.5, offset: -1 }),
        inputShape: [3],
        x: [0, 127.5, 255],
        gives: [-1, 0, 1],
      },
    ],
    [
      "dropout passes everything on in use",
      { layer: dropout({ rate: 0.9 }), inputShape: [4], x: range(1, 4), gives: range(1, 4) },
    ],
  ])("%s", (_, example) => expectExample(example));
});

describe("batchNormalization in use", () => {
  test("brings each channel to mean 0 and deviation 1 by its moving averages, then scales and shifts", () =>
    expectExample({
      layer: batchNormalization({ epsilon: 0 }),
      parameters: {
        "batch_normalization/gamma": [3, 1],
        "batch_normalization/beta": [0, 100],
        "batch_normalization/moving_mean": [10, 20],
        "batch_normalization/moving_variance": [4, 25],
      },
      inputShape: [1, 2, 2],
      x: [10, 20, 14, 30],
      gives: [0, 100, 6, 102],
    }));

  test("adds epsilon to the variance under the root", () =>
    expectExample({
      layer: batchNormalization({ epsilon: 3 }),
      parameters: {
        "batch_normalization/gamma": [1],
        "batch_normalization/beta": [0],
        "batch_normalization/moving_mean": [0],
        "batch_normalization/moving_variance": [1],
      },
      inputShape: [1],
      x: [8],
      gives: [4],
    }));
});

describe("merges", () => {
  const twice = rescaling({ scale: 2 });
  const thrice = rescaling({ scale: 3 });
  test.each<[string, Example]>([
    [
      "add sums three branches",
      { layer: add([[], [twice], [thrice]]), inputShape: [2], x: [1, 10], gives: [6, 60] },
    ],
    [
      "multiply takes the product of three branches",
      { layer: multiply([[], [twice], [thrice]]), inputShape: [2], x: [1, 10], gives: [6, 6000] },
    ],
    [
      "multiply takes one number a channel, [C] or [1, 1, C], before the images or behind them",
      {
        layer: multiply([[globalMaxPooling2d()], [], [globalAveragePooling2d({ keepdims: true })]]),
        inputShape: [1, 2, 2],
        x: [1, 10, 3, 30],
        // Times maxima 3 and 30 and means 2 and 20.
        gives: [6, 6000, 18, 18_000],
      },
    ],
    [
      "multiply takes one number a pixel, [H, W, 1]",
      {
        layer: multiply([[sliceChannels({ size: 1 })], []]),
        inputShape: [1, 2, 2],
        x: [2, 10, 3, 30],
        gives: [4, 20, 9, 90],
      },
    ],
    [
      "multiply of an image of one pixel and one number a channel is an image",
      { layer: multiply([[globalAveragePooling2d()], []]), inputShape: [1, 1, 2], x: [2, 3], gives: [4, 9] },
    ],
    [
      "concatenate puts channels behind each other for every pixel",
      {
        layer: concatenate([[], [twice]]),
        inputShape: [1, 2, 2],
        x: [1, 2, 3, 4],
        gives: [1, 2, 2, 4, 3, 4, 6, 8],
      },
    ],
    [
      "a branch runs its layers one after the other",
      { layer: add([[twice, rescaling({ scale: 1, offset: 1 })], []]), inputShape: [1], x: [5], gives: [16] },
    ],
    [
      "a merge may stand in a branch of another",
      { layer: add([[], [multiply([[], [twice]])]]), inputShape: [1], x: [3], gives: [21] },
    ],
  ])("%s", (_, example) => expectExample(example));
});

describe("activations", () => {
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
  const softplus = (x: number): number => Math.log1p(Math.exp(x));
  const relu6 = (x: number): number => Math.min(Math.max(x, 0), 6);
  const [alpha, scale] = [1.6732632423543772, 1.0507009873554805];
  const xs = [-4, -1.5, -0.25, 0, 0.5, 2, 7];
  test.each<[Exclude<Activation, "softmax" | "gelu">, (x: number) => number]>([
    ["linear", (x) => x],
    ["relu", (x) => Math.max(x, 0)],
    ["relu6", relu6],
    ["leakyRelu", (x) => (x < 0 ? 0.2 * x : x)],
    ["elu", (x) => (x < 0 ? Math.expm1(x) : x)],
    ["selu", (x) => scale * (x < 0 ? alpha * Math.expm1(x) : x)],
    ["sigmoid", sigmoid],
    ["hardSigmoid", (x) => relu6(x + 3) / 6],
    ["tanh", Math.tanh],
    ["softplus", softplus],
    ["silu", (x) => x * sigmoid(x)],
    ["hardSwish", (x) => (x * relu6(x + 3)) / 6],
    ["mish", (x) => x * Math.tanh(softplus(x))],
  ])("%s is Keras's", (name, formula) =>
    expectExample({ layer: activation(name), inputShape: [xs.length], x: xs, gives: xs.map(formula) }),
  );

  // scipy.special.ndtr(x) * x at -3, -0.5, 0, 1, 2.
  test("gelu is the exact one, by the normal distribution", () =>
    expectExample({
      layer: activation("gelu"),
      inputShape: [5],
      x: [-3, -0.5, 0, 1, 2],
      gives: [-0.0040496941, -0.1542687694, 0, 0.8413447461, 1.9544997361],
    }));

  test("softmax works along the last axis, each row alone", () =>
    expectExample({
      layer: activation("softmax"),
      inputShape: [1, 2, 2],
      x: [0, Math.log(3), 5, 5],
      gives: [0.25, 0.75, 0.5, 0.5],
    }));

  test("softmax of a thousand is no overflow", () =>
    expectExample({
      layer: activation("softmax"),
      inputShape: [3],
      x: [1000, 1000, -1000],
      gives: [0.5, 0.5, 0],
    }));
});
