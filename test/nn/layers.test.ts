import { describe, expect, test } from "vitest";
import {
  activation,
  add,
  averagePooling2d,
  batchNormalization,
  concatenate,
  conv2d,
  dense,
  depthwiseConv2d,
  dropout,
  flatten,
  globalAveragePooling2d,
  globalMaxPooling2d,
  inferShapes,
  input,
  maxPooling2d,
  multiply,
  parametersOf,
  parseModel,
  randomNormal,
  rescaling,
  sequential,
} from "../../src/nn/index.ts";
import type { Layer, ModelSpec } from "../../src/nn/index.ts";

const one = (layer: Layer): ModelSpec => sequential([layer]);
const shapeAfter = (layer: Layer, inputShape: readonly number[]): readonly number[] =>
  Object.values(inferShapes(one(layer), inputShape)).at(-1)!;

const everyLayer: readonly Layer[] = [
  rescaling({ scale: 1 / 255 }),
  conv2d({
    filters: 4,
    kernelSize: [3, 5],
    padding: "same",
    kernelRegularizer: { l2: 0.01 },
    kernelInitializer: randomNormal(),
  }),
  batchNormalization(),
  activation("relu"),
  maxPooling2d(),
  depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: "same", name: "depth" }),
  add([[], [conv2d({ filters: 8, kernelSize: 1, groups: 2 })]]),
  multiply([[], [globalAveragePooling2d(), dense({ units: 8, activation: "sigmoid" })]]),
  concatenate([[averagePooling2d()], [maxPooling2d()]]),
  dropout({ rate: 0.5 }),
  globalMaxPooling2d(),
  flatten(),
  dense({ units: 3, activation: "softmax" }),
];

describe("shapes", () => {
  test.each<[string, Layer, readonly number[], readonly number[]]>([
    ["valid padding loses the kernel's reach", conv2d({ filters: 8, kernelSize: 3 }), [9, 7, 3], [7, 5, 8]],
    [
      "same padding keeps the size",
      conv2d({ filters: 8, kernelSize: 3, padding: "same" }),
      [9, 7, 3],
      [9, 7, 8],
    ],
    [
      "same padding with a stride rounds up",
      conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: "same" }),
      [9, 7, 3],
      [5, 4, 8],
    ],
    [
      "dilation widens the kernel",
      conv2d({ filters: 8, kernelSize: 3, dilationRate: 2 }),
      [9, 7, 3],
      [5, 3, 8],
    ],
    [
      "depthwise keeps channels apart",
      depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }),
      [9, 7, 3],
      [7, 5, 6],
    ],
    ["pooling drops an odd edge", maxPooling2d(), [9, 7, 3], [4, 3, 3]],
    ["pooling with same padding keeps it", averagePooling2d({ padding: "same" }), [9, 7, 3], [5, 4, 3]],
    ["global pooling leaves the channels", globalAveragePooling2d(), [9, 7, 3], [3]],
    ["flatten puts all in a row", flatten(), [9, 7, 3], [189]],
    [
      "concatenate adds up channels",
      concatenate([[], [conv2d({ filters: 5, kernelSize: 1 })]]),
      [9, 7, 3],
      [9, 7, 8],
    ],
  ])("%s", (_, layer, from, to) => expect(shapeAfter(layer, from)).toEqual(to));

  test("a model's own input shape is used, and must agree with the caller's", () => {
    const model = sequential([input({ shape: [4, 4, 1] }), flatten()]);
    expect(inferShapes(model)).toEqual({ flatten: [16] });
    expect(() => inferShapes(model, [5, 5, 1])).toThrow(
      "sequential: expected images [4, 4, 1], received [5, 5, 1]",
    );
    expect(() => inferShapes(one(flatten()))).toThrow("expected an input shape");
  });
});

describe("names", () => {
  test("layers are numbered by type as in Keras, and parameters stand under them", () => {
    const model = sequential([
      conv2d({ filters: 2, kernelSize: 3 }),
      conv2d({ filters: 4, kernelSize: 3, useBias: false }),
      batchNormalization(),
      depthwiseConv2d({ kernelSize: 3 }),
      flatten(),
      dense({ units: 3, name: "head" }),
    ]);
    expect(parametersOf(model, [9, 9, 1]).map(({ name, shape }) => [name, shape])).toEqual([
      ["conv2d/kernel", [3, 3, 1, 2]],
      ["conv2d/bias", [2]],
      ["conv2d_1/kernel", [3, 3, 2, 4]],
      ["batch_normalization/gamma", [4]],
      ["batch_normalization/beta", [4]],
      ["batch_normalization/moving_mean", [4]],
      ["batch_normalization/moving_variance", [4]],
      ["depthwise_conv2d/kernel", [3, 3, 1, 4]],
      ["depthwise_conv2d/bias", [4]],
      ["head/kernel", [36, 3]],
      ["head/bias", [3]],
    ]);
  });

  test("a name that the user took is not given again", () => {
    const layers = [activation("relu", { name: "activation_1" }), activation("relu"), activation("relu")];
    expect(Object.keys(inferShapes(sequential(layers), [2]))).toEqual([
      "activation_1",
      "activation",
      "activation_2",
    ]);
  });

  test("two layers of one name are refused, in branches too", () => {
    const model = sequential([flatten({ name: "a" }), add([[], [activation("relu", { name: "a" })]])]);
    expect(() => inferShapes(model, [2])).toThrow(
      "sequential: a: expected one layer of that name, received two",
    );
  });
});

describe("errors name the layer and say what to do", () => {
  test.each<[string, () => unknown, string]>([
    [
      "an image too small for its kernel",
      () =>
        inferShapes(
          sequential([conv2d({ filters: 1, kernelSize: 3 }), conv2d({ filters: 1, kernelSize: 9 })]),
          [9, 9, 1],
        ),
      "conv2d_1: ",
    ],
    [
      "dense on an image",
      () => inferShapes(one(dense({ units: 3 })), [4, 4, 2]),
      "dense: input: expected one row of numbers, received [4, 4, 2]; put flatten() or globalAveragePooling2d() before it",
    ],
    [
      "a convolution behind flatten",
      () => inferShapes(sequential([flatten(), maxPooling2d()]), [4, 4, 2]),
      "max_pooling2d: input: expected images [H, W, C]",
    ],
    [
      "groups that do not divide",
      () => inferShapes(one(conv2d({ filters: 4, kernelSize: 1, groups: 2 })), [4, 4, 3]),
      "conv2d: groups: expected a number that divides",
    ],
    [
      "branches of two shapes",
      () => inferShapes(one(add([[], [maxPooling2d()]])), [4, 4, 3]),
      "add: branches: expected one shape, [4, 4, 3], received [2, 2, 3]",
    ],
    [
      "a factor that is neither for each channel nor for each pixel",
      () => inferShapes(one(multiply([[], [maxPooling2d()]])), [4, 4, 3]),
      "multiply: branches: expected one shape, [4, 4, 3], received [2, 2, 3]",
    ],
    [
      "images of two sizes in one",
      () => inferShapes(one(concatenate([[], [maxPooling2d()]])), [4, 4, 3]),
      "concatenate: branches: expected one shape but for the channels, [4, 4, 3], received [2, 2, 3]",
    ],
    [
      "a missing option",
      // @ts-expect-error filters is missing
      () => conv2d({ kernelSize: 3 }),
      "conv2d: filters: expected a whole number from 1, received nothing",
    ],
    [
      "an unknown option",
      // @ts-expect-error there is no unit
      () => dense({ units: 3, unit: 4 }),
      "dense: unit: expected one of units, activation",
    ],
    [
      "a value out of range",
      () => dropout({ rate: 1 }),
      "dropout: rate: expected a number from 0 to below 1, received 1",
    ],
    [
      "an unknown activation",
      // @ts-expect-error there is no such activation
      () => activation("rleu"),
      "activation: activation: expected one of linear, relu",
    ],
    ["a single branch", () => add([[]]), "add: branches: expected at least two lists of layers"],
    [
      "an input in the middle",
      () => sequential([flatten(), input({ shape: [2] })]),
      "sequential: input: expected it as the first layer",
    ],
  ])("%s", (_, work, message) => expect(work).toThrow(message));
});

describe("JSON", () => {
  const model = sequential([input({ shape: [12, 12, 2] }), ...everyLayer], { name: "all" });

  test("a model of every layer survives a round trip through text", () => {
    const copy: unknown = JSON.parse(JSON.stringify(model));
    expect(copy).toEqual(model);
    expect(parseModel(copy, "model.json")).toEqual(model);
    expect(parametersOf(parseModel(copy, "model.json"))).toEqual(parametersOf(model));
  });

  test("options that are left out get their defaults", () => {
    const parsed = parseModel({ layers: [{ type: "flatten" }, { type: "dense", units: 4 }] }, "model.json");
    expect(parsed).toEqual(sequential([flatten(), dense({ units: 4 })]));
  });

  test.each<[unknown, string]>([
    [[], "model.json: expected an object with layers"],
    [{}, "model.json: layers: expected a list, received nothing"],
    [{ layers: [{ type: "conv3d" }] }, "model.json: layers[0]: type: expected one of conv2d"],
    [{ layers: [{ type: "conv2D" }] }, 'received "conv2D"; use conv2d'],
    [{ layers: [{ type: "toString" }] }, "model.json: layers[0]: type"],
    [
      { layers: [{ type: "flatten" }, { type: "dense", units: 0 }] },
      "model.json: layers[1]: dense: units: expected a whole number",
    ],
    [
      { layers: [{ type: "add", branches: [[], [{ type: "dense" }]] }] },
      "layers[0]: branches[1]: branch[0]: dense: units",
    ],
    [{ layers: [] }, "expected at least one layer"],
    [
      { layers: [{ type: "flatten" }], extra: 1 },
      "model.json: extra: expected one of testTimeAugmentation, inputShape, layers, name",
    ],
  ])("%j is refused", (json, message) => expect(() => parseModel(json, "model.json")).toThrow(message));
});
