import { describe, expect, test } from "vitest";
import {
  type Value,
  add,
  argmax,
  batchNorm,
  concat,
  createGraph,
  differentiate,
  dropout,
  input,
  meanSquaredError,
  pad,
  reduceSum,
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
    ["a step of 0", () => slice(array(4), [0], [2], [0]), "slice: steps: expected 1 numbers, none 0"],
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
  ])("%s", (_, act, message) => {
    expect(act).toThrow(message);
  });

  test("a loss of batchNorm's variance", () => {
    const x = array(4, 2);
    const [, , variance] = batchNorm(x, { gamma: array(2), beta: array(2) });
    expect(() => differentiate(reduceSum(variance), [x])).toThrow("batchNorm: expected a loss of y");
  });
});
