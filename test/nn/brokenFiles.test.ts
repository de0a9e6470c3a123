import { describe, expect, test } from "vitest";
import { FoveaError } from "../../src/base/index.ts";
import {
  type Layer,
  add,
  conv2d,
  dense,
  flatten,
  functionalModel,
  inferShapes,
  input,
  parseModel,
  sequential,
} from "../../src/nn/index.ts";

// Network files, and plain JavaScript, that are wrong: each error names the layer, the field and the nearest right word.

const read = (...layers: readonly unknown[]): unknown =>
  inferShapes(parseModel({ layers }, "net.json"), [8, 8, 3]);

describe("a type of layer that there is not is answered with the one that was meant", () => {
  test.each([
    ["Conv2D", "conv2d"],
    ["conv_2d", "conv2d"],
    ["BatchNorm2d", "batchNormalization"],
    ["batch_norm", "batchNormalization"],
    ["batch_normalization", "batchNormalization"],
    ["MaxPool2D", "maxPooling2d"],
    ["AvgPool2d", "averagePooling2d"],
    ["AdaptiveAvgPool2d", "globalAveragePooling2d"],
    ["GlobalAvgPool2D", "globalAveragePooling2d"],
    ["ConvTranspose2d", "conv2dTranspose"],
    ["Linear", "dense"],
    ["LayerNorm", "layerNormalization"],
    ["GroupNorm", "groupNormalization"],
    ["Dropout2d", "spatialDropout2d"],
    ["DropPath", "stochasticDepth"],
    ["Upsample", "upSampling2d"],
    ["ZeroPad2d", "zeroPadding2d"],
    ["concat", "concatenate"],
    ["Softmax", '{ "type": "activation", "activation": "softmax" }'],
    ["ReLU6", '{ "type": "activation", "activation": "relu6" }'],
  ])("%s: %s", (type, meant) => {
    expect(() => read({ type })).toThrow(`received "${type}"; use ${meant}`);
  });
});

describe("an option that there is not", () => {
  test.each([
    [{ type: "conv2d", filters: 2, kernelSize: 3, bias: false }, "conv2d: bias: ", "use useBias"],
    [{ type: "conv2d", filters: 2, kernelSize: 3, stride: 2 }, "conv2d: stride: ", "use strides"],
    [{ type: "conv2d", out_channels: 2, kernelSize: 3 }, "conv2d: out_channels: ", "use filters"],
    [{ type: "batchNormalization", eps: 1e-5 }, "batchNormalization: eps: ", "use epsilon"],
    [{ type: "leakyRelu", alpha: 0.1 }, "leakyRelu: alpha: ", "use negativeSlope"],
    [{ type: "groupNormalization", num_groups: 4 }, "groupNormalization: num_groups: ", "use groups"],
    [{ type: "upSampling2d", scale_factor: 2 }, "upSampling2d: scale_factor: ", "use size"],
    [
      { type: "depthwiseConv2d", kernelSize: 3, depthwiseInitializer: "heNormal" },
      "depthwiseConv2d: depthwiseInitializer: ",
      "use kernelInitializer",
    ],
  ])("%j", (layer, who, fix) => {
    expect(() => read(layer)).toThrow(`net.json: layers[0]: ${who}`);
    expect(() => read(layer)).toThrow(new RegExp(`; ${fix}$`));
  });
});

describe("a value that does not fit", () => {
  test.each<[object, string]>([
    [{ type: "activation", activation: "leaky_relu" }, 'received "leaky_relu"; use leakyRelu'],
    [{ type: "conv2d", filters: 2, kernelSize: 3, padding: "SAME" }, "padding: expected one of valid, same"],
    [{ type: "conv2d", filters: 2, kernelSize: 3, strides: null }, "conv2d: strides: expected"],
    [{ type: "conv2d", filters: 2, kernelSize: 3, activation: null }, "received null"],
    [
      { type: "conv2d", filters: null, kernelSize: 3 },
      "filters: expected a whole number from 1, received null",
    ],
    [{ type: "batchNormalization", epsilon: -1 }, "epsilon: expected a number from 0, received -1"],
    [{ type: "reshape", targetShape: [] }, "targetShape: expected whole numbers"],
  ])("%j is refused", (layer, message) => expect(() => read(layer)).toThrow(message));
});

describe("a number too large for any machine is refused by the layer's name, before anything is drawn", () => {
  test.each<[string, readonly object[], string]>([
    [
      "filters",
      [{ type: "conv2d", filters: 9e15, kernelSize: 3 }],
      "conv2d: kernel: expected at most 1,073,741,824",
    ],
    ["units", [{ type: "flatten" }, { type: "dense", units: 1e9 }], "dense: kernel: expected at most"],
    [
      "a kernel",
      [{ type: "depthwiseConv2d", kernelSize: 1e6, padding: "same" }],
      "depthwise_conv2d: kernel: ",
    ],
    [
      "zeros",
      [{ type: "zeroPadding2d", padding: 1e15 }],
      "zero_padding2d: output of one image: expected at most",
    ],
    [
      "pixels",
      [{ type: "upSampling2d", size: 1e9 }, { type: "flatten" }],
      "up_sampling2d: output of one image: ",
    ],
    [
      "a dilation",
      [{ type: "conv2d", filters: 1, kernelSize: 3, dilationRate: 1e12, padding: "same" }],
      "dilation",
    ],
  ])("%s", (_, layers, message) => expect(() => read(...layers)).toThrow(message));
});

const nested = (depth: number): object => {
  let layer: object = { type: "flatten" };
  for (let i = 0; i < depth; i++) layer = { type: "add", branches: [[], [layer]] };
  return layer;
};

test("merges may stand in merges 256 deep, and no deeper", () => {
  expect(() => inferShapes(parseModel({ layers: [nested(256)] }, "net.json"), [4])).not.toThrow();
  for (const depth of [257, 20_000]) {
    const message = "expected at most 256 merges within one another";
    expect(() => parseModel({ layers: [nested(depth)] }, "net.json")).toThrow(`net.json: layers: ${message}`);
    expect(() => sequential([nested(depth) as Layer])).toThrow(`sequential: layers: ${message}`);
  }
});

test("an input shape that is said twice is refused", () => {
  const layers = [{ type: "input", shape: [8, 8, 3] }, { type: "flatten" }];
  expect(() => parseModel({ inputShape: [8, 8, 3], layers }, "net.json")).toThrow(
    "net.json: expected inputShape, or an input as the first layer, received both",
  );
});

describe("in plain JavaScript", () => {
  const plain = (...layers: readonly unknown[]): unknown => sequential(layers as readonly Layer[]);
  const call = (layer: unknown, ...given: readonly unknown[]): unknown =>
    (layer as (...given: readonly unknown[]) => unknown)(...given);

  test("layers that were put together by hand are read as those of a file", () => {
    expect(plain({ type: "dense", units: 3 })).toEqual(sequential([dense({ units: 3 })]));
    expect(plain({ type: "add", branches: [[], [{ type: "dense", units: 3 }]] })).toEqual(
      sequential([add([[], [dense({ units: 3 })]])]),
    );
    expect(() => plain(input({ shape: [3] }), { type: "dens", units: 3 })).toThrow(
      /^sequential: layers\[1\]: type: .*received "dens"; use dense$/,
    );
    expect(() => plain({ type: "dense", unit: 3 })).toThrow(
      /^sequential: layers\[0\]: dense: unit: .*use units$/,
    );
  });

  test.each<[string, unknown, string]>([
    ["nothing", undefined, "nothing"],
    ["a layer", flatten(), "a function"],
    ["a list of tensors", [input({ shape: [2] })], "["],
    ["numbers", new Float32Array(2), "a value of type Float32Array"],
  ])("a layer that is called with %s is named", (_, given, received) => {
    expect(() => call(dense({ units: 2 }), given)).toThrow(FoveaError);
    expect(() => call(dense({ units: 2 }), given)).toThrow(
      `dense: expected to be called with what input({ shape }) or another layer's call gave, received ${received}`,
    );
  });
});

describe("what looks wrong and is right", () => {
  test.each<[string, readonly object[], readonly number[]]>([
    [
      "a kernel larger than the image, padded",
      [{ type: "conv2d", filters: 2, kernelSize: 19, padding: "same" }],
      [8, 8, 2],
    ],
    [
      "a stride larger than the image",
      [{ type: "conv2d", filters: 2, kernelSize: 1, strides: 20 }],
      [1, 1, 2],
    ],
    [
      "a window larger than the image, padded",
      [{ type: "maxPooling2d", poolSize: 9, padding: "same" }],
      [1, 1, 3],
    ],
    ["the images added to themselves", [{ type: "add", inputs: ["input", "input"] }], [8, 8, 3]],
  ])("%s", (_, layers, shape) => {
    expect(Object.values(read(...layers) as Record<string, unknown>).at(-1)).toEqual(shape);
  });

  test("a tensor that is joined with itself, in functional style", () => {
    const inputs = input({ shape: [4, 4, 2] });
    const x = conv2d({ filters: 2, kernelSize: 1 })(inputs);
    const model = functionalModel({ inputs, outputs: flatten()(add([x, x])) });
    expect(inferShapes(model)).toEqual({ conv2d: [4, 4, 2], add: [4, 4, 2], flatten: [32] });
  });
});
