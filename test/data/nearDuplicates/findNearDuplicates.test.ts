import sharp from "sharp";
import { describe, expect, test } from "vitest";
import {
  type Raster,
  syntheticCollection,
  findNearDuplicates,
  fingerprintOf,
} from "../../../src/data/index.ts";
import { noiseTexture, warped } from "./warped.ts";

const photographs = Array.from({ length: 12 }, (_, i) => noiseTexture(i + 1));
const photographSketches = photographs.map(fingerprintOf);

/** What findNearDuplicates says of twelve photographs and one more image: the pair it is in. */
async function pairOf(copy: Raster) {
  const { groups, pairs } = await findNearDuplicates([...photographSketches, fingerprintOf(copy)]);
  return { groups: Array.from(groups), pair: pairs.find(({ b }) => b === photographs.length) };
}

const unlinked = Array.from(photographs.keys());

describe("a copy is found that was", () => {
  test.each([
    ["turned by 17 degrees", { degrees: 17 }],
    ["turned by 90 degrees", { degrees: 90 }],
    ["turned by -133 degrees", { degrees: -133 }],
    ["mirrored", { mirrored: true }],
    ["mirrored and turned by 40 degrees", { mirrored: true, degrees: 40 }],
    ["cropped to 60%", { zoom: 1 / 0.6 }],
    ["made half as large", { scale: 0.5 }],
    ["sheared", { shear: 0.25 }],
    ["shifted", { shiftX: 60, shiftY: -35 }],
    ["brightened", { gain: 1.25, offset: 20 }],
    [
      "mirrored, turned, sheared, shifted and darkened",
      {
        mirrored: true,
        degrees: -20,
        shear: 0.15,
        shiftX: 25,
        gain: 0.7,
      },
    ],
  ])("%s", async (_, change) => {
    const { groups, pair } = await pairOf(warped(photographs[5]!, change));
    expect(groups).toEqual([...unlinked, 5]);
    expect(pair).toMatchObject({ a: 5, mirrored: "mirrored" in change });
    if ("degrees" in change) expect(Math.abs(pair!.rotation - change.degrees)).toBeLessThan(6);
    if ("scale" in change) expect(pair!.scale).toBeCloseTo(change.scale, 1);
  });
});

test("a copy is found that was encoded again, poorly and smaller", async () => {
  const { width, height, data } = photographs[7]!;
  const poor = sharp(data, { raw: { width, height, channels: 3 } })
    .resize(200)
    .jpeg({ quality: 30 });
  const decoded = await sharp(await poor.toBuffer())
    .raw()
    .toBuffer({ resolveWithObject: true });
  const copy = { width: 200, height: 150, data: new Uint8Array(decoded.data) };
  const { groups, pair } = await pairOf(copy);
  expect(groups).toEqual([...unlinked, 7]);
  expect(pair).toMatchObject({ a: 7, mirrored: false, rotation: 0 });
  expect(pair!.scale).toBeCloseTo(0.625, 1);
});

test("the groups do not depend on the order of the images, and the same order gives the same answer", async () => {
  const copies = [2, 4, 2].map((i, k) => fingerprintOf(warped(photographs[i]!, { degrees: 25 * k - 40 })));
  const all = [...photographSketches, ...copies];
  const forth = await findNearDuplicates(all);
  const back = await findNearDuplicates(all.toReversed());
  const together = (groups: Int32Array) => all.map((_, i) => all.map((__, j) => groups[i] === groups[j]));
  expect(together(back.groups.toReversed())).toEqual(together(forth.groups));
  expect(await findNearDuplicates(all)).toEqual(forth);
});

test("equal pixels are a copy that nothing happened to", async () => {
  const { groups, pair } = await pairOf(photographs[3]!);
  expect(groups).toEqual([...unlinked, 3]);
  expect(pair).toMatchObject({
    a: 3,
    mirrored: false,
    rotation: 0,
    scale: 1,
    overlap: 1,
  });
});

test("drawn views of one photograph come together, and no others", async () => {
  const drawn = [
    ...syntheticCollection({ photographsPerClass: 2, viewsPerPhotograph: 3, width: 240, height: 180 }),
  ];
  const { groups } = await findNearDuplicates(drawn.map(({ raster }) => fingerprintOf(raster)));
  const names = [...new Set(drawn.map(({ group }) => group))];
  expect(Array.from(groups)).toEqual(drawn.map(({ group }) => names.indexOf(group)));
});

test("an image without a sketch is a group of its own, and groups are numbered by their first member", async () => {
  const copy = fingerprintOf(warped(photographs[0]!, { degrees: 10 }));
  const { groups } = await findNearDuplicates([
    photographSketches[1],
    undefined,
    photographSketches[0],
    undefined,
    copy,
  ]);
  expect(Array.from(groups)).toEqual([0, 1, 2, 3, 2]);
});

test("a search can be stopped", async () => {
  await expect(findNearDuplicates(photographSketches, { signal: AbortSignal.abort() })).rejects.toThrow(
    "abort",
  );
});
