import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mixBits, seeded } from "../../src/base/index.ts";
import { hashText } from "../../src/base/random.ts";

const mask = 0xffff_ffffn;
const word = (x: bigint): bigint => x & mask;

/** murmur3's finaliser in unbounded whole numbers, straight from its definition. */
function mixed(x: bigint): bigint {
  let h = word(x);
  h = word((h ^ (h >> 16n)) * 0x85ebca6bn);
  h = word((h ^ (h >> 13n)) * 0xc2b2ae35n);
  return h ^ (h >> 16n);
}

/** sfc32 (PractRand) in unbounded whole numbers. */
function* reference(seed: number): Generator<bigint, never> {
  let a = mixed(BigInt(seed));
  let b = mixed(a ^ 0x9e3779b9n);
  let c = mixed(b ^ 0x243f6a88n);
  for (let counter = 1n, n = 0; ; counter++, n++) {
    const t = word(a + b + counter);
    a = b ^ (b >> 9n);
    b = word(c + (c << 3n));
    c = word((word(c << 21n) | (c >> 11n)) + t);
    if (n >= 12) yield t;
  }
}

describe("a seeded stream", () => {
  test.each([0, 1, 7, 0x7fff_ffff, 0xffff_ffff])("is sfc32's for seed %i", (seed) => {
    const [random, wanted] = [seeded(seed), reference(seed)];
    for (let i = 0; i < 200; i++) expect(random.next()).toBe(Number(wanted.next().value) / 2 ** 32);
  });

  // Printed by the version that trained the recorded models: other numbers would be other weights.
  test("keeps its first numbers from version to version", () => {
    const random = seeded(7);
    expect([random.next(), random.next(), random.next()].map((x) => x * 2 ** 32)).toEqual([
      4111820155, 1824172194, 1297383244,
    ]);
  });

  test("draws whole numbers evenly below a limit", () => {
    const random = seeded(11);
    const counts = new Float64Array(6);
    for (let i = 0; i < 60_000; i++) counts[random.integer(6)]! += 1;
    // Pearson's chi-squared with 5 degrees of freedom stays below 20.5 in 99.9% of cases.
    expect(counts.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0)).toBeLessThan(20.5);
  });

  test("draws normal numbers of mean 0, variance 1 and kurtosis 3", () => {
    const random = seeded(5);
    const count = 100_000;
    let [sum, squares, fourths] = [0, 0, 0];
    for (let i = 0; i < count; i++) {
      const x = random.normal();
      sum += x;
      squares += x * x;
      fourths += x ** 4;
    }
    expect(Math.abs(sum / count)).toBeLessThan(0.015);
    expect(squares / count).toBeCloseTo(1, 1);
    expect(Math.abs(fourths / count - 3)).toBeLessThan(0.15);
  });

  test("shuffles: the same items, a new array, every order equally often", () => {
    const random = seeded(2);
    const items = ["a", "b", "c"] as const;
    const counts = new Map<string, number>();
    for (let i = 0; i < 3_000; i++) {
      const order = random.shuffle(items);
      if (order.toSorted().join() !== "a,b,c") expect.fail(order.join());
      counts.set(order.join(""), (counts.get(order.join("")) ?? 0) + 1);
    }
    expect(items).toEqual(["a", "b", "c"]);
    expect(counts.size).toBe(6);
    for (const n of counts.values()) expect(Math.abs(n - 500)).toBeLessThan(100);
  });

  test("a shuffle of nothing or one item draws nothing", () => {
    const [random, same] = [seeded(4), seeded(4)];
    expect(random.shuffle([])).toEqual([]);
    expect(random.shuffle([1])).toEqual([1]);
    expect(random.next()).toBe(same.next());
  });
});

describe("a fork", () => {
  test("depends on the seed and the label alone, not on what was drawn", () => {
    const random = seeded(3);
    const early = random.fork("a").next();
    random.next();
    random.normal();
    expect(random.fork("a").next()).toBe(early);
    expect(random.fork("b").next()).not.toBe(early);
    expect(seeded(4).fork("a").next()).not.toBe(early);
  });

  test("leaves the stream that it comes from alone", () => {
    const [random, same] = [seeded(9), seeded(9)];
    random.fork("a").next();
    expect(random.next()).toBe(same.next());
  });

  test("of a fork differs from a fork with the joined label", () => {
    expect(seeded(1).fork("a").fork("b").next()).not.toBe(seeded(1).fork("ab").next());
  });
});

describe("hashes", () => {
  // FNV-1a, 32 bits: test vectors of Fowler, Noll and Vo.
  test.each([
    ["", 0x811c9dc5],
    ["a", 0xe40c292c],
    ["foobar", 0xbf9cf968],
  ])("FNV-1a of %j", (text, hash) => {
    expect(hashText(text)).toBe(hash);
  });

  test("murmur3's finaliser agrees with its definition, and keeps different numbers apart", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (x) => {
        expect(BigInt(mixBits(x))).toBe(mixed(BigInt(x)));
      }),
    );
    const seen = new Set(Array.from({ length: 10_000 }, (_, x) => mixBits(x)));
    expect(seen.size).toBe(10_000);
  });
});
