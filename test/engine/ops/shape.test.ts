import { assert, integer, property, shuffledSubarray } from "fast-check";
import { describe, expect, test } from "vitest";
import { sizeOf } from "../../../src/base/index.ts";
import {
  type Value,
  concat,
  flatten,
  multiply,
  pad,
  reshape,
  slice,
  transpose,
} from "../../../src/engine/index.ts";
import { expectFault, expectGradients, expectSlopes, expectValue, inputs, shapeOf } from "./holds.ts";

type Shape = readonly number[];

/** 0, 1, 2, … for every element: its place says where a number came from. */
const counted = (shape: Shape): number[] => Array.from({ length: sizeOf(shape) }, (_, i) => i);

describe("reshape", () => {
  test("keeps the elements in their order", () => {
    const x = [[2, 3], counted([2, 3])] as const;
    expectValue({ x }, (v) => reshape(v.x, [3, 1, 2]), [[3, 1, 2], x[1]]);
    expectValue({ x: [[1, 1], [5]] }, (v) => reshape(v.x, []), [[], [5]]);
  });

  test("gives the gradient back in the first shape", () => {
    expectGradients(
      {
        x: [
          [2, 2],
          [1, 2, 3, 4],
        ],
      },
      ({ x }) => multiply(reshape(x, [4]), reshape(x, [4])),
      {
        x: [2, 4, 6, 8],
      },
    );
  });

  test.each<[Shape, Shape, readonly string[]]>([
    [[2, 3], [4], ["6 elements, as in [2, 3]", "[4]"]],
    [[], [2], ["1 elements, as in []", "[2]"]],
    [
      [2, 3],
      [-2, -3],
      ["whole numbers from 0", "[-2, -3]"],
    ],
    [
      [2, 3],
      [1.5, 4],
      ["whole numbers from 0", "[1.5, 4]"],
    ],
  ])("refuses to make %j into %j", (from, to, pieces) => {
    expectFault(() => shapeOf([from], (x) => reshape(x, to)), "reshape", ...pieces);
  });

  test("flatten keeps the first axis and joins the rest", () => {
    const flat = (shape: Shape): Shape => shapeOf([shape], flatten);
    expect(flat([4, 2, 3, 5])).toEqual([4, 30]);
    expect(flat([4])).toEqual([4, 1]);
    expect(flat([])).toEqual([1, 1]);
  });
});

describe("transpose", () => {
  test("turns the axes around unless it is told an order", () => {
    expectValue(
      {
        x: [
          [2, 3],
          [1, 2, 3, 4, 5, 6],
        ],
      },
      ({ x }) => transpose(x),
      [
        [3, 2],
        [1, 4, 2, 5, 3, 6],
      ],
    );
    expect(shapeOf([[2, 3, 4]], (x) => transpose(x))).toEqual([4, 3, 2]);
  });

  test("puts axis permutation[i] at i", () => {
    const x = [
      [2, 1, 3],
      [1, 2, 3, 4, 5, 6],
    ] as const;
    expectValue({ x }, (v) => transpose(v.x, [2, 0, 1]), [
      [3, 2, 1],
      [1, 4, 2, 5, 3, 6],
    ]);
    expectValue({ x }, (v) => transpose(v.x, [1, 0, 2]), [
      [1, 2, 3],
      [1, 2, 3, 4, 5, 6],
    ]);
  });

  test("is undone by the inverse permutation, for any number of axes", () => {
    const permutation = integer({ min: 0, max: 5 }).chain((rank) => {
      const axes = Array.from({ length: rank }, (_, i) => i);
      return shuffledSubarray(axes, { minLength: rank });
    });
    assert(
      property(permutation, (order) => {
        const shape = order.map((_, i) => (i % 3) + 1);
        const inverse = order.map((_, axis) => order.indexOf(axis));
        const x = [shape, counted(shape)] as const;
        expectValue({ x }, (v) => transpose(transpose(v.x, order), inverse), x);
      }),
      { numRuns: 25, seed: 8 },
    );
  });

  test("permutes the gradient back", () => {
    for (const order of [
      [1, 2, 0],
      [2, 0, 1],
      [0, 2, 1],
    ])
      expectSlopes((b) => transpose(b.differentiable("x", [2, 3, 4]), order));
  });

  test.each([[[0]], [[0, 1, 2]], [[0, 0]], [[1, 2]], [[-1, 0]], [[0, 0.5]]])(
    "refuses %j for two axes",
    (order) => {
      expectFault(
        () => shapeOf([[2, 3]], (x) => transpose(x, order)),
        "transpose: permutation",
        "each axis of x [2, 3] once",
        `[${order.join(", ")}]`,
      );
    },
  );
});

describe("concat", () => {
  const given = {
    a: [
      [2, 1],
      [1, 2],
    ],
    b: [
      [2, 2],
      [3, 4, 5, 6],
    ],
  } as const;

  test("joins along the last axis unless told another", () => {
    expectValue(given, ({ a, b }) => concat([a, b]), [
      [2, 3],
      [1, 3, 4, 2, 5, 6],
    ]);
    expectValue(given, ({ a, b }) => concat([b, a], 1), [
      [2, 3],
      [3, 4, 1, 5, 6, 2],
    ]);
    const rows = {
      a: [
        [1, 2],
        [1, 2],
      ],
      b: [
        [2, 2],
        [3, 4, 5, 6],
      ],
    } as const;
    expectValue(rows, ({ a, b }) => concat([a, b], -2), [
      [3, 2],
      [1, 2, 3, 4, 5, 6],
    ]);
  });

  test("of one value has its numbers; of a value twice, them twice and twice the gradient", () => {
    expectValue(given, ({ a }) => concat([a]), given.a);
    expectValue(given, ({ a }) => concat([a, a], 0), [
      [4, 1],
      [1, 2, 1, 2],
    ]);
    expectGradients(given, ({ a }) => concat([a, a], 0), { a: [2, 2] });
  });

  test("is undone by slices at the borders", () => {
    const shapes = [
      [2, 3, 2],
      [2, 1, 2],
      [2, 4, 2],
    ];
    const whole = (values: readonly Value[]): Value => concat(values, 1);
    const borders = [
      [0, 3],
      [3, 4],
      [4, 8],
    ];
    borders.forEach(([from = 0, to = 0], i) => {
      const arrays = Object.fromEntries(
        shapes.map((shape, j) => [`x${j}`, [shape, counted(shape)] as const]),
      );
      const own = shapes[i] ?? [];
      expectValue(arrays, (v) => slice(whole(Object.values(v)), [0, from, 0], [2, to, 2]), [
        own,
        counted(own),
      ]);
    });
  });

  test("gives each value its part of the gradient", () => {
    expectSlopes((b) =>
      concat(
        [
          b.differentiable("a", [2, 1, 3]),
          b.differentiable("b", [2, 4, 3]),
          b.differentiable("c", [2, 1, 3]),
        ],
        1,
      ),
    );
  });

  const join = (shapes: readonly Shape[], axis?: number): Shape =>
    shapeOf(shapes, (...values) => concat(values, axis));

  test.each<[string, readonly Shape[], number, readonly string[]]>([
    [
      "another extent beside the axis",
      [
        [2, 3],
        [4, 2],
      ],
      0,
      ["values", "[2, 3]", "axis 0", "[4, 2]"],
    ],
    [
      "another number of axes",
      [
        [2, 3],
        [2, 3, 1],
      ],
      1,
      ["values", "[2, 3]", "[2, 3, 1]"],
    ],
    [
      "an odd one behind two that fit",
      [
        [2, 3],
        [2, 1],
        [3, 3],
      ],
      1,
      ["values", "axis 1", "[3, 3]"],
    ],
    [
      "an axis beyond the last",
      [
        [2, 3],
        [2, 3],
      ],
      2,
      ["axis", "an axis of x [2, 3]", "received 2"],
    ],
    ["numbers, which have no axis", [[], []], -1, ["axis", "x []", "received -1"]],
  ])("refuses %s", (_, shapes, axis, [argument = "", ...pieces]) => {
    expectFault(() => join(shapes, axis), `concat: ${argument}`, ...pieces);
  });

  test("refuses to join nothing", () => {
    expectFault(() => concat([]), "concat: values", "at least one value", "none");
    expect(join([[1, 2]])).toEqual([1, 2]);
  });
});

test("shape ops make no copy of a graph's inputs: each adds one node", () => {
  const [x] = inputs([2, 3]) as [Value];
  for (const op of [
    flatten,
    transpose,
    (v: Value) => slice(v, [0, 0], [1, 1]),
    (v: Value) => pad(v, [1, 1], [0, 0]),
  ]) {
    const before = x.graph.nodes.length;
    op(x);
    expect(x.graph.nodes.length).toBe(before + 1);
  }
});
