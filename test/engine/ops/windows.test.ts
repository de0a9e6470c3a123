import { array, assert, boolean, constantFrom, integer, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { sizeOf, stridesOf } from "../../../src/base/index.ts";
import { axisOf, axisSlices, forEachAxisSlice } from "../../../src/engine/ops/axisSlices.ts";
import { broadcastShapes, dot, forEachIndex } from "../../../src/engine/ops/indexing.ts";
import { checkWhole, windowsAlong } from "../../../src/engine/ops/window.ts";
import { expectFault } from "./holds.ts";

const slide = record({
  size: integer({ min: 1, max: 12 }),
  window: integer({ min: 1, max: 4 }),
  stride: integer({ min: 1, max: 4 }),
  dilation: constantFrom(1, 1, 2, 3),
});

describe("the places of a window along an axis", () => {
  test("without padding: all that lie inside, a stride apart", () => {
    assert(
      property(slide, ({ size, window, stride, dilation }) => {
        const last = (window - 1) * dilation;
        const inside = Array.from({ length: size }, (_, first) => first).filter(
          (first) => first % stride === 0 && first + last < size,
        );
        const find = (): unknown => windowsAlong("pool", { size, window, stride, dilation }, "valid");
        if (inside.length > 0) expect(find()).toEqual({ count: inside.length, before: 0 });
        else expectFault(find, "pool: x", `at least ${last + 1} pixels`, `${size} with padding 0 and 0`);
      }),
      { numRuns: 100, seed: 12 },
    );
  });

  test("padded to 'same': size / stride of them, upwards; the zeros on both sides differ by one at most", () => {
    assert(
      property(slide, ({ size, window, stride, dilation }) => {
        const { count, before } = windowsAlong("pool", { size, window, stride, dilation }, "same");
        expect(count).toBe(Math.ceil(size / stride));
        const end = (count - 1) * stride + (window - 1) * dilation + 1;
        const after = Math.max(0, end - before - size);
        expect(before).toBeGreaterThanOrEqual(0);
        // The odd zero stands behind; where the windows end inside, there is none at all.
        expect(end > size ? [0, 1].includes(after - before) : before === 0).toBe(true);
      }),
      { numRuns: 100, seed: 13 },
    );
  });

  test("with edges: as without padding on the longer axis", () => {
    const edges = record({ before: integer({ min: 0, max: 3 }), after: integer({ min: 0, max: 3 }) });
    assert(
      property(slide, edges, (one, { before, after }) => {
        const longer = { ...one, size: one.size + before + after };
        if (longer.size < (one.window - 1) * one.dilation + 1) return;
        const { count } = windowsAlong("pool", longer, "valid");
        expect(windowsAlong("pool", one, [before, after])).toEqual({ count, before });
      }),
      { numRuns: 60, seed: 14 },
    );
  });

  test("a fault names the padding that was not enough", () => {
    const narrow = { size: 3, window: 4, stride: 1, dilation: 2 };
    expectFault(
      () => windowsAlong("conv2d", narrow, [1, 2]),
      "conv2d: x",
      "at least 7",
      "3 with padding 1 and 2",
    );
    expect(windowsAlong("conv2d", narrow, [1, 3])).toEqual({ count: 1, before: 1 });
  });
});

test("whole numbers are checked from a bound, or of any sign", () => {
  checkWhole("who", [1, 2], 1);
  checkWhole("who", [-3, 0]);
  checkWhole("who", [], 1);
  expectFault(() => checkWhole("who", [1, 0], 1), "who", "whole numbers from 1", "[1, 0]");
  expectFault(() => checkWhole("who", [-0.5]), "who", "whole numbers,", "[-0.5]");
  expectFault(() => checkWhole("who", [Infinity], 0), "who", "from 0", "[Infinity]");
});

describe("broadcasting two shapes", () => {
  const shape = array(constantFrom(1, 2, 3), { maxLength: 4 });

  test("gives the same either way, nothing smaller than either, and itself with itself", () => {
    const joined = (a: readonly number[], b: readonly number[]): readonly number[] | undefined => {
      try {
        return broadcastShapes("op", a, b);
      } catch {
        return undefined;
      }
    };
    assert(
      property(shape, shape, (a, b) => {
        const both = joined(a, b);
        expect(joined(b, a)).toEqual(both);
        expect(joined(a, a)).toEqual(a);
        const pairs = a.toReversed().map((extent, i) => [extent, b.toReversed()[i] ?? 1] as const);
        expect(both !== undefined).toBe(pairs.every(([x, y]) => x === y || x === 1 || y === 1));
        if (both) expect([joined(both, a), joined(both, b)]).toEqual([both, both]);
      }),
      { numRuns: 100, seed: 15 },
    );
  });

  test("lets an extent of 0 stand against 1", () => {
    expect(broadcastShapes("op", [0, 3], [1, 1])).toEqual([0, 3]);
    expectFault(() => broadcastShapes("op", [0], [2]), "op", "[0] and [2]");
  });
});

describe("walking through an array", () => {
  const shape = array(integer({ min: 1, max: 3 }), { maxLength: 4 });

  test("visits every index once, row by row", () => {
    assert(
      property(shape, (extents) => {
        const seen: number[] = [];
        forEachIndex(extents, (index, flat) => {
          expect(dot(stridesOf(extents), index)).toBe(flat);
          expect(index.every((i, axis) => i < (extents[axis] ?? 0))).toBe(true);
          seen.push(flat);
        });
        expect(seen).toEqual(Array.from({ length: sizeOf(extents) }, (_, i) => i));
      }),
      { numRuns: 40, seed: 16 },
    );
  });

  test("visits nothing of an empty array", () => {
    let visits = 0;
    forEachIndex([2, 0, 3], () => visits++);
    forEachAxisSlice(axisSlices([2, 0, 3], 2), () => visits++);
    expect(visits).toBe(0);
  });

  test("slices along an axis hold every element once, in steps of the axis's stride", () => {
    assert(
      property(
        array(integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }),
        boolean(),
        (extents, last) => {
          const axis = last ? extents.length - 1 : 0;
          const slices = axisSlices(extents, axis);
          expect(slices.inner).toBe(stridesOf(extents)[axis]);
          const seen: number[] = [];
          const order: number[] = [];
          forEachAxisSlice(slices, (first, slice) => {
            order.push(slice);
            for (let i = 0; i < slices.extent; i++) seen.push(first + i * slices.inner);
          });
          expect(order).toEqual(order.map((_, i) => i));
          expect(seen.toSorted((a, b) => a - b)).toEqual(
            Array.from({ length: sizeOf(extents) }, (_, i) => i),
          );
        },
      ),
      { numRuns: 40, seed: 17 },
    );
  });

  test("counts axes from the first, or negative ones from the last", () => {
    expect([0, 2, -1, -3].map((axis) => axisOf("op", [4, 5, 6], axis))).toEqual([0, 2, 2, 0]);
    for (const axis of [3, -4, 1.5, Number.NaN])
      expectFault(
        () => axisOf("op", [4, 5, 6], axis),
        "op: axis",
        "an axis of x [4, 5, 6]",
        `received ${axis}`,
      );
  });
});
