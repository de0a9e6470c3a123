import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seeded } from "../../../src/base/index.ts";
import { fitAffine, stretchOf } from "../../../src/data/nearDuplicates/affine.ts";
import type { Match } from "../../../src/data/nearDuplicates/match.ts";
import type { AffineMap } from "../../../src/data/nearDuplicates/types.ts";

const identity: AffineMap = { a: 1, b: 0, c: 0, d: 0, e: 1, f: 0 };

/** Turned by degrees, scaled, mirrored before where wanted, then moved. */
function mapOf(
  degrees: number,
  scale: number,
  mirrored: boolean,
  [c, f]: readonly [number, number],
): AffineMap {
  const [cos, sin] = [
    scale * Math.cos((degrees * Math.PI) / 180),
    scale * Math.sin((degrees * Math.PI) / 180),
  ];
  return mirrored ? { a: -cos, b: -sin, c, d: -sin, e: cos, f } : { a: cos, b: -sin, c, d: sin, e: cos, f };
}

const moved = ({ a, b, c, d, e, f }: AffineMap, x: number, y: number): Match => ({
  fromX: x,
  fromY: y,
  toX: a * x + b * y + c,
  toY: d * x + e * y + f,
});

/** Points all over a frame of 256 x 192. */
const points = (count: number, seed: number): readonly (readonly [number, number])[] => {
  const random = seeded(seed);
  return Array.from({ length: count }, () => [256 * random.next(), 192 * random.next()] as const);
};

const matchesOf = (affine: AffineMap, count: number, seed: number): readonly Match[] =>
  points(count, seed).map(([x, y]) => moved(affine, x, y));

/** Matches that follow nothing. */
const strays = (count: number, seed: number): readonly Match[] => {
  const random = seeded(seed);
  return Array.from({ length: count }, () => ({
    fromX: 256 * random.next(),
    fromY: 192 * random.next(),
    toX: 256 * random.next(),
    toY: 192 * random.next(),
  }));
};

function expectMap(found: AffineMap | undefined, wanted: AffineMap, digits: number): void {
  expect(found).toBeDefined();
  for (const key of ["a", "b", "d", "e"] as const) expect(found?.[key], key).toBeCloseTo(wanted[key], digits);
  for (const key of ["c", "f"] as const) expect(found?.[key], key).toBeCloseTo(wanted[key], digits - 2);
}

describe("fitAffine", () => {
  test("finds the map that exact matches follow, all of them inliers", () => {
    const transformations = fc.record({
      degrees: fc.integer({ min: -180, max: 179 }),
      scale: fc.double({ min: 0.5, max: 2, noNaN: true }),
      mirrored: fc.boolean(),
      shift: fc.tuple(fc.integer({ min: -99, max: 99 }), fc.integer({ min: -99, max: 99 })),
    });
    fc.assert(
      fc.property(transformations, ({ degrees, scale, mirrored, shift }) => {
        const wanted = mapOf(degrees, scale, mirrored, shift);
        const fit = fitAffine(matchesOf(wanted, 40, 1), mirrored);
        expectMap(fit?.affine, wanted, 9);
        expect(fit?.inliers).toHaveLength(40);
      }),
      { numRuns: 40 },
    );
  });

  test("finds a sheared map too, which no two matches give alone", () => {
    const sheared: AffineMap = { a: 1, b: 0.2, c: 4, d: 0.05, e: 0.9, f: -7 };
    expectMap(fitAffine(matchesOf(sheared, 60, 2), false)?.affine, sheared, 9);
  });

  test("is not misled by three times as many matches that follow nothing", () => {
    for (let seed = 1; seed <= 5; seed++) {
      const wanted = mapOf(25 * seed, 1.1, false, [10, -20]);
      const fit = fitAffine([...strays(75, seed), ...matchesOf(wanted, 25, seed + 50)], false);
      expectMap(fit?.affine, wanted, 1);
      expect(fit!.inliers.length).toBeGreaterThanOrEqual(25);
    }
  });

  test("averages the errors of its matches away", () => {
    const random = seeded(8);
    const wanted = mapOf(33, 0.9, false, [12, 5]);
    const noisy = matchesOf(wanted, 200, 3).map((match) => ({
      ...match,
      toX: match.toX + random.normal() / 2,
      toY: match.toY + random.normal() / 2,
    }));
    // Half a pixel of noise over 200 points: some 0.5 / (74 · √200) = 5e-4 in the linear part.
    expectMap(fitAffine(noisy, false)?.affine, wanted, 2);
  });

  test.each([
    ["three matches", matchesOf(identity, 3, 1)],
    ["no match", []],
    ["points that lie close together", points(20, 1).map(([x, y]) => moved(identity, x / 30, y / 30))],
    ["points on one line", points(20, 1).map(([x]) => moved(identity, x, 2 * x))],
    ["a scale below 0.3", matchesOf(mapOf(10, 0.2, false, [0, 0]), 40, 1)],
    ["a scale above 1 / 0.3", matchesOf(mapOf(10, 4, false, [0, 0]), 40, 1)],
    ["one side stretched to 2.5 times the other", matchesOf({ ...identity, a: 2.5 }, 40, 1)],
    ["a mirror image where none is looked for", matchesOf(mapOf(0, 1, true, [256, 0]), 40, 1)],
  ])("has no answer for %s", (_, matches) => {
    expect(fitAffine(matches, false)).toBeUndefined();
  });

  test("has no answer for a plain image where a mirrored one is looked for", () => {
    expect(fitAffine(matchesOf(mapOf(70, 1.2, false, [9, 9]), 40, 1), true)).toBeUndefined();
  });

  test("gives the same answer for the same matches", () => {
    const matches = [...strays(30, 1), ...matchesOf(mapOf(5, 1, false, [1, 1]), 20, 2)];
    expect(fitAffine(matches, false)).toEqual(fitAffine(matches, false));
  });
});

describe("stretchOf", () => {
  test.each<[string, AffineMap, number, number]>([
    ["standing still", identity, 1, 1],
    ["a turn by 50 degrees", mapOf(50, 1, false, [0, 0]), 1, 1],
    ["a mirror image of twice the size", mapOf(20, 2, true, [0, 0]), 2, 2],
    ["two axes scaled by 3 and by 0.5", { ...identity, a: 3, e: 0.5 }, 0.5, 3],
    // The singular values of [[1, 1], [0, 1]] are the golden ratio and its inverse.
    ["a shear by 1", { ...identity, b: 1 }, 2 / (1 + Math.sqrt(5)), (1 + Math.sqrt(5)) / 2],
    ["a map onto a line", { ...identity, e: 0 }, 0, 1],
  ])("of %s", (_, affine, small, large) => {
    const [least, most] = stretchOf(affine);
    expect(least).toBeCloseTo(small, 12);
    expect(most).toBeCloseTo(large, 12);
  });

  test("multiplies to the determinant's size", () => {
    const entry = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(entry, entry, entry, entry, (a, b, d, e) => {
        const [small, large] = stretchOf({ a, b, c: 0, d, e, f: 0 });
        expect(small * large).toBeCloseTo(Math.abs(a * e - b * d), 8);
        expect(small).toBeLessThanOrEqual(large);
      }),
    );
  });
});
