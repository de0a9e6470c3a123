import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seeded } from "../../src/base/index.ts";
import { comparePaired, groupsOf } from "../../src/evaluate/index.ts";
import { exactMcNemar } from "../../src/evaluate/intervals/paired.ts";

/** Two-sided p by enumeration: the share of all ways to give n differing images to the two models that are as uneven or more. */
function byEnumeration(onlyFirst: number, onlySecond: number): number {
  const n = onlyFirst + onlySecond;
  const observed = Math.abs(onlyFirst - onlySecond);
  let [as, all] = [0, 0];
  for (let pattern = 0; pattern < 2 ** n; pattern++) {
    let firsts = 0;
    for (let i = 0; i < n; i++) firsts += (pattern >> i) & 1;
    all++;
    if (Math.abs(2 * firsts - n) >= observed) as++;
  }
  return as / all;
}

describe("McNemar's exact test", () => {
  test("is the share of all patterns as uneven or more: every split of up to 10 images", () => {
    for (let first = 0; first <= 10; first++)
      for (let second = 0; second + first <= 10; second++)
        expect(exactMcNemar(first, second)).toBeCloseTo(byEnumeration(first, second), 12);
  });

  test("is symmetric, and falls as the split gets more uneven", () => {
    for (let n = 1; n < 60; n++) {
      let before = 1;
      for (let smaller = Math.floor(n / 2); smaller >= 0; smaller--) {
        const p = exactMcNemar(smaller, n - smaller);
        expect(exactMcNemar(n - smaller, smaller)).toBe(p);
        expect(p).toBeLessThanOrEqual(before);
        before = p;
      }
      // Only one way each to give all to one side.
      expect(before).toBeCloseTo(Math.min(2 ** (1 - n), 1), 14);
    }
  });

  test("stays a number for thousands of images, where single terms of the binomial are too small for one", () => {
    // 2 · 2⁻³⁰⁰⁰ is below the smallest number; 1,500 of 3,000 is the most even split.
    expect(exactMcNemar(0, 3000)).toBe(0);
    expect(exactMcNemar(1500, 1500)).toBe(1);
    // By the normal approximation with continuity: z = (2·49 - 1) / √3000 = 1.771.
    expect(exactMcNemar(1451, 1549)).toBeCloseTo(0.0766, 3);
  });

  test("rejects at most 5% of pairs of equally good models at its level of 5%", () => {
    for (const n of [8, 20, 51]) {
      let chance = 0.5 ** n;
      let rejected = 0;
      for (let k = 0; k <= n; k++) {
        if (exactMcNemar(k, n - k) <= 0.05) rejected += chance;
        chance *= (n - k) / (k + 1);
      }
      expect(rejected).toBeLessThanOrEqual(0.05);
      expect(rejected).toBeGreaterThan(0.005);
    }
  });
});

/** Correctness of two models on groups of images; the options are whole numbers that seed them. */
const pairs = fc
  .tuple(fc.integer({ min: 4, max: 20 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 1e6 }))
  .map(([groups, size, seed]) => {
    const random = seeded(seed);
    const of = Array.from({ length: groups * size }, (_, i) => Math.floor(i / size));
    const draw = (): number[] => of.map(() => Number(random.next() < 0.7));
    return { of, first: draw(), second: draw() };
  });
const options = { replicates: 60 } as const;

describe("a paired comparison", () => {
  test("counts images by hand", () => {
    const first = [1, 1, 1, 0, 0, 0, 1, 0];
    const second = [1, 0, 1, 1, 1, 0, 1, 1];
    const compared = comparePaired(first, second, groupsOf(first.map((_, i) => i)), options);
    expect(compared).toMatchObject({ onlyFirst: 1, onlySecond: 3, difference: 2 / 8 });
    expect(compared.mcnemar).toBeCloseTo(2 * ((1 + 4) / 16), 12);
  });

  test("the other way round has the other sign, the same p and the mirrored interval", () => {
    fc.assert(
      fc.property(pairs, ({ of, first, second }) => {
        const one = comparePaired(first, second, groupsOf(of), options);
        const other = comparePaired(second, first, groupsOf(of), options);
        expect(other.difference).toBeCloseTo(-one.difference, 12);
        expect(other.mcnemar).toBe(one.mcnemar);
        expect(other.interval[0]).toBeCloseTo(-one.interval[1], 12);
        expect(other.interval[1]).toBeCloseTo(-one.interval[0], 12);
      }),
      { numRuns: 40 },
    );
  });

  test("its interval holds the difference, and stays between -1 and 1", () => {
    fc.assert(
      fc.property(pairs, ({ of, first, second }) => {
        const { difference, interval } = comparePaired(first, second, groupsOf(of), options);
        expect(interval[0]).toBeLessThanOrEqual(difference);
        expect(interval[1]).toBeGreaterThanOrEqual(difference);
        expect(interval[0]).toBeGreaterThanOrEqual(-1);
        expect(interval[1]).toBeLessThanOrEqual(1);
      }),
      { numRuns: 40 },
    );
  });

  test("images on which both agree change the difference, not the counts", () => {
    const of = Array.from({ length: 40 }, (_, i) => i);
    const first = of.map((i) => Number(i % 4 === 0));
    const second = of.map((i) => Number(i % 4 <= 1));
    const short = comparePaired(first, second, groupsOf(of), options);
    const more = [...first, ...of.map(() => 1)];
    const moreSecond = [...second, ...of.map(() => 1)];
    const long = comparePaired(more, moreSecond, groupsOf(more.map((_, i) => i)), options);
    expect([long.onlyFirst, long.onlySecond, long.mcnemar]).toEqual([
      short.onlyFirst,
      short.onlySecond,
      short.mcnemar,
    ]);
    expect(long.difference).toBe(short.difference / 2);
  });

  test("the same images in groups give a wider interval than alone", () => {
    const of = Array.from({ length: 200 }, (_, i) => Math.floor(i / 20));
    const first = of.map(() => 0);
    const second = of.map((group) => Number(group % 2 === 0));
    const widthOf = (numbers: readonly number[]): number => {
      const { interval } = comparePaired(first, second, groupsOf(numbers));
      return interval[1] - interval[0];
    };
    // Ten cases instead of 200: √20 times as wide, less what the bounds of the scale cut off.
    expect(widthOf(of) / widthOf(of.map((_, i) => i))).toBeGreaterThan(3);
  });

  test("of independent images without losses is about the interval of the gains alone", () => {
    const of = Array.from({ length: 400 }, (_, i) => i);
    const first = of.map(() => 0);
    const second = of.map((i) => Number(i % 5 === 0));
    const { interval } = comparePaired(first, second, groupsOf(of));
    // Wilson's of 80 of 400: 0.1637 to 0.2420; the bound of the losses, 0 of 400, adds at most 0.0095 below.
    expect(interval[1]).toBeCloseTo(0.242, 2);
    expect(interval[0]).toBeGreaterThan(0.15);
    expect(interval[0]).toBeLessThan(0.166);
  });
});
