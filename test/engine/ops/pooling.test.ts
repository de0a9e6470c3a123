import { assert, boolean, constantFrom, integer, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { seeded, sizeOf } from "../../../src/base/index.ts";
import {
  type PoolOptions,
  type Value,
  averagePool2d,
  conv2d,
  elu,
  exp,
  leakyRelu,
  maxPool2d,
  maxPool2dWithPositions,
  pad,
  relu,
  relu6,
  silu,
} from "../../../src/engine/index.ts";
import { expectFault, expectGradients, expectSlopes, expectValue, inputs, shapeOf } from "./holds.ts";

type Shape = readonly number[];

const pools = [
  ["maxPool2d", maxPool2d],
  ["averagePool2d", averagePool2d],
] as const;

describe.each(pools)("the shape of %s", (name, pool) => {
  test.each<[string, Shape, PoolOptions, Shape]>([
    ["by default windows of 2x2 side by side", [2, 6, 4, 3], {}, [2, 3, 2, 3]],
    ["leaves out the last odd row and column", [1, 5, 7, 1], {}, [1, 2, 3, 1]],
    ["or pads them", [1, 5, 7, 1], { padding: "same" }, [1, 3, 4, 1]],
    ["strides as far as the window reaches unless told", [1, 9, 8, 1], { poolSize: [3, 4] }, [1, 3, 2, 1]],
    ["windows that overlap", [1, 5, 5, 1], { poolSize: [3, 2], strides: [1, 1] }, [1, 3, 4, 1]],
    ["windows that leave pixels out", [1, 7, 7, 1], { poolSize: [1, 2], strides: [3, 4] }, [1, 3, 2, 1]],
    ["dilated windows", [1, 7, 7, 1], { poolSize: [3, 3], strides: [1, 1], dilation: [2, 3] }, [1, 3, 1, 1]],
    ["the whole image", [2, 15, 17, 3], { poolSize: [15, 17] }, [2, 1, 1, 3]],
    ["one pixel", [1, 1, 1, 1], { padding: "same" }, [1, 1, 1, 1]],
  ])("%s", (_, x, options, expected) => {
    expect(shapeOf([x], (v) => pool(v, options))).toEqual(expected);
  });

  test.each<[string, Shape, PoolOptions, readonly string[]]>([
    [
      "an image without a batch axis",
      [4, 4, 3],
      {},
      ["x", "4 axes [N, H, W, C]", "[4, 4, 3]", "add a batch axis"],
    ],
    ["a window of no row", [1, 8, 8, 1], { poolSize: [0, 2] }, ["poolSize", "from 1", "[0, 2]"]],
    ["a stride of 0", [1, 8, 8, 1], { strides: [1, 0] }, ["strides", "from 1", "[1, 0]"]],
    ["half a dilation", [1, 8, 8, 1], { dilation: [0.5, 1] }, ["dilation", "from 1", "[0.5, 1]"]],
    ["an image under the window", [1, 8, 1, 1], {}, ["x", "at least 2 pixels", "1 with", "larger images"]],
  ])("refuses %s", (_, x, options, [argument = "", ...pieces]) => {
    expectFault(() => shapeOf([x], (v) => pool(v, options)), `${name}: ${argument}`, ...pieces);
  });

  test("refuses a window that lies in the padding alone, on any edge or between its taps", () => {
    const edges = (top: number, bottom: number, left: number, right: number): PoolOptions => ({
      padding: [
        [top, bottom],
        [left, right],
      ],
      strides: [1, 1],
    });
    const refused: readonly (readonly [Shape, PoolOptions])[] = [
      [[1, 4, 4, 1], edges(2, 0, 0, 0)],
      [[1, 4, 4, 1], edges(0, 2, 0, 0)],
      [[1, 4, 4, 1], edges(0, 0, 2, 0)],
      [[1, 4, 4, 1], edges(0, 0, 0, 2)],
      [[1, 4, 1, 1], { padding: "same", dilation: [1, 5] }],
    ];
    for (const [x, options] of refused) {
      expectFault(
        () => shapeOf([x], (v) => pool(v, options)),
        `${name}: padding`,
        "a pixel under every window",
        "in the padding alone",
        "use less",
      );
    }
    expect(shapeOf([[1, 4, 4, 1]], (v) => pool(v, edges(1, 1, 1, 1)))).toEqual([1, 5, 5, 1]);
    // The second tap of each dilated window reaches from the padding into the image.
    expect(shapeOf([[1, 4, 4, 1]], (v) => pool(v, { ...edges(2, 0, 2, 0), dilation: [3, 3] }))).toEqual([
      1, 3, 3, 1,
    ]);
  });
});

/** Pools of one image and channel by their definition: the image with its edges cut out and walked through, window by window. */
function pooledByHand(
  x: readonly (readonly number[])[],
  {
    poolSize,
    strides,
    dilation,
    before,
    out,
  }: Record<"poolSize" | "strides" | "dilation" | "before" | "out", readonly [number, number]>,
): readonly (readonly number[])[] {
  const windows: number[][] = [];
  for (let oy = 0; oy < out[0]; oy++)
    for (let ox = 0; ox < out[1]; ox++) {
      const taps = Array.from({ length: poolSize[0] * poolSize[1] }, (_, tap) => {
        const row = oy * strides[0] - before[0] + Math.floor(tap / poolSize[1]) * dilation[0];
        const column = ox * strides[1] - before[1] + (tap % poolSize[1]) * dilation[1];
        return x[row]?.[column] ?? [];
      });
      windows.push(taps.flat());
    }
  return windows;
}

test("pools of any size, stride, dilation and edge are the maximum and the mean of their windows", () => {
  const axis = record({
    size: integer({ min: 2, max: 7 }),
    window: integer({ min: 1, max: 3 }),
    stride: integer({ min: 1, max: 3 }),
    dilation: constantFrom(1, 2),
    edge: constantFrom(0, 1),
  });
  assert(
    property(axis, axis, boolean(), (v, h, countPadding) => {
      // An edge of 1 leaves a pixel under every window of 2 or more that is not dilated.
      const edgeOf = (a: typeof v): number => (a.window > 1 && a.dilation === 1 ? a.edge : 0);
      const fits = (a: typeof v): boolean => a.size + 2 * edgeOf(a) >= (a.window - 1) * a.dilation + 1;
      if (!fits(v) || !fits(h)) return;
      const pair = (of: (a: typeof v) => number): readonly [number, number] => [of(v), of(h)];
      const [poolSize, strides, dilation] = [
        pair((a) => a.window),
        pair((a) => a.stride),
        pair((a) => a.dilation),
      ];
      const before = pair(edgeOf);
      const options = {
        poolSize,
        strides,
        dilation,
        padding: [
          [before[0], before[0]],
          [before[1], before[1]],
        ],
      } as const;
      const random = seeded(3);
      const rows = Array.from({ length: v.size }, () =>
        Array.from({ length: h.size }, () => Math.fround(random.normal())),
      );
      const given = { x: [[1, v.size, h.size, 1], rows.flat()] } as const;
      const shape = shapeOf([given.x[0]], (x) => maxPool2d(x, options));
      const out = [shape[1] ?? 0, shape[2] ?? 0] as const;
      const windows = pooledByHand(rows, { poolSize, strides, dilation, before, out });
      const mean = (window: readonly number[]): number =>
        window.reduce((sum, pixel) => sum + pixel, 0) /
        (countPadding ? poolSize[0] * poolSize[1] : window.length);
      expectValue(given, ({ x }) => maxPool2d(x, options), [shape, windows.map((w) => Math.max(...w))]);
      expectValue(given, ({ x }) => averagePool2d(x, { ...options, countPadding }), [
        shape,
        windows.map(mean),
      ]);
    }),
    { numRuns: 30, seed: 6 },
  );
});

const image = [
  [1, 3, 3, 1],
  [1, 2, 3, 4, 5, 6, 7, 8, 9],
] as const;
const overlapping = { poolSize: [2, 2], strides: [1, 1] } as const;

describe("maxPool2d", () => {
  test("says where each maximum stood, row by row, the first of equals", () => {
    const given = {
      x: [
        [1, 2, 6, 1],
        [1, 9, 4, 4, -1, -3, 3, 2, 4, 0, -2, -1],
      ],
    } as const;
    const positions = ({ x }: { x: Value }): Value => maxPool2dWithPositions(x)[1];
    expectValue(given, positions, [
      [1, 1, 3, 1],
      [1, 0, 0],
    ]);
    expectValue(given, ({ x }) => maxPool2d(x), [
      [1, 1, 3, 1],
      [9, 4, -1],
    ]);
  });

  test("keeps channels and images apart", () => {
    const x = [
      [2, 1, 2, 2],
      [1, 8, 2, 7, -1, -8, -2, -7],
    ] as const;
    expectValue({ x }, (v) => maxPool2d(v.x, { poolSize: [1, 2] }), [
      [2, 1, 1, 2],
      [2, 8, -1, -7],
    ]);
  });

  test("adds up the gradients of windows that share their maximum", () => {
    expectGradients({ x: image }, ({ x }) => maxPool2d(x, overlapping), { x: [0, 0, 0, 0, 1, 1, 0, 1, 1] });
    const peak = [
      [1, 3, 3, 1],
      [1, 2, 3, 4, 50, 6, 7, 8, 9],
    ] as const;
    expectGradients({ x: peak }, ({ x }) => maxPool2d(x, overlapping), { x: [0, 0, 0, 0, 4, 0, 0, 0, 0] });
  });

  test("gives the whole gradient to the first of equals", () => {
    expectGradients(
      {
        x: [
          [1, 2, 2, 1],
          [7, 7, 7, 7],
        ],
      },
      ({ x }) => maxPool2d(x),
      { x: [1, 0, 0, 0] },
    );
  });

  test("lets padding win over no pixel, however low", () => {
    const low = [[1, 1, 1, 1], [-1e30]] as const;
    expectValue({ x: low }, ({ x }) => maxPool2d(x, { poolSize: [3, 3], padding: "same" }), [
      [1, 1, 1, 1],
      [-1e30],
    ]);
  });

  test("is exact in bytes where the maximum stood, which u8 can hold", () => {
    const [x] = inputs([1, 15, 17, 1]) as [Value];
    const [y, positions] = maxPool2dWithPositions(x, { poolSize: [15, 17] });
    expect([y.dtype, positions.dtype]).toEqual(["f32", "u8"]);
    const last = Array.from({ length: 255 }, (_, i) => i);
    expectValue(
      { x: [[1, 15, 17, 1], last] },
      (v) => maxPool2dWithPositions(v.x, { poolSize: [15, 17] })[1],
      [[1, 1, 1, 1], [254]],
    );
  });

  test("refuses windows of more pixels", () => {
    expectFault(
      () => shapeOf([[1, 32, 32, 1]], (x) => maxPool2d(x, { poolSize: [16, 16] })),
      "maxPool2d: poolSize",
      "255",
      "16x16",
      "global pooling",
    );
  });

  const opNames = (activation: (x: Value) => Value): readonly string[] => {
    const [x] = inputs([1, 4, 4, 1]) as [Value];
    const pooled = maxPool2d(activation(x));
    const used: string[] = [];
    for (let value: Value | undefined = pooled; value; value = value.producer?.inputs[0])
      if (value.producer) used.unshift(value.producer.op.name);
    return used;
  };

  test("goes before an activation that never falls, and after every other op", () => {
    expect(opNames(relu)).toEqual(["maxPool2d", "relu"]);
    expect(opNames(relu6)).toEqual(["maxPool2d", "clip"]);
    expect(opNames(silu)).toEqual(["silu", "maxPool2d"]);
    expect(opNames((x) => leakyRelu(x, -1))).toEqual(["leakyRelu", "maxPool2d"]);
  });

  test.each<[string, (x: Value) => Value, (x: number) => number]>([
    ["relu", relu, (x) => Math.max(x, 0)],
    ["relu6", relu6, (x) => Math.min(Math.max(x, 0), 6)],
    ["leakyRelu of a negative slope", (x) => leakyRelu(x, -1), Math.abs],
    ["exp", exp, Math.exp],
  ])("of %s has the numbers of the maximum of the activation", (_, activation, at) => {
    const random = seeded(9);
    const data = Array.from({ length: 24 }, () => Math.fround(4 * random.normal()));
    const windows = pooledByHand(
      Array.from({ length: 4 }, (_unused, row) => data.slice(6 * row, 6 * row + 6)),
      { poolSize: [2, 2], strides: [2, 2], dilation: [1, 1], before: [0, 0], out: [2, 3] },
    );
    expectValue({ x: [[1, 4, 6, 1], data] }, ({ x }) => maxPool2d(activation(x)), [
      [1, 2, 3, 1],
      windows.map((window) => Math.max(...window.map(at))),
    ]);
  });
});

describe("averagePool2d", () => {
  const same = { poolSize: [2, 2], strides: [1, 1], padding: "same" } as const;

  test("counts the pixels that lie in the image", () => {
    expectValue({ x: image }, ({ x }) => averagePool2d(x, same), [
      [1, 3, 3, 1],
      [3, 4, 4.5, 6, 7, 7.5, 7.5, 8.5, 9],
    ]);
  });

  test("takes windows of any size", () => {
    const x = Array.from({ length: 2 * 32 * 16 }, (_, i) => i);
    // Of 16 rows of 32 numbers 0, 1, …: 255.5 on average; the next 16 rows are 512 further.
    expectValue({ x: [[1, 32, 32, 1], x] }, (v) => averagePool2d(v.x, { poolSize: [16, 32] }), [
      [1, 2, 1, 1],
      [255.5, 767.5],
    ]);
  });

  test("or the padding as zeros", () => {
    expectValue({ x: image }, ({ x }) => averagePool2d(x, { ...same, countPadding: true }), [
      [1, 3, 3, 1],
      [3, 4, 2.25, 6, 7, 3.75, 3.75, 4.25, 2.25],
    ]);
  });

  test("shares each gradient among the pixels that were counted", () => {
    // Windows: four of 4 pixels, two of 2 right, two of 2 below, one of 1.
    expectGradients({ x: image }, ({ x }) => averagePool2d(x, same), {
      x: [0.25, 0.5, 0.75, 0.5, 1, 1.5, 0.75, 1.5, 2.25],
    });
    expectGradients({ x: image }, ({ x }) => averagePool2d(x, { ...same, countPadding: true }), {
      x: [0.25, 0.5, 0.5, 0.5, 1, 1, 0.5, 1, 1],
    });
  });

  test("with counted padding is a convolution with equal taps", () => {
    const options = { strides: [2, 1], padding: "same" } as const;
    const taps = Array.from({ length: 6 }, () => 1 / 6);
    expectSlopes((b) => averagePool2d(b.differentiable("x", [1, 5, 4, 1]), { ...options, poolSize: [2, 3] }));
    const given = { x: [[1, 5, 4, 1], Array.from({ length: 20 }, (_, i) => (i * 7) % 11)] } as const;
    const [x, w] = inputs([1, 5, 4, 1], [2, 3, 1, 1]) as [Value, Value];
    const { shape } = conv2d(x, w, options);
    const padded = (v: Value): Value =>
      averagePool2d(pad(v, [0, 0, 1, 0], [0, 1, 1, 0]), { poolSize: [2, 3], strides: [2, 1] });
    expect(sizeOf(shape)).toBe(12);
    expectValue({ ...given, w: [[2, 3, 1, 1], taps] }, (v) => conv2d(v.x, v.w, options), [
      shape,
      meansOf(given.x[1]),
    ]);
    expectValue(given, (v) => padded(v.x), [shape, meansOf(given.x[1])]);
  });
});

/** Σ/6 of the windows 2x3 of a 5x4 image, two rows apart, with one zero around the columns and one row of zeros below. */
function meansOf(x: readonly number[]): number[] {
  const at = (row: number, column: number): number =>
    row < 5 && column >= 0 && column < 4 ? (x[4 * row + column] ?? 0) : 0;
  return [0, 2, 4].flatMap((row) =>
    [0, 1, 2, 3].map(
      (column) =>
        [0, 1].flatMap((r) => [-1, 0, 1].map((s) => at(row + r, column + s))).reduce((a, b) => a + b, 0) / 6,
    ),
  );
}

describe("gradients agree with differences", () => {
  test.each<[string, Shape, PoolOptions]>([
    ["of one pixel", [2, 1, 1, 2], { padding: "same" }],
    ["where pixels are left out", [1, 7, 5, 2], { poolSize: [2, 1], strides: [3, 2] }],
    [
      "where windows overlap and hang over",
      [1, 4, 5, 2],
      { poolSize: [3, 3], strides: [1, 2], padding: "same" },
    ],
    ["of dilated windows", [1, 6, 5, 1], { poolSize: [2, 3], strides: [1, 1], dilation: [3, 2] }],
    [
      "with uneven edges",
      [1, 4, 4, 1],
      {
        poolSize: [3, 2],
        strides: [2, 2],
        padding: [
          [1, 2],
          [0, 1],
        ],
      },
    ],
  ])("%s", (_, x, options) => {
    expectSlopes((b) => maxPool2d(b.distinct("x", x), options));
    expectSlopes((b) => averagePool2d(b.differentiable("x", x), options));
    expectSlopes((b) => averagePool2d(b.differentiable("x", x), { ...options, countPadding: true }));
  });

  test("of a pool behind another, and of one map pooled twice", () => {
    expectSlopes((b) => maxPool2d(averagePool2d(b.distinct("x", [1, 8, 8, 1]))));
    expectSlopes((b) => {
      const x = b.distinct("x", [1, 4, 4, 1]);
      return averagePool2d(elu(maxPool2d(x, overlapping)), overlapping);
    });
  });
});
