import { assert, constantFrom, integer, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { tileRuns } from "../../../src/engine/backends/wasm/depthwise/tiles.ts";
import type { ConvGeometry, DepthwiseRows, DepthwiseSums } from "../../../src/engine/kernels/index.ts";
import { expectBits, geometries, pixelOf, range, runs, step } from "./geometries.ts";
import { bufferHere } from "./runHere.ts";
import { roundedSum, someNumbers } from "./sums.ts";

describe("depthwise convolutions by vectors of channels", () => {
  const channels = constantFrom(4, 8, 12, 20);
  const depthwise = geometries.map((g): ConvGeometry => ({ ...g, dilation: [1, 1] }));
  const tiled = record({ maxRows: integer({ min: 1, max: 4 }), tiles: step, panel: constantFrom(8, 16) });

  const pixelsOfTap = (g: ConvGeometry, y: number, column: number, [r, s]: readonly [number, number]) =>
    [y * g.strides[0] + r - g.padTop, column * g.strides[1] + s - g.padLeft] as const;

  test("forwards, they add bias, then filter columns, then filter rows, and clip", () => {
    assert(
      property(depthwise, channels, tiled, (geometry, count, sizes) => {
        const g = { ...geometry, channels: count, filters: count };
        const [source, filters] = [
          bufferHere([g.n, g.height, g.width, count]),
          bufferHere([g.filterHeight, g.filterWidth, count]),
        ];
        const [bias, output] = [bufferHere([count]), bufferHere([g.n, g.outHeight, g.outWidth, count])];
        const kernel: DepthwiseRows = {
          kind: "depthwiseRows",
          label: "depthwise",
          direction: "forward",
          source,
          filters,
          output,
          geometry: g,
          epilogue: { bias, min: -0.5, max: 1 },
          ...sizes,
        };
        const x = someNumbers(g.n * g.height * g.width * count);
        const w = someNumbers(g.filterHeight * g.filterWidth * count, 1);
        const shift = someNumbers(count, 2);
        const pixel = pixelOf(g, x);
        const taps = range(g.filterWidth).flatMap((s) => range(g.filterHeight).map((r) => [r, s] as const));
        const expected = range(g.n * g.outHeight * g.outWidth * count).map((at) => {
          const [c, place] = [at % count, Math.floor(at / count)];
          const [n, y, column] = [
            Math.floor(place / g.outWidth / g.outHeight),
            Math.floor(place / g.outWidth) % g.outHeight,
            place % g.outWidth,
          ];
          const sum = roundedSum(shift[c] ?? NaN, taps, (tap) => [
            pixel(n, ...pixelsOfTap(g, y, column, tap), c),
            w[(tap[0] * g.filterWidth + tap[1]) * count + c] ?? NaN,
          ]);
          return Math.min(1, Math.max(-0.5, sum));
        });
        const given = new Map([
          [source, x],
          [filters, w],
          [bias, shift],
        ]);
        expectBits(kernel, given, new Map([[output, expected]]));
      }),
      runs,
    );
  });

  test("backwards, every pixel adds what its outputs send, filter columns first, then the outputs' rows", () => {
    assert(
      property(depthwise, channels, tiled, (geometry, count, sizes) => {
        const g = { ...geometry, channels: count, filters: count };
        const [source, filters] = [
          bufferHere([g.n, g.outHeight, g.outWidth, count]),
          bufferHere([g.filterHeight, g.filterWidth, count]),
        ];
        const output = bufferHere([g.n, g.height, g.width, count]);
        const kernel: DepthwiseRows = {
          kind: "depthwiseRows",
          label: "depthwise",
          direction: "inputGradient",
          source,
          filters,
          output,
          geometry: g,
          epilogue: {},
          ...sizes,
        };
        const dy = someNumbers(g.n * g.outHeight * g.outWidth * count);
        const w = someNumbers(g.filterHeight * g.filterWidth * count, 1);
        const expected = range(g.n * g.height * g.width * count).map((at) => {
          const [c, place] = [at % count, Math.floor(at / count)];
          const [n, row, across] = [
            Math.floor(place / g.width / g.height),
            Math.floor(place / g.width) % g.height,
            place % g.width,
          ];
          const terms = range(g.filterWidth).flatMap((s) =>
            range(g.outHeight).flatMap((y) =>
              range(g.outWidth).flatMap((column) =>
                range(g.filterHeight).flatMap((r) => {
                  const [y0, x0] = pixelsOfTap(g, y, column, [r, s]);
                  return y0 === row && x0 === across ? [{ r, s, y, column }] : [];
                }),
              ),
            ),
          );
          return roundedSum(0, terms, ({ r, s, y, column }) => [
            dy[((n * g.outHeight + y) * g.outWidth + column) * count + c] ?? NaN,
            w[(r * g.filterWidth + s) * count + c] ?? NaN,
          ]);
        });
        const given = new Map([
          [source, dy],
          [filters, w],
        ]);
        expectBits(kernel, given, new Map([[output, expected]]));
      }),
      runs,
    );
  });

  test("for the filters, they add the tiles of a task, in each the columns, then the rows", () => {
    assert(
      property(depthwise, channels, tiled, (geometry, count, { maxRows, tiles, panel }) => {
        const g = { ...geometry, channels: count, filters: count };
        const rows = Math.ceil(g.outHeight / Math.ceil(g.outHeight / maxRows));
        const perImage = Math.ceil(g.outHeight / rows);
        const tasks = Math.ceil((g.n * perImage) / tiles);
        const [source, gradient] = [
          bufferHere([g.n, g.height, g.width, count]),
          bufferHere([g.n, g.outHeight, g.outWidth, count]),
        ];
        const partials = bufferHere([tasks, g.filterHeight, g.filterWidth, count]);
        const kernel: DepthwiseSums = {
          kind: "depthwiseSums",
          label: "depthwise",
          source,
          gradient,
          partials,
          geometry: g,
          maxRows,
          tiles,
          panel,
        };
        const x = someNumbers(g.n * g.height * g.width * count);
        const dy = someNumbers(g.n * g.outHeight * g.outWidth * count, 1);
        const pixel = pixelOf(g, x);
        const expected = range(tasks * g.filterHeight * g.filterWidth * count).map((at) => {
          const [c, tap] = [at % count, Math.floor(at / count) % (g.filterHeight * g.filterWidth)];
          const task = Math.floor(at / count / g.filterHeight / g.filterWidth);
          const terms = range(g.n * perImage)
            .slice(task * tiles, (task + 1) * tiles)
            .flatMap((tile) =>
              range(g.outWidth).flatMap((column) =>
                range(g.outHeight)
                  .filter((y) => Math.floor(y / rows) === tile % perImage)
                  .map((y) => [Math.floor(tile / perImage), y, column] as const),
              ),
            );
          return roundedSum(0, terms, ([n, y, column]) => [
            pixel(n, ...pixelsOfTap(g, y, column, [Math.floor(tap / g.filterWidth), tap % g.filterWidth]), c),
            dy[((n * g.outHeight + y) * g.outWidth + column) * count + c] ?? NaN,
          ]);
        });
        const given = new Map([
          [source, x],
          [gradient, dy],
        ]);
        expectBits(kernel, given, new Map([[partials, expected]]));
      }),
      runs,
    );
  });
});

test("tiles of any size hold every tap of every output row once, and those that look alike are one run", () => {
  const size = integer({ min: 1, max: 5 });
  assert(
    property(geometries, size, constantFrom("forward", "inputGradient"), (g, maxRows, direction) => {
      const found = tileRuns(g, direction, maxRows);
      const links = found.flatMap(({ count, links: own, firstOutput, firstSource, outputs, step: move }) =>
        range(count).flatMap((i) =>
          own.map(({ source, tap, output }) => [
            firstOutput + i * outputs + output,
            tap,
            firstSource + i * move + source,
          ]),
        ),
      );
      const expected = range(g.outHeight).flatMap((y) =>
        range(g.filterHeight).flatMap((tap) => {
          const row = y * g.strides[0] + tap - g.padTop;
          if (row < 0 || row >= g.height) return [];
          return [direction === "forward" ? [y, tap, row] : [row, tap, y]];
        }),
      );
      const sorted = (list: readonly (readonly number[])[]): string[] =>
        list.map((link) => link.join()).toSorted();
      expect(sorted(links)).toEqual(sorted(expected));
      const rows = found.reduce((sum, { count, outputs }) => sum + count * outputs, 0);
      expect(rows).toBe(direction === "forward" ? g.outHeight : g.height);
    }),
    { numRuns: 200, endOnFailure: true },
  );
});

test("a tall map is one run between its edges", () => {
  const g: ConvGeometry = {
    n: 1,
    height: 1000,
    width: 8,
    channels: 4,
    filters: 4,
    outHeight: 1000,
    outWidth: 8,
    filterHeight: 3,
    filterWidth: 3,
    strides: [1, 1],
    dilation: [1, 1],
    padTop: 1,
    padLeft: 1,
  };
  expect(tileRuns(g, "forward", 4).map(({ count }) => count)).toEqual([1, 248, 1]);
});
