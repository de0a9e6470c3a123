import { describe, expect, test } from "vitest";
import { seeded } from "../../../src/base/index.ts";
import { indexFingerprints } from "../../../src/data/nearDuplicates/candidates.ts";
import type { Fingerprint } from "../../../src/data/nearDuplicates/types.ts";

const words = 8;
const ready = (): Promise<void> => Promise.resolve();

/** Descriptors by name; those of another name share no word with them. */
const descriptor = (name: number): readonly number[] => {
  const random = seeded(name);
  return Array.from({ length: words }, () => random.integer(2 ** 32));
};

const fingerprint = (...names: readonly number[]): Fingerprint => fingerprintOf(names.flatMap(descriptor));

const fingerprintOf = (descriptors: readonly number[]): Fingerprint => ({
  width: 1,
  height: 1,
  scale: 1,
  hash: new Uint32Array(2),
  positions: new Float32Array((descriptors.length / words) * 2),
  descriptors: Uint32Array.from(descriptors),
  thumbnail: new Uint8Array(0),
  thumbnailWidth: 0,
  thumbnailHeight: 0,
});

const mirror = (name: number): readonly number[] => [
  ...descriptor(name).slice(4),
  ...descriptor(name).slice(0, 4),
];

describe("candidates", () => {
  test("are earlier images alone that share descriptors, those with more of them first", async () => {
    const index = await indexFingerprints(
      [fingerprint(1, 2, 3), fingerprint(1, 9), fingerprint(50, 51), fingerprint(1, 2, 3, 4), fingerprint(1)],
      ready,
    );
    expect(index.nearest(3, 9).map(({ image }) => image)).toEqual([0, 1]);
    expect(index.nearest(0, 9)).toEqual([]);
    expect(index.nearest(2, 9)).toEqual([]);
  });

  test("are cut off at the wanted number, and equal ones come in the images' order", async () => {
    const index = await indexFingerprints(
      [1, 1, 1, 1, 1].map((name) => fingerprint(name)),
      ready,
    );
    expect(index.nearest(4, 2).map(({ image }) => image)).toEqual([0, 1]);
    expect(index.nearest(4, 9).map(({ image }) => image)).toEqual([0, 1, 2, 3]);
  });

  test("few are the first of many, and of those alone that are wanted", async () => {
    const random = seeded(3);
    const drawn = Array.from({ length: 60 }, () => {
      const names = Array.from({ length: 6 }, () => random.integer(12));
      return fingerprintOf(names.flatMap(random.integer(2) === 0 ? descriptor : mirror));
    });
    const index = await indexFingerprints(drawn, ready);
    const isOdd = (image: number): boolean => image % 2 === 1;
    for (const image of drawn.keys()) {
      const all = index.nearest(image, drawn.length);
      expect(index.nearest(image, 5)).toEqual(all.slice(0, 5));
      const odd = all.filter((candidate) => isOdd(candidate.image));
      expect(index.nearest(image, 5, isOdd)).toEqual(odd.slice(0, 5));
    }
  });

  test("get a vote of 1 / √n for each word that n images share", async () => {
    const index = await indexFingerprints([fingerprint(1), fingerprint(1, 2), fingerprint(1, 2)], ready);
    const [first, second] = index.nearest(2, 9);
    // Descriptor 1 is in three images, descriptor 2 in two; eight words each.
    expect(first).toMatchObject({ image: 1, mirroredVotes: 0 });
    expect(first?.plainVotes).toBeCloseTo(8 / Math.sqrt(3) + 8 / Math.sqrt(2), 5);
    expect(second?.plainVotes).toBeCloseTo(8 / Math.sqrt(3), 5);
  });

  test("are found by one word of eight, too, for near descriptors differ in the others", async () => {
    const other = descriptor(1).map((word, i) => (i === 5 ? word : word ^ 1));
    const index = await indexFingerprints([fingerprint(1), fingerprintOf(other)], ready);
    expect(index.nearest(1, 9).map(({ image }) => image)).toEqual([0]);
  });

  test("are told apart as they are and mirrored", async () => {
    const index = await indexFingerprints(
      [fingerprint(1, 2), fingerprintOf([...mirror(1), ...mirror(2)])],
      ready,
    );
    const [candidate] = index.nearest(1, 9);
    expect(candidate).toMatchObject({ image: 0, plainVotes: 0 });
    expect(candidate?.mirroredVotes).toBeCloseTo(16, 5);
  });

  test("do not come from descriptors that more than 400 have", async () => {
    const common = Array.from({ length: 401 }, () => fingerprint(7));
    expect((await indexFingerprints(common, ready)).nearest(400, 9)).toEqual([]);
    expect((await indexFingerprints(common.slice(1), ready)).nearest(399, 9)).toHaveLength(9);
  });

  test("do not depend on what was asked before", async () => {
    const images = [fingerprint(1, 2), fingerprint(2, 3), fingerprint(1, 3), fingerprint(1, 2, 3)];
    const index = await indexFingerprints(images, ready);
    const before = index.nearest(3, 9);
    index.nearest(2, 9);
    expect(index.nearest(3, 9)).toEqual(before);
  });

  test("yield to the event loop for each word of the descriptors", async () => {
    let yields = 0;
    await indexFingerprints([fingerprint(1)], async () => void yields++);
    expect(yields).toBe(words);
  });
});
