import { describe, expect, test } from "vitest";
import sharp from "sharp";
import { sharpCodec } from "../../src/platform/node/index.ts";
import { type DeepImageFile, png16, tiff16 } from "./deepImages.ts";

const codec = sharpCodec();

/** The byte nearest to (value - min) · 255 / (max - min), found by trying them all. */
function nearest(value: number, min: number, max: number): number {
  const off = (byte: number): number => Math.abs(byte * (max - min) - 255 * (value - min));
  let best = 0;
  for (let byte = 1; byte <= 255; byte++) if (off(byte) <= off(best)) best = byte;
  return best;
}

/** Values from 0 to beyond `top`, no two neighbours alike. */
const image = (channels: DeepImageFile["channels"], top: number): DeepImageFile => ({
  width: 7,
  height: 5,
  channels,
  values: Array.from({ length: 35 * channels }, (_, i) => (i * 977 + (i % 3) * 31) % (top + top / 8)),
});

const whole = ({ values, ...rest }: DeepImageFile): DeepImageFile => ({
  ...rest,
  values: values.map(Math.floor),
});

describe.each([
  { bits: 10, min: 0, max: 1023 },
  { bits: 12, min: 0, max: 4095 },
  { bits: 12, min: 200, max: 3000 },
  { bits: 14, min: 0, max: 16_383 },
  { bits: 16, min: 0, max: 65_535 },
])("values $min-$max of $bits bits in 16", ({ bits, min, max }) => {
  const top = Math.min(2 ** bits, 58_000);

  test.each([
    ["grey PNG", png16, 1],
    ["PNG", png16, 3],
    ["grey TIFF", tiff16, 1],
    ["TIFF", tiff16, 3],
    ["big-endian TIFF", (one: DeepImageFile) => tiff16(one, { big: true }), 3],
  ] as const)("become the nearest bytes: %s", async (_, write, channels) => {
    const file = whole(image(channels, top));
    const { width, height, data } = await codec.decode(write(file), "a", { range: { min, max } });
    expect([width, height]).toEqual([7, 5]);
    const expected = file.values.flatMap((value) => {
      const byte = nearest(value, min, max);
      return channels === 1 ? [byte, byte, byte] : [byte];
    });
    expect([...data]).toEqual(expected);
  });
});

test("alpha is laid on white after the values are scaled", async () => {
  const values = [4095, 0, 2048, 65_535, 4095, 0, 2048, 0, 0, 0, 0, 32_768, 65_535, 65_535, 65_535, 65_535];
  const file = png16({ width: 4, height: 1, channels: 4, values });
  const { data } = await codec.decode(file, "a.png", { range: { min: 0, max: 4095 } });
  expect([...data]).toEqual([255, 0, 128, 255, 255, 255, 127, 127, 127, 255, 255, 255]);
  const grey = png16({ width: 2, height: 1, channels: 2, values: [0, 65_535, 0, 0] });
  expect([...(await codec.decode(grey, "a.png", { range: { min: 0, max: 9 } })).data]).toEqual([
    0, 0, 0, 255, 255, 255,
  ]);
});

describe("an image of 8 bits", () => {
  const pixels = Uint8Array.from({ length: 12 }, (_, i) => i * 20);
  const file = sharp(pixels, { raw: { width: 2, height: 2, channels: 3 } })
    .png()
    .toBuffer();

  test("is scaled by a range within them", async () => {
    const { data } = await codec.decode(await file, "a.png", { range: { min: 0, max: 100 } });
    expect([...data]).toEqual(
      [...pixels].map((value) => nearest(value, 0, 100)).map((byte) => Math.min(byte, 255)),
    );
    const same = await codec.decode(await file, "a.png", { range: { min: 0, max: 255 } });
    expect([...same.data]).toEqual([...pixels]);
  });

  test("is refused for a range beyond them", async () => {
    await expect(codec.decode(await file, "cat/a.png", { range: { min: 0, max: 4095 } })).rejects.toThrow(
      /^cat\/a\.png: expected values up to 4095, .*received 8 bits/,
    );
  });
});

describe("a range is refused, by name, for", () => {
  const range = { min: 0, max: 4095 };
  const grey = whole(image(1, 4096));

  test("white as 0, since a higher value is darker there", async () => {
    await expect(codec.decode(tiff16(grey, { white0: true }), "a.tif", { range })).rejects.toThrow(
      /white as 0/,
    );
  });

  test("a colour profile, which decides otherwise what the values show", async () => {
    const profiled = await sharp(png16(grey)).toColourspace("grey16").withIccProfile("srgb").png().toBuffer();
    await expect(codec.decode(profiled, "a.png", { range })).rejects.toThrow(/colour profile/);
  });

  test("a damaged file, as without a range", async () => {
    const cut = png16(grey).subarray(0, 60);
    await expect(codec.decode(cut, "a.png", { range })).rejects.toThrow(/^a\.png: expected a whole image/);
  });
});

describe("the values of a file", () => {
  test("are the lowest and the highest colour, without alpha", async () => {
    const file = png16({ width: 2, height: 1, channels: 4, values: [900, 17, 30, 65_535, 4000, 20, 40, 3] });
    expect(await codec.values?.(file, "a.png")).toEqual({ bits: 16, min: 17, max: 4000 });
  });

  test("are not asked for in files of 8 bits, and not told where they say nothing", async () => {
    const small = await sharp({ create: { width: 2, height: 2, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    expect(await codec.values?.(small, "a.png")).toBeUndefined();
    expect(await codec.values?.(tiff16(whole(image(1, 4096)), { white0: true }), "a.tif")).toBeUndefined();
    expect(await codec.values?.(new TextEncoder().encode("no image"), "a.png")).toBeUndefined();
  });
});
