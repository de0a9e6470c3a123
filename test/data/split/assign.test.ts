import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seeded } from "../../../src/base/index.ts";
import { assignGroups } from "../../../src/data/split/assign.ts";
import type { Image } from "../../../src/data/types.ts";

const labels = ["a", "b", "c"] as const;

/** Groups of images, each group given by how many images of each class it has. */
const imagesOf = (groups: readonly (readonly number[])[]): readonly Image[] =>
  groups.flatMap((counts, g) =>
    counts.flatMap((count, c) =>
      Array.from({ length: count }, (_, i) => ({
        path: `g${g}/${c}-${i}.png`,
        label: labels[c]!,
        group: `g${g}`,
      })),
    ),
  );

const group = fc
  .array(fc.nat({ max: 5 }), { minLength: 3, maxLength: 3 })
  .filter((counts) => counts.some((n) => n > 0));
const collections = fc.array(group, { minLength: 4, maxLength: 14 });
const sharesOf = fc.constantFrom([0.8, 0.2], [0.5, 0.5], [0.6, 0.2, 0.2], [0.25, 0.25, 0.25, 0.25]);
const seeds = fc.nat({ max: 1e6 });

/** Bin of each group. */
function binsOf(
  groups: readonly (readonly number[])[],
  shares: readonly number[],
  seed: number,
): readonly number[] {
  const images = imagesOf(groups);
  const bins = assignGroups(images, { shares, random: seeded(seed) });
  return groups.map((_, g) => {
    const own = new Set(images.flatMap((image, i) => (image.group === `g${g}` ? [bins[i]!] : [])));
    expect(own.size).toBe(1);
    return [...own][0]!;
  });
}

/** Pearson's chi-squared of images of each class, and of all, against the shares; a class that a bin lacks weighs more than anything. */
function costOf(
  groups: readonly (readonly number[])[],
  bins: readonly number[],
  shares: readonly number[],
): number {
  const rows = [
    ...[0, 1, 2].map((c) => groups.map((counts) => counts[c]!)),
    groups.map((counts) => counts.reduce((a, b) => a + b)),
  ];
  let cost = 0;
  for (const counts of rows) {
    const total = counts.reduce((a, b) => a + b);
    if (total === 0) continue;
    for (const [bin, share] of shares.entries()) {
      const count = counts.reduce((sum, n, g) => sum + (bins[g] === bin ? n : 0), 0);
      cost += (count - share * total) ** 2 / (share * total) + (count === 0 ? 1e6 : 0);
    }
  }
  return cost;
}

const shareClass = (a: readonly number[], b: readonly number[]): boolean =>
  a.some((n, c) => n > 0 && b[c]! > 0);

describe("groups in bins", () => {
  test("cannot be made fit better by moving one group, or by exchanging two that have a class in common", () => {
    fc.assert(
      fc.property(collections, sharesOf, seeds, (groups, shares, seed) => {
        const bins = binsOf(groups, shares, seed);
        const least = costOf(groups, bins, shares) - 1e-6;
        for (const [g, from] of bins.entries()) {
          for (const to of shares.keys())
            expect(costOf(groups, bins.with(g, to), shares)).toBeGreaterThanOrEqual(least);
          for (const [h, other] of bins.entries()) {
            if (h >= g || other === from || !shareClass(groups[g]!, groups[h]!)) continue;
            expect(costOf(groups, bins.with(g, other).with(h, from), shares)).toBeGreaterThanOrEqual(least);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test("do not depend on the order of the images, nor on what the groups are called", () => {
    fc.assert(
      fc.property(collections, sharesOf, seeds, (groups, shares, seed) => {
        const images = imagesOf(groups);
        const binByPath = (list: readonly Image[]): Map<string, number> => {
          const bins = assignGroups(list, { shares, random: seeded(seed) });
          return new Map(
            list.map(({ path }, i) => [path, bins[i]!] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)),
          );
        };
        const wanted = binByPath(images);
        expect(binByPath(seeded(seed).shuffle(images))).toEqual(wanted);
        expect(binByPath(images.map((image) => ({ ...image, group: `patient ${image.group}` })))).toEqual(
          wanted,
        );
      }),
      { numRuns: 40 },
    );
  });

  test("of one image each fill every bin to within one image of its share in each class", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 5, max: 60 }),
        fc.integer({ min: 5, max: 60 }),
        sharesOf,
        seeds,
        (a, b, shares, seed) => {
          const images = [
            ...Array.from({ length: a }, () => "a"),
            ...Array.from({ length: b }, () => "b"),
          ].map((label, i) => ({ path: `${i}`, label }));
          const bins = assignGroups(images, { shares, random: seeded(seed) });
          for (const [label, total] of [
            ["a", a],
            ["b", b],
          ] as const)
            for (const [bin, share] of shares.entries()) {
              const count = images.filter((image, i) => image.label === label && bins[i] === bin).length;
              expect(Math.abs(count - share * total)).toBeLessThanOrEqual(1);
            }
        },
      ),
      { numRuns: 60 },
    );
  });

  test("put a class of two groups on both sides, however unequal they are", () => {
    for (let seed = 0; seed < 20; seed++) {
      const bins = binsOf(
        [
          [5, 0, 0],
          [1, 0, 0],
          [0, 5, 0],
          [0, 5, 0],
          [0, 5, 0],
          [0, 5, 0],
          [0, 5, 0],
        ],
        [0.9, 0.1],
        seed,
      );
      expect(new Set(bins.slice(0, 2)).size).toBe(2);
    }
  });
});
