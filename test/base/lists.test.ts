import { describe, expect, test } from "vitest";
import { ndarray, toNdArray } from "../../src/base/index.ts";

describe("lists of numbers", () => {
  test("have the shape of their nesting, and become float32", () => {
    expect(
      toNdArray("x", [
        [1, 2, 3],
        [4, 5, 6],
      ]),
    ).toEqual(ndarray(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]));
    expect(toNdArray("x", [[[[9, 8, 7]]]]).shape).toEqual([1, 1, 1, 3]);
    expect(toNdArray("x", []).shape).toEqual([0]);
    expect(toNdArray("x", [Float32Array.of(1, 2), new Uint8Array(2)])).toEqual(
      ndarray(Float32Array.of(1, 2, 0, 0), [2, 2]),
    );
  });

  test.each([
    [[[1, 2], [3]], /^x\[1\]: expected a list of 2, as the first one, received 1$/],
    [[[1], 2], /^x\[1\]: expected a list of 1, as the first one, received 2$/],
    [[1, [2]], /^x\[1\]: expected a number, received \[2\]$/],
    [["cat", "dog"], /^x\[0\]: expected a number, received "cat"; for names of classes give their indices/],
    [[1, null], /^x\[1\]: expected a number, received null/],
    [7, /^x: expected an array, such as ndarray/],
    [undefined, /^x: .*received nothing/],
    [new BigInt64Array(2), /^x: .*BigInt64Array/],
    [{ shape: [2], data: "ab" }, /^x: expected numbers in a typed array/],
    [{ shape: [3], data: [1, 2] }, /^x: expected 3 numbers for shape \[3\], received 2/],
  ])("that are not all of one shape, or no numbers, are refused (%#)", (value, message) => {
    expect(() => toNdArray("x", value)).toThrow(message);
  });
});

describe("typed arrays", () => {
  test("keep their kind where an array may have it", () => {
    for (const data of [new Uint8Array(2), new Int32Array(2), new Float32Array(2), new Float64Array(2)])
      expect(toNdArray("x", { shape: [2, 1], data })).toEqual({ shape: [2, 1], data });
    expect(toNdArray("y", Int32Array.of(3, 4))).toEqual(ndarray(Int32Array.of(3, 4), [2]));
  });

  test("of other kinds become one that holds every number", () => {
    const values = [
      [Uint8ClampedArray.of(255), Uint8Array.of(255)],
      [Int16Array.of(-3), Int32Array.of(-3)],
      [Uint16Array.of(65_535), Int32Array.of(65_535)],
      [Uint32Array.of(4_294_967_295), Float64Array.of(4_294_967_295)],
      [[1, 2], Float32Array.of(1, 2)],
    ] as const;
    for (const [data, wanted] of values)
      expect(toNdArray("x", { shape: [data.length], data })).toEqual({ shape: [data.length], data: wanted });
  });
});
