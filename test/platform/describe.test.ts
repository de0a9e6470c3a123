import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { seeded } from "../../src/base/index.ts";
import { type InspectedImage, inspectImages } from "../../src/data/index.ts";
import { openTree, sharpCodec } from "../../src/platform/node/index.ts";

const codec = sharpCodec({ maxPixels: 1_000_000 });

/** Noise: no row is of one colour, as lost ones are, and none can be left out of the file. */
const patterned = (width = 64, height = 80): Sharp => {
  const random = seeded(width);
  const data = Uint8Array.from({ length: width * height * 3 }, () => random.integer(256));
  return sharp(data, { raw: { width, height, channels: 3 } });
};

describe("describe", () => {
  test.each([1, 10, 49, 50, 75, 90, 95, 100])("tells the JPEG quality %i", async (quality) => {
    expect(codec.describe?.(await patterned().jpeg({ quality }).toBuffer())).toMatchObject({
      format: "jpeg",
      space: "rgb",
      depth: 8,
      jpegQuality: quality,
    });
  });

  test("tells about the quality of a JPEG with tables of its own", async () => {
    const { jpegQuality = 0 } =
      codec.describe?.(await patterned().jpeg({ mozjpeg: true, quality: 60 }).toBuffer()) ?? {};
    expect(Math.abs(jpegQuality - 60)).toBeLessThan(20);
  });

  test.each<[string, Sharp, object]>([
    ["a grey JPEG", patterned().toColourspace("b-w").jpeg(), { format: "jpeg", space: "grey" }],
    ["a CMYK JPEG", patterned().toColourspace("cmyk").jpeg(), { format: "jpeg", space: "cmyk" }],
    ["a progressive JPEG", patterned().jpeg({ progressive: true }), { format: "jpeg", space: "rgb" }],
    ["a PNG", patterned().png(), { format: "png", space: "rgb", depth: 8, alpha: false }],
    ["a PNG with alpha", patterned().ensureAlpha().png(), { format: "png", space: "rgb", alpha: true }],
    ["a PNG with a palette", patterned().png({ palette: true }), { format: "png", space: "palette" }],
    ["a PNG of 16 bits", patterned().toColourspace("rgb16").png(), { format: "png", depth: 16 }],
    ["a WebP", patterned().webp(), { format: "webp", space: "rgb", alpha: false }],
    ["a GIF", patterned().gif(), { format: "gif", space: "palette" }],
    ["a TIFF", patterned().tiff(), { format: "tiff", space: "rgb", depth: 8 }],
  ])("tells %s", async (_, image, facts) => {
    expect(codec.describe?.(await image.toBuffer())).toMatchObject(facts);
  });

  const exif = {
    IFD0: { Make: "Nikon", Model: "D750 ", Software: "paint", DateTime: "2024:05:01 13:45:10" },
    IFD3: { GPSLatitudeRef: "N", GPSLatitude: "51/1 30/1 3230/100" },
  };
  test.each<[string, Sharp]>([
    ["JPEG", patterned().jpeg()],
    ["PNG", patterned().png()],
    ["WebP", patterned().webp()],
  ])("reads EXIF in %s", async (_, image) => {
    const file = await image.withExif(exif).withMetadata({ orientation: 6 }).toBuffer();
    expect(codec.describe?.(file).exif).toEqual({
      orientation: 6,
      camera: "Nikon D750",
      software: "paint",
      date: "2024-05-01T13:45:10",
      gps: true,
      thumbnail: false,
    });
  });

  test("says less of what is broken, and nothing of what is no image", async () => {
    const file = await patterned().withExif(exif).jpeg().toBuffer();
    for (const length of [4, 30, 60, 200]) {
      expect(codec.describe?.(file.subarray(0, length))).toMatchObject({ format: "jpeg" });
    }
    expect(codec.describe?.(Buffer.from("no image"))).toEqual({});
    const png = await patterned().png().toBuffer();
    expect(codec.describe?.(png.subarray(0, 20))).toEqual({ format: "png" });
  });
});

describe("salvage", () => {
  test.each<[string, Sharp]>([
    ["JPEG", patterned().jpeg({ quality: 90 })],
    ["PNG", patterned().png()],
  ])("tells how much of a cut-off %s is left", async (_, image) => {
    const file = await image.toBuffer();
    const cut = file.subarray(0, Math.floor(file.length * 0.6));
    const { share = 0, raster } = (await codec.salvage?.(cut)) ?? {};
    expect([raster?.width, raster?.height, raster?.data.length]).toEqual([64, 80, 64 * 80 * 3]);
    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(0.75);
  });

  test("tells what is beyond help from what is too large or no image", async () => {
    const webp = await patterned().webp().toBuffer();
    expect(await codec.salvage?.(webp.subarray(0, webp.length >> 1))).toEqual({ share: 0 });
    const wide = await patterned(2000, 1000).png().toBuffer();
    expect(await codec.salvage?.(wide.subarray(0, wide.length >> 1))).toBeUndefined();
    expect(await codec.salvage?.(Buffer.from("no image"))).toBeUndefined();
    expect(await codec.salvage?.(new Uint8Array())).toBeUndefined();
  });
});

describe("inspection on threads", () => {
  const count = 130;
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "fovea-inspect-"));
    for (let i = 0; i < count; i++) {
      const file = await patterned(12 + (i % 5), 10)
        .jpeg({ quality: 50 + (i % 40) })
        .toBuffer();
      await writeFile(join(folder, `${i}.jpg`), i === 5 ? file.subarray(0, file.length - 20) : file);
    }
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("gives the same facts on two threads as on none", async () => {
    const tree = await openTree(folder);
    const images = Array.from({ length: count }, (_, i) => ({ path: `${i}.jpg`, label: "a" }));
    const { readMany: _, ...here } = codec;
    const look = (by: typeof here): Promise<readonly InspectedImage[]> =>
      inspectImages(tree, images, { codec: by });
    const [alone, threaded] = [await look(here), await look(sharpCodec({ threads: 2 }))];
    expect(threaded).toEqual(alone);
    expect(threaded[5]).toMatchObject({ reason: expect.any(String), recoverable: expect.any(Number) });
    expect(threaded[7]).toMatchObject({ inspection: { jpegQuality: 57, width: 14 } });
  });
});
