import { assert, constantFrom, integer, nat, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { seeded, sizeOf, stridesOf } from "../../../src/base/index.ts";
import { usesOf } from "../../../src/engine/backends/wasm/nest/expr.ts";
import { laneNestOf } from "../../../src/engine/backends/wasm/nest/lanes.ts";
import { nestScheduleOf } from "../../../src/engine/backends/wasm/nest/loops.ts";
import {
  type Expr,
  type Nest,
  argmaxExpr,
  constantExpr,
  load,
  nest,
  plus,
  reduction,
  times,
  whole,
} from "../../../src/engine/kernels/index.ts";
import { simplify } from "../../../src/engine/plan/index.ts";
import { runNest, separateMemory } from "../interpret/nest.ts";
import { type RandomNest, randomNest } from "./randomNest.ts";
import { type EmitHereOptions, bufferHere, runKernels } from "./runHere.ts";

/** Partial results of the reductions of a nest that is emitted. */
function partialsOf(one: Nest): number {
  const simple = simplify(one);
  return !nestScheduleOf(simple).vector && laneNestOf(simple) ? 8 : 1;
}

/** What a nest writes, one number at a time in JavaScript, every one rounded to float32. */
function interpreted({ nest: one, given }: RandomNest, partials = partialsOf(one)): number[][] {
  const memory = separateMemory();
  for (const [buffer, numbers] of given) memory.set(buffer, Float64Array.from(numbers));
  runNest(partials > 1 ? simplify(one) : one, memory, Math.fround, partials);
  return one.writes.map(({ access }) => [...memory(access.buffer)]);
}

/** What the emitted nest writes, in how many tasks. */
function emitted(
  { nest: one, given }: RandomNest,
  options: EmitHereOptions = {},
): [number[][], tasks: number] {
  const { read, stray, tasks } = runKernels([one], given, options);
  expect(stray).toBe(0);
  return [one.writes.map(({ access }) => [...read(access.buffer)]), tasks[0] ?? 0];
}

test("any nest computes, bit for bit, what its points do one after the other in JavaScript", () => {
  assert(
    property(nat(), (seed) => {
      const drawn = randomNest(seeded(seed));
      expect(emitted(drawn)[0]).toEqual(interpreted(drawn));
    }),
    { numRuns: 120, seed: 1, endOnFailure: true },
  );
});

test("an index in a result may count no loop that has ended by then", () => {
  const y = bufferHere([4]);
  const value: Expr = { kind: "index", index: { offset: 0, strides: [1, 1] } };
  const sum = { combine: "sum", initial: 0, term: constantExpr(1) } as const;
  const writes = [{ access: whole(y, 1), value }];
  const late = nest({ label: "late", axes: [4], reduce: [3], reductions: [sum], writes });
  expect(() => runKernels([late], new Map())).toThrow(
    "expected loops around the expression, received loop 1",
  );
});

test.each(["f32", "u8"] as const)(
  "accesses of one %s array a few elements apart stand each at its own",
  (dtype) => {
    const x = bufferHere([3, 14], { dtype });
    const y = bufferHere([3, 24], { dtype });
    const read = (offset: number): Expr => load({ buffer: x, offset, strides: [14, 1] });
    const write = (offset: number, value: Expr): Nest["writes"][number] => ({
      access: { buffer: y, offset, strides: [24, 1] },
      value,
    });
    const writes = [write(12, plus(read(2), read(0))), write(0, times(read(1), constantExpr(2)))];
    const one = nest({ label: "apart", axes: [3, 12], writes });
    const given = Array.from({ length: 42 }, (_, i) => 3 * i);
    const { read: found, stray } = runKernels([one], new Map([[x, given]]));
    const of = (row: number, from: number, to: number): number[] =>
      given.slice(row * 14 + from, row * 14 + to);
    const expected = [0, 1, 2].flatMap((row) => [
      ...of(row, 1, 13).map((value) => 2 * value),
      ...of(row, 2, 14).map((value, i) => value + of(row, 0, 12)[i]!),
    ]);
    expect([...found(y)]).toEqual(expected);
    expect(stray).toBe(0);
  },
);

test("a part of an expression is counted wherever another, or the nest itself, needs it", () => {
  const x = load({ buffer: bufferHere([4]), offset: 0, strides: [1] });
  const one = constantExpr(1);
  const sum = plus(x, one);
  const square = times(sum, sum);
  const uses = usesOf([square, plus(square, x), x]);
  expect([x, one, sum, square].map((part) => uses.get(part))).toEqual([3, 1, 2, 2]);
});

/** y = x · x + 0.1, summed over the loops behind `axes`, of an array whose axes are all the loops in order. */
function squares(axes: readonly number[], reduce: readonly number[] = []): RandomNest {
  const shape = [...axes, ...reduce];
  const [x, y] = [bufferHere(shape), bufferHere(axes)];
  const read = load({ buffer: x, offset: 0, strides: stridesOf(shape) });
  const value = plus(times(read, read), constantExpr(0.1));
  const random = seeded(sizeOf(shape));
  const summed = { reduce, reductions: [{ combine: "sum", initial: 0, term: value }] } as const;
  return {
    nest: nest({
      label: "squares",
      axes,
      ...(reduce.length > 0 && summed),
      writes: [{ access: whole(y), value: reduce.length > 0 ? reduction(0) : value }],
    }),
    given: new Map([[x, Array.from({ length: sizeOf(shape) }, () => Math.fround(random.normal()))]]),
  };
}

describe("a nest of much work is cut into tasks, in any order of which it computes the same:", () => {
  test.each<readonly [name: string, drawn: RandomNest, tasks: number]>([
    ["rows", squares([131, 601]), 2],
    ["rows of several axes, of which a task takes some", squares([3, 5, 67, 101]), 3],
    ["more rows than tasks", squares([70, 2, 3], [157]), 2],
    ["columns of few long rows", squares([3, 40_003]), 3],
    ["columns that are elements", squares([70_001]), 2],
    ["columns of sums", squares([1029], [65]), 2],
  ])("%s", (_, drawn, tasks) => {
    const expected = interpreted(drawn);
    expect(emitted(drawn)).toEqual([expected, tasks]);
    expect(emitted(drawn, { reversed: true })).toEqual([expected, tasks]);
  });

  test("tasks follow from shapes, take all units once, and cut columns at whole lines of the cache", () => {
    const [outer, inner, last] = [
      constantFrom(1, 2, 3, 65, 700),
      constantFrom(1, 2, 64),
      constantFrom(1, 1023, 1024, 4099),
    ];
    assert(
      property(outer, inner, last, integer({ min: 1, max: 300 }), (a, b, c, depth) => {
        const axes: readonly number[] = [a, b, c];
        const writes = [{ access: whole(bufferHere(axes)), value: reduction(0) }];
        const one = nest({ label: "schedule", axes, reduce: [depth], writes });
        const { mode, units, unitsPerTask, tasks, leading } = nestScheduleOf(one);
        expect(units).toBe(mode === "columns" ? c : sizeOf(axes.slice(0, leading)));
        expect(tasks).toBe(Math.ceil(units / unitsPerTask));
        expect(tasks).toBeLessThanOrEqual(64);
        if (mode === "columns" && tasks > 1) expect(unitsPerTask % 16).toBe(0);
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });
});

describe("sums over the rows of a matrix, kept in scratch while the rows pass", () => {
  /** Σ x and Σ x·y over the rows of each of some matrices, and their product. */
  function columnSums(matrices: number, rows: number, columns: number): RandomNest {
    const shape = [matrices, rows, columns];
    const [x, y] = [bufferHere(shape), bufferHere(shape)];
    const strides = [rows * columns, 1, columns];
    const term = load({ buffer: x, offset: 0, strides });
    const random = seeded(rows + columns);
    const drawn = (): number[] => Array.from({ length: sizeOf(shape) }, () => Math.fround(random.normal()));
    const write = (value: Expr): Nest["writes"][number] => ({
      access: whole(bufferHere([matrices, columns])),
      value,
    });
    return {
      nest: nest({
        label: "column sums",
        axes: [matrices, columns],
        reduce: [rows],
        reductions: [
          { combine: "sum", initial: 0.5, term },
          { combine: "sum", initial: 0, term: times(term, load({ buffer: y, offset: 0, strides })) },
        ],
        writes: [write(reduction(0)), write(times(reduction(0), reduction(1)))],
      }),
      given: new Map([x, y].map((buffer) => [buffer, drawn()])),
    };
  }
  test.each([
    [1, 8, 8],
    [3, 9, 12],
    [2, 31, 20],
    // Too few rows, columns that fill no vectors, more sums than scratch is lent for: no sweep.
    [2, 7, 12],
    [2, 9, 10],
    [1, 8, 2056],
  ])("%i of %i rows by %i columns", (...sizes) => {
    const drawn = columnSums(...sizes);
    expect(emitted(drawn)[0]).toEqual(interpreted(drawn));
  });
});

describe("what JavaScript's order does not show", () => {
  /** The maximum and its index of a row of numbers, for each of four equal rows or one. */
  function maximum(numbers: readonly number[], rows: number): number[] {
    const x = bufferHere([numbers.length]);
    const [best, where] = [bufferHere([rows]), bufferHere([rows], { dtype: "u8" })];
    const read = load({ buffer: x, offset: 0, strides: [0, 1] });
    const one = nest({
      label: "maximum",
      axes: [rows],
      reduce: [numbers.length],
      reductions: [
        {
          combine: "max",
          initial: -Infinity,
          term: read,
          indexExpr: { kind: "index", index: { offset: 0, strides: [0, 1] } },
        },
      ],
      writes: [
        { access: whole(best), value: reduction(0) },
        { access: whole(where), value: argmaxExpr(0) },
      ],
    });
    const [values, indices] = emitted({ nest: one, given: new Map([[x, numbers]]) })[0];
    expect(new Set(values).size + new Set(indices).size).toBe(2);
    return [values?.[0] ?? NaN, indices?.[0] ?? NaN];
  }

  test.each([1, 4, 6])(
    "of equal maxima the first counts, and the first NaN before all numbers, in %i rows",
    (rows) => {
      expect(maximum([1, 5, 5, 2], rows)).toEqual([5, 1]);
      expect(maximum([NaN, -3, NaN, 3], rows)).toEqual([NaN, 0]);
      expect(maximum([4, NaN, 5, NaN], rows)).toEqual([NaN, 1]);
      expect(maximum([-Infinity, -Infinity], rows)).toEqual([-Infinity, 0]);
      expect(maximum([-0, 0], rows)).toEqual([-0, 0]);
    },
  );

  test("of many columns each has its own maximum and index", () => {
    const [rows, columns] = [5, 19];
    const x = bufferHere([rows, columns]);
    const [best, where] = [bufferHere([columns]), bufferHere([columns])];
    const term = load({ buffer: x, offset: 0, strides: [1, columns] });
    const indexExpr: Expr = { kind: "index", index: { offset: 10, strides: [0, 1] } };
    const one = nest({
      label: "maxima",
      axes: [columns],
      reduce: [rows],
      reductions: [{ combine: "max", initial: -Infinity, term, indexExpr }],
      writes: [
        { access: whole(best), value: reduction(0) },
        { access: whole(where), value: argmaxExpr(0) },
      ],
    });
    // Row r holds a 1 in every fifth column, from column r on.
    const numbers = Array.from({ length: rows * columns }, (_, i) =>
      Number((i % columns) % rows === Math.floor(i / columns)),
    );
    expect(emitted({ nest: one, given: new Map([[x, numbers]]) })[0]).toEqual([
      Array.from({ length: columns }, () => 1),
      Array.from({ length: columns }, (_, column) => 10 + (column % rows)),
    ]);
  });

  test.each([3, 4, 9])("numbers become bytes by cutting towards zero, %i of them", (count) => {
    const [x, y] = [bufferHere([count]), bufferHere([count], { dtype: "u8" })];
    const numbers = [0.9, 255.9, 1.5, 2, 254.5, 7, 128, 3.99, 0].slice(0, count);
    const one = nest({
      label: "bytes",
      axes: [count],
      writes: [{ access: whole(y), value: load(whole(x)) }],
    });
    expect(emitted({ nest: one, given: new Map([[x, numbers]]) })[0]).toEqual([numbers.map(Math.trunc)]);
  });

  test("all results are computed before any is stored, so that a nest may write where it reads", () => {
    const [x, y] = [bufferHere([13]), bufferHere([13])];
    const [a, b] = [load(whole(x)), load(whole(y))];
    const swap = nest({
      label: "swap",
      axes: [13],
      writes: [
        { access: whole(x), value: b },
        { access: whole(y), value: a },
      ],
    });
    const numbers = Array.from({ length: 13 }, (_, i) => i);
    const given = new Map([
      [x, numbers],
      [y, numbers.map((i) => 100 + i)],
    ]);
    expect(emitted({ nest: swap, given })[0]).toEqual([numbers.map((i) => 100 + i), numbers]);
  });
});
