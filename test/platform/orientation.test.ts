import sharp from "sharp";
import { describe, expect, test } from "vitest";
import type { Raster } from "../../src/data/index.ts";
import { sharpCodec } from "../../src/platform/node/index.ts";

const codec = sharpCodec();
const colours = {
  r: [230, 30, 30],
  g: [30, 200, 30],
  b: [30, 30, 230],
  w: [245, 245, 245],
  k: [20, 20, 20],
  y: [230, 220, 30],
} as const;
type Colour = keyof typeof colours;

const block = 16;
/** As the file holds it: two rows of three blocks, so that no two ways to turn it are alike. */
const stored: readonly (readonly Colour[])[] = [
  ["r", "g", "b"],
  ["w", "k", "y"],
];

/** The image upright, for each value of the tag 0x0112 (EXIF 2.32, 4.6.5: the row and the column that the first stored ones stand for). */
const upright: Readonly<Record<number, readonly string[]>> = {
  1: ["rgb", "wky"], // first row at the top, first column at the left
  2: ["bgr", "ykw"], // top, right
  3: ["ykw", "bgr"], // bottom, right
  4: ["wky", "rgb"], // bottom, left
  5: ["rw", "gk", "by"], // left, top
  6: ["wr", "kg", "yb"], // right, top
  7: ["yb", "kg", "wr"], // right, bottom
  8: ["by", "gk", "rw"], // left, bottom
};

const blocks = (): ReturnType<typeof sharp> => {
  const [height, width] = [2 * block, 3 * block];
  const data = Buffer.alloc(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [Math.floor((i % width) / block), Math.floor(i / width / block)];
    data.set(colours[stored[y]![x]!], i * 3);
  }
  return sharp(data, { raw: { width, height, channels: 3 } });
};

/** The nearest colour in the middle of each block. */
function lettersOf({ width, height, data }: Raster): readonly string[] {
  const nearest = (x: number, y: number): string => {
    const at = (y * width + x) * 3;
    const distance = (colour: readonly number[]): number =>
      colour.reduce((sum, level, c) => sum + Math.abs(level - data[at + c]!), 0);
    return Object.entries(colours).reduce((a, b) => (distance(a[1]) <= distance(b[1]) ? a : b))[0];
  };
  const middles = (extent: number): number[] =>
    Array.from({ length: Math.round(extent / block) }, (_, i) => i * block + block / 2);
  return middles(height).map((y) =>
    middles(width)
      .map((x) => nearest(x, y))
      .join(""),
  );
}

describe.each(["jpeg", "png", "webp", "tiff"] as const)("the EXIF orientation of a %s", (format) => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])("%i is applied", async (orientation) => {
    const bytes = await blocks().withMetadata({ orientation }).toFormat(format, { quality: 95 }).toBuffer();
    const raster = await codec.decode(bytes, `a.${format}`);
    expect(lettersOf(raster)).toEqual(upright[orientation]);
    expect(codec.describe?.(bytes).exif?.orientation).toBe(orientation === 1 ? undefined : orientation);
  });
});

test("an orientation that is none changes nothing", async () => {
  expect.assertions(2);
  const bytes = await blocks().withMetadata({ orientation: 1 }).jpeg({ quality: 95 }).toBuffer();
  // The tag's value stands eight bytes after its number, in the byte order of the block.
  for (const [order, tag, value] of [
    ["II", [0x12, 0x01], 8],
    ["MM", [0x01, 0x12], 9],
  ] as const) {
    const at = bytes.indexOf(Buffer.from(tag), bytes.indexOf(order, 0, "latin1"));
    if (bytes.indexOf(order, 0, "latin1") < 0 || at < 0) continue;
    const odd = Buffer.from(bytes);
    odd[at + value] = 9;
    expect(lettersOf(await codec.decode(odd, "a.jpg"))).toEqual(upright[1]);
    expect(codec.describe?.(odd).exif?.orientation).toBeUndefined();
  }
});
