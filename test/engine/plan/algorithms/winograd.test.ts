import { describe, expect, test } from "vitest";
import { type ConvGeometry, positionStride, tilesOf } from "../../../../src/engine/kernels/index.ts";
import {
  suitsWinograd,
  winogradChunks,
  winogradConvolution,
  winogradFilterGradient,
} from "../../../../src/engine/plan/algorithms/winograd.ts";
import { buffer, contextOf, geometry } from "../hand.ts";

const [x, w, y] = [buffer(0, [1]), buffer(1, [1]), buffer(2, [1])] as const;

function forward(g: ConvGeometry, { size = 4, panel = 8 }: { size?: 2 | 4; panel?: 8 | 16 } = {}) {
  const [filters, tiles] = winogradConvolution(contextOf({ panel }), {
    label: "conv2d",
    size,
    source: x,
    filters: w,
    output: y,
    geometry: g,
    flipped: false,
    epilogue: {},
  });
  return { filters, tiles };
}

const gradient = (g: ConvGeometry, size: 2 | 4 = 4) =>
  winogradFilterGradient(contextOf(), { x, dy: y, dw: w, size }, g);

test.each<[string, ConvGeometry, boolean]>([
  ["3x3 of stride 1 with whole vectors", geometry(), true],
  ["another size", geometry({ filterWidth: 5 }), false],
  ["a stride", geometry({ strides: [2, 1] }), false],
  ["dilation", geometry({ dilation: [1, 2] }), false],
  ["channels in no whole vectors", geometry({ channels: 6 }), false],
  ["filters in no whole vectors", geometry({ filters: 6 }), false],
])("Winograd's domain and %s: %o", (_, g, suits) => {
  expect(suitsWinograd(g)).toBe(suits);
});

describe("a convolution in Winograd's domain", () => {
  test("has a tile for every 4x4 or 2x2 outputs, whole ones over the edge", () => {
    expect(tilesOf(geometry({ n: 3, height: 9, width: 8 }), 4)).toBe(3 * 3 * 2);
    expect(tilesOf(geometry({ n: 3, height: 9, width: 8 }), 2)).toBe(3 * 5 * 4);
  });

  test("transforms its filters into 36 or 16 positions, an odd number of cache lines apart", () => {
    // 4 channels, 8 filters: 32 floats are two lines of 16, so positions stand three lines apart.
    expect(positionStride(32)).toBe(48);
    expect(positionStride(33)).toBe(48);
    expect(forward(geometry()).filters).toMatchObject({ transformed: { shape: [36 * 48] } });
    expect(forward(geometry(), { size: 2 }).filters).toMatchObject({ transformed: { shape: [16 * 48] } });
    // A panel of 16 rounds 8 filters up to 16: 64 floats, four lines, five apart.
    expect(forward(geometry(), { panel: 16 }).filters).toMatchObject({ transformed: { shape: [36 * 80] } });
  });

  test("hands the transformed filters from the first kernel to the second", () => {
    const { filters, tiles } = forward(geometry());
    expect(filters?.kind === "winogradFilters" && tiles?.kind === "winograd").toBe(true);
    expect(tiles).toMatchObject({ source: x, output: y, label: "conv2d (Winograd F(4x4))" });
    if (filters?.kind === "winogradFilters")
      expect(tiles).toMatchObject({ transformed: filters.transformed });
  });

  test.each<[string, ConvGeometry, number]>([
    // 200,000 floats of cache hold 36 positions of 32 + 32 numbers for 86 tiles; 288 tiles are four runs of 72.
    [
      "as many as stay in the cache",
      geometry({ n: 8, height: 24, width: 24, channels: 32, filters: 32 }),
      72,
    ],
    [
      "24 at least where channels are many",
      geometry({ n: 16, height: 12, width: 12, channels: 256, filters: 256 }),
      24,
    ],
    ["128 at most where they are few", geometry({ n: 8, height: 64, width: 64 }), 128],
    ["all where there are few", geometry({ n: 1 }), 4],
  ])("gives a task runs of tiles of equal length: %s", (_, g, tiles) => {
    expect(forward(g).tiles).toMatchObject({ tiles, slices: 1 });
  });

  test("shares filters that do not stay in the caches out to tasks, where tiles fill the map", () => {
    // 36 · 512 · 512 floats are more than four million; 64 tiles are one run, so four slices give four tasks.
    const far = geometry({ n: 16, channels: 512, filters: 512 });
    expect(forward(far).tiles).toMatchObject({ tiles: 64, slices: 4 });
    expect(forward({ ...far, n: 64 }).tiles).toMatchObject({ tiles: 128, slices: 2 });
    expect(forward({ ...far, n: 256 }).tiles).toMatchObject({ tiles: 128, slices: 1 });
    expect(forward({ ...far, height: 7, outHeight: 7 }).tiles).toMatchObject({ slices: 1 });
    // Slices are whole panels: 520 filters in panels of 8 divide by neither 16 nor 32.
    expect(forward({ ...far, filters: 520 }).tiles).toMatchObject({ slices: 1 });
  });
});

describe("a filter gradient in Winograd's domain", () => {
  test.each<[string, ConvGeometry, number]>([
    ["16 tiles a chunk at least", geometry({ n: 4 }), 1],
    ["one chunk for every 16 tiles", geometry({ n: 16 }), 4],
    ["16 chunks at most", geometry({ n: 128 }), 16],
    // A chunk's sums are 36 · 65,552 floats; 4 Mi floats hold one of them.
    ["as many as 16 MiB hold", geometry({ n: 128, channels: 256, filters: 256 }), 1],
  ])("keeps partial sums apart: %s", (_, g, chunks) => {
    expect(winogradChunks(g, 4)).toBe(chunks);
    const [sums, whole] = gradient(g);
    expect(sums).toMatchObject({ kind: "winogradFilterSums", source: x, gradient: y, chunks });
    expect(whole).toMatchObject({ kind: "winogradFilterGradient", output: w, chunks });
    if (sums?.kind === "winogradFilterSums")
      expect(sums.partials.shape).toEqual([chunks * 36 * positionStride(g.channels * g.filters)]);
  });

  test("shares the filters out to four tasks where there is one chunk, in whole panels", () => {
    expect(gradient(geometry({ n: 1, filters: 64 }))[0]).toMatchObject({ chunks: 1, slice: 16 });
    expect(gradient(geometry({ n: 1, filters: 16 }))[0]).toMatchObject({ slice: 8 });
    expect(gradient(geometry({ n: 16, filters: 64 }))[0]).toMatchObject({ chunks: 4, slice: 64 });
  });
});
