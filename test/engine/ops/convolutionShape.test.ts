import { describe, expect, test } from "vitest";
import { type Conv2dOptions, conv2d } from "../../../src/engine/index.ts";
import { expectFault, shapeOf } from "./holds.ts";

type Shape = readonly number[];

const shape = (x: Shape, w: Shape, options?: Conv2dOptions): Shape =>
  shapeOf([x, w], (a, b) => conv2d(a, b, options));

describe("the shape of a convolution", () => {
  // Keras: "same" gives ceil(size / stride), "valid" ceil((size - (window - 1)·dilation) / stride).
  test.each<[string, Shape, Shape, Conv2dOptions, Shape]>([
    ["by default no padding", [2, 5, 7, 3], [3, 3, 3, 4], {}, [2, 3, 5, 4]],
    ["padded, the same size", [1, 5, 7, 3], [3, 5, 3, 4], { padding: "same" }, [1, 5, 7, 4]],
    [
      "padded and strided, upwards rounded",
      [1, 5, 7, 1],
      [3, 3, 1, 1],
      { padding: "same", strides: [2, 3] },
      [1, 3, 3, 1],
    ],
    ["strided, downwards rounded", [1, 6, 8, 1], [3, 3, 1, 1], { strides: [2, 3] }, [1, 2, 2, 1]],
    ["dilated", [1, 7, 9, 1], [3, 3, 1, 1], { dilation: [2, 3] }, [1, 3, 3, 1]],
    [
      "uneven edges",
      [1, 4, 4, 1],
      [3, 3, 1, 1],
      {
        padding: [
          [1, 0],
          [0, 2],
        ],
      },
      [1, 3, 4, 1],
    ],
    ["a filter as large as the image", [3, 4, 6, 2], [4, 6, 2, 5], {}, [3, 1, 1, 5]],
    ["one pixel", [1, 1, 1, 1], [1, 1, 1, 1], {}, [1, 1, 1, 1]],
    ["one pixel under a padded filter", [1, 1, 1, 2], [3, 3, 2, 1], { padding: "same" }, [1, 1, 1, 1]],
    ["groups", [1, 3, 3, 6], [2, 2, 2, 9], { groups: 3 }, [1, 2, 2, 9]],
    ["depthwise, two filters a channel", [1, 3, 3, 4], [2, 2, 1, 8], { groups: 4 }, [1, 2, 2, 8]],
  ])("%s", (_, ...[x, w, options, expected]) => {
    expect(shape(x, w, options)).toEqual(expected);
  });

  test.each<[string, Shape, Shape, Conv2dOptions, readonly string[]]>([
    [
      "an image without a batch axis",
      [8, 8, 3],
      [3, 3, 3, 4],
      {},
      ["x", "4 axes", "[8, 8, 3]", "add a batch axis"],
    ],
    ["a matrix", [8, 8], [3, 3, 3, 4], {}, ["x", "[N, H, W, C]", "[8, 8]"]],
    ["filters of three axes", [1, 8, 8, 3], [3, 3, 3], {}, ["filters", "[R, S, C/groups, K]", "[3, 3, 3]"]],
    ["filters for other channels", [1, 8, 8, 3], [3, 3, 4, 4], {}, ["filters", "3 channels", "[3, 3, 4, 4]"]],
    [
      "groups that do not divide the channels",
      [1, 8, 8, 3],
      [3, 3, 1, 4],
      { groups: 2 },
      ["filters", "2 group(s)"],
    ],
    [
      "groups that do not divide the filters",
      [1, 8, 8, 4],
      [3, 3, 2, 3],
      { groups: 2 },
      ["filters", "multiple"],
    ],
    [
      "part of a group",
      [1, 8, 8, 3],
      [3, 3, 2, 3],
      { groups: 1.5 },
      ["groups", "whole numbers from 1", "[1.5]"],
    ],
    ["no group", [1, 8, 8, 3], [3, 3, 3, 4], { groups: 0 }, ["groups", "from 1", "[0]"]],
    ["a filter of no row", [1, 8, 8, 3], [0, 3, 3, 4], {}, ["filters", "from 1", "[0, 3, 4]"]],
    ["a stride of 0", [1, 8, 8, 3], [3, 3, 3, 4], { strides: [0, 1] }, ["strides", "from 1", "[0, 1]"]],
    ["half a stride", [1, 8, 8, 3], [3, 3, 3, 4], { strides: [1, 0.5] }, ["strides", "[1, 0.5]"]],
    ["a dilation of 0", [1, 8, 8, 3], [3, 3, 3, 4], { dilation: [1, 0] }, ["dilation", "from 1", "[1, 0]"]],
    [
      "half a pixel of padding",
      [1, 8, 8, 3],
      [3, 3, 3, 4],
      {
        padding: [
          [0, 0.5],
          [0, 0],
        ],
      },
      ["padding", "whole numbers", "[0, 0.5, 0, 0]"],
    ],
    [
      "an image under the filter",
      [1, 2, 9, 3],
      [3, 3, 3, 4],
      {},
      ["x", "at least 3 pixels", "2 with", "smaller window"],
    ],
    [
      "an image under the dilated filter",
      [1, 9, 4, 3],
      [3, 3, 3, 4],
      { dilation: [1, 2] },
      ["x", "at least 5", "4 with"],
    ],
  ])("refuses %s", (_, ...[x, w, options, [argument = "", ...pieces]]) => {
    expectFault(() => shape(x, w, options), `conv2d: ${argument}`, ...pieces);
  });
});
