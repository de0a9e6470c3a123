import sharp, { type Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import { decodePlainJpeg } from "../../src/platform/node/codec/jpeg.ts";

const patterned = (width: number, height: number): Sharp => {
  const data = Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => 128 + 100 * Math.sin(i / 40) + ((i * 7) % 25),
  );
  return sharp(data, { raw: { width, height, channels: 3 } });
};

const bySharp = async (bytes: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(await sharp(bytes).toColourspace("srgb").raw().toBuffer());

const any = 1e9;

describe("decodePlainJpeg", () => {
  test.each<[string, Sharp]>([
    ["colour at half resolution", patterned(64, 48).jpeg({ quality: 75 })],
    ["sides that are no multiple of a block", patterned(37, 21).jpeg({ quality: 95 })],
    ["one pixel", patterned(1, 1).jpeg()],
    ["full colour", patterned(50, 40).jpeg({ chromaSubsampling: "4:4:4" })],
    ["progressive", patterned(50, 40).jpeg({ progressive: true })],
    ["optimised tables", patterned(50, 40).jpeg({ mozjpeg: true })],
    ["grey", patterned(50, 40).greyscale().jpeg()],
  ])("gives the bytes that sharp gives: %s", async (_, image) => {
    const bytes = await image.toBuffer();
    const raster = await decodePlainJpeg(bytes, any);
    expect(raster).toMatchObject(
      await sharp(bytes)
        .metadata()
        .then(({ width, height }) => ({ width, height })),
    );
    expect(Buffer.compare(raster?.data ?? new Uint8Array(), await bySharp(bytes))).toBe(0);
  });

  test.each<[string, Sharp]>([
    ["an orientation", patterned(20, 10).withMetadata({ orientation: 6 }).jpeg()],
    ["a colour profile", patterned(20, 10).withIccProfile("p3").jpeg()],
    ["CMYK", patterned(20, 10).toColourspace("cmyk").jpeg()],
    ["more pixels than it is quick for", patterned(800, 600).jpeg()],
  ])("leaves to others: %s", async (_, image) => {
    expect(await decodePlainJpeg(await image.toBuffer(), any)).toBeUndefined();
  });

  test("leaves images above the limit of pixels to others", async () => {
    const bytes = await patterned(20, 10).jpeg().toBuffer();
    expect(await decodePlainJpeg(bytes, 199)).toBeUndefined();
    expect(await decodePlainJpeg(bytes, 200)).toBeDefined();
  });

  test("takes no part of a file for the whole, and goes on afterwards", async () => {
    const bytes = await patterned(64, 48).jpeg().toBuffer();
    for (let length = 0; length < bytes.length; length++)
      expect(await decodePlainJpeg(bytes.subarray(0, length), any), `${length} bytes`).toBeUndefined();
    expect(await decodePlainJpeg(bytes, any)).toBeDefined();
  });
});
