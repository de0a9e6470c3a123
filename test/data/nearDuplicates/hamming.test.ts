import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seeded } from "../../../src/base/index.ts";
import { hammingCloseness, nearestDescriptors } from "../../../src/data/nearDuplicates/kernels/hamming.ts";
import { matchCorners } from "../../../src/data/nearDuplicates/match.ts";
import type { Fingerprint } from "../../../src/data/nearDuplicates/types.ts";

const words = 8;
/** Bits in which descriptors may differ and still count as close. */
const maxBits = 72;

/** So many descriptors of 256 bits, each a few bits from one of three, so that some are close and some are not. */
function descriptors(count: number, seed: number): Uint32Array {
  const random = seeded(seed);
  const centres = Array.from({ length: 3 }, (_, i) =>
    Array.from({ length: words }, (__, k) => seeded(i * 8 + k).integer(2 ** 32)),
  );
  return Uint32Array.from(
    Array.from({ length: count }, () => {
      const bits = centres[random.integer(3)]!.slice();
      for (let n = random.integer(90); n > 0; n--) bits[random.integer(words)]! ^= 1 << random.integer(32);
      return bits;
    }).flat(),
  );
}

/** Differing bits, counted as text. */
const distance = (a: Uint32Array, i: number, b: Uint32Array, j: number): number =>
  Array.from({ length: words }, (_, k) => ((a[i * words + k]! ^ b[j * words + k]!) >>> 0).toString(2))
    .join("")
    .replaceAll("0", "").length;

const swapped = (list: Uint32Array): Uint32Array =>
  list.map((_, i) => list[i % words < words / 2 ? i + words / 2 : i - words / 2]!);

const closenessOf = (rows: Uint32Array, columns: Uint32Array, flip: boolean): readonly number[][] => {
  const { stride, bytes } = hammingCloseness(rows, columns, { flip });
  return Array.from({ length: rows.length / words }, (_, i) =>
    Array.from(bytes.subarray(i * stride, i * stride + columns.length / words)),
  );
};

const plainly = (rows: Uint32Array, columns: Uint32Array): readonly number[][] =>
  Array.from({ length: rows.length / words }, (_, i) =>
    Array.from({ length: columns.length / words }, (__, j) =>
      Math.max(maxBits + 1 - distance(rows, i, columns, j), 0),
    ),
  );

describe("closeness of descriptors", () => {
  test("is what counting the differing bits gives, for any numbers of rows and columns", () => {
    const counts = fc.integer({ min: 0, max: 11 });
    fc.assert(
      fc.property(counts, counts, fc.boolean(), fc.nat({ max: 999 }), (rows, columns, flip, seed) => {
        const [first, second] = [descriptors(rows, seed), descriptors(columns, seed + 1)];
        expect(closenessOf(first, second, flip)).toEqual(plainly(first, flip ? swapped(second) : second));
      }),
      { numRuns: 40 },
    );
  });

  test.each([
    [0, 73],
    [1, 72],
    [71, 2],
    [72, 1],
    [73, 0],
    [256, 0],
  ])("of two that differ by %i bits is %i", (bits, closeness) => {
    const other = new Uint32Array(words);
    for (let bit = 0; bit < bits; bit++) other[bit >> 5]! |= 1 << (bit & 31);
    expect(closenessOf(new Uint32Array(words), other, false)).toEqual([[closeness]]);
  });

  test("does not depend on what was compared before", () => {
    const few = descriptors(2, 5);
    const before = closenessOf(few, few, false);
    closenessOf(descriptors(90, 6), descriptors(70, 7), true);
    expect(closenessOf(few, few, false)).toEqual(before);
  });
});

/** A fingerprint with corners in a row, of which matching looks at the descriptors alone. */
const fingerprint = (list: Uint32Array): Fingerprint => ({
  width: 256,
  height: 192,
  scale: 1,
  hash: new Uint32Array(2),
  positions: Float32Array.from({ length: (list.length / words) * 2 }, (_, i) => (i % 2 === 0 ? i / 2 : 7)),
  descriptors: list,
  thumbnail: new Uint8Array(0),
  thumbnailWidth: 0,
  thumbnailHeight: 0,
});

const indicesOf = (
  a: Uint32Array,
  b: Uint32Array,
  mirrored = false,
): readonly (readonly [number, number])[] =>
  matchCorners(fingerprint(a), fingerprint(b), mirrored).map(({ fromX, toX }) => [fromX, toX] as const);

/** Each corner's nearest within the limit, the first of equally near ones. */
function nearest(rows: Uint32Array, columns: Uint32Array): readonly number[] {
  return plainly(rows, columns).map((row) =>
    Math.max(0, ...row) === 0 ? -1 : row.indexOf(Math.max(...row)),
  );
}

describe("nearest descriptors", () => {
  test("are the first of the closest of each row and each column, for any numbers of them", () => {
    const counts = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(counts, counts, fc.boolean(), fc.nat({ max: 999 }), (rows, columns, flip, seed) => {
        // Larger ones before: what they left in the memory must not show.
        nearestDescriptors(descriptors(60, 1), descriptors(50, 2), { flip });
        const [a, b] = [descriptors(rows, seed), descriptors(columns, seed + 1)];
        const { ofRow, ofColumn } = nearestDescriptors(a, b, { flip });
        const other = flip ? swapped(b) : b;
        expect([[...ofRow], [...ofColumn]]).toEqual([nearest(a, other), nearest(other, a)]);
      }),
      { numRuns: 40 },
    );
  });

  test("are found among 256, and none are where all are far", () => {
    const far = new Uint32Array(256 * words);
    const one = new Uint32Array(words).fill(-1);
    far.set(one, 255 * words);
    const { ofRow, ofColumn } = nearestDescriptors(far, one, { flip: false });
    expect([[...ofRow].indexOf(0), [...ofRow].lastIndexOf(0), [...ofColumn]]).toEqual([255, 255, [255]]);
  });
});

describe("matches of corners", () => {
  test("are those that are each other's nearest", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 14 }),
        fc.integer({ min: 0, max: 14 }),
        fc.nat({ max: 999 }),
        (m, n, seed) => {
          const [a, b] = [descriptors(m, seed), descriptors(n, seed + 1)];
          const [forth, back] = [nearest(a, b), nearest(b, a)];
          expect(indicesOf(a, b)).toEqual(forth.flatMap((j, i) => (j >= 0 && back[j] === i ? [[i, j]] : [])));
        },
      ),
      { numRuns: 40 },
    );
  });

  test("are the same pairs from the other side", () => {
    const [a, b] = [descriptors(20, 3), descriptors(17, 4)];
    const forth = indicesOf(a, b);
    expect(forth).toHaveLength(3);
    const text = (pairs: readonly (readonly number[])[]): readonly string[] => pairs.map(String).toSorted();
    expect(text(indicesOf(b, a).map(([j, i]) => [i, j]))).toEqual(text(forth));
  });

  test("join each corner to itself in the same image, and in its mirror image", () => {
    const a = Uint32Array.from({ length: 10 * words }, (_, i) => seeded(i).integer(2 ** 32));
    const each = Array.from({ length: 10 }, (_, i) => [i, i]);
    expect(indicesOf(a, a)).toEqual(each);
    expect(indicesOf(a, swapped(a), true)).toEqual(each);
    expect(indicesOf(a, a, true)).toEqual([]);
  });
});
