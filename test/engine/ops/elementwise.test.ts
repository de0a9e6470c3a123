import { array, assert, constantFrom, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { seeded, sizeOf } from "../../../src/base/index.ts";
import {
  type Value,
  add,
  affine,
  binaryCrossEntropy,
  differentiate,
  divide,
  equal,
  runReference,
  exp,
  log,
  maximum,
  minimum,
  multiply,
  negate,
  reduceSum,
  sqrt,
  subtract,
} from "../../../src/engine/index.ts";
import { expectFault, expectGradients, expectSlopes, expectValue, inputs, shapeOf } from "./holds.ts";

type Binary = (a: Value, b: Value) => Value;

const binaries: readonly (readonly [string, Binary])[] = [
  ["add", add],
  ["subtract", subtract],
  ["multiply", multiply],
  ["divide", divide],
  ["maximum", maximum],
  ["minimum", minimum],
  ["equal", equal],
  ["binaryCrossEntropy", binaryCrossEntropy],
];

describe.each(binaries)("the shape rule of %s", (name, op) => {
  // https://numpy.org/doc/stable/user/basics.broadcasting.html: from the right, equal or 1.
  test.each<[readonly number[], readonly number[], readonly number[]]>([
    [
      [2, 3],
      [2, 3],
      [2, 3],
    ],
    [[2, 3], [3], [2, 3]],
    [[3], [2, 3], [2, 3]],
    [
      [2, 1],
      [1, 3],
      [2, 3],
    ],
    [[], [4], [4]],
    [[], [], []],
    [
      [8, 1, 6, 1],
      [7, 1, 5],
      [8, 7, 6, 5],
    ],
    [[1], [1, 1], [1, 1]],
  ])("joins %j and %j to %j", (a, b, both) => {
    expect(shapeOf([a, b], op)).toEqual(both);
  });

  test.each<[readonly number[], readonly number[]]>([
    [[2, 3], [2]],
    [[2], [3]],
    [
      [2, 1, 3],
      [4, 5, 3],
    ],
  ])("refuses %j and %j", (a, b) => {
    const shown = `[${a.join(", ")}] and [${b.join(", ")}]`;
    expectFault(() => shapeOf([a, b], op), name, "shapes that broadcast", shown);
  });
});

/** Numbers as nested arrays, which need no strides to be broadcast. */
type Nested = number | readonly Nested[];

function nested(shape: readonly number[], data: readonly number[]): Nested {
  const [extent, ...rest] = shape;
  if (extent === undefined) return data[0] ?? Number.NaN;
  const size = sizeOf(rest);
  return Array.from({ length: extent }, (_, i) => nested(rest, data.slice(i * size, (i + 1) * size)));
}

const depth = (x: Nested): number => (typeof x === "number" ? 0 : 1 + depth(x[0] ?? 0));

function combine(a: Nested, b: Nested, f: (a: number, b: number) => number): Nested {
  if (typeof a === "number" && typeof b === "number") return f(a, b);
  const [outerA, outerB] = [depth(a) >= depth(b), depth(b) >= depth(a)];
  const [listA, listB] = [outerA ? (a as readonly Nested[]) : [a], outerB ? (b as readonly Nested[]) : [b]];
  return Array.from({ length: Math.max(listA.length, listB.length) }, (_, i) =>
    combine(listA[listA.length === 1 ? 0 : i] ?? 0, listB[listB.length === 1 ? 0 : i] ?? 0, f),
  );
}

const flat = (x: Nested): readonly number[] => (typeof x === "number" ? [x] : x.flatMap(flat));

test("broadcasting repeats axes of 1 and leading axes, for any two shapes that fit", () => {
  const axis = constantFrom<readonly [number, number]>([1, 1], [1, 3], [3, 1], [2, 2], [4, 4]);
  assert(
    property(array(axis, { maxLength: 4 }), integer({ min: 0, max: 3 }), (axes, dropped) => {
      const [a, b] = [axes.map(([x]) => x), axes.map(([, x]) => x).slice(Math.min(dropped, axes.length))];
      const random = seeded(axes.length + dropped);
      const draw = (shape: readonly number[]): number[] =>
        Array.from({ length: sizeOf(shape) }, () => Math.fround(random.normal()));
      const [dataA, dataB] = [draw(a), draw(b)];
      const expected = flat(combine(nested(a, dataA), nested(b, dataB), (x, y) => x - 2 * y));
      const shape = shapeOf([a, b], add);
      expectValue({ a: [a, dataA], b: [b, dataB] }, (given) => subtract(given.a, affine(given.b, 2)), [
        shape,
        expected,
      ]);
    }),
    { numRuns: 40, seed: 4 },
  );
});

describe("values", () => {
  test("of a quotient by 0 are infinite, or no number for 0/0", () => {
    expectValue({ a: [[3], [1, -1, 0]], b: [[], [0]] }, ({ a, b }) => divide(a, b), [
      [3],
      [Infinity, -Infinity, Number.NaN],
    ]);
  });

  test("of a logarithm and a root: -Infinity at 0, no number below", () => {
    expectValue({ x: [[3], [Math.E ** 2, 0, -1]] }, ({ x }) => log(x), [[3], [2, -Infinity, Number.NaN]]);
    expectValue({ x: [[3], [9, 0, -1]] }, ({ x }) => sqrt(x), [[3], [3, 0, Number.NaN]]);
  });

  test("of a maximum and a minimum: a first that is no number wins over every number", () => {
    const given = { a: [[2], [Number.NaN, -2]], b: [[2], [2, -3]] } as const;
    expectValue(given, ({ a, b }) => maximum(a, b), [[2], [Number.NaN, -2]]);
    expectValue(given, ({ a, b }) => minimum(a, b), [[2], [Number.NaN, -3]]);
  });

  test("of equal: 0 equals -0, and NaN equals nothing", () => {
    const given = { a: [[4], [0, Number.NaN, 1, 2]], b: [[4], [-0, Number.NaN, 1, 3]] } as const;
    expectValue(given, ({ a, b }) => equal(a, b), [[4], [1, 0, 1, 0]]);
  });

  test("of affine: scale first, then offset; scale 0 leaves the offset", () => {
    const x = [[3], [-1, 0, 2]] as const;
    expectValue({ x }, (given) => affine(given.x, 3, 1), [[3], [-2, 1, 7]]);
    expectValue({ x }, (given) => affine(given.x, 1, -0.5), [[3], [-1.5, -0.5, 1.5]]);
    expectValue({ x }, (given) => affine(given.x, 0, 4), [[3], [4, 4, 4]]);
    expectValue({ x }, (given) => negate(given.x), [[3], [1, -0, -2]]);
  });

  test("of exp and log undo each other", () => {
    const x = [-2, 0, 0.5, 3];
    expectValue({ x: [[4], x] }, (given) => log(exp(given.x)), [[4], x]);
  });
});

describe("gradients", () => {
  const given = {
    a: [
      [2, 3],
      [1, 2, 3, 4, 5, 6],
    ],
    b: [[3], [10, 20, 40]],
  } as const;

  test("are summed over the axes along which a value was repeated", () => {
    expectGradients(given, ({ a, b }) => add(a, b), { a: [1, 1, 1, 1, 1, 1], b: [2, 2, 2] });
    expectGradients(given, ({ a, b }) => subtract(a, b), { a: [1, 1, 1, 1, 1, 1], b: [-2, -2, -2] });
    expectGradients(given, ({ a, b }) => multiply(a, b), { a: [10, 20, 40, 10, 20, 40], b: [5, 7, 9] });
  });

  test("of a quotient are 1/b and -a/b²", () => {
    expectGradients({ a: [[2], [6, -3]], b: [[], [2]] }, ({ a, b }) => divide(a, b), {
      a: [0.5, 0.5],
      b: [-0.75],
    });
  });

  test("of exp, log and sqrt are y, 1/x and 1/(2y)", () => {
    expectGradients({ x: [[2], [0, Math.LN2]] }, ({ x }) => exp(x), { x: [1, 2] });
    expectGradients({ x: [[2], [0.5, 4]] }, ({ x }) => log(x), { x: [2, 0.25] });
    expectGradients({ x: [[2], [0.25, 16]] }, ({ x }) => sqrt(x), { x: [1, 0.125] });
  });

  test("of a maximum and a minimum go to the chosen one, and half to each of equals", () => {
    const pair = { a: [[3], [1, 5, 2]], b: [[], [2]] } as const;
    expectGradients(pair, ({ a, b }) => maximum(a, b), { a: [0, 1, 0.5], b: [1.5] });
    expectGradients(pair, ({ a, b }) => minimum(a, b), { a: [1, 0, 0.5], b: [1.5] });
  });

  test("of affine read neither x nor y, so that neither has to be kept", () => {
    const [x] = inputs([2]) as [Value];
    const y = affine(x, 3, 1);
    const before = x.graph.nodes.length;
    differentiate(reduceSum(y), [x]);
    const read = x.graph.nodes.slice(before + 1).flatMap((node) => node.inputs);
    expect(read).not.toContain(x);
    expect(read).not.toContain(y);
  });

  test.each<[string, Binary]>(binaries.filter(([name]) => name !== "equal").map(([name, op]) => [name, op]))(
    "of %s agree with differences where shapes are odd",
    (_, op) => {
      const shapes: readonly (readonly [readonly number[], readonly number[]])[] = [
        [[], [3, 1]],
        [
          [1, 3, 1],
          [2, 1, 2],
        ],
        [[1], [1]],
        [[2, 1, 2], [1]],
      ];
      for (const [a, b] of shapes) {
        // Multiples of 0.1 against multiples of 0.1 plus 0.05: never equal, never 0.
        const tenth = (low: number) => (random: { integer: (n: number) => number }) =>
          low + random.integer(20) / 10;
        expectSlopes((build) =>
          op(build.differentiable("a", a, tenth(0.5)), build.differentiable("b", b, tenth(0.55))),
        );
      }
    },
  );
});

test("an elementwise op does not change the numbers that it was given", () => {
  const [x] = inputs([3]) as [Value];
  const data = Float64Array.of(1, 2, 3);
  runReference({ graph: x.graph, outputs: { y: negate(exp(x)) } }, { x0: data });
  expect([...data]).toEqual([1, 2, 3]);
});
