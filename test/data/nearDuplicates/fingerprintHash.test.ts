import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Raster, findNearDuplicates, fingerprintOf } from "../../../src/data/index.ts";
import { numbered } from "../scripted.ts";

const mask = 0xffff_ffffn;
const times = (a: bigint, b: bigint): bigint => (a * b) & mask;

/** murmur3's finaliser in unbounded whole numbers. */
function mixed(x: bigint): bigint {
  let h = x & mask;
  h = times(h ^ (h >> 16n), 0x85ebca6bn);
  h = times(h ^ (h >> 13n), 0xc2b2ae35n);
  return h ^ (h >> 16n);
}

/** Both lanes over the bytes by fours (little-endian), then one by one, in unbounded whole numbers. */
function hashPlainly({ width, height, data }: Raster): readonly number[] {
  // The lanes step as signed numbers do: x ^ (x >>> n) on the bits of 32.
  let [p, q] = [times(BigInt(width), 0x811c9dc5n), times(BigInt(height), 0x2545f491n)];
  const whole = data.length - (data.length % 4);
  for (let i = 0; i < whole; i += 4) {
    const four = data.subarray(i, i + 4).reduce((sum, byte, k) => sum | (BigInt(byte) << BigInt(8 * k)), 0n);
    p = times(p ^ four, 0x01000193n);
    p ^= p >> 15n;
    q = times(q ^ four, 0x5bd1e995n);
    q ^= q >> 13n;
  }
  for (const byte of data.subarray(whole)) {
    p = mixed(p ^ BigInt(byte));
    q = mixed(q + BigInt(byte));
  }
  return [Number(mixed(p)), Number(mixed(q ^ BigInt(width)))];
}

const hashOf = (raster: Raster): readonly number[] => Array.from(fingerprintOf(raster).hash);

describe("the hash of an image", () => {
  test("is that of its definition, whatever its bytes leave over by fours", () => {
    const side = fc.integer({ min: 1, max: 7 });
    fc.assert(
      fc.property(side, side, (width, height) => {
        expect(hashOf(numbered(width, height))).toEqual(hashPlainly(numbered(width, height)));
      }),
      { numRuns: 25 },
    );
  });

  test("does not depend on where the bytes lie in memory", () => {
    const image = numbered(9, 5);
    for (const offset of [1, 2, 3, 4]) {
      const room = new Uint8Array(image.data.length + offset);
      room.set(image.data, offset);
      expect(hashOf({ ...image, data: room.subarray(offset) })).toEqual(hashOf(image));
    }
  });

  test("changes with any byte, and with the sides of the same bytes", () => {
    const image = numbered(4, 3);
    const hashes = [
      hashOf(image),
      hashOf({ ...image, width: 3, height: 4 }),
      hashOf({ ...image, width: 12, height: 1 }),
    ];
    for (let i = 0; i < image.data.length; i++)
      hashes.push(hashOf({ ...image, data: image.data.map((byte, k) => (k === i ? byte ^ 1 : byte)) }));
    expect(new Set(hashes.map(String)).size).toBe(image.data.length + 3);
  });
});

test("images of equal pixels are one group, even where they are too plain to have corners", async () => {
  const plain = (shade: number): Raster => ({
    width: 20,
    height: 20,
    data: new Uint8Array(1200).fill(shade),
  });
  const { groups, pairs } = await findNearDuplicates(
    [plain(3), plain(200), plain(3), plain(7), plain(3)].map(fingerprintOf),
  );
  expect(Array.from(groups)).toEqual([0, 1, 0, 2, 0]);
  expect(pairs.map(({ a, b, agreement, inliers }) => [a, b, agreement, inliers])).toEqual([
    [0, 2, 1, 0],
    [0, 4, 1, 0],
  ]);
});

test("no image and no fingerprint have no groups to find", async () => {
  expect(await findNearDuplicates([])).toMatchObject({ groups: new Int32Array(0), pairs: [] });
  expect(await findNearDuplicates([undefined, undefined])).toMatchObject({
    groups: Int32Array.of(0, 1),
    pairs: [],
  });
});

test("progress runs from none to all of the distinct images", async () => {
  const seen: (readonly [number, number])[] = [];
  const images = Array.from({ length: 18 }, (_, i) => fingerprintOf(numbered(3 + (i % 17), 4)));
  await findNearDuplicates(images, { onProgress: (done, total) => seen.push([done, total]) });
  expect(seen).toEqual([
    [0, 17],
    [16, 17],
    [17, 17],
  ]);
});
