import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lowerBound, median, portableExp, portableLog, spreadOf } from "../../src/base/index.ts";

const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 });

describe("spreadOf", () => {
  // numpy 2.3: numpy.percentile([3, 1, 4, 1, 5, 9, 2, 6], [25, 50, 75])
  test("interpolates between neighbours as numpy does", () => {
    expect(spreadOf([3, 1, 4, 1, 5, 9, 2, 6])).toEqual({ low: 1.75, median: 3.5, high: 5.25, count: 8 });
  });

  test("of one number is that number", () => {
    expect(spreadOf([7])).toEqual({ low: 7, median: 7, high: 7, count: 1 });
  });

  test("of nothing is NaN, not 0", () => {
    expect(median([])).toBeNaN();
    expect(spreadOf([]).count).toBe(0);
  });

  test("does not depend on the order, and leaves its argument alone", () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const copy = values.slice();
        const spread = spreadOf(values);
        expect(values).toEqual(copy);
        expect(spreadOf(values.toReversed())).toEqual(spread);
        expect(spread.low).toBeLessThanOrEqual(spread.median);
        expect(spread.median).toBeLessThanOrEqual(spread.high);
      }),
    );
  });

  test("half of the numbers are at most the median, half at least", () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const middle = median(values);
        expect(values.filter((x) => x <= middle).length).toBeGreaterThanOrEqual(values.length / 2);
        expect(values.filter((x) => x >= middle).length).toBeGreaterThanOrEqual(values.length / 2);
      }),
    );
  });
});

describe("lowerBound", () => {
  test.each([
    [0, 0],
    [1, 0],
    [1.5, 1],
    [2, 1],
    [3, 4],
    [4, 4],
    [4.5, 5],
  ])("finds %d in 1, 2, 2, 2, 4 at %i", (value, index) => {
    expect(lowerBound(Float64Array.of(1, 2, 2, 2, 4), value)).toBe(index);
  });

  test("of an empty array is 0", () => {
    expect(lowerBound(new Float64Array(0), 3)).toBe(0);
  });

  test("is what a search from the left finds", () => {
    fc.assert(
      fc.property(numbers, fc.double({ min: -1e6, max: 1e6, noNaN: true }), (values, value) => {
        const sorted = Float64Array.from(values).sort();
        const found = sorted.findIndex((x) => x >= value);
        expect(lowerBound(sorted, value)).toBe(found < 0 ? sorted.length : found);
      }),
    );
  });
});

describe("portable logarithm and exponential", () => {
  test("agree with Math.log to 1e-15 of the value over the range of float64", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (x) => {
        expect(Math.abs(portableLog(x) - Math.log(x))).toBeLessThanOrEqual(
          2e-15 * Math.max(Math.abs(Math.log(x)), 1e-1),
        );
      }),
    );
  });

  test("give 0 and 1 exactly where they should", () => {
    expect(portableLog(1)).toBe(0);
    expect(portableExp(0)).toBe(1);
    expect(portableLog(2 ** 40)).toBeCloseTo(40 * Math.LN2, 13);
  });

  test("agree with Math.exp to 1e-14 of the value from -700 to 700", () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        expect(Math.abs(portableExp(x) / Math.exp(x) - 1)).toBeLessThan(1e-14);
      }),
    );
  });

  test("undo each other", () => {
    fc.assert(
      fc.property(fc.double({ min: -300, max: 300, noNaN: true }), (x) => {
        expect(portableLog(portableExp(x))).toBeCloseTo(x, 10);
      }),
    );
  });
});
