import { assert, integer, property, subarray } from "fast-check";
import { describe, expect, test } from "vitest";
import { seeded, sizeOf } from "../../../src/base/index.ts";
import {
  type ReduceOptions,
  type Value,
  add,
  argmax,
  broadcastTo,
  differentiate,
  runReference,
  maxPool2d,
  multiply,
  reduceMax,
  reduceMean,
  reduceSum,
  reduceSumSquare,
  reshape,
} from "../../../src/engine/index.ts";
import { interpret } from "../interpret/program.ts";
import { expectFault, expectGradients, expectSlopes, expectValue, inputs, shapeOf } from "./holds.ts";

type Shape = readonly number[];

const reductions = [
  ["reduceSum", reduceSum, (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0)],
  ["reduceMean", reduceMean, (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0) / list.length],
  ["reduceMax", reduceMax, (list: readonly number[]) => Math.max(...list)],
  ["reduceSumSquare", reduceSumSquare, (list: readonly number[]) => list.reduce((sum, x) => sum + x * x, 0)],
] as const;

/** The lists that fold into each number of the result: elements alike in all kept axes, found by their indices. */
function groups(
  shape: Shape,
  data: readonly number[],
  axes: readonly number[],
): readonly (readonly number[])[] {
  const found = new Map<string, number[]>();
  data.forEach((value, flat) => {
    let rest = flat;
    const index = shape.toReversed().map((extent) => {
      const here = rest % extent;
      rest = (rest - here) / extent;
      return here;
    });
    const key = index
      .toReversed()
      .filter((_, axis) => !axes.includes(axis))
      .join();
    found.set(key, [...(found.get(key) ?? []), value]);
  });
  return [...found.values()];
}

describe.each(reductions)("%s", (name, reduce, definition) => {
  const fold = (shape: Shape, options?: ReduceOptions): Shape => shapeOf([shape], (x) => reduce(x, options));

  test("drops the folded axes, or keeps them as 1", () => {
    expect(fold([2, 3, 4])).toEqual([]);
    expect(fold([2, 3, 4], { axes: [1] })).toEqual([2, 4]);
    expect(fold([2, 3, 4], { axes: [-1, 0] })).toEqual([3]);
    expect(fold([2, 3, 4], { axes: [0, 2], keepDims: true })).toEqual([1, 3, 1]);
    expect(fold([2, 3], { keepDims: true })).toEqual([1, 1]);
    expect(fold([], {})).toEqual([]);
    expect(fold([2, 3], { axes: [] })).toEqual([2, 3]);
  });

  test.each<[string, Shape, readonly number[]]>([
    ["an axis beyond the last", [2, 3], [2]],
    ["an axis before the first", [2, 3], [-3]],
    ["half an axis", [2, 3], [0.5]],
    ["an axis twice", [2, 3], [1, 1]],
    ["an axis twice, once from the end", [2, 3], [1, -1]],
    ["an axis of a number", [], [0]],
  ])("refuses %s", (_, shape, axes) => {
    const shown = `x [${shape.join(", ")}]`;
    expectFault(
      () => fold(shape, { axes }),
      `${name}: axes`,
      "different axes of",
      shown,
      `[${axes.join(", ")}]`,
    );
  });

  test("folds the elements that are alike in the other axes", () => {
    assert(
      property(subarray([0, 1, 2, 3]), integer({ min: 0, max: 1 }), (axes, keep) => {
        const shape = [2, 3, 1, 4];
        const random = seeded(axes.length);
        const data = Array.from({ length: 24 }, () => Math.fround(random.normal()));
        const kept = shape.map((extent, i) => (axes.includes(i) ? 1 : extent));
        const expected = keep === 1 ? kept : shape.filter((_, i) => !axes.includes(i));
        const numbers = groups(shape, data, axes).map(definition);
        expectValue({ x: [shape, data] }, ({ x }) => reduce(x, { axes, keepDims: keep === 1 }), [
          expected,
          numbers,
        ]);
      }),
      { numRuns: 20, seed: 7 },
    );
  });

  test("has gradients that agree with differences on odd shapes", () => {
    const cases: readonly (readonly [Shape, readonly number[]])[] = [
      [[], []],
      [[1], [0]],
      [[3, 2], []],
      [
        [1, 4, 1],
        [0, 2],
      ],
      [
        [2, 3, 2, 2],
        [1, 3],
      ],
    ];
    for (const [shape, axes] of cases)
      for (const keepDims of [true, false])
        expectSlopes((b) => reduce(b.distinct("x", shape), { axes, keepDims }));
  });
});

describe("a sum", () => {
  test("of many rows keeps its digits in float32, where one accumulator would lose them", () => {
    const data = Array.from({ length: 10_007 }, () => Math.fround(0.1));
    const exact = data.reduce((sum, x) => sum + x, 0);
    const single = data.reduce((sum, x) => Math.fround(sum + x), 0);
    const [x] = inputs([data.length]) as [Value];
    const y = reduceSum(x);
    const [found = 0] = interpret({ graph: x.graph, outputs: { y } }, { x0: data }, Math.fround)["y"] ?? [];
    // Measured: 9e-7 in two stages, 1e-4 with one accumulator.
    expect(Math.abs(found / exact - 1)).toBeLessThan(2e-6);
    expect(Math.abs(single / exact - 1)).toBeGreaterThan(1e-5);
  });

  // 257 is the first length that is cut, and prime; 258 = 6·43, 289 = 17², 5000 has divisors near its root.
  test.each([255, 256, 257, 258, 289, 521, 5000])("of %i numbers counts each of them once", (rows) => {
    const data = Array.from({ length: rows * 2 }, (_, i) => i);
    const even = rows * (rows - 1);
    expectValue({ x: [[rows, 2], data] }, ({ x }) => reduceSum(x, { axes: [0] }), [[2], [even, even + rows]]);
  });

  test("over long axes around a kept one goes run by run", () => {
    const [x] = inputs([20, 2, 30]) as [Value];
    const y = reduceSum(x, { axes: [0, 2] });
    expect(y.graph.nodes.map(({ op }) => op.name)).toEqual(["reduceSum", "reduceSum", "reshape"]);
    const data = Array.from({ length: 1200 }, (_, i) => (Math.floor(i / 30) % 2 === 0 ? 1 : 10));
    expectValue({ x: [[20, 2, 30], data] }, (v) => reduceSum(v.x, { axes: [0, 2] }), [[2], [600, 6000]]);
  });

  test("over the pixels of a max pool's gradient sums the pooled gradient instead", () => {
    const [x] = inputs([1, 4, 4, 2]) as [Value];
    const [dx] = differentiate(reduceSum(multiply(maxPool2d(x), maxPool2d(x))), [x]);
    const sums = (axes: readonly number[]): readonly string[] => {
      const y = reduceSum(dx?.producer?.inputs[0] ?? x, { axes });
      return [
        ...new Set(y.producer?.inputs.concat(y.producer.inputs.flatMap((v) => v.producer?.inputs ?? []))),
      ].map((value) => value.name);
    };
    expect(dx?.producer?.op.name).toBe("add");
    expect(sums([1, 2])).not.toContain("maxPool2dGradient");
    expect(sums([0, 1])).toContain("maxPool2dGradient");
  });

  test("of a max pool's gradient has the same numbers whichever is summed", () => {
    const random = seeded(4);
    const data = Array.from({ length: 36 }, () => Math.fround(random.normal()));
    const [x] = inputs([2, 3, 3, 2]) as [Value];
    const pooled = maxPool2d(x, { poolSize: [2, 2], strides: [1, 1] });
    const [dx] = differentiate(reduceSum(multiply(pooled, pooled)), [x]);
    const whole = dx ?? x;
    const outputs = {
      short: reduceSum(whole, { axes: [1, 2] }),
      // The reshape hides where the gradient comes from.
      long: reduceSum(reshape(whole, [2, 9, 2]), { axes: [1] }),
    };
    const found = runReference({ graph: x.graph, outputs }, { x0: data }).outputs;
    expect(found["short"]?.length).toBe(4);
    found["short"]?.forEach((sum, i) => expect(sum).toBeCloseTo(found["long"]?.[i] ?? Number.NaN, 12));
  });
});

describe("reduceMax", () => {
  test("shares its gradient among all that are greatest, over several axes", () => {
    const x = [
      [2, 2, 2],
      [5, 1, 5, 0, 2, 2, 5, 2],
    ] as const;
    expectGradients({ x }, (v) => reduceMax(v.x), { x: [1 / 3, 0, 1 / 3, 0, 0, 0, 1 / 3, 0] });
    expectGradients({ x }, (v) => reduceMax(v.x, { axes: [0, 1] }), {
      x: [1 / 3, 0, 1 / 3, 0, 0, 1 / 2, 1 / 3, 1 / 2],
    });
  });

  test("of -Infinity alone is -Infinity", () => {
    expectValue({ x: [[2], [-Infinity, -Infinity]] }, ({ x }) => reduceMax(x), [[], [-Infinity]]);
  });
});

describe("argmax", () => {
  const place = (shape: Shape, axis?: number): Shape => shapeOf([shape], (x) => argmax(x, axis));

  test("drops its axis, by default the last", () => {
    expect(place([2, 3, 4])).toEqual([2, 3]);
    expect(place([2, 3, 4], 0)).toEqual([3, 4]);
    expect(place([2, 3, 4], -2)).toEqual([2, 4]);
    expect(place([5])).toEqual([]);
  });

  test.each([[2], [-3], [0.5], [Number.NaN]])("refuses axis %d of [2, 3]", (axis) => {
    expectFault(() => place([2, 3], axis), "argmax: axis", "an axis of x [2, 3]", `received ${axis}`);
  });

  test("gives the first of equals along any axis", () => {
    const x = [
      [2, 3, 2],
      [1, 4, 3, 4, 3, 0, -1, -1, -1, -1, -2, 0],
    ] as const;
    expectValue({ x }, (v) => argmax(v.x, 1), [
      [2, 2],
      [1, 0, 0, 2],
    ]);
    expectValue({ x }, (v) => argmax(v.x, 0), [
      [3, 2],
      [0, 0, 0, 0, 0, 0],
    ]);
    expectValue({ x }, (v) => argmax(v.x), [
      [2, 3],
      [1, 1, 0, 0, 0, 1],
    ]);
  });

  test("of -Infinity alone, and of one element, is 0", () => {
    expectValue(
      {
        x: [
          [2, 2],
          [-Infinity, -Infinity, -Infinity, 1],
        ],
      },
      ({ x }) => argmax(x),
      [[2], [0, 1]],
    );
    expectValue(
      {
        x: [
          [3, 1],
          [4, 5, 6],
        ],
      },
      ({ x }) => argmax(x),
      [[3], [0, 0, 0]],
    );
  });
});

describe("broadcastTo", () => {
  const repeat = (from: Shape, to: Shape): Shape => shapeOf([from], (x) => broadcastTo(x, to));

  test("repeats axes of 1 and adds axes in front", () => {
    expectValue(
      {
        x: [
          [2, 1],
          [1, 2],
        ],
      },
      ({ x }) => broadcastTo(x, [2, 2, 3]),
      [
        [2, 2, 3],
        [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2],
      ],
    );
    expectValue({ x: [[], [7]] }, ({ x }) => broadcastTo(x, [3]), [[3], [7, 7, 7]]);
    expect(repeat([2, 3], [2, 3])).toEqual([2, 3]);
  });

  test("has a gradient that is summed over all that it added", () => {
    expectGradients(
      {
        x: [
          [2, 1],
          [1, 2],
        ],
      },
      ({ x }) => broadcastTo(x, [4, 2, 3]),
      { x: [12, 12] },
    );
    expectSlopes((b) => broadcastTo(b.differentiable("x", [1, 2, 1]), [2, 3, 2, 2]));
  });

  test.each<[Shape, Shape]>([
    [
      [2, 3],
      [1, 3],
    ],
    [[2, 3], [3]],
    [
      [2, 1],
      [1, 3],
    ],
    [[1], []],
  ])("refuses to make %j smaller, as for %j", (from, to) => {
    expectFault(() => repeat(from, to), "broadcastTo: shape", `x [${from.join(", ")}]`, `[${to.join(", ")}]`);
  });

  test("refuses an extent that is neither 1 nor the same", () => {
    expectFault(() => repeat([2, 3], [4, 3]), "broadcastTo", "[2, 3] and [4, 3]");
  });

  test("and a sum over what it added are each other's gradient", () => {
    expectSlopes((b) => {
      const x = b.differentiable("x", [2, 1, 3]);
      return add(reduceSum(broadcastTo(x, [2, 4, 3]), { axes: [1], keepDims: true }), x);
    });
    expect(sizeOf(repeat([2, 1, 3], [2, 4, 3]))).toBe(24);
  });
});
