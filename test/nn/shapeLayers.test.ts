import { describe, expect, test } from "vitest";
import { seeded, sizeOf } from "../../src/base/index.ts";
import {
  createGraph,
  differentiate,
  input as given,
  multiply,
  reduceSum,
  referenceBackend,
} from "../../src/engine/index.ts";
import {
  type Layer,
  cropping2d,
  inferShapes,
  parseModel,
  permute,
  reshape,
  sequential,
  upSampling2d,
  zeroPadding2d,
} from "../../src/nn/index.ts";
import { ruleOf } from "../../src/nn/layers/index.ts";
import type { PlainLayer } from "../../src/nn/layers/layer.ts";
import { type Example, expectExample, range } from "./example.ts";

// Every number below was worked out on paper from Keras's definition of the layer.

const row = { inputShape: [1, 2, 1], x: [1, 3] };

describe("layers that move numbers", () => {
  test.each<[string, Example]>([
    [
      "reshape keeps the order of the numbers, image by image",
      { layer: reshape({ targetShape: [3, -1] }), inputShape: [2, 3], x: range(1, 12), gives: range(1, 12) },
    ],
    [
      "permute [2, 1] swaps rows and columns",
      { layer: permute({ dims: [2, 1] }), inputShape: [2, 3], x: range(1, 6), gives: [1, 4, 2, 5, 3, 6] },
    ],
    [
      "permute keeps images apart",
      { layer: permute({ dims: [2, 1] }), inputShape: [1, 2], x: range(1, 4), gives: range(1, 4) },
    ],
    [
      "zeros stand at each edge as many as it says",
      {
        layer: zeroPadding2d({
          padding: [
            [0, 1],
            [2, 0],
          ],
        }),
        ...row,
        gives: [0, 0, 1, 3, 0, 0, 0, 0],
      },
    ],
    [
      "one pixel of zeros all around",
      {
        layer: zeroPadding2d(),
        inputShape: [1, 1, 2],
        x: [5, 6],
        gives: [...Array<number>(8).fill(0), 5, 6, ...Array<number>(8).fill(0)],
      },
    ],
    [
      "edges are cut off, rows by the first pair and columns by the second",
      {
        layer: cropping2d({
          cropping: [
            [1, 0],
            [0, 2],
          ],
        }),
        inputShape: [2, 3, 1],
        x: range(1, 6),
        gives: [4],
      },
    ],
    [
      "cropping [vertical, horizontal]",
      { layer: cropping2d({ cropping: [0, 1] }), inputShape: [1, 3, 2], x: range(1, 6), gives: [3, 4] },
    ],
    ["nothing is cut off without a word", { layer: cropping2d(), ...row, gives: [1, 3] }],
  ])("%s", (_, example) => expectExample(example));
});

describe("upsampling", () => {
  test.each<[string, Example]>([
    ["nearest repeats rows and columns", { layer: upSampling2d(), ...row, gives: [1, 1, 3, 3, 1, 1, 3, 3] }],
    [
      "nearest by [vertical, horizontal], channels side by side",
      { layer: upSampling2d({ size: [1, 3] }), inputShape: [1, 1, 2], x: [4, 7], gives: [4, 7, 4, 7, 4, 7] },
    ],
    [
      "bilinear blends the two nearest centres, a quarter and three quarters",
      { layer: upSampling2d({ size: [1, 2], interpolation: "bilinear" }), ...row, gives: [1, 1.5, 2.5, 3] },
    ],
    [
      "bilinear by three keeps the old centres",
      {
        layer: upSampling2d({ size: [1, 3], interpolation: "bilinear" }),
        ...row,
        gives: [1, 1, 5 / 3, 7 / 3, 3, 3],
      },
    ],
    [
      "bilinear along rows and columns",
      {
        layer: upSampling2d({ interpolation: "bilinear" }),
        inputShape: [2, 2, 1],
        x: [0, 4, 8, 12],
        gives: [0, 1, 3, 4, 2, 3, 5, 6, 6, 7, 9, 10, 8, 9, 11, 12],
      },
    ],
  ])("%s", (_, example) => expectExample(example));
});

/** Layers whose output is linear in the input, with the input's shape. */
const linear: readonly [string, PlainLayer, readonly number[]][] = [
  ["reshape", reshape({ targetShape: [-1, 2] }), [3, 4]],
  ["permute", permute({ dims: [3, 1, 2] }), [2, 3, 4]],
  ["zeroPadding2d", zeroPadding2d({ padding: [2, 1] }), [3, 2, 2]],
  ["cropping2d", cropping2d({ cropping: 1 }), [4, 5, 2]],
  ["upSampling2d", upSampling2d({ size: [2, 3] }), [3, 2, 2]],
  ["upSampling2d, bilinear", upSampling2d({ size: [3, 2], interpolation: "bilinear" }), [3, 2, 2]],
];

describe("the gradient of a linear layer is its transpose: y · L(x) = Lᵀ(y) · x", () => {
  test.each(linear)("%s", async (_, layer, shape) => {
    const graph = createGraph();
    const x = given(graph, "x", [2, ...shape]);
    const context = {
      training: true,
      parameter: () => x,
      randomness: () => ({ seed: x, salt: 0 }),
    };
    const out = ruleOf(layer).lower(layer, x, context);
    const y = given(graph, "y", out.shape);
    const loss = reduceSum(multiply(out, y));
    const [gradient] = differentiate(loss, [x]);
    const random = seeded(3);
    const drawn = (count: number): number[] => Array.from({ length: count }, () => random.normal());
    const inputs = { x: drawn(sizeOf(x.shape)), y: drawn(sizeOf(y.shape)) };
    const session = await referenceBackend().open({ p: { graph, outputs: { loss, gradient: gradient! } } });
    const found = await session.run("p", inputs);
    const dot = inputs.x.reduce((sum, value, i) => sum + value * (found["gradient"]?.[i] ?? 0), 0);
    expect(dot).toBeCloseTo(found["loss"]?.[0] ?? NaN, 4);
  });
});

test.each(linear)("%s survives JSON", (_, layer) => {
  const model = sequential([layer]);
  expect(parseModel(JSON.parse(JSON.stringify(model)), "net.json")).toEqual(model);
});

describe("what does not fit is named", () => {
  const shaped = (layer: Layer, inputShape: readonly number[]) => () =>
    inferShapes(sequential([layer]), inputShape);
  test.each<[string, () => unknown, RegExp]>([
    [
      "a shape of other size",
      shaped(reshape({ targetShape: [5, -1] }), [3, 4]),
      /reshape: targetShape: .*12 numbers.*\[5, -1\]/,
    ],
    [
      "two unknown extents",
      () => reshape({ targetShape: [-1, -1] }),
      /reshape: targetShape: .*one may be -1/,
    ],
    ["an axis twice", () => permute({ dims: [1, 1] }), /permute: dims: .*each axis once/],
    ["too few axes", shaped(permute({ dims: [2, 1] }), [2, 2, 2]), /permute: dims: .*3 axes.*\[2, 1\]/],
    [
      "an image cut away",
      shaped(cropping2d({ cropping: 2 }), [4, 9, 1]),
      /cropping2d: cropping: .*4 rows and 9 columns.*4 and 4/,
    ],
    ["negative padding", () => zeroPadding2d({ padding: -1 }), /zeroPadding2d: padding: .*from 0.*-1/],
    ["upsampling of what is no image", shaped(upSampling2d(), [4]), /images \[H, W, C\]/],
    [
      "an unknown interpolation",
      () => parseModel({ layers: [{ type: "upSampling2d", interpolation: "cubic" }] }, "net.json"),
      /layers\[0\].*nearest, bilinear.*cubic/,
    ],
  ])("%s", (_, build, message) => expect(build).toThrow(message));
});
