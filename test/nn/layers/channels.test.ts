import { describe, expect, test } from "vitest";
import {
  type Layer,
  conv2dTranspose,
  dense,
  globalAveragePooling2d,
  globalMaxPooling2d,
  inferShapes,
  layerScale,
  multiply,
  parametersOf,
  parseModel,
  permute,
  reshape,
  separableConv2d,
  sequential,
  sliceChannels,
  squeezeExcite,
  summarize,
} from "../../../src/nn/index.ts";
import { infer } from "../run.ts";

// Numbers are held to Keras's and PyTorch's in parity.test.ts.

test("channels are shuffled by reshape, permute and reshape, as ShuffleNet does", async () => {
  // Two groups of three: channel 3·g + i goes to 2·i + g.
  const shuffle = [
    reshape({ targetShape: [1, 2, 2, 3] }),
    permute({ dims: [1, 2, 4, 3] }),
    reshape({ targetShape: [1, 2, 6] }),
  ];
  const x = [0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15];
  expect(await infer(sequential(shuffle), { inputShape: [1, 2, 6], x })).toEqual([
    0, 3, 1, 4, 2, 5, 10, 13, 11, 14, 12, 15,
  ]);
});

describe("squeezeExcite", () => {
  test("is a multiply of plain layers", () => {
    const block = squeezeExcite({ filters: 6, squeezeFilters: 2, gate: "hardSigmoid" });
    const factors = [
      globalAveragePooling2d(),
      dense({ units: 2, activation: "relu" }),
      dense({ units: 6, activation: "hardSigmoid" }),
    ];
    expect(sequential([block])).toEqual(sequential([multiply([[], factors])]));
  });

  test("squeezes to a quarter, rounded, and to one channel at least", () => {
    const squeezed = (filters: number, ratio?: number): number | undefined =>
      parametersOf(sequential([squeezeExcite({ filters, ...(ratio && { ratio }) })]), [4, 4, filters])[0]
        ?.shape[1];
    expect([squeezed(16), squeezed(18), squeezed(2), squeezed(16, 0.5)]).toEqual([4, 5, 1, 8]);
  });

  test("of another number of channels says so", () => {
    expect(() => inferShapes(sequential([squeezeExcite({ filters: 8 })]), [4, 4, 6])).toThrow(/branches/);
    expect(() => squeezeExcite({ filters: 8, ratio: 0 })).toThrow(/squeezeExcite: ratio/);
  });
});

describe("shapes, costs and parameters", () => {
  const row = (layer: Layer, inputShape: readonly number[]) =>
    summarize(sequential([layer]), inputShape).rows[0]!;

  test.each<[string, Layer, readonly number[], object]>([
    [
      // 9·4·2 multiplications for each of 4×4 pixels of 8 channels, then 8·5.
      "separableConv2d",
      separableConv2d({ filters: 5, kernelSize: 3, depthMultiplier: 2, strides: 2, padding: "same" }),
      [8, 8, 4],
      { outputShape: [4, 4, 5], parameters: 9 * 8 + 8 * 5 + 5, flops: 2 * 16 * (9 * 8 + 8 * 5) },
    ],
    [
      "conv2dTranspose",
      conv2dTranspose({ filters: 5, kernelSize: 3, strides: 2, padding: "same" }),
      [4, 4, 3],
      { outputShape: [8, 8, 5], parameters: 9 * 3 * 5 + 5, flops: 2 * 16 * 9 * 3 * 5 },
    ],
    [
      "sliceChannels",
      sliceChannels({ start: 1, size: 2 }),
      [4, 4, 3],
      { outputShape: [4, 4, 2], parameters: 0 },
    ],
    ["layerScale", layerScale(), [4, 4, 3], { outputShape: [4, 4, 3], parameters: 3 }],
    [
      "globalAveragePooling2d",
      globalAveragePooling2d({ keepdims: true }),
      [4, 5, 3],
      { outputShape: [1, 1, 3] },
    ],
    ["globalMaxPooling2d", globalMaxPooling2d({ keepdims: false }), [4, 5, 3], { outputShape: [3] }],
  ])("%s", (_, layer, inputShape, expected) => expect(row(layer, inputShape)).toMatchObject(expected));

  test("fans of a separable convolution are those of its two kernels, as in Keras", () => {
    const layer = separableConv2d({ filters: 5, kernelSize: 3, depthMultiplier: 2 });
    const [deep, mix] = parametersOf(sequential([layer]), [8, 8, 4]);
    expect([deep?.fanShape, mix?.fanShape ?? mix?.shape]).toEqual([
      [3, 3, 4, 2],
      [1, 1, 8, 5],
    ]);
  });
});

describe("what does not fit is named", () => {
  const shaped = (layer: Layer, inputShape: readonly number[]) => () =>
    inferShapes(sequential([layer]), inputShape);
  test.each<[string, () => unknown, RegExp]>([
    [
      "more channels than there are",
      shaped(sliceChannels({ start: 2, size: 2 }), [4, 4, 3]),
      /slice_channels: size: .*at most 1 .*from 2 on.*\[4, 4, 3\].*received 2/,
    ],
    ["no channel", () => sliceChannels({ size: 0 }), /sliceChannels: size: .*from 1/],
    [
      "a start before the first",
      () => sliceChannels({ start: -1, size: 1 }),
      /sliceChannels: start: .*from 0/,
    ],
    [
      "output padding as wide as the stride",
      shaped(conv2dTranspose({ filters: 1, kernelSize: 3, strides: 2, outputPadding: 2 }), [4, 4, 1]),
      /conv2d_transpose: .*outputPadding/,
    ],
    [
      "no output padding",
      () =>
        parseModel(
          { layers: [{ type: "conv2dTranspose", filters: 1, kernelSize: 3, outputPadding: [1] }] },
          "n",
        ),
      /outputPadding: .*two of them/,
    ],
    [
      "a separable convolution of no image",
      shaped(separableConv2d({ filters: 1, kernelSize: 1 }), [4]),
      /images/,
    ],
    [
      "no truth value for keepdims",
      () => parseModel({ layers: [{ type: "globalMaxPooling2d", keepdims: 1 }] }, "n"),
      /keepdims: .*true or false/,
    ],
  ])("%s", (_, build, message) => expect(build).toThrow(message));
});
