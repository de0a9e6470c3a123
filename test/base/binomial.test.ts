import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binomialTail } from "../../src/base/index.ts";

/** The tail at p = a/b by whole numbers alone, to 18 digits. */
function exactly(successes: number, trials: number, [a, b]: readonly [number, number]): number {
  let sum = 0n;
  let choose = 1n;
  for (let k = 0; k <= trials; k++) {
    if (k > 0) choose = (choose * BigInt(trials - k + 1)) / BigInt(k);
    if (k >= successes) sum += choose * BigInt(a) ** BigInt(k) * BigInt(b - a) ** BigInt(trials - k);
  }
  const scale = 10n ** 40n;
  return Number((sum * scale) / BigInt(b) ** BigInt(trials)) / 1e40;
}

describe("the tail of the binomial distribution", () => {
  // Python 3: float(sum(comb(n, i) * p**i * (1 - p)**(n - i) for i in range(k, n + 1))) with p a fractions.Fraction
  test.each([
    [15, 32, 0.25, 0.005963412534087557],
    [8, 32, 0.25, 0.5675291577424665],
    [60, 100, 0.5, 0.028443966820490395],
    [5200, 20000, 0.25, 0.0005872162957184182],
  ])("of %d or more among %d at %f", (k, n, p, expected) => {
    expect(binomialTail(k, n, p) / expected).toBeCloseTo(1, 10);
  });

  test("is that of exact arithmetic", () => {
    const cases = fc
      .tuple(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 19 }))
      .chain(([n, a]) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n), fc.constant(a)));
    fc.assert(
      fc.property(cases, ([k, n, a]) => {
        const truth = exactly(k, n, [a, 20]);
        return Math.abs(binomialTail(k, n, a / 20) - truth) <= 1e-10 * truth + 1e-35;
      }),
      { numRuns: 60 },
    );
  });

  test("falls as more successes are asked for, from 1 to p^n", () => {
    const tails = Array.from({ length: 42 }, (_, k) => binomialTail(k, 40, 0.3));
    expect(tails[0]).toBe(1);
    expect(tails[41]).toBe(0);
    expect(tails.slice(0, 41)).toEqual(tails.slice(0, 41).toSorted((x, y) => y - x));
    expect(tails[40]! / 0.3 ** 40).toBeCloseTo(1, 9);
  });
});
