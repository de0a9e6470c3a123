import { assert, constantFrom, integer, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { seeded, sizeOf } from "../../../src/base/index.ts";
import {
  type Conv2dOptions,
  type Value,
  concat,
  conv2d,
  runReference,
  matmul,
  multiply,
  reshape,
  slice,
} from "../../../src/engine/index.ts";
import { firstApart } from "../compare.ts";
import { expectGradients, expectSlopes, expectValue, inputs, shapeOf } from "./holds.ts";

type Shape = readonly number[];

const shape = (x: Shape, w: Shape, options?: Conv2dOptions): Shape =>
  shapeOf([x, w], (a, b) => conv2d(a, b, options));

describe("a convolution by hand", () => {
  const image = [
    [1, 3, 3, 1],
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
  ] as const;

  test("multiplies and adds without turning the filter over", () => {
    expectValue(
      {
        x: image,
        w: [
          [2, 2, 1, 1],
          [1, 10, 100, 1000],
        ],
      },
      ({ x, w }) => conv2d(x, w),
      [
        [1, 2, 2, 1],
        [5421, 6532, 8754, 9865],
      ],
    );
  });

  test("puts the odd zero of 'same' behind the image", () => {
    expectValue(
      {
        x: image,
        w: [
          [2, 2, 1, 1],
          [1, 0, 0, 0],
        ],
      },
      ({ x, w }) => conv2d(x, w, { padding: "same" }),
      [
        [1, 3, 3, 1],
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
      ],
    );
  });

  test("has a gradient of x that counts how often a pixel is read, and of w that sums what it meets", () => {
    expectGradients(
      {
        x: image,
        w: [
          [2, 2, 1, 1],
          [1, 1, 1, 1],
        ],
      },
      ({ x, w }) => conv2d(x, w),
      {
        x: [1, 2, 1, 2, 4, 2, 1, 2, 1],
        w: [12, 16, 24, 28],
      },
    );
  });

  test("in groups: each filter sees its own channels", () => {
    // Channels 1, 2 | 10, 20; filters 1·a + 1·b, 1·a - 1·b of each group.
    const w = [
      [1, 1, 2, 4],
      [1, 1, 1, 1, 1, -1, 1, -1],
    ] as const;
    expectValue(
      {
        x: [
          [1, 1, 1, 4],
          [1, 2, 10, 20],
        ],
        w,
      },
      (v) => conv2d(v.x, v.w, { groups: 2 }),
      [
        [1, 1, 1, 4],
        [3, -1, 30, -10],
      ],
    );
  });

  test("depthwise with two filters a channel: filters of a channel lie side by side", () => {
    const w = [
      [1, 1, 1, 4],
      [1, 2, 3, 4],
    ] as const;
    expectValue(
      {
        x: [
          [1, 1, 1, 2],
          [10, 100],
        ],
        w,
      },
      (v) => conv2d(v.x, v.w, { groups: 2 }),
      [
        [1, 1, 1, 4],
        [10, 20, 300, 400],
      ],
    );
  });
});

/** Numbers of an array, drawn. */
const drawn = (extents: Shape, seed: number): number[] => {
  const random = seeded(seed);
  return Array.from({ length: sizeOf(extents) }, () => Math.fround(random.normal()));
};

/** Expects two values of one program to agree, on drawn inputs x0, x1, … of these shapes. */
function expectAlike(shapes: readonly Shape[], make: (...values: Value[]) => readonly [Value, Value]): void {
  const given = inputs(...shapes);
  const [a, b] = make(...given);
  expect(a.shape).toEqual(b.shape);
  const data = Object.fromEntries(shapes.map((extents, i) => [`x${i}`, drawn(extents, i + 1)]));
  const { outputs } = runReference({ graph: a.graph, outputs: { a, b } }, data);
  expect(firstApart(outputs["a"] ?? [], outputs["b"] ?? [0], { rtol: 1e-12, atol: 1e-12 })).toBeUndefined();
}

describe("a convolution is another program", () => {
  test("of one pixel: a product of matrices", () => {
    expectAlike(
      [
        [2, 3, 4, 5],
        [1, 1, 5, 6],
      ],
      (x, w) => [conv2d(x, w), reshape(matmul(reshape(x, [24, 5]), reshape(w, [5, 6])), [2, 3, 4, 6])],
    );
  });

  test("of the whole image: a product of matrices", () => {
    expectAlike(
      [
        [3, 4, 5, 2],
        [4, 5, 2, 3],
      ],
      (x, w) => [conv2d(x, w), reshape(matmul(reshape(x, [3, 40]), reshape(w, [40, 3])), [3, 1, 1, 3])],
    );
  });

  test("in groups: convolutions of parts of the channels, one behind the other", () => {
    const part = (v: Value, axis: number, from: number, to: number): Value =>
      slice(
        v,
        v.shape.map((_, i) => (i === axis ? from : 0)),
        v.shape.map((extent, i) => (i === axis ? to : extent)),
      );
    expectAlike(
      [
        [2, 5, 4, 6],
        [3, 2, 3, 4],
      ],
      (x, w) => [
        conv2d(x, w, { groups: 2, strides: [2, 1] }),
        concat([
          conv2d(part(x, 3, 0, 3), part(w, 3, 0, 2), { strides: [2, 1] }),
          conv2d(part(x, 3, 3, 6), part(w, 3, 2, 4), { strides: [2, 1] }),
        ]),
      ],
    );
  });

  test("strided: every second row and third column of the dense one", () => {
    expectAlike(
      [
        [1, 8, 9, 2],
        [3, 2, 2, 3],
      ],
      (x, w) => {
        const dense = conv2d(x, w);
        return [conv2d(x, w, { strides: [2, 3] }), slice(dense, [0, 0, 0, 0], dense.shape, [1, 2, 3, 1])];
      },
    );
  });

  test("with negative padding: one of the rows and columns that are left", () => {
    expectAlike(
      [
        [2, 7, 8, 2],
        [3, 2, 2, 3],
      ],
      (x, w) => [
        conv2d(x, w, {
          padding: [
            [-1, -2],
            [-3, 0],
          ],
        }),
        conv2d(slice(x, [0, 1, 3, 0], [2, 5, 8, 2]), w),
      ],
    );
  });

  test("dilated: the filter with zeros between its taps", () => {
    const [x, w] = [drawn([1, 6, 7, 1], 5), drawn([2, 3, 1, 1], 6)];
    // Taps at rows 0 and 2, columns 0, 3 and 6.
    const wide = Array.from({ length: 21 }, () => 0);
    w.forEach((tap, i) => (wide[Math.floor(i / 3) * 14 + (i % 3) * 3] = tap));
    const [given, thin, zeros] = inputs([1, 6, 7, 1], [2, 3, 1, 1], [3, 7, 1, 1]) as [Value, Value, Value];
    const outputs = { thin: conv2d(given, thin, { dilation: [2, 3] }), wide: conv2d(given, zeros) };
    const found = runReference({ graph: given.graph, outputs }, { x0: x, x1: w, x2: wide }).outputs;
    expect(found["thin"]?.length).toBe(4);
    expect(found["thin"]).toEqual(found["wide"]);
  });
});

interface Pairs {
  readonly size: readonly [number, number];
  readonly window: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** Zeros above and left of the image. */
  readonly before: readonly [number, number];
  readonly out: readonly [number, number];
}

/** y of one image, one channel and one filter: Σ over all pixels that meet a tap, found by asking every pair. */
function pairwise({ size, window, strides, dilation, before, out }: Pairs, x: Shape, w: Shape): number[] {
  const y = Array.from({ length: sizeOf(out) }, () => 0);
  x.forEach((pixel, i) =>
    w.forEach((tap, j) => {
      const row = Math.floor(i / size[1]) + before[0] - Math.floor(j / window[1]) * dilation[0];
      const column = (i % size[1]) + before[1] - (j % window[1]) * dilation[1];
      const [oy, ox] = [row / strides[0], column / strides[1]];
      const meets = Number.isInteger(oy) && Number.isInteger(ox) && oy >= 0 && ox >= 0;
      if (!meets || oy >= out[0] || ox >= out[1]) return;
      const index = oy * out[1] + ox;
      y[index] = (y[index] ?? 0) + pixel * tap;
    }),
  );
  return y;
}

test("the convolution of any size, stride, dilation and edge is the sum over pairs of pixel and tap", () => {
  const sizes = record({ size: integer({ min: 1, max: 6 }), window: integer({ min: 1, max: 3 }) });
  const steps = record({ stride: integer({ min: 1, max: 4 }), dilation: constantFrom(1, 1, 2, 3) });
  const edges = record({ before: integer({ min: 0, max: 3 }), after: integer({ min: 0, max: 3 }) });
  const axis = record({ sizes, steps, edges });
  assert(
    property(axis, axis, (v, h) => {
      const fits = [v, h].every(
        ({ sizes: { size, window }, steps: { dilation }, edges: { before, after } }) =>
          size + before + after >= (window - 1) * dilation + 1,
      );
      if (!fits) return;
      const pair = (of: (axis: typeof v) => number): readonly [number, number] => [of(v), of(h)];
      const [size, window] = [pair((axis) => axis.sizes.size), pair((axis) => axis.sizes.window)];
      const strides = pair((axis) => axis.steps.stride);
      const dilation = pair((axis) => axis.steps.dilation);
      const before = pair((axis) => axis.edges.before);
      const options = {
        strides,
        dilation,
        padding: [
          [before[0], v.edges.after],
          [before[1], h.edges.after],
        ],
      } as const;
      const [x, w] = [drawn(size, 7), drawn(window, 8)];
      const [xShape, wShape] = [
        [1, ...size, 1],
        [...window, 1, 1],
      ];
      const found = shape(xShape, wShape, options);
      const out = [found[1] ?? 0, found[2] ?? 0] as const;
      const y = pairwise({ size, window, strides, dilation, before, out }, x, w);
      expectValue({ x: [xShape, x], w: [wShape, w] }, (given) => conv2d(given.x, given.w, options), [
        found,
        y,
      ]);
    }),
    { numRuns: 60, seed: 5 },
  );
});

describe("the gradients of a convolution agree with differences", () => {
  test.each<[string, Shape, Shape, Conv2dOptions]>([
    ["of one pixel", [1, 1, 1, 2], [1, 1, 2, 3], {}],
    ["of one pixel under a padded filter", [2, 1, 1, 2], [3, 3, 2, 2], { padding: "same" }],
    ["with windows that leave pixels out", [1, 7, 5, 1], [2, 1, 1, 2], { strides: [3, 4] }],
    ["that stops before the last rows", [1, 6, 6, 2], [3, 3, 2, 1], { strides: [2, 2] }],
    ["dilated past half the image", [1, 5, 6, 1], [2, 2, 1, 2], { dilation: [3, 4] }],
    [
      "dilated and strided with edges",
      [1, 5, 5, 1],
      [3, 2, 1, 1],
      {
        dilation: [2, 1],
        strides: [2, 2],
        padding: [
          [2, 1],
          [0, 3],
        ],
      },
    ],
    [
      "in the padding alone at its edges",
      [1, 2, 2, 1],
      [2, 2, 1, 1],
      {
        padding: [
          [3, 3],
          [2, 2],
        ],
        strides: [2, 1],
      },
    ],
    ["of one row", [2, 1, 8, 2], [1, 3, 2, 2], { padding: "same", strides: [1, 2] }],
    ["in three groups", [2, 4, 3, 6], [2, 3, 2, 3], { groups: 3, padding: "same", strides: [2, 1] }],
    ["in groups of one channel and two filters", [2, 4, 4, 3], [3, 2, 1, 6], { groups: 3, dilation: [1, 2] }],
    [
      "depthwise, strided, with uneven edges",
      [1, 5, 4, 4],
      [3, 3, 1, 4],
      {
        groups: 4,
        strides: [2, 2],
        padding: [
          [0, 2],
          [1, 0],
        ],
      },
    ],
  ])("%s", (_, x, w, options) => {
    expectSlopes((b) => conv2d(b.differentiable("x", x), b.differentiable("w", w), options));
  });

  test("where one value is image and filter at once", () => {
    expectSlopes((b) => {
      const x = b.differentiable("x", [2, 2, 2, 2]);
      return conv2d(x, multiply(x, x), { padding: "same" });
    });
  });
});
