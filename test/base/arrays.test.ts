import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ndarray, sameShape, showShape, sizeOf, stridesOf } from "../../src/base/index.ts";

const shapes = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 });

describe("shapes", () => {
  test.each([
    [[], 1],
    [[7], 7],
    [[2, 3, 4], 24],
    [[2, 0, 4], 0],
  ])("the size of %j is %i", (shape, size) => {
    expect(sizeOf(shape)).toBe(size);
  });

  test.each([
    [[], []],
    [[5], [1]],
    [
      [2, 3],
      [3, 1],
    ],
    [
      [2, 3, 4, 5],
      [60, 20, 5, 1],
    ],
  ])("the row-major strides of %j are %j", (shape, strides) => {
    expect(stridesOf(shape)).toEqual(strides);
  });

  test("strides number the elements of any shape from 0 to size - 1, each once", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const strides = stridesOf(shape);
        let offsets = [0];
        shape.forEach((extent, axis) => {
          offsets = offsets.flatMap((offset) =>
            Array.from({ length: extent }, (_, i) => offset + i * strides[axis]!),
          );
        });
        expect(offsets).toEqual(Array.from({ length: sizeOf(shape) }, (_, i) => i));
      }),
    );
  });

  test("are the same only with the same extents in the same order", () => {
    expect(sameShape([], [])).toBe(true);
    expect(sameShape([2, 3], [2, 3])).toBe(true);
    expect(sameShape([2, 3], [3, 2])).toBe(false);
    expect(sameShape([2, 3], [2, 3, 1])).toBe(false);
    expect(sameShape([2, 3, 1], [2, 3])).toBe(false);
  });

  test("are written as Python writes lists", () => {
    expect(showShape([])).toBe("[]");
    expect(showShape([16, 200, 200, 3])).toBe("[16, 200, 200, 3]");
  });
});

describe("ndarray", () => {
  test("pairs data and shape without a copy", () => {
    const data = new Float32Array(6);
    const array = ndarray(data, [2, 3]);
    expect(array.data).toBe(data);
    expect(array.shape).toEqual([2, 3]);
  });

  test("takes a scalar and an empty array", () => {
    expect(ndarray(Float32Array.of(1), []).shape).toEqual([]);
    expect(ndarray(new Uint8Array(0), [0, 3]).data.length).toBe(0);
  });

  test.each([5, 7])("refuses %i numbers for six elements", (count) => {
    expect(() => ndarray(new Int32Array(count), [2, 3])).toThrow(
      `ndarray: data: expected 6 numbers for shape [2, 3], received ${count}`,
    );
  });
});
