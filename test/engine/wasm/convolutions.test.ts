import { assert, boolean, constantFrom, integer, property, record } from "fast-check";
import { describe, test } from "vitest";
import type {
  ConvGeometry,
  DirectConvolution,
  DirectFilterGradient,
  TransposedConvolution,
} from "../../../src/engine/kernels/index.ts";
import { expectBits, geometries, pixelOf, range, runs } from "./geometries.ts";
import { bufferHere } from "./runHere.ts";
import { roundedSum, someNumbers } from "./sums.ts";

// Every kernel gives the bits of its sum in one fixed order, each product and each sum rounded to float32. Where a tap lies
// outside of the image there is no term, or a zero, which changes no bit of a sum that began at +0 or at the bias.

describe("a direct convolution adds bias, then filter rows, columns and channels", () => {
  interface Direct {
    readonly g: ConvGeometry;
    readonly panel: 8 | 16;
    readonly rows: number;
    readonly pooled: boolean;
  }

  function check({ g, panel, rows, pooled }: Direct): void {
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
    };
    const x = someNumbers(g.n * g.height * g.width * g.channels);
    const w = someNumbers(panels * depth * panel, 1);
    const shift = someNumbers(g.filters, 2);
    const pixel = pixelOf(g, x);
    const sumAt = (n: number, y: number, column: number, k: number): number =>
      roundedSum(shift[k] ?? NaN, range(depth), (d) => {
        const [r, s] = [
          Math.floor(d / (g.filterWidth * g.channels)),
          Math.floor(d / g.channels) % g.filterWidth,
        ];
        const row = y * g.strides[0] + r * g.dilation[0] - g.padTop;
        const across = column * g.strides[1] + s * g.dilation[1] - g.padLeft;
        const weight = w[(Math.floor(k / panel) * depth + d) * panel + (k % panel)] ?? NaN;
        return [pixel(n, row, across, d % g.channels), weight];
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
        check({ g, panel: width, rows, pooled: false }),
      ),
      runs,
    );
  });

  test("and keeps the greatest of each window with its position, the first of equals", () => {
    const poolable = geometries.filter(({ outHeight, outWidth }) => outHeight > 1 && outWidth > 1);
    assert(
      property(poolable, panel, constantFrom(2, 4), (g, width, rows) =>
        check({ g, panel: width, rows, pooled: true }),
      ),
      runs,
    );
  });
});

describe("a transposed convolution adds bias, then taps from the last to the first, and their channels", () => {
  interface Transposed {
    readonly g: ConvGeometry;
    readonly panel: 8 | 16;
    readonly rows: number;
    readonly finished: boolean;
  }

  function check({ g, panel, rows, finished }: Transposed): void {
    const [source, bias] = [bufferHere([g.n, g.outHeight, g.outWidth, g.filters]), bufferHere([g.channels])];
    const taps = g.filterHeight * g.filterWidth;
    const panels = Math.ceil(g.channels / panel);
    const packed = bufferHere([panels, taps * g.filters, panel]);
    const output = bufferHere([g.n, g.height, g.width, g.channels]);
    const epilogue = finished ? { bias, relu: true } : {};
    const kernel: TransposedConvolution = {
      kind: "transposed",
      label: "transposed",
      source,
      packed,
      output,
      geometry: g,
      epilogue,
      panel,
      rows,
    };
    const y = someNumbers(g.n * g.outHeight * g.outWidth * g.filters);
    const w = someNumbers(panels * taps * g.filters * panel, 1);
    const shift = someNumbers(g.channels, 2);
    /** The number of y that meets position `at` of x under a tap, if any does. */
    const metBy = (axis: 0 | 1, at: number, tap: number): number | undefined => {
      const [pad, limit] = axis === 0 ? [g.padTop, g.outHeight] : [g.padLeft, g.outWidth];
      return range(limit).find((o) => o * g.strides[axis] + tap * g.dilation[axis] - pad === at);
    };
    const values: number[] = [];
    for (const n of range(g.n))
      for (const row of range(g.height))
        for (const column of range(g.width))
          for (const c of range(g.channels)) {
            const terms = range(taps * g.filters).flatMap((d): (readonly [number, number])[] => {
              const tap = taps - 1 - Math.floor(d / g.filters);
              const oy = metBy(0, row, Math.floor(tap / g.filterWidth));
              const ox = metBy(1, column, tap % g.filterWidth);
              if (oy === undefined || ox === undefined) return [];
              const at = ((n * g.outHeight + oy) * g.outWidth + ox) * g.filters + (d % g.filters);
              const weight = (Math.floor(c / panel) * taps * g.filters + d) * panel + (c % panel);
              return [[y[at] ?? NaN, w[weight] ?? NaN]];
            });
            const sum = roundedSum(finished ? (shift[c] ?? NaN) : 0, terms, (term) => term);
            values.push(finished && sum < 0 ? 0 : sum);
          }
    const given = new Map([[source, y], [packed, w], ...(finished ? [[bias, shift] as const] : [])]);
    expectBits(kernel, given, new Map([[output, values]]));
  }

  const panel = constantFrom(8, 16);
  const rows = integer({ min: 1, max: 4 });
  /** More channels than a panel holds, for they are what comes out. */
  const turned = geometries.map((g): ConvGeometry => ({ ...g, channels: g.filters, filters: g.channels }));

  test("of any geometry", () => {
    assert(
      property(turned, panel, rows, boolean(), (g, width, some, finished) =>
        check({ g, panel: width, rows: some, finished }),
      ),
      runs,
    );
  });

  test("of strides larger than the filter and than the image, where phases without taps are zero", () => {
    const far = integer({ min: 3, max: 9 });
    assert(
      property(turned, far, far, panel, (g, down, across, width) =>
        check({ g: { ...g, strides: [down, across] }, panel: width, rows: 2, finished: false }),
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
