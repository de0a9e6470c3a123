import { assert, boolean, constantFrom, integer, property, record } from "fast-check";
import { describe, test } from "vitest";
import type {
  ConvGeometry,
  DirectConvolution,
  DirectFilterGradient,
} from "../../../src/engine/kernels/index.ts";
import { expectBits, geometries, pixelOf, range, runs, step } from "./geometries.ts";
import { bufferHere } from "./runHere.ts";
import { roundedSum, someNumbers } from "./sums.ts";

// Every kernel gives the bits of its sum in one fixed order, each product and each sum rounded to float32. Where a tap lies
// outside of the image there is no term, or a zero, which changes no bit of a sum that began at +0 or at the bias.

describe("a direct convolution adds bias, then filter rows, columns and channels", () => {
  interface Direct {
    readonly g: ConvGeometry;
    readonly zeros: readonly [number, number];
    readonly panel: 8 | 16;
    readonly rows: number;
    readonly pooled: boolean;
  }

  function check({ g, zeros, panel, rows, pooled }: Direct): void {
    const [source, bias] = [bufferHere([g.n, g.height, g.width, g.channels]), bufferHere([g.filters])];
    const depth = g.filterHeight * g.filterWidth * g.channels;
    const panels = Math.ceil(g.filters / panel);
    const packed = bufferHere([panels, depth, panel]);
    const [outHeight, outWidth] = pooled
      ? [Math.floor(g.outHeight / 2), Math.floor(g.outWidth / 2)]
      : [g.outHeight, g.outWidth];
    const shape = [g.n, outHeight, outWidth, g.filters];
    const [output, positions] = [bufferHere(shape), bufferHere(shape, { dtype: "u8" })];
    const epilogue = { bias, relu: true, ...(pooled && { pool: { positions } }) };
    const kernel: DirectConvolution = {
      kind: "direct",
      label: "direct",
      source,
      packed,
      output,
      geometry: g,
      panel,
      rows,
      epilogue,
      inputDilation: zeros,
    };
    const x = someNumbers(g.n * g.height * g.width * g.channels);
    const w = someNumbers(panels * depth * panel, 1);
    const shift = someNumbers(g.filters, 2);
    const pixel = pixelOf(g, x);
    const dilated = (n: number, row: number, column: number, c: number): number =>
      row % zeros[0] || column % zeros[1] ? 0 : pixel(n, row / zeros[0], column / zeros[1], c);
    const sumAt = (n: number, y: number, column: number, k: number): number =>
      roundedSum(shift[k] ?? NaN, range(depth), (d) => {
        const [r, s] = [
          Math.floor(d / (g.filterWidth * g.channels)),
          Math.floor(d / g.channels) % g.filterWidth,
        ];
        const row = y * g.strides[0] + r * g.dilation[0] - g.padTop;
        const across = column * g.strides[1] + s * g.dilation[1] - g.padLeft;
        const weight = w[(Math.floor(k / panel) * depth + d) * panel + (k % panel)] ?? NaN;
        return [dilated(n, row, across, d % g.channels), weight];
      });
    const [values, where]: [number[], number[]] = [[], []];
    for (const n of range(g.n))
      for (const y of range(outHeight))
        for (const column of range(outWidth))
          for (const k of range(g.filters)) {
            const sums = pooled
              ? range(4).map((q) => sumAt(n, 2 * y + (q >> 1), 2 * column + (q & 1), k))
              : [sumAt(n, y, column, k)];
            const best = Math.max(...sums);
            values.push(best < 0 ? 0 : best);
            where.push(sums.indexOf(best));
          }
    const given = new Map([
      [source, x],
      [packed, w],
      [bias, shift],
    ]);
    expectBits(
      kernel,
      given,
      new Map(
        pooled
          ? [
              [output, values],
              [positions, where],
            ]
          : [[output, values]],
      ),
    );
  }

  const panel = constantFrom(8, 16);
  test("of any geometry", () => {
    assert(
      property(geometries, panel, integer({ min: 1, max: 4 }), (g, width, rows) =>
        check({ g, zeros: [1, 1], panel: width, rows, pooled: false }),
      ),
      runs,
    );
  });

  test("with zeros between the pixels, as gradients of strided convolutions have them", () => {
    assert(
      property(geometries, step, step, panel, (g, down, across, width) =>
        check({ g, zeros: [down, across], panel: width, rows: 2, pooled: false }),
      ),
      runs,
    );
  });

  test("and keeps the greatest of each window with its position, the first of equals", () => {
    const poolable = geometries.filter(({ outHeight, outWidth }) => outHeight > 1 && outWidth > 1);
    assert(
      property(poolable, panel, constantFrom(2, 4), (g, width, rows) =>
        check({ g, zeros: [1, 1], panel: width, rows, pooled: true }),
      ),
      runs,
    );
  });
});

describe("a direct filter gradient adds images, blocks of rows, blocks of columns, rows, columns", () => {
  function check(
    g: ConvGeometry,
    sizes: Pick<DirectFilterGradient, "chunks" | "rows" | "columns" | "panel"> & { whole: boolean },
  ): void {
    const { chunks, rows, columns, panel, whole } = sizes;
    const source = bufferHere([g.n, g.height, g.width, g.channels]);
    const gradient = bufferHere([g.n, g.outHeight, g.outWidth, g.filters]);
    const depth = g.filterHeight * g.filterWidth * g.channels;
    const partials = bufferHere([chunks, depth, g.filters]);
    const kernel: DirectFilterGradient = {
      kind: "directFilter",
      label: "direct",
      source,
      gradient,
      partials,
      geometry: g,
      chunks,
      rows,
      columns,
      panel,
      filterRows: whole ? g.filterHeight : 1,
    };
    const x = someNumbers(g.n * g.height * g.width * g.channels);
    const dy = someNumbers(g.n * g.outHeight * g.outWidth * g.filters, 1);
    const pixel = pixelOf(g, x);
    const perChunk = Math.ceil(g.n / chunks);
    const inBlocks = (count: number, block: number): number[][] =>
      range(Math.ceil(count / block)).map((i) => range(count).slice(i * block, (i + 1) * block));
    const places = inBlocks(g.outHeight, rows).flatMap((lines) =>
      inBlocks(g.outWidth, columns).flatMap((some) =>
        lines.flatMap((y) => some.map((column) => [y, column] as const)),
      ),
    );
    const expected = range(chunks * depth * g.filters).map((at) => {
      const [chunk, d, k] = [
        Math.floor(at / g.filters / depth),
        Math.floor(at / g.filters) % depth,
        at % g.filters,
      ];
      const [r, s] = [
        Math.floor(d / (g.filterWidth * g.channels)),
        Math.floor(d / g.channels) % g.filterWidth,
      ];
      const images = range(g.n).slice(chunk * perChunk, (chunk + 1) * perChunk);
      const terms = images.flatMap((n) => places.map((place) => [n, ...place] as const));
      return roundedSum(0, terms, ([n, y, column]) => [
        pixel(
          n,
          y * g.strides[0] + r * g.dilation[0] - g.padTop,
          column * g.strides[1] + s * g.dilation[1] - g.padLeft,
          d % g.channels,
        ),
        dy[((n * g.outHeight + y) * g.outWidth + column) * g.filters + k] ?? NaN,
      ]);
    });
    const given = new Map([
      [source, x],
      [gradient, dy],
    ]);
    expectBits(kernel, given, new Map([[partials, expected]]));
  }

  test("in each chunk, by whole filters or by their rows", () => {
    const sizes = record({
      chunks: integer({ min: 1, max: 3 }),
      rows: integer({ min: 1, max: 3 }),
      columns: integer({ min: 1, max: 5 }),
      panel: constantFrom(8, 16),
      whole: boolean(),
    });
    assert(property(geometries, sizes, check), runs);
  });
});
