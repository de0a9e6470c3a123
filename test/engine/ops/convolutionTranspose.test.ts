import { assert, constantFrom, integer, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { seeded, sizeOf } from "../../../src/base/index.ts";
import {
  type Conv2dTransposeOptions,
  type Value,
  conv2d,
  conv2dTranspose,
  differentiate,
  multiply,
  reduceSum,
} from "../../../src/engine/index.ts";
import type { CaseBuilder } from "../cases/draw.ts";
import { expectFault, expectSlopes, expectValue, shapeOf } from "./holds.ts";

type Shape = readonly number[];

const shape = (x: Shape, w: Shape, options?: Conv2dTransposeOptions): Shape =>
  shapeOf([x, w], (a, b) => conv2dTranspose(a, b, options));

describe("the shape of a transposed convolution", () => {
  // Keras 3: valid (H - 1)·s + max(reach, s); same H·s; with outputPadding (H - 1)·s + (reach, or its parity for same) + p.
  test.each<[string, Shape, Shape, Conv2dTransposeOptions, Shape]>([
    ["by default all that the filters reach", [2, 5, 7, 3], [3, 4, 6, 3], {}, [2, 7, 10, 6]],
    ["of stride 2", [1, 5, 7, 3], [3, 3, 4, 3], { strides: [2, 2] }, [1, 11, 15, 4]],
    ["of strides larger than the filter", [1, 5, 7, 1], [1, 2, 1, 1], { strides: [2, 3] }, [1, 10, 21, 1]],
    ["padded", [1, 5, 7, 2], [3, 4, 1, 2], { strides: [2, 3], padding: "same" }, [1, 10, 21, 1]],
    [
      "padded, odd and even filters, with a row and a column more",
      [1, 5, 5, 1],
      [3, 2, 1, 1],
      { strides: [2, 2], padding: "same", outputPadding: [1, 1] },
      [1, 10, 9, 1],
    ],
    [
      "padded, with nothing more",
      [1, 5, 5, 1],
      [3, 4, 1, 1],
      { strides: [2, 2], padding: "same", outputPadding: [0, 0] },
      [1, 9, 8, 1],
    ],
    [
      "not padded, with a row more",
      [1, 5, 5, 1],
      [3, 3, 1, 1],
      { strides: [2, 2], outputPadding: [1, 0] },
      [1, 12, 11, 1],
    ],
    ["dilated", [1, 5, 5, 1], [3, 2, 1, 1], { strides: [2, 2], dilation: [2, 3] }, [1, 13, 12, 1]],
    [
      "cut at uneven edges, as PyTorch's padding does",
      [1, 5, 5, 1],
      [3, 3, 1, 1],
      {
        strides: [2, 2],
        padding: [
          [1, 1],
          [0, 2],
        ],
        outputPadding: [1, 0],
      },
      [1, 10, 9, 1],
    ],
  ])("%s", (_, ...[x, w, options, expected]) => {
    expect(shape(x, w, options)).toEqual(expected);
  });

  test.each<[string, Shape, Shape, Conv2dTransposeOptions, readonly string[]]>([
    ["an image without a batch axis", [8, 8, 3], [3, 3, 4, 3], {}, ["x", "4 axes", "add a batch axis"]],
    ["filters of three axes", [1, 8, 8, 3], [3, 3, 3], {}, ["filters", "[R, S, K, C]", "[3, 3, 3]"]],
    [
      "filters as a convolution has them",
      [1, 8, 8, 3],
      [3, 3, 3, 4],
      {},
      ["filters", "3 channels on the last axis", "[3, 3, 3, 4]"],
    ],
    ["a stride of 0", [1, 8, 8, 3], [3, 3, 4, 3], { strides: [0, 1] }, ["strides", "[0, 1]"]],
    ["half a dilation", [1, 8, 8, 3], [3, 3, 4, 3], { dilation: [1, 0.5] }, ["dilation", "[1, 0.5]"]],
    [
      "as much more as a stride",
      [1, 8, 8, 3],
      [3, 3, 4, 3],
      { strides: [2, 3], outputPadding: [1, 3] },
      ["outputPadding", "less than the strides, [2, 3]", "[1, 3]"],
    ],
    [
      "less than nothing more",
      [1, 8, 8, 3],
      [3, 3, 4, 3],
      { outputPadding: [-1, 0] },
      ["outputPadding", "[-1, 0]"],
    ],
    [
      "padding that leaves nothing",
      [1, 2, 2, 1],
      [1, 1, 1, 1],
      {
        padding: [
          [1, 1],
          [0, 0],
        ],
      },
      ["padding", "at least one row", "0x2"],
    ],
  ])("refuses %s", (_, ...[x, w, options, [argument, ...pieces]]) => {
    expectFault(() => shape(x, w, options), `conv2dTranspose: ${argument}`, ...pieces);
  });
});

describe("a transposed convolution by hand", () => {
  const filter = [
    [2, 2, 1, 1],
    [1, 10, 100, 1000],
  ] as const;
  const image = [
    [1, 2, 2, 1],
    [1, 2, 3, 4],
  ] as const;

  test("puts a copy of the filter on every pixel's place, times the pixel", () => {
    expectValue({ x: image, w: filter }, ({ x, w }) => conv2dTranspose(x, w, { strides: [2, 2] }), [
      [1, 4, 4, 1],
      [1, 10, 2, 20, 100, 1000, 200, 2000, 3, 30, 4, 40, 300, 3000, 400, 4000],
    ]);
  });

  test("adds up where the copies overlap", () => {
    expectValue({ x: image, w: filter }, ({ x, w }) => conv2dTranspose(x, w), [
      [1, 3, 3, 1],
      [1, 12, 20, 103, 1234, 2040, 300, 3400, 4000],
    ]);
  });

  test("leaves zeros where no filter reaches", () => {
    const w = [[1, 1, 1, 1], [5]] as const;
    expectValue({ x: image, w }, (v) => conv2dTranspose(v.x, v.w, { strides: [2, 1] }), [
      [1, 4, 2, 1],
      [5, 10, 0, 0, 15, 20, 0, 0],
    ]);
  });

  test("cuts the odd row and column of 'same' at the end", () => {
    const given = {
      x: [[1, 1, 1, 1], [1]],
      w: [
        [3, 3, 1, 1],
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
      ],
    } as const;
    expectValue(given, ({ x, w }) => conv2dTranspose(x, w, { strides: [2, 2], padding: "same" }), [
      [1, 2, 2, 1],
      [1, 2, 4, 5],
    ]);
  });
});

const pairs = (from: number, to: number) =>
  record({ v: integer({ min: from, max: to }), h: integer({ min: from, max: to }) });

test("every pixel of x adds its channels times the filters to where the filters lie", () => {
  const drawn = record({
    size: pairs(1, 4),
    taps: pairs(1, 4),
    strides: pairs(1, 4),
    dilation: pairs(1, 3),
    padding: constantFrom("same", "valid"),
    channels: pairs(1, 3),
    n: integer({ min: 1, max: 2 }),
  });
  assert(
    property(drawn, ({ size, taps, strides, dilation, padding, channels: { v: C, h: K }, n }) => {
      const reach = { v: (taps.v - 1) * dilation.v + 1, h: (taps.h - 1) * dilation.h + 1 };
      const along = (axis: "v" | "h"): readonly [out: number, cut: number] => {
        const whole = (size[axis] - 1) * strides[axis] + reach[axis];
        if (padding === "valid") return [Math.max(whole, size[axis] * strides[axis]), 0];
        const out = size[axis] * strides[axis];
        return [out, whole > out ? (whole - out) >> 1 : 0];
      };
      const [[height, top], [width, left]] = [along("v"), along("h")];
      const random = seeded(height * 31 + width);
      const numbers = (...of: readonly number[]): number[] =>
        Array.from({ length: sizeOf(of) }, () => Math.fround(random.normal()));
      const [x, w] = [numbers(n, size.v, size.h, C), numbers(taps.v, taps.h, K, C)];
      const expected = Array.from({ length: n * height * width * K }, () => 0);
      for (const [at, factor] of x.entries()) {
        const [c, column, line] = [at % C, Math.floor(at / C) % size.h, Math.floor(at / C / size.h)];
        for (const [to, weight] of w.entries()) {
          if (to % C !== c) continue;
          const [k, s, r] = [
            Math.floor(to / C) % K,
            Math.floor(to / C / K) % taps.h,
            Math.floor(to / C / K / taps.h),
          ];
          const row = (line % size.v) * strides.v + r * dilation.v - top;
          const across = column * strides.h + s * dilation.h - left;
          if (row < 0 || row >= height || across < 0 || across >= width) continue;
          expected[((Math.floor(line / size.v) * height + row) * width + across) * K + k]! += factor * weight;
        }
      }
      expectValue(
        { x: [[n, size.v, size.h, C], x], w: [[taps.v, taps.h, K, C], w] },
        (v) =>
          conv2dTranspose(v.x, v.w, {
            padding,
            strides: [strides.v, strides.h],
            dilation: [dilation.v, dilation.h],
          }),
        [[n, height, width, K], expected],
      );
    }),
    { numRuns: 60, seed: 7 },
  );
});

describe("gradients of a convolution's gradients agree with central differences", () => {
  /** Gradients of Σ y² for a strided convolution y of x and w. */
  const gradients = (b: CaseBuilder): readonly (Value | undefined)[] => {
    const [x, w] = [b.differentiable("x", [1, 4, 3, 2]), b.differentiable("w", [3, 2, 2, 3])];
    const y = conv2d(x, w, { strides: [2, 1], padding: "same" });
    return differentiate(reduceSum(multiply(y, y)), [x, w]);
  };

  test.each([
    ["input", 0],
    ["filters", 1],
  ] as const)("%s", (_, i) => {
    expectSlopes((b) => gradients(b)[i]!);
  });
});
