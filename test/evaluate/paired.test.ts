import { describe, expect, test } from "vitest";
import { seeded } from "../../src/base/index.ts";
import { comparePaired, groupsOf } from "../../src/evaluate/index.ts";

/** Answers on `groups` groups of 20 images; the second model is right on so many more of the groups. */
function answers(groups: number, gained: number): { first: number[]; second: number[]; numbers: number[] } {
  const numbers = Array.from({ length: groups * 20 }, (_, i) => Math.floor(i / 20));
  const first = numbers.map((group, i) => Number((group + i) % 4 > 0));
  return { first, second: first.map((one, i) => (numbers[i]! < gained ? 1 : one)), numbers };
}

describe("comparePaired", () => {
  // scipy 1.17.1: binomtest(min(a, b), a + b).pvalue
  test.each([
    [3, 12, 0.03515625],
    [40, 41, 1],
    [5, 5, 1],
    [900, 1100, 8.45708953550381e-6],
    [0, 1, 1],
    [0, 0, 1],
  ])("McNemar's exact p of %i against %i", (onlyFirst, onlySecond, p) => {
    const images = onlyFirst + onlySecond + 10;
    const first = Array.from({ length: images }, (_, i) => Number(i < onlyFirst));
    const second = Array.from({ length: images }, (_, i) =>
      Number(i >= onlyFirst && i < onlyFirst + onlySecond),
    );
    const compared = comparePaired(first, second, groupsOf(first.map((_, i) => i)), { replicates: 50 });
    expect(compared.mcnemar / p).toBeCloseTo(1, 9);
    expect(compared).toMatchObject({ onlyFirst, onlySecond });
  });

  test("a gain in many groups is told apart from none, one in two groups is not", () => {
    const many = answers(60, 40);
    const clear = comparePaired(many.first, many.second, groupsOf(many.numbers));
    expect(clear.difference).toBeCloseTo(40 / 60 / 4, 12);
    expect(clear.interval[0]).toBeGreaterThan(0.08);
    expect(clear.interval[1]).toBeLessThan(0.27);
    const few = answers(60, 2);
    const unclear = comparePaired(few.first, few.second, groupsOf(few.numbers));
    expect(unclear.interval[0]).toBeLessThan(0);
    // Taking the images for independent would have said otherwise.
    expect(unclear.mcnemar).toBeLessThan(0.01);
  });

  test("the same answers differ by 0, give or take what so many groups cannot show", () => {
    const { first, numbers } = answers(30, 0);
    const { difference, interval } = comparePaired(first, first, groupsOf(numbers));
    expect(difference).toBe(0);
    expect(interval[0]).toBeLessThan(-0.05);
    expect(interval[1]).toBe(-interval[0]);
  });

  test("holds the true difference in about 95% of simulated worlds", () => {
    const random = seeded(9);
    let held = 0;
    for (let world = 0; world < 400; world++) {
      const numbers: number[] = [];
      const first: number[] = [];
      const second: number[] = [];
      for (let group = 0; group < 40; group++) {
        const chance = random.next() < 0.7 ? 0.95 : 0.3;
        const better = random.next() < 0.3 ? 0.7 : 0.05;
        for (let n = 1 + random.integer(30); n > 0; n--) {
          numbers.push(group);
          const one = Number(random.next() < chance);
          first.push(one);
          second.push(random.next() < better ? 1 : one);
        }
      }
      // Wrong in 0.245 of the cases, of which the second rights 0.245.
      const { interval } = comparePaired(first, second, groupsOf(numbers), { replicates: 300, random });
      if (interval[0] <= 0.245 * 0.245 && 0.245 * 0.245 <= interval[1]) held++;
    }
    expect(held / 400).toBeGreaterThan(0.92);
    expect(held / 400).toBeLessThan(0.985);
  });
});
