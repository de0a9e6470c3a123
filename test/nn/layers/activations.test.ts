import { describe, expect, test } from "vitest";
import { inferShapes, parametersOf, parseModel, prelu, relu, sequential } from "../../../src/nn/index.ts";

// Numbers are held to Keras's and PyTorch's in parity.test.ts.

describe("prelu", () => {
  const shapeOf = (sharedAxes: readonly number[]): readonly (readonly number[])[] =>
    parametersOf(sequential([prelu({ sharedAxes })]), [4, 5, 3]).map(({ shape }) => shape);

  test("has a slope for each number of the input, or one along shared axes", () => {
    expect(shapeOf([])).toEqual([[4, 5, 3]]);
    expect(shapeOf([1, 2])).toEqual([[1, 1, 3]]);
    expect(shapeOf([3])).toEqual([[4, 5, 1]]);
  });
});

describe("what does not fit is named", () => {
  const read = (layer: object) => () => parseModel({ layers: [layer] }, "net.json");
  test.each<[string, () => unknown, RegExp]>([
    ["an upper bound below 0", () => relu({ maxValue: -1 }), /relu: maxValue: .*from 0.*-1/],
    ["no number for an upper bound", read({ type: "relu", maxValue: "6" }), /relu: maxValue: .*"6"/],
    ["a threshold below 0", () => relu({ threshold: -1 }), /relu: threshold: .*from 0/],
    [
      "the slope by its name of Keras 2",
      read({ type: "leakyRelu", alpha: 0.1 }),
      /leakyRelu: .*alpha.*negativeSlope/,
    ],
    ["an axis twice", () => prelu({ sharedAxes: [1, 1] }), /prelu: sharedAxes: .*different axes/],
    ["the batch as a shared axis", () => prelu({ sharedAxes: [0] }), /prelu: sharedAxes: .*counted from 1/],
    [
      "an axis that the input has not",
      () => inferShapes(sequential([prelu({ sharedAxes: [1, 3] })]), [4]),
      /prelu: sharedAxes: .*from 1 to 1.*\[1, 3\]/,
    ],
    [
      "an activation that there is not",
      read({ type: "activation", activation: "swoosh" }),
      /swish.*"swoosh"/,
    ],
  ])("%s", (_, build, message) => expect(build).toThrow(message));
});
