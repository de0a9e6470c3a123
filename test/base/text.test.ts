import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  binomialTail,
  bytesText,
  countText,
  durationText,
  listText,
  mapTuple,
  percentOf,
  plural,
  signedRangeText,
  wholePercent,
} from "../../src/base/index.ts";

describe("counts in text", () => {
  test.each([
    [0, "0"],
    [999, "999"],
    [1000, "1,000"],
    [9957, "9,957"],
    [1_234_567, "1,234,567"],
    [-1234, "-1,234"],
  ])("%i is written %s", (n, text) => {
    expect(countText(n)).toBe(text);
  });

  test("read back as the number, with a comma before every third digit from the right", () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 31 - 1 }), (n) => {
        expect(countText(n)).toMatch(/^\d{1,3}(,\d{3})*$/);
        expect(Number(countText(n).replaceAll(",", ""))).toBe(n);
      }),
    );
  });

  test("take the singular for one alone", () => {
    expect([0, 1, 2, 1000].map((n) => plural(n, "image"))).toEqual([
      "0 images",
      "1 image",
      "2 images",
      "1,000 images",
    ]);
    expect([1, 3].map((n) => plural(n, "class", "classes"))).toEqual(["1 class", "3 classes"]);
  });
});

test.each([
  [[], ""],
  [["a"], "a"],
  [["a", "b"], "a and b"],
  [["a", "b", "c"], "a, b and c"],
  [["a, b", "c"], "a, b and c"],
])("the names %j are listed as %j", (names, text) => {
  expect(listText(names)).toBe(text);
});

describe("percentages", () => {
  test.each([
    [0, "0%"],
    [0.004, "0%"],
    [0.005, "1%"],
    [0.125, "13%"],
    [0.9949, "99%"],
    [0.995, "100%"],
    [1, "100%"],
    [-0.125, "-13%"],
    [Number.NaN, "–"],
  ])("without decimals: %d is %s", (fraction, text) => {
    expect(wholePercent(fraction)).toBe(text);
  });

  test("of an interval of differences keep their signs, and zero has none", () => {
    expect(signedRangeText([-0.0125, 0.0415])).toBe("-1.3 to 4.2");
    expect(signedRangeText([-0.0004, 0.0004])).toBe("0.0 to 0.0");
    expect(signedRangeText([-1, 1])).toBe("-100.0 to 100.0");
  });

  test("rise with the fraction", () => {
    const unit = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(unit, unit, fc.integer({ min: 0, max: 4 }), (a, b, decimals) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(Number(percentOf(low, decimals))).toBeLessThanOrEqual(Number(percentOf(high, decimals)));
        expect(Math.abs(Number(percentOf(a, decimals)) - 100 * a)).toBeLessThanOrEqual(
          0.5 / 10 ** decimals + 1e-9,
        );
      }),
    );
  });
});

describe("durations and sizes", () => {
  test.each([
    [9.94, "9.9 s"],
    [9.96, "10 s"],
    [10, "10 s"],
    [59.4, "59 s"],
    [59.6, "1 min 0 s"],
    [3599.6, "1 h 0 min"],
    [-1, "0.0 s"],
  ])("%d seconds are %s: one duration has one form", (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  test("never have 60 of a smaller unit, nor 1,000", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1e13, noNaN: true }),
        (seconds, bytes) => {
          expect(durationText(seconds)).not.toMatch(/\b60 (s|min)/);
          expect(bytesText(bytes)).not.toMatch(/\b1000 (kB|MB)/);
        },
      ),
    );
  });
});

test("a tuple is mapped in its order, with indices", () => {
  const mapped: readonly [string, string, string] = mapTuple(["a", "b", "c"], (item, i) => item + String(i));
  expect(mapped).toEqual(["a0", "b1", "c2"]);
  expect(mapTuple([], String)).toEqual([]);
});

test("a probability below 1e-304 counts as 0, one just above does not", () => {
  expect(binomialTail(305, 305, 0.1)).toBe(0);
  expect(binomialTail(303, 303, 0.1) / 1e-303).toBeCloseTo(1, 9);
});
