import { describe, expect, test } from "vitest";
import { FoveaError, seeded } from "../../../src/base/index.ts";
import { type Codec, type Raster, inspectImages, prepareImages, resize } from "../../../src/data/index.ts";
import { pixelFactsOf } from "../../../src/data/inspect/pixelFacts.ts";
import { treeOf } from "../trees.ts";

type Colour = readonly [number, number, number];

const drawn = (width: number, height: number, colourAt: (x: number, y: number) => Colour): Raster => {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) data.set(colourAt(i % width, Math.floor(i / width)), i * 3);
  return { width, height, data };
};

const grey = (value: number): Colour => [value, value, value];

describe("pixelFactsOf", () => {
  test("a plain image has no range, no edges and no colour but its own", () => {
    const facts = pixelFactsOf(drawn(20, 10, () => [200, 100, 60]));
    expect(facts).toMatchObject({
      width: 20,
      height: 10,
      meanColour: [200, 100, 60],
      sharpness: 0,
      colourShare: 1,
    });
    // (77 · 200 + 150 · 100 + 29 · 60) / 256 = 125.5
    expect(facts.brightness).toEqual({ mean: 126, deviation: 0, range: [126, 126] });
  });

  test("halves of black and white are grey and span the whole range", () => {
    const facts = pixelFactsOf(drawn(40, 40, (x) => grey(x < 20 ? 0 : 255)));
    expect(facts.brightness).toEqual({ mean: 127.5, deviation: 127.5, range: [0, 255] });
    expect([facts.colourShare, facts.colourfulness]).toEqual([0, 0]);
  });

  test("a few odd pixels do not widen the range", () => {
    const facts = pixelFactsOf(drawn(100, 100, (x, y) => grey(x === 0 && y < 40 ? 255 : 90)));
    expect(facts.brightness.range).toEqual([90, 90]);
  });

  test("a soft image is less sharp than the same one with edges, at any contrast", () => {
    const waves = (length: number, strength: number): number =>
      pixelFactsOf(
        drawn(64, 64, (x) => grey(Math.round(128 + strength * (Math.abs(((x / length) % 2) - 1) - 0.5)))),
      ).sharpness;
    expect(waves(16, 200)).toBeLessThan(waves(2, 200) / 4);
    expect(waves(2, 50) / waves(2, 200)).toBeCloseTo(1, 1);
  });

  // numpy 2: rg = r-g; yb = (r+g)/2-b; sqrt(rg.var()+yb.var()) + 0.3*sqrt(rg.mean()**2+yb.mean()**2)
  // for the pixels (255,0,0), (0,255,0), (0,0,255), (255,255,255): 238.531
  test("colourfulness is Hasler and Süsstrunk's", () => {
    const colours: readonly Colour[] = [[255, 0, 0], [0, 255, 0], [0, 0, 255], grey(255)];
    expect(pixelFactsOf(drawn(2, 2, (x, y) => colours[y * 2 + x]!)).colourfulness).toBeCloseTo(238.531, 3);
  });

  test("a large image is sampled and gives the same facts as a small one of the same", () => {
    const colourAt =
      (size: number) =>
      (x: number, y: number): Colour =>
        grey(Math.round((x / size) * 255 * (y / size)));
    const [small, large] = [drawn(300, 300, colourAt(300)), drawn(1500, 1500, colourAt(1500))].map(
      pixelFactsOf,
    );
    expect(large?.width).toBe(1500);
    expect(large?.brightness.mean).toBeCloseTo(small!.brightness.mean, 0);
    expect(large?.brightness.deviation).toBeCloseTo(small!.brightness.deviation, 0);
  });

  test("the smallest images have facts", () => {
    const facts = pixelFactsOf(drawn(1, 1, () => grey(7)));
    expect([facts.sharpness, facts.brightness.mean]).toEqual([0, 7]);
  });
});

describe("inspection of a collection", () => {
  const random = seeded(1);
  const files = Object.fromEntries(
    Array.from({ length: 6 }, (_, i) => [
      `a/${i}.png`,
      Uint8Array.from({ length: 75 }, () => random.integer(256)),
    ]),
  );
  const images = Object.keys(files).map((path) => ({ path, label: "a" }));
  const codec: Codec = {
    decode: (data, path) =>
      path === "a/2.png"
        ? Promise.reject(new FoveaError(`${path}: cut off`))
        : Promise.resolve({ width: 5, height: 5, data }),
    describe: () => ({ format: "png", depth: 8 }),
    salvage: (data) => Promise.resolve({ raster: { width: 5, height: 5, data }, share: 0.4 }),
  };

  test("gives facts or reasons, and what is left of the broken", async () => {
    const progress: number[] = [];
    const onProgress = (done: number): void => void progress.push(done);
    const outcomes = await inspectImages(treeOf(files), images, { codec, onProgress });
    expect(outcomes[2]).toEqual({ reason: "cut off", recoverable: 0.4 });
    expect(outcomes[3]).toMatchObject({
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      inspection: {
        format: "png",
        depth: 8,
        bytes: 75,
        width: 5,
        pixelDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    });
    expect(progress).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("comes with the pixels where both are asked for, by kept place", async () => {
    const options = { codec, transforms: [resize({ height: 2, width: 2 })], classNames: ["a"] };
    const prepared = await prepareImages(treeOf(files), images, { ...options, inspect: true });
    const alone = await inspectImages(treeOf(files), images, { codec });
    const expected = alone.flatMap((one) => ("inspection" in one ? [one.inspection] : []));
    expect(prepared.inspections).toEqual(expected);
    expect(prepared.inspections).toHaveLength(prepared.count);
    expect((await prepareImages(treeOf(files), images, options)).inspections).toBeUndefined();
  });
});
