import { assert, constantFrom, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { seeded } from "../../../src/base/index.ts";
import { laneNestOf } from "../../../src/engine/backends/wasm/nest/lanes.ts";
import {
  type AffineIndex,
  type Buffer,
  type Expr,
  type Guard,
  type Nest,
  type Reduction,
  argmaxExpr,
  elementwise,
  expExpr,
  load,
  nest,
  plus,
  reduction,
} from "../../../src/engine/kernels/index.ts";
import { runNest, separateMemory } from "../interpret/nest.ts";
import type { RandomNest } from "./randomNest.ts";
import { bufferHere, runKernels } from "./runHere.ts";
import { someNumbers } from "./sums.ts";

/** What the emitted nest writes, and what 8 partial results give in JavaScript. */
function bothWays({ nest: one, given }: RandomNest): readonly [Float32Array[], Float32Array[]] {
  const memory = separateMemory();
  for (const [buffer, numbers] of given) memory.set(buffer, Float64Array.from(numbers));
  runNest(one, memory, Math.fround, 8);
  const { read, stray } = runKernels([one], given);
  expect(stray).toBe(0);
  const written = one.writes.map(({ access }) => access.buffer);
  return [written.map(read), written.map((buffer) => Float32Array.from(memory(buffer)))];
}

const byLanes = true;
const sumOf = (term: Reduction["term"], initial = 0): Reduction => ({
  combine: "sum",
  initial,
  byLanes,
  term,
});

/** Of each row of numbers: the sum, and the maximum and where it stood. */
function rowFolds(rows: number, extent: number, numbers: readonly number[]): RandomNest {
  const x = bufferHere([rows, extent]);
  const term = load({ buffer: x, offset: 0, strides: [extent, 1] });
  const index: AffineIndex = { offset: 0, strides: [0, 1] };
  const results = [reduction(0), reduction(1), argmaxExpr(1)];
  return {
    nest: nest({
      label: "row folds",
      axes: [rows],
      reduce: [extent],
      reductions: [
        sumOf(term, 0.5),
        { combine: "max", initial: -Infinity, byLanes, term, indexExpr: { kind: "index", index } },
      ],
      writes: results.map((value) => ({
        access: { buffer: bufferHere([rows]), offset: 0, strides: [1, 0] },
        value,
      })),
    }),
    given: new Map([[x, numbers]]),
  };
}

describe("rows of neighbours are folded by eight partial results", () => {
  test("of 16 to 45 terms, NaN, infinities, equal maxima and zeros of both signs among them", () => {
    const special = [Number.NaN, Infinity, -Infinity, 0, -0, 3, 3] as const;
    assert(
      property(
        integer({ min: 1, max: 5 }),
        integer({ min: 16, max: 45 }),
        integer(),
        (rows, extent, seed) => {
          const random = seeded(seed);
          const share = random.next() < 0.5 ? 0 : 0.3;
          const numbers = someNumbers(rows * extent, seed).map((x) =>
            random.next() < share ? (special[random.integer(special.length)] ?? 0) : x,
          );
          const [found, expected] = bothWays(rowFolds(rows, extent, numbers));
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 60, seed: 1 },
    );
  });

  test("at the end of memory that is NaN behind them", () => {
    // Rows of 17: the masked vector behind the last row reads what nobody wrote.
    const [[sums], [expected]] = bothWays(rowFolds(2, 17, someNumbers(34)));
    expect(sums).toEqual(expected);
    expect(sums!.every(Number.isFinite)).toBe(true);
  });

  test.each([
    ["the first of equal maxima is found in another lane", [...Array(20).fill(0), 7, 1, 7, 7], [7, 20]],
    ["a NaN outranks what is greater behind it", [1, 2, NaN, 9, ...Array(20).fill(3), NaN], [NaN, 2]],
    ["nothing above -Infinity stands at 0", Array(24).fill(-Infinity), [-Infinity, 0]],
    ["of zeros the first one's sign is kept", [...Array(11).fill(-1), -0, 0, ...Array(9).fill(0)], [-0, 11]],
  ])("%s", (_, numbers: number[], expected) => {
    const { nest: one, given } = rowFolds(1, numbers.length, numbers);
    const { read } = runKernels([one], given);
    expect([1, 2].map((i) => read(one.writes[i]!.access.buffer)[0])).toEqual(expected);
  });
});

test.each([16, 17, 21, 40, 96])(
  "exponentials of %i terms are summed as those that were written before, bit for bit",
  (extent) => {
    const [rows, strides] = [3, [extent, 1]] as const;
    const [x, powers] = [bufferHere([rows, extent]), bufferHere([rows, extent])];
    const [sums, others] = [bufferHere([rows]), bufferHere([rows])];
    const read = (from: Buffer): Expr => load({ buffer: from, offset: 0, strides });
    const folded = (to: Buffer, term: Expr): Nest =>
      nest({
        label: "sums",
        axes: [rows],
        reduce: [extent],
        reductions: [sumOf(term), { combine: "max", initial: -Infinity, byLanes, term }],
        writes: [
          { access: { buffer: to, offset: 0, strides: [1, 0] }, value: plus(reduction(0), reduction(1)) },
        ],
      });
    const kernels = [
      elementwise("exp", powers, [x], expExpr),
      folded(sums, expExpr(read(x))),
      folded(others, read(powers)),
    ];
    const { read: found, stray } = runKernels(kernels, new Map([[x, someNumbers(rows * extent)]]));
    expect(stray).toBe(0);
    expect(found(sums)).toEqual(found(others));
    expect(found(sums).every(Number.isFinite)).toBe(true);
  },
);

/** Σ x over [planes, window + step · i - before] of each row, where that lies within it, as padding and short chunks have it. */
function guardedSums(
  extent: number,
  window: number,
  { step, before }: { step: number; before: number },
): RandomNest {
  const [positions, planes] = [5, 3];
  const x = bufferHere([planes, extent]);
  const guard: Guard = { offset: -before, strides: [step, 0, 1], divisor: 1, limit: extent };
  const term = load({ buffer: x, offset: 0, strides: [0, extent, 0, 1] });
  return {
    nest: nest({
      label: "guarded sums",
      axes: [positions],
      reduce: [planes, window],
      guards: [guard],
      reductions: [sumOf(term), { combine: "max", initial: -1, byLanes, term }],
      writes: [0, 1].map((i) => ({
        access: { buffer: bufferHere([positions]), offset: 0, strides: [1, 0, 0, 0] },
        value: reduction(i),
      })),
    }),
    given: new Map([[x, someNumbers(planes * extent)]]),
  };
}

test("a guard along the neighbours leaves a range of them, whole, cut at either end, or none", () => {
  const befores = constantFrom(0, 1, 3, 12, 25, 60);
  assert(
    property(
      integer({ min: 1, max: 50 }),
      integer({ min: 16, max: 30 }),
      constantFrom(1, 5, 20),
      befores,
      (extent, window, step, before) => {
        const drawn = guardedSums(extent, window, { step, before });
        expect(laneNestOf(drawn.nest)?.ranges).toHaveLength(1);
        const [found, expected] = bothWays(drawn);
        expect(found).toEqual(expected);
      },
    ),
    { numRuns: 60, seed: 2 },
  );
});

describe("terms are folded one after the other", () => {
  const x = bufferHere([4, 32]);
  const base = rowFolds(2, 32, []).nest;
  const changed = (fields: Partial<Nest>): Nest => ({ ...base, ...fields });
  const term = load({ buffer: x, offset: 0, strides: [32, 1] });
  const unless = (one: Partial<Reduction>): Nest => changed({ reductions: [{ ...sumOf(term), ...one }] });
  test.each<readonly [string, Nest]>([
    ["where the op does not allow another order", unless({ byLanes: false })],
    ["where the latest term counts", unless({ combine: "last" })],
    ["where they are few", changed({ reduce: [15] })],
    ["where they are no neighbours", unless({ term: load({ buffer: x, offset: 0, strides: [1, 4] }) })],
    [
      "where a guard lets every other one through",
      changed({ guards: [{ offset: 0, strides: [0, 1], divisor: 2, limit: 9 }] }),
    ],
    [
      "where the index of a maximum falls",
      unless({
        combine: "max",
        indexExpr: { kind: "index", index: { offset: 0, strides: [0, -1] } },
      }),
    ],
  ])("%s", (_, one) => {
    expect(laneNestOf(base)).toBeDefined();
    expect(laneNestOf(one)).toBeUndefined();
  });
});
