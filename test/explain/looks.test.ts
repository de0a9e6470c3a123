import { describe, expect, test } from "vitest";
import { centerCrop, resize } from "../../src/data/index.ts";
import { referenceBackend } from "../../src/engine/index.ts";
import {
  networkView,
  sideBySide,
  forDisplay,
  filterImage,
  openActivations,
} from "../../src/explain/index.ts";
import { dense, flatten, inferenceProgram, sequential } from "../../src/nn/index.ts";
import { runReference } from "../../src/engine/index.ts";
import { noiseImage, side, subject } from "./images.ts";

const pixel = (
  { data, width }: { readonly data: Uint8Array; readonly width: number },
  x: number,
  y: number,
): number[] => [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];

describe("filters", () => {
  test("of the first layer are colours around mid-grey, each with its greatest weight at black or white", () => {
    const found = filterImage(subject);
    expect(found).toMatchObject({
      layer: "conv2d",
      filters: 5,
      shownFilters: 5,
      channels: 3,
      shownChannels: 3,
    });
    const kernel = subject.weights["conv2d/kernel"]!;
    // Tiles of 3 × 3 squares of 19 pixels with 6 between them, four a row.
    expect([found.raster.width, found.raster.height]).toEqual([4 * 57 + 18, 2 * 57 + 6]);
    for (let filter = 0; filter < 5; filter++) {
      const weights = Array.from({ length: 27 }, (_, i) => kernel[i * 5 + filter]!);
      const greatest = Math.max(...weights.map(Math.abs));
      const [left, top] = [(filter % 4) * 63, Math.floor(filter / 4) * 63];
      for (const place of [0, 4, 8]) {
        const shown = pixel(found.raster, left + (place % 3) * 19 + 9, top + Math.floor(place / 3) * 19 + 9);
        const wanted = [0, 1, 2].map((c) => Math.round(127.5 + (127.5 * weights[place * 3 + c]!) / greatest));
        expect(shown).toEqual(wanted);
      }
    }
    // White beside the last tile.
    expect(pixel(found.raster, 70, 100)).toEqual([255, 255, 255]);
  });

  test("of deeper layers are grey, a row a filter and a column a channel, the first of many", () => {
    const found = filterImage(subject, "conv2d_2");
    expect(found).toMatchObject({ filters: 70, shownFilters: 16, channels: 5, shownChannels: 5 });
    expect(found.raster.width).toBe(5 * 57 + 4 * 6);
    const [red, green, blue] = pixel(found.raster, 10, 10);
    expect([green, blue]).toEqual([red, red]);
    expect(filterImage(subject, "depthwise_conv2d")).toMatchObject({ filters: 5, channels: 1 });
  });

  test("are refused of layers that have none, with the names of those that do", () => {
    expect(() => filterImage(subject, "dense")).toThrow(
      /^layer dense: expected one with filters: conv2d, depthwise_conv2d, conv2d_1, conv2d_2/,
    );
    const flat = { ...subject, model: sequential([flatten(), dense({ units: 2 })]) };
    expect(() => filterImage(flat)).toThrow(/expected a model with convolutions/);
  });
});

describe("activation maps", () => {
  const image = noiseImage(side, side, 3).data;

  test("are drawn for every layer with maps, as many channels as asked for, on one scale a layer", async () => {
    const opened = await openActivations(subject, { backend: referenceBackend(), channels: 64 });
    const found = await opened.explain(image);
    opened.close();
    expect(found.map(({ layer, shape, shown }) => [layer, shape.join("x"), shown])).toEqual([
      ["conv2d", "12x12x5", 5],
      ["depthwise_conv2d", "12x12x5", 5],
      ["max_pooling2d", "6x6x5", 5],
      ["conv2d_1", "6x6x5", 5],
      ["add", "6x6x5", 5],
      ["conv2d_2", "6x6x70", 64],
      ["activation", "6x6x70", 64],
    ]);
    const last = found.at(-1)!.raster;
    // 64 tiles of 6 × 6 squares of 11 pixels with 2 between them.
    expect([last.width, last.height]).toEqual([8 * 68 - 2, 8 * 68 - 2]);
    const program = inferenceProgram(subject.model, { inputShape: [12, 12, 3], batchSize: 1, layers: true });
    const x = Float64Array.from(image, (byte) => byte / 255);
    const maps = runReference(program, { ...subject.weights, x }).outputs["layers/activation"]!;
    const light = ([red, green, blue]: readonly number[]): number =>
      0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
    const shown = Array.from({ length: 36 * 64 }, (_, i) => {
      const [place, channel] = [Math.floor(i / 64), i % 64];
      const [x0, y0] = [
        (channel % 8) * 68 + (place % 6) * 11 + 5,
        Math.floor(channel / 8) * 68 + Math.floor(place / 6) * 11 + 5,
      ];
      return { light: light(pixel(last, x0, y0)), value: maps[place * 70 + channel]! };
    }).toSorted((a, b) => a.value - b.value);
    expect(shown[0]!.light).toBeLessThan(22);
    expect(shown.at(-1)!.light).toBeGreaterThan(200);
    for (const [i, one] of shown.entries())
      if (i > 0) expect(one.light).toBeGreaterThan(shown[i - 1]!.light - 2);
  });

  test("of one layer alone, or a clear error", async () => {
    const backend = referenceBackend();
    const opened = await openActivations(subject, { backend, layer: "add" });
    expect((await opened.explain(image)).map(({ layer }) => layer)).toEqual(["add"]);
    await expect(openActivations(subject, { backend, layer: "dense" })).rejects.toThrow(
      /^layer dense: expected one that gives maps: conv2d, /,
    );
  });
});

describe("an image to be looked at", () => {
  test("keeps its own aspect where the network squeezes it, and is cut as the network cuts it, but sharp", () => {
    const raster = noiseImage(320, 240, 1);
    const [height, width] = [96, 96];
    expect(networkView(raster, [resize({ height, width })])).toBe(raster);
    const cut = networkView(raster, [resize({ height, width, fit: "crop" })]);
    expect([cut.width, cut.height]).toEqual([192, 192]);
    const middle = networkView(raster, [
      resize({ height: 48, width: 64 }),
      centerCrop({ height: 48, width: 48 }),
    ]);
    expect([middle.width, middle.height]).toEqual([240, 240]);
    const bare = networkView(raster, [centerCrop({ height: 100, width: 100 })]);
    expect(pixel(bare, 0, 0)).toEqual(pixel(raster, 110, 70));
  });

  test("is neither tiny nor huge", () => {
    const tiny = forDisplay(noiseImage(32, 20, 1));
    expect([tiny.width, tiny.height]).toEqual([256, 160]);
    expect(pixel(tiny, 7, 7)).toEqual(pixel(noiseImage(32, 20, 1), 0, 0));
    const huge = forDisplay({ width: 2048, height: 1024, data: new Uint8Array(2048 * 1024 * 3) });
    expect([huge.width, huge.height]).toEqual([1024, 512]);
    const pair = sideBySide(tiny, tiny);
    expect([pair.width, pair.height]).toEqual([520, 160]);
  });
});
