import { describe, expect, test } from "vitest";
import { stridesOf } from "../../../src/base/index.ts";
import {
  type Buffer,
  type Expr,
  type ExprBounds,
  abs,
  broadcastStrides,
  constantExpr,
  elementwise,
  equalExpr,
  expExpr,
  greater,
  load,
  mapLeaves,
  maximumExpr,
  minimumExpr,
  negateExpr,
  nest,
  packedSize,
  plus,
  positionStride,
  exprBounds,
  scaled,
  select,
  times,
  visitExpr,
  whole,
} from "../../../src/engine/kernels/index.ts";

const buffer = (id: number, shape: readonly number[]): Buffer => ({
  id,
  shape,
  dtype: "f32",
  role: "input",
  name: `b${id}`,
});
const read = (id: number): Expr => load({ buffer: buffer(id, [4]), offset: 0, strides: [1] });

/** What an expression without loads is worth. */
function worth(expr: Expr): number {
  switch (expr.kind) {
    case "constant":
      return expr.value;
    case "select":
      return worth(expr.condition) === 0 ? worth(expr.no) : worth(expr.yes);
    case "binary": {
      const [a, b] = [worth(expr.a), worth(expr.b)];
      if (expr.name === "greater") return Number(a > b);
      if (expr.name === "equal") return Number(a === b);
      if (expr.name === "multiply") return a * b;
      throw new Error(expr.name);
    }
    default:
      throw new Error(expr.kind);
  }
}

describe("replacing the leaves of an expression", () => {
  const x = read(0);
  const shared = expExpr(x);
  const whole3 = plus(times(shared, shared), negateExpr(shared));

  test("keeps shared parts shared", () => {
    const made = mapLeaves(whole3, (leaf) => (leaf === x ? read(1) : leaf));
    const distinct: Expr[] = [];
    visitExpr(made, (part) => distinct.push(part));
    expect(distinct.map(({ kind }) => kind)).toEqual(["load", "unary", "binary", "unary", "binary"]);
    expect(made).toEqual(plus(times(expExpr(read(1)), expExpr(read(1))), negateExpr(expExpr(read(1)))));
  });

  test("calls for every distinct leaf once", () => {
    const seen: Expr[] = [];
    mapLeaves(whole3, (leaf) => {
      seen.push(leaf);
      return leaf;
    });
    expect(seen).toEqual([x]);
  });

  test("reaches into conditions, both branches and seeds, and leaves the first as it was", () => {
    const uniform: Expr = { kind: "uniform", seed: read(0), salt: 3, index: { offset: 0, strides: [1] } };
    const first = select(greater(uniform, constantExpr(0)), read(1), times(read(2), constantExpr(2)));
    const before = structuredClone(first);
    const made = mapLeaves(first, (leaf) =>
      leaf.kind === "load" ? constantExpr(leaf.access.buffer.id + 10) : leaf,
    );
    expect(made).toEqual(
      select(
        greater({ ...uniform, seed: constantExpr(10) }, constantExpr(0)),
        constantExpr(11),
        times(constantExpr(12), constantExpr(2)),
      ),
    );
    expect(first).toEqual(before);
  });

  test("hands on reductions, positions and indices as leaves", () => {
    const leaves: Expr[] = [
      { kind: "reduction", reduction: 0 },
      { kind: "argmax", reduction: 1 },
      { kind: "index", index: { offset: 2, strides: [1] } },
    ];
    for (const leaf of leaves)
      expect(mapLeaves(negateExpr(leaf), () => constantExpr(5))).toEqual(negateExpr(constantExpr(5)));
  });
});

test("visiting an expression comes to inner parts first and to each once", () => {
  const x = read(0);
  const condition = greater(x, constantExpr(0));
  const y = select(condition, x, negateExpr(x));
  const order: Expr[] = [];
  visitExpr(y, (part) => order.push(part));
  expect(new Set(order).size).toBe(order.length);
  expect(order.at(-1)).toBe(y);
  expect(order.indexOf(x)).toBeLessThan(order.indexOf(condition));
  expect(order.filter(({ kind }) => kind === "load")).toEqual([x]);
});

describe("x times a slope", () => {
  const [on, off] = [greater(constantExpr(1), constantExpr(0)), equalExpr(constantExpr(1), constantExpr(0))];

  test("that is a condition lets x through or holds it back, an infinite one too", () => {
    for (const x of [3, Infinity, -Infinity]) {
      expect(worth(scaled(constantExpr(x), on))).toBe(x);
      expect(worth(scaled(constantExpr(x), off))).toBe(0);
      expect(worth(scaled(constantExpr(x), times(on, on)))).toBe(x);
      for (const slope of [times(on, off), times(off, on), times(off, off)])
        expect(worth(scaled(constantExpr(x), slope))).toBe(0);
    }
  });

  test("of any other kind is a product", () => {
    expect(scaled(read(0), constantExpr(2))).toEqual(times(read(0), constantExpr(2)));
    expect(scaled(read(0), times(on, constantExpr(2)))).toEqual(times(read(0), times(on, constantExpr(2))));
  });
});

describe("reading an array as if it had another shape", () => {
  test.each<[readonly number[], readonly number[], readonly number[]]>([
    [
      [2, 3],
      [2, 3],
      [3, 1],
    ],
    [[3], [2, 3], [0, 1]],
    [
      [2, 1],
      [2, 3],
      [1, 0],
    ],
    [
      [1, 3],
      [2, 3],
      [0, 1],
    ],
    [[], [2, 3], [0, 0]],
    [
      [2, 1, 4],
      [5, 2, 3, 4],
      [0, 4, 0, 1],
    ],
    [[], [], []],
  ])("%j as %j takes strides %j", (from, to, strides) => {
    expect(broadcastStrides(from, to)).toEqual(strides);
  });

  test("whole reads it row by row, and other loops do not move it", () => {
    const x = buffer(0, [2, 3, 4]);
    expect(whole(x)).toEqual({ buffer: x, offset: 0, strides: stridesOf([2, 3, 4]) });
    expect(whole(x, 2).strides).toEqual([12, 4, 1, 0, 0]);
  });

  test("an elementwise nest reads each input so, and writes once", () => {
    const [a, b, y] = [buffer(0, [2, 1]), buffer(1, [3]), buffer(2, [2, 3])];
    const made = elementwise("sum", y, [a, b], plus);
    expect([made.axes, made.reduce, made.guards, made.reductions]).toEqual([[2, 3], [], [], []]);
    const [write] = made.writes;
    expect(made.writes.length).toBe(1);
    expect(write?.access).toEqual(whole(y));
    expect(write?.value).toEqual(
      plus(load({ buffer: a, offset: 0, strides: [1, 0] }), load({ buffer: b, offset: 0, strides: [0, 1] })),
    );
    expect(nest({ label: "sum", axes: [2, 3], writes: made.writes })).toEqual(made);
  });
});

describe("sizes of what is packed", () => {
  test("round the outputs up to whole panels", () => {
    expect([1, 8, 9, 16].map((outputs) => packedSize(outputs, 5, 8))).toEqual([40, 40, 80, 80]);
  });

  test("put an odd number of cache lines of 16 floats between positions, and never too few", () => {
    for (let floats = 1; floats < 300; floats++) {
      const stride = positionStride(floats);
      expect(stride).toBeGreaterThanOrEqual(floats);
      expect(stride).toBeLessThan(floats + 32);
      expect((stride / 16) % 2).toBe(1);
    }
  });
});

describe("the range of an expression", () => {
  const x = read(0);
  const at = constantExpr;
  test.each<[string, Expr, ExprBounds]>([
    ["is a constant's number", at(3), { low: 3, high: 3 }],
    ["is open for what is read", x, { low: -Infinity, high: Infinity }],
    ["is cut by a maximum", maximumExpr(x, at(-2)), { low: -2, high: Infinity }],
    ["is cut by a minimum on top of it", minimumExpr(maximumExpr(x, at(-2)), at(5)), { low: -2, high: 5 }],
    ["moves to a bound beyond it", maximumExpr(minimumExpr(x, at(1)), at(4)), { low: 4, high: 4 }],
    ["is from 0 for sizes and powers", abs(x), { low: 0, high: Infinity }],
    ["is turned over by a sign", negateExpr(maximumExpr(x, at(-2))), { low: -Infinity, high: 2 }],
    [
      "is up to 0 for a square times a negative number",
      times(at(-0.5), times(x, x)),
      { low: -Infinity, high: 0 },
    ],
    ["is open for another product", times(at(-0.5), times(x, read(1))), { low: -Infinity, high: Infinity }],
    ["is from 0 for a product with a number above 0", times(at(2), abs(x)), { low: 0, high: Infinity }],
    ["has the ends of a product", times(at(-3), minimumExpr(abs(x), at(2))), { low: -6, high: 0 }],
    [
      "is from 0 for a square, whatever the sign",
      ((cut) => times(cut, cut))(minimumExpr(maximumExpr(x, at(-3)), at(2))),
      { low: 0, high: 9 },
    ],
    [
      "of a size ends where the further end is",
      abs(minimumExpr(maximumExpr(x, at(-3)), at(2))),
      { low: 0, high: 3 },
    ],
    [
      "of a size begins where the nearer end is",
      abs(minimumExpr(maximumExpr(x, at(-3)), at(-2))),
      { low: 2, high: 3 },
    ],
    ["is open for a sum", plus(at(1), at(2)), { low: -Infinity, high: Infinity }],
  ])("%s", (_, expr, range) => expect(exprBounds(expr)).toEqual(range));
});
