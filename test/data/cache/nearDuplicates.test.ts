import { describe, expect, test } from "vitest";
import { createHash } from "node:crypto";
import {
  type FingerprintedImage,
  findNearDuplicates,
  fingerprintOf,
  searchNearDuplicates,
} from "../../../src/data/index.ts";
import { bytesOfFacts, bytesOfPixels, entryVersion } from "../../../src/data/cache/entries.ts";
import { channelSumsOf } from "../../../src/data/channelSums.ts";
import { inspect } from "../../../src/data/inspect/inspect.ts";
import { prepare } from "../../../src/data/transforms/prepare.ts";
import { resize } from "../../../src/data/index.ts";
import { noiseTexture, warped } from "../nearDuplicates/warped.ts";
import { memoryCache } from "./memoryCache.ts";

const textures = [1, 2, 3].map((seed) => noiseTexture(seed));
const rasters = [...textures, ...textures.map((one) => warped(one, { degrees: 30, mirrored: true }))];
const images: readonly FingerprintedImage[] = rasters.map((raster, i) => ({
  sha256: `${i}`.repeat(64),
  fingerprint: fingerprintOf(raster),
}));
const reversed = images.toReversed();

describe("the search for near-duplicates with a cache", () => {
  test("gives the answer of the search without one, each time, and searches once", async () => {
    const expected = await findNearDuplicates(images.map(({ fingerprint }) => fingerprint));
    expect(expected.pairs.length).toBeGreaterThan(0);
    const cache = memoryCache();
    let progress = 0;
    const onProgress = (): void => void progress++;
    expect(await searchNearDuplicates(images, { cache, onProgress })).toEqual(expected);
    expect(progress).toBeGreaterThan(0);
    progress = 0;
    expect(await searchNearDuplicates(images, { cache, onProgress })).toEqual(expected);
    expect([progress, cache.put, cache.unclosed.size]).toEqual([0, ["near-duplicates"], 0]);
  });

  test.each([
    ["another order", { images: reversed }],
    ["one image less", { images: images.slice(1) }],
    ["one that could not be read", { images: [undefined, ...images.slice(1)] }],
    ["another range", { images, range: { min: 0, max: 9 } }],
  ])("searches anew for %s", async (_, { images: others, ...options }) => {
    const cache = memoryCache();
    await searchNearDuplicates(images, { cache });
    const found = await searchNearDuplicates(others, { cache, ...options });
    expect(found).toEqual(await findNearDuplicates(others.map((image) => image?.fingerprint)));
    expect(cache.put).toHaveLength(2);
  });
});

test("what the cache holds has another version where a bit of it changes", async () => {
  const hash = createHash("sha256");
  for (const raster of rasters) {
    hash.update(bytesOfFacts(inspect(raster, { facts: {}, bytes: 1, pixelDigest: "" })));
    const { data } = prepare(raster, [resize({ height: 24, width: 24 })]);
    hash.update(bytesOfPixels({ data, channelSums: channelSumsOf(data) }));
  }
  hash.update(JSON.stringify(await findNearDuplicates(images.map(({ fingerprint }) => fingerprint))));
  // Where the hash is another one, raise `entryVersion` and write both here: runs would go on with what older ones kept.
  expect([entryVersion, hash.digest("hex")]).toEqual([
    2,
    "340aeb7947341743e0ccfb7b23934784291ffb06616237596158944e9372364d",
  ]);
});
