import { describe, expect, test } from "vitest";
import type { ConvGeometry, Convolution, Unpooling } from "../../../../src/engine/kernels/index.ts";
import {
  directChunks,
  directFilterGradient,
  directForward,
  directInputGradient,
  directRows,
  flippedGeometry,
  scattersItself,
} from "../../../../src/engine/plan/algorithms/direct.ts";
import { tapsOf } from "../../interpret/op.ts";
import { buffer, contextOf, geometry } from "../hand.ts";

const [x, w, y] = [buffer(0, [1]), buffer(1, [1]), buffer(2, [1])] as const;
const unpool: Unpooling = { gradient: buffer(3, [1]), positions: buffer(4, [1], { dtype: "u8" }), nests: [] };

const convolution = (g: ConvGeometry, fields: Partial<Convolution> = {}): Convolution => ({
  kind: "convolution",
  direction: "forward",
  geometry: g,
  inputs: [x, w],
  output: y,
  epilogue: {},
  ...fields,
});

describe("the convolution from dy to dx", () => {
  test.each<[string, ConvGeometry]>([
    ["3x3, same size", geometry({ n: 1, height: 3, width: 3, channels: 1, filters: 1 })],
    [
      "2x3 without padding",
      geometry({
        n: 1,
        height: 4,
        width: 5,
        channels: 1,
        filters: 1,
        filterHeight: 2,
        filterWidth: 3,
        outHeight: 3,
        outWidth: 3,
        padTop: 0,
        padLeft: 0,
      }),
    ],
    [
      "dilated 3x3",
      geometry({
        n: 1,
        height: 5,
        width: 5,
        channels: 1,
        filters: 1,
        dilation: [2, 2],
        padTop: 2,
        padLeft: 2,
      }),
    ],
  ])("has the products of the forward one, the other way round and with the last tap first: %s", (_, g) => {
    const last = g.filterHeight * g.filterWidth - 1;
    const forward = [...tapsOf(g)].map((tap) => `${tap.y} -> ${tap.x} by ${tap.w}`);
    const back = [...tapsOf(flippedGeometry(g))].map((tap) => `${tap.x} -> ${tap.y} by ${last - tap.w}`);
    expect(back.toSorted()).toEqual(forward.toSorted());
  });

  test("swaps channels and filters, and pads by what the filters reach beyond the forward padding", () => {
    const g = geometry({
      channels: 4,
      filters: 8,
      filterHeight: 5,
      filterWidth: 3,
      padTop: 1,
      padLeft: 0,
      outHeight: 6,
      outWidth: 6,
    });
    expect(flippedGeometry(g)).toMatchObject({
      channels: 8,
      filters: 4,
      height: 6,
      width: 6,
      outHeight: 8,
      outWidth: 8,
      padTop: 3,
      padLeft: 2,
    });
  });
});

describe("a direct convolution", () => {
  const rows = (g: ConvGeometry, fields: Partial<Convolution> = {}): number | undefined => {
    const [, tiles] = directForward(contextOf(), convolution(g, fields));
    return tiles?.kind === "direct" ? tiles.rows : undefined;
  };
  const pooled = { epilogue: { pool: { positions: buffer(5, [1], { dtype: "u8" }) } } };

  test("gives a task two million products, if the map has so many rows", () => {
    // A row of 100 pixels, 3 x 3 taps, 32 channels, 32 filters is 921,600 products: three rows pass two million.
    expect(rows(geometry({ height: 100, width: 100, channels: 32, filters: 32 }))).toBe(3);
    expect(rows(geometry({ height: 8, width: 8 }))).toBe(8);
  });

  test("gives a task no more rows than 128 KiB of the source", () => {
    // 402 pixels of 16 channels are 25,728 bytes a row: five fit in 131,072.
    expect(rows(geometry({ height: 400, width: 400, channels: 16, filters: 4 }))).toBe(5);
    // A stride of 2 takes two source rows of (2 · 199 + 3) · 16 · 4 = 25,664 bytes for each of the output.
    const strided = { outHeight: 200, outWidth: 200, strides: [2, 2] } as const;
    expect(rows(geometry({ height: 400, width: 400, channels: 16, filters: 4, ...strided }))).toBe(2);
  });

  test("gives a task pairs of rows before a pooling, the last odd one left out", () => {
    expect(rows(geometry({ height: 100, width: 100, channels: 32, filters: 32 }), pooled)).toBe(2);
    expect(rows(geometry({ height: 7, width: 8 }), pooled)).toBe(6);
    expect(rows(geometry({ height: 100, width: 100, channels: 256, filters: 256 }), pooled)).toBe(2);
  });

  test("packs its filters into whole panels", () => {
    const shapes = ([8, 16] as const).map((panel) => {
      const [nest] = directForward(contextOf({ panel }), convolution(geometry({ channels: 4, filters: 20 })));
      return nest?.kind === "nest" ? nest.writes[0]?.access.buffer.shape : undefined;
    });
    // 20 filters fill three panels of 8 or two of 16; each has 9 · 4 rows.
    expect(shapes).toEqual([[24 * 36], [32 * 36]]);
  });

  test("is named after what it does on the way out", () => {
    const [, tiles] = directForward(
      contextOf(),
      convolution(geometry(), { epilogue: { bias: buffer(6, [8]), relu: true, ...pooled.epilogue } }),
    );
    expect(tiles?.label).toBe("conv2d+bias+pool+relu");
  });

  test("runs from dy to dx for the input gradient, with bias and relu where they follow", () => {
    const epilogue = { bias: buffer(6, [4]), relu: true };
    const work = convolution(geometry(), { direction: "inputGradient", epilogue });
    const [, tiles] = directInputGradient(contextOf(), work);
    expect(tiles).toMatchObject({ kind: "direct", source: x, output: y, epilogue });
    expect(tiles?.label).toBe("conv2d input gradient+bias+relu");
  });
});

describe("a direct filter gradient", () => {
  const gradient = (g: ConvGeometry, fields: Partial<Convolution> = {}) =>
    directFilterGradient(contextOf(), convolution(g, { direction: "filterGradient", ...fields }));

  test.each([
    ["one image a chunk, up to 16", 16, 4, 16],
    ["equal chunks of more images", 24, 4, 12],
    ["17 images in nine chunks of two", 17, 4, 9],
    ["one image in one", 1, 4, 1],
  ])("adds up %s", (_, n, channels, chunks) => {
    expect(directChunks(geometry({ n, channels }))).toBe(chunks);
  });

  test("keeps partial sums within 8 Mi numbers", () => {
    // 3 · 3 · 512 · 512 weights are 2,359,296 numbers: three sets of them fit.
    expect(directChunks(geometry({ n: 16, channels: 512, filters: 512 }))).toBe(3);
    expect(directChunks(geometry({ n: 16, channels: 2048, filters: 2048 }))).toBe(1);
  });

  test("passes over its sums once for rows that stay in 32 KiB", () => {
    // A row of the source has 8 · 4 numbers, one of dy 8 · 8: 384 bytes together; all 8 rows fit.
    expect(directRows(geometry())).toBe(8);
    // 100 · (64 + 64) numbers are 51,200 bytes a row: at least one row.
    expect(directRows(geometry({ height: 100, width: 100, channels: 64, filters: 64 }))).toBe(1);
    // 100 · (8 + 16) numbers are 9,600 bytes: three rows fit.
    expect(directRows(geometry({ height: 100, width: 100, channels: 8, filters: 16 }))).toBe(3);
  });

  test("writes straight into dw where there is one chunk, and adds the chunks up where there are more", () => {
    const [one, ...none] = gradient(geometry({ n: 1 }));
    expect(one).toMatchObject({ kind: "directFilter", partials: y, chunks: 1 });
    expect(none).toEqual([]);
    const [two, sum] = gradient(geometry({ n: 2 }));
    expect(two).toMatchObject({ kind: "directFilter", chunks: 2, partials: { shape: [2, 9 * 4 * 8] } });
    expect(sum).toMatchObject({ kind: "nest", reduce: [2] });
  });

  test("leaves filter rows to tasks of their own until there are eight chunks", () => {
    expect(gradient(geometry({ n: 4 }))[0]).toMatchObject({ filterRows: 1 });
    expect(gradient(geometry({ n: 8 }))[0]).toMatchObject({ filterRows: 3 });
  });

  test("takes dy in pieces of columns that stay in 32 KiB", () => {
    // One row of 400 pixels and 64 filters is 102,400 bytes: four pieces of 100 columns.
    expect(gradient(geometry({ n: 1, height: 400, width: 400, channels: 64, filters: 64 }))[0]).toMatchObject(
      {
        rows: 1,
        columns: 100,
      },
    );
  });

  test("scatters a pooled gradient by itself where rows come in pairs and filters in vectors", () => {
    const scatters = (g: ConvGeometry, one: Unpooling | undefined = unpool): boolean =>
      scattersItself(convolution(g, { direction: "filterGradient", ...(one && { unpool: one }) }));
    expect(scatters(geometry())).toBe(true);
    expect(scatters(geometry({ filters: 6 }))).toBe(false);
    expect(scatters(geometry({ outHeight: 7 }))).toBe(false);
    expect(scatters(geometry({ outWidth: 7 }))).toBe(false);
    expect(scattersItself(convolution(geometry()))).toBe(false);
    const [tiles] = gradient(geometry({ n: 1, height: 100, width: 100, channels: 8, filters: 16 }), {
      unpool,
    });
    // An even number of rows: two of the three that fit.
    expect(tiles).toMatchObject({
      gradient: unpool.gradient,
      positions: unpool.positions,
      rows: 2,
      filterRows: 3,
    });
  });
});
