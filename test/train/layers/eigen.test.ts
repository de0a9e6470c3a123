import { array, assert, double, integer, property } from "fast-check";
import { expect, test } from "vitest";
import { at } from "../../../src/base/index.ts";
import { eigenPairs } from "../../../src/train/layers/eigen.ts";

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * at(b, i), 0);

test("gives orthonormal vectors that the matrix multiplies by their values, the largest first", () => {
  const numbers = array(double({ min: -5, max: 5, noNaN: true }), { minLength: 49, maxLength: 49 });
  assert(
    property(integer({ min: 1, max: 7 }), numbers, (n, drawn) => {
      const symmetric = Float64Array.from({ length: n * n }, (_, i) =>
        at(drawn, Math.min(Math.floor(i / n), i % n) * 7 + Math.max(Math.floor(i / n), i % n)),
      );
      const pairs = eigenPairs(symmetric, n);
      expect(pairs).toHaveLength(n);
      for (const [i, { value, vector }] of pairs.entries()) {
        for (let row = 0; row < n; row++)
          expect(dot(symmetric.subarray(row * n, (row + 1) * n), vector)).toBeCloseTo(
            value * at(vector, row),
            9,
          );
        for (const [j, other] of pairs.entries())
          expect(dot(vector, other.vector)).toBeCloseTo(i === j ? 1 : 0, 10);
        expect(value).toBeGreaterThanOrEqual(pairs[i + 1]?.value ?? -Infinity);
        expect(Math.max(...vector)).toBeGreaterThanOrEqual(-Math.min(...vector));
      }
    }),
  );
});

test("of zeros, of one number and of equal values are what they are", () => {
  expect(eigenPairs(new Float64Array(4), 2).map(({ value }) => value)).toEqual([0, 0]);
  expect(eigenPairs(Float64Array.of(-3), 1)).toEqual([{ value: -3, vector: Float64Array.of(1) }]);
  expect(eigenPairs(Float64Array.of(2, 0, 0, 2), 2).map(({ value }) => value)).toEqual([2, 2]);
  // [[2, 1], [1, 2]]: 3 along [1, 1], 1 across it.
  const [sum, difference] = eigenPairs(Float64Array.of(2, 1, 1, 2), 2);
  expect(sum?.value).toBeCloseTo(3, 12);
  expect(difference?.value).toBeCloseTo(1, 12);
  expect(sum?.vector[0]).toBeCloseTo(Math.SQRT1_2, 12);
});
