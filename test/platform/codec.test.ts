import sharp, { type Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import type { Raster } from "../../src/data/index.ts";
import { encodePng, sharpCodec } from "../../src/platform/node/index.ts";

const codec = sharpCodec();
const [red, green, blue] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
] as const;

/** Left half red, right half blue: JPEG keeps such halves of 16 pixels nearly exactly. */
const halves = (width = 32, height = 16): Sharp => {
  const data = Buffer.alloc(width * height * 3);
  for (let i = 0; i < width * height; i++) data.set(i % width < width / 2 ? red : blue, i * 3);
  return sharp(data, { raw: { width, height, channels: 3 } });
};

const pixel = ({ data, width }: Raster, x: number, y: number): number[] => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

function expectNear(actual: readonly number[], wanted: readonly number[], within = 4): void {
  actual.forEach((x, i) =>
    expect(Math.abs(x - (wanted[i] ?? 0)), `${actual.join()} for ${wanted.join()}`).toBeLessThanOrEqual(
      within,
    ),
  );
}

describe("sharpCodec", () => {
  test.each([
    ["jpeg", () => halves().jpeg({ quality: 95 }).toBuffer()],
    ["png", () => halves().png().toBuffer()],
    ["png with a palette", () => halves().png({ palette: true }).toBuffer()],
    ["webp", () => halves().webp({ lossless: true }).toBuffer()],
    ["gif", () => halves().gif().toBuffer()],
    ["tiff", () => halves().tiff().toBuffer()],
  ])("reads %s", async (_, file) => {
    const raster = await codec.decode(await file(), "a.jpg");
    expect([raster.width, raster.height, raster.data.length]).toEqual([32, 16, 32 * 16 * 3]);
    expectNear(pixel(raster, 4, 8), red);
    expectNear(pixel(raster, 28, 8), blue);
  });

  test.each(["jpeg", "tiff"] as const)("turns %s in CMYK into RGB", async (format) => {
    const file = await halves().toColourspace("cmyk").toFormat(format, { quality: 95 }).toBuffer();
    expect((await sharp(file).metadata()).space).toBe("cmyk");
    const raster = await codec.decode(file, "a.jpg");
    expect(raster.data.length).toBe(32 * 16 * 3);
    expectNear(pixel(raster, 4, 8), red, 40);
    // The bluest that ink gets.
    expectNear(pixel(raster, 28, 8), [28, 60, 139], 20);
  });

  test("repeats grey three times", async () => {
    const grey = { raw: { width: 2, height: 1, channels: 1 } } as const;
    const raster = await codec.decode(
      await sharp(Buffer.of(10, 200), grey).toColourspace("b-w").png().toBuffer(),
      "a.png",
    );
    expect([...raster.data]).toEqual([10, 10, 10, 200, 200, 200]);
  });

  test("scales 16 bits down to 8", async () => {
    const deep = await sharp({
      create: { width: 3, height: 2, channels: 3, background: { r: 255, g: 128, b: 0 } },
    })
      .toColourspace("rgb16")
      .png()
      .toBuffer();
    expect((await sharp(deep).metadata()).depth).toBe("ushort");
    expectNear(pixel(await codec.decode(deep, "a.png"), 1, 1), [255, 128, 0], 1);
    const grey = await sharp(deep).toColourspace("grey16").png().toBuffer();
    expect((await sharp(grey).metadata()).depth).toBe("ushort");
    const [r = 0, g, b] = pixel(await codec.decode(grey, "a.png"), 1, 1);
    expect([g, b]).toEqual([r, r]);
    expect(r).toBeGreaterThan(100);
    expect(r).toBeLessThan(200);
  });

  test("lays alpha on white", async () => {
    const rgba = { raw: { width: 3, height: 1, channels: 4 } } as const;
    const file = await sharp(Buffer.of(255, 0, 0, 0, 255, 0, 0, 255, 0, 0, 0, 128), rgba)
      .png()
      .toBuffer();
    const raster = await codec.decode(file, "a.png");
    expect(pixel(raster, 0, 0)).toEqual([255, 255, 255]);
    expect(pixel(raster, 1, 0)).toEqual(red);
    expectNear(pixel(raster, 2, 0), [127, 127, 127], 1);
  });

  test("takes the first frame of an animation", async () => {
    const frames = Buffer.concat([Buffer.alloc(48, Buffer.from(green)), Buffer.alloc(48, Buffer.from(red))]);
    const strip = { raw: { width: 4, height: 8, channels: 3, pageHeight: 4 } } as const;
    const gif = await sharp(frames, strip).gif().toBuffer();
    expect((await sharp(gif).metadata()).pages).toBe(2);
    const raster = await codec.decode(gif, "a.gif");
    expect([raster.width, raster.height]).toEqual([4, 4]);
    expectNear(pixel(raster, 0, 0), green);
  });

  test("gives back the bytes of an image written as PNG", async () => {
    const raster = { width: 3, height: 2, data: Uint8Array.from({ length: 18 }, (_, i) => i * 14) };
    const back = await codec.decode(await encodePng(raster), "a.png");
    expect([back.width, back.height, ...back.data]).toEqual([3, 2, ...raster.data]);
  });
});

describe("sharpCodec: BMP", () => {
  // Pillow 12.3: im = Image.new("RGB", (3, 2));
  //   im.putdata([(255,0,0), (0,255,0), (0,0,255), (10,20,30), (255,255,255), (0,0,0)])
  //   for i in (im, im.quantize(6), im.convert("1", dither=0), im.convert("RGBA")): i.save(file, "BMP")
  const colours = [...red, ...green, ...blue, 10, 20, 30, 255, 255, 255, 0, 0, 0];
  const twoColours = [0, 255, 0, 0, 255, 0].flatMap((x) => [x, x, x]);
  const bits24 =
    "Qk1OAAAAAAAAADYAAAAoAAAAAwAAAAIAAAABABgAAAAAABgAAADEDgAAxA4AAAAAAAAAAAAAHhQK////AAAAAAAAAAD/AP8A/wAAAAAA";
  test.each([
    ["24 bits", bits24, colours],
    [
      "a palette of 8 bits",
      "Qk1WAAAAAAAAAE4AAAAoAAAAAwAAAAIAAAABAAgAAAAAAAgAAADEDgAAxA4AAAYAAAAGAAAA////AAD/AAAeFAoAAAD/AP8AAAAAAAAAAgAFAAMBBAA=",
      colours,
    ],
    [
      "two colours",
      "Qk1GAAAAAAAAAD4AAAAoAAAAAwAAAAIAAAABAAEAAAAAAAgAAADEDgAAxA4AAAIAAAACAAAAAAAAAP///wBAAAAAQAAAAA==",
      twoColours,
    ],
    [
      "32 bits",
      "Qk1OAAAAAAAAADYAAAAoAAAAAwAAAAIAAAABACAAAAAAABgAAADEDgAAxA4AAAAAAAAAAAAAHhQK//////8AAAD/AAD//wD/AP//AAD/",
      colours,
    ],
  ])("reads %s", async (_, base64, wanted) => {
    const raster = await codec.decode(Buffer.from(base64, "base64"), "a.bmp");
    expect([raster.width, raster.height, ...raster.data]).toEqual([3, 2, ...wanted]);
  });

  test("reads rows that go from top to bottom", async () => {
    const file = Buffer.from(bits24, "base64");
    file.writeInt32LE(-2, 22);
    const raster = await codec.decode(file, "a.bmp");
    expect([...raster.data]).toEqual([...colours.slice(9), ...colours.slice(0, 9)]);
  });

  test("names a cut-off and a header-only file, and run lengths in pixels that have none", async () => {
    const file = Buffer.from(bits24, "base64");
    await expect(codec.decode(file.subarray(0, 60), "x/a.bmp")).rejects.toThrow(/^x\/a\.bmp: .*cut off$/);
    await expect(codec.decode(file.subarray(0, 20), "x/a.bmp")).rejects.toThrow(/^x\/a\.bmp: .*cut off$/);
    file.writeUInt32LE(1, 30);
    await expect(codec.decode(file, "x/a.bmp")).rejects.toThrow(
      /^x\/a\.bmp: BMP with 8-bit run lengths and 24 bits a pixel is not supported; save it as PNG$/,
    );
  });
});

/** The message with which the bytes are refused. */
async function refusal(bytes: Uint8Array): Promise<string> {
  const error: unknown = await codec.decode(bytes, "cat/7.jpg").catch((cause: unknown) => cause);
  expect(error).toMatchObject({ name: "FoveaError", exitCode: 1 });
  const message = error instanceof Error ? error.message : "";
  expect(message).toMatch(/^cat\/7\.jpg: expected [^\n]+$/);
  return message;
}

describe("sharpCodec: what is no whole image is named in one line", () => {
  test.each([
    ["jpeg", 0.5, () => halves(64, 64).jpeg().toBuffer()],
    [
      "jpeg",
      0.95,
      () =>
        sharp({
          create: {
            width: 90,
            height: 90,
            channels: 3,
            background: "red",
            noise: { type: "gaussian", mean: 128, sigma: 40 },
          },
        })
          .jpeg()
          .toBuffer(),
    ],
    ["png", 0.6, () => halves(64, 64).png().toBuffer()],
    ["webp", 0.6, () => halves(64, 64).webp().toBuffer()],
    ["gif", 0.6, () => halves(64, 64).gif().toBuffer()],
    ["tiff", 0.6, () => halves(64, 64).tiff().toBuffer()],
  ] as const)("a %s cut off at %d of its bytes", async (_, part, file) => {
    const bytes = await file();
    expect(await refusal(bytes.subarray(0, Math.floor(bytes.length * part)))).toContain(
      "received one that is cut off",
    );
  });

  test.each([
    // Nothing makes sense from there on, but the end stays.
    ["jpeg", 20, () => halves(64, 64).jpeg().toBuffer()],
    ["png", 20, () => halves(64, 64).png().toBuffer()],
    ["gif", 30, () => halves(64, 64).gif().toBuffer()],
    ["webp", 16, () => halves(64, 64).webp().toBuffer()],
  ] as const)("a %s that is damaged from byte %i on", async (_, from, file) => {
    const bytes = await file();
    bytes.fill(0xaa, from, bytes.length - 14);
    expect(await refusal(bytes)).toContain("received one whose data is damaged");
  });

  test("two kinds of damage at once, each by its own, however many are decoded together", async () => {
    const whole = await halves(64, 64).jpeg().toBuffer();
    const cut = whole.subarray(0, whole.length - 30);
    const broken = await halves(64, 64).png().toBuffer();
    broken.fill(7, 60, broken.length - 20);
    const reasons = await Promise.all(
      Array.from({ length: 24 }, (_, i) => refusal(i % 2 === 0 ? cut : broken)),
    );
    expect(new Set(reasons.filter((_, i) => i % 2 === 0)).size).toBe(1);
    expect(reasons[0]).toContain("received one that is cut off");
    expect(new Set(reasons.filter((_, i) => i % 2 === 1)).size).toBe(1);
    expect(reasons[1]).toContain("received one whose data is damaged");
  });

  test("only the first bytes of a JPEG", async () => {
    await refusal(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0));
  });

  test("an empty file, a text and other bytes", async () => {
    expect(await refusal(new Uint8Array())).toContain("received an empty file");
    expect(await refusal(Buffer.from("Grüße, this is no image"))).toContain("received a text file");
    expect(await refusal(Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"))).toContain(
      "received a text file",
    );
    expect(await refusal(Buffer.from([1, 2, 3, 4]))).toContain("received another kind of file");
  });

  test.each([
    ["JPEG XL", "ff0a00"],
    ["JPEG 2000", "0000000c6a5020200d0a"],
    ["Photoshop (PSD)", "384250530001"],
    ["OpenEXR", "762f310102"],
    ["PDF", "255044462d312e37"],
  ])("%s, by its name", async (name, head) => {
    const error: unknown = await codec.decode(Buffer.from(head, "hex"), "a.jpg").catch((cause) => cause);
    expect(error).toMatchObject({ message: `a.jpg: ${name} is not supported; export it as JPEG or PNG` });
  });

  test("an image larger than the limit, before its pixels are decoded", async () => {
    const wide = await sharp({ create: { width: 30_000, height: 4, channels: 3, background: "red" } })
      .png()
      .toBuffer();
    expect((await codec.decode(wide, "wide.png")).width).toBe(30_000);
    const small = sharpCodec({ maxPixels: 100_000 });
    await expect(small.decode(wide, "wide.png")).rejects.toThrow(
      /^wide\.png: expected at most 0\.1 million pixels, received 30000 x 4; make the image smaller$/,
    );
    const bmp = Buffer.alloc(60);
    bmp.write("BM");
    bmp.writeInt32LE(40, 14);
    bmp.writeInt16LE(24, 28);
    bmp.writeInt32LE(100_000, 18);
    bmp.writeInt32LE(100_000, 22);
    await expect(codec.decode(bmp, "wide.bmp")).rejects.toThrow(/^wide\.bmp: .*received 100000 x 100000/);
  });

  test("many images at the limit wait for each other and all come through", async () => {
    const one = await halves(2400, 2000).png().toBuffer();
    const tight = sharpCodec({ maxPixels: 5_000_000 });
    const cut = one.subarray(0, one.length - 40);
    const results = await Promise.allSettled(
      [one, cut, one, one, cut, one].map((bytes) => tight.decode(bytes, "a.png")),
    );
    expect(results.map(({ status }) => status[0])).toEqual(["f", "r", "f", "f", "r", "f"]);
  });
});
