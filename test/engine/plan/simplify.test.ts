import { array, assert, boolean, constantFrom, integer, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { sizeOf } from "../../../src/base/index.ts";
import { type Nest, load, nest, reduction, whole } from "../../../src/engine/kernels/index.ts";
import { affineIndicesOf, simplify } from "../../../src/engine/plan/index.ts";
import { runNest, separateMemory } from "../interpret/nest.ts";
import { buffer } from "./hand.ts";

const loops = ({ axes, reduce }: Nest) => [axes, reduce];

/** A copy over some axes: from by the given strides, into a dense array. */
const copy = (axes: readonly number[], strides: readonly number[], offset = 0): Nest =>
  nest({
    label: "copy",
    axes,
    writes: [{ access: whole(buffer(1, axes)), value: load({ buffer: buffer(0, [1000]), offset, strides }) }],
  });

describe("simplifying a nest", () => {
  test("makes one loop of all axes that every access walks through as one", () => {
    const simple = simplify(copy([2, 3, 4], [12, 4, 1]));
    expect(loops(simple)).toEqual([[24], []]);
    expect(affineIndicesOf(simple).map(({ strides }) => strides)).toEqual([[1], [1]]);
  });

  test("drops loops of one pass, wherever they stand", () => {
    const simple = simplify(copy([1, 3, 1, 4, 1], [7, 100, 9, 10, 3]));
    expect(loops(simple)).toEqual([[3, 4], []]);
    expect(affineIndicesOf(simple).map(({ strides }) => strides)).toEqual([
      [4, 1],
      [100, 10],
    ]);
  });

  test("merges no further than every access allows", () => {
    // The source's rows stand 10 apart, so the two inner axes are one and the outer stays.
    const simple = simplify(copy([5, 2, 3], [10, 3, 1]));
    expect(loops(simple)).toEqual([[5, 6], []]);
  });

  test("keeps axes apart whose elements are taken in another order, or again and again", () => {
    expect(loops(simplify(copy([3, 4], [1, 3])))).toEqual([[3, 4], []]);
    expect(loops(simplify(copy([3, 4], [0, 1])))).toEqual([[3, 4], []]);
  });

  test("leaves nothing of a nest of one point", () => {
    expect(loops(simplify(copy([1, 1], [4, 1], 5)))).toEqual([[], []]);
  });

  test("merges the loops of a sum among themselves, never with the axes", () => {
    const sums = nest({
      label: "sums",
      axes: [2],
      reduce: [3, 4],
      reductions: [
        {
          combine: "sum",
          initial: 0,
          term: load({ buffer: buffer(0, [24]), offset: 0, strides: [12, 4, 1] }),
        },
      ],
      writes: [{ access: whole(buffer(1, [2]), 2), value: reduction(0) }],
    });
    expect(loops(simplify(sums))).toEqual([[2], [12]]);
  });

  test("keeps apart what a guard counts by itself, and the guard's own stride", () => {
    const guarded = nest({
      label: "guarded",
      axes: [3, 4],
      reduce: [1],
      guards: [{ strides: [0, 1, 0], offset: -1, divisor: 1, limit: 3 }],
      reductions: [
        {
          combine: "last",
          initial: 0,
          term: load({ buffer: buffer(0, [9]), offset: 0, strides: [3, 0, 0, 1] }),
        },
      ],
      writes: [{ access: whole(buffer(1, [3, 4]), 2), value: reduction(0) }],
    });
    const simple = simplify(guarded);
    expect(loops(simple)).toEqual([[3, 4], []]);
    expect(simple.guards[0]?.strides).toEqual([0, 1]);
    expect(simple.reductions[0]?.term).toMatchObject({ access: { strides: [3, 0, 1] } });
  });

  test("follows the strides of draws and indices as those of arrays", () => {
    const draws = nest({
      label: "draws",
      axes: [3, 4],
      writes: [
        {
          access: whole(buffer(1, [3, 4])),
          value: {
            kind: "uniform",
            seed: { kind: "index", index: { offset: 0, strides: [4, 1] } },
            salt: 1,
            index: { offset: 0, strides: [8, 1] },
          },
        },
      ],
    });
    expect(loops(simplify(draws))).toEqual([[3, 4], []]);
  });
});

const axis = record({ extent: integer({ min: 1, max: 3 }), kept: boolean(), extra: constantFrom(0, 1, 5) });

/** Sums of a source along some loops, each of which walks it densely or with gaps. */
function drawnSums(axes: readonly { extent: number; extra: number }[], inner: typeof axes): Nest {
  const all = [...axes, ...inner];
  const strides: number[] = [];
  let size = 1;
  for (const { extent, extra } of all.toReversed()) {
    strides.unshift(size);
    size = size * extent + extra;
  }
  const output = buffer(
    1,
    axes.map(({ extent }) => extent),
  );
  return nest({
    label: "drawn",
    axes: output.shape,
    reduce: inner.map(({ extent }) => extent),
    reductions: [
      { combine: "sum", initial: 0, term: load({ buffer: buffer(0, [size]), offset: 0, strides }) },
    ],
    writes: [{ access: whole(output, inner.length), value: reduction(0) }],
  });
}

test("a simplified nest computes the same sums in no more loops, and cannot be simplified further", () => {
  const run = (one: Nest): readonly number[] => {
    const memory = separateMemory();
    const numbers = Float64Array.from({ length: 10_000 }, (_, i) => (i * 37) % 101);
    const into = new Float64Array(sizeOf(one.axes));
    runNest(one, (given) => (given.id === 0 ? numbers : given.id === 1 ? into : memory(given)));
    return [...into];
  };
  assert(
    property(array(axis, { maxLength: 3 }), array(axis, { maxLength: 2 }), (axes, inner) => {
      const given = drawnSums(axes, inner);
      const simple = simplify(given);
      expect(run(simple)).toEqual(run(given));
      expect(simple.axes.length + simple.reduce.length).toBeLessThanOrEqual(axes.length + inner.length);
      expect(simplify(simple)).toEqual(simple);
    }),
    { numRuns: 150, seed: 4 },
  );
});
