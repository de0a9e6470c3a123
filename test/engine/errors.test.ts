import { describe, expect, test } from "vitest";
import {
  type Value,
  add,
  argmax,
  batchNorm,
  concat,
  conv2d,
  createGraph,
  differentiate,
  dropout,
  input,
  matmul,
  maxPool2d,
  meanSquaredError,
  pad,
  reduceSum,
  reshape,
  slice,
  softmaxCrossEntropy,
  transpose,
} from "../../src/engine/index.ts";

const graph = createGraph();
let inputs = 0;
const array = (...shape: number[]): Value => input(graph, `x${inputs++}`, shape);

describe("a wrong argument is named with what was expected", () => {
  test.each<[string, () => unknown, string]>([
    ["shapes that do not broadcast", () => add(array(2, 3), array(2)), "add: expected shapes that broadcast"],
    [
      "an axis that is none",
      () => argmax(array(2, 3), 2),
      "argmax: axis: expected an axis of x [2, 3], received 2",
    ],
    [
      "an axis given twice",
      () => reduceSum(array(2, 3), { axes: [1, -1] }),
      "reduceSum: axes: expected different axes",
    ],
    [
      "a permutation with a hole",
      () => transpose(array(2, 3), [0, 0]),
      "transpose: permutation: expected each axis of x",
    ],
    ["an empty slice", () => slice(array(4), [2], [2]), "slice: expected a part of x [4], received nothing"],
    ["a step of 0", () => slice(array(4), [0], [2], [0]), "slice: steps: expected 1 whole numbers, none 0"],
    [
      "negative padding",
      () => pad(array(4), [-1], [0]),
      "pad: before: expected 1 whole numbers from 0, received [-1]",
    ],
    ["nothing to join", () => concat([]), "concat: values: expected at least one value"],
    [
      "extents that differ",
      () => concat([array(2, 3), array(4, 2)], 0),
      "concat: values: expected shapes as [2, 3]",
    ],
    [
      "a rate of 1",
      () => dropout(array(2), array(), { rate: 1 }),
      "dropout: rate: expected a number in [0, 1)",
    ],
    [
      "a seed for each element",
      () => dropout(array(2), array(2), { rate: 0.5 }),
      "dropout: seed: expected one number",
    ],
    [
      "gamma of another size",
      () => batchNorm(array(2, 3), { gamma: array(2), beta: array(3) }),
      "batchNorm: gamma: expected shape [3]",
    ],
    [
      "labels of another batch",
      () => softmaxCrossEntropy(array(2, 3), array(3)),
      "softmaxCrossEntropy: labels: expected class indices [2]",
    ],
    [
      "targets of another shape",
      () => meanSquaredError(array(2, 3), array(2)),
      "meanSquaredError: targets: expected shape [2, 3]",
    ],
    [
      "an image without a batch axis",
      () => conv2d(array(8, 8, 3), array(3, 3, 3, 4)),
      "conv2d: x: expected 4 axes [N, H, W, C], received shape [8, 8, 3]; add a batch axis",
    ],
    [
      "filters for other channels",
      () => conv2d(array(1, 8, 8, 3), array(3, 3, 4, 4)),
      "conv2d: filters: expected 3 channels in 1 group(s)",
    ],
    [
      "a window larger than the image",
      () => conv2d(array(1, 2, 2, 3), array(3, 3, 3, 4)),
      "conv2d: x: expected at least 3 pixels along each axis",
    ],
    [
      "a pooling window of too many pixels",
      () => maxPool2d(array(1, 32, 32, 1), { poolSize: [16, 16] }),
      "maxPool2d: poolSize: expected at most 255 pixels in a window, received 16x16",
    ],
    [
      "matrices that do not fit",
      () => matmul(array(2, 3), array(2, 3), { transposeA: true, transposeB: true }),
      "matmul: expected a [M, K] and b [K, N], received [2, 3] transposed and [2, 3] transposed",
    ],
    [
      "another number of elements",
      () => reshape(array(2, 3), [4]),
      "reshape: expected 6 elements, as in [2, 3]",
    ],
    [
      "logits of one axis",
      () => softmaxCrossEntropy(array(3), array(3)),
      "softmaxCrossEntropy: logits: expected 2 axes",
    ],
    [
      "a normalisation without channels",
      () => batchNorm(array(3), { gamma: array(3), beta: array(3) }),
      "batchNorm: x: expected at least 2 axes [.., C]",
    ],
  ])("%s", (_, act, message) => {
    expect(act).toThrow(message);
  });

  test("a loss of batchNorm's variance", () => {
    const x = array(4, 2);
    const [, , variance] = batchNorm(x, { gamma: array(2), beta: array(2) });
    expect(() => differentiate(reduceSum(variance), [x])).toThrow("batchNorm: expected a loss of y");
  });
});
