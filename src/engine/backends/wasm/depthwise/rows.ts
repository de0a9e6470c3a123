import {
  type I32Local,
  type V128,
  type V128Local,
  elementAt,
  f32x4,
  i32,
  v128,
} from "../../../../simd/index.ts";
import type { DepthwiseRows } from "../../../kernels/index.ts";
import { type EmitOptions, type EmittedKernel, type KernelFunction, kernelFunction } from "../kernel.ts";
import { loadVectors, multiplyAdd, storeVectors } from "../tile.ts";
import { type TileRun, tallestRun, tileRuns } from "./tiles.ts";
import { type Column, type VectorTable, tasksOf, vectorTable, walkColumns, walkVectors } from "./walk.ts";

interface Context extends KernelFunction {
  readonly kernel: DepthwiseRows;
  /** Bytes to the vectors of channels at hand; what walks along the taps. */
  readonly channel: I32Local;
  readonly source: I32Local;
  readonly weight: I32Local;
  readonly tap: I32Local;
  /** sums[output row][vector], weights[tap][vector], a pixel. */
  readonly sums: VectorTable;
  readonly weights: VectorTable;
  readonly pixel: readonly V128Local[];
}

/**
 * y, or dx, in tiles one pixel wide and a few rows tall, by all channels of a pixel: so every row of the tile is read and
 * written from its beginning to its end, and a pixel once loaded serves all taps above each other.
 */
export function emitDepthwiseRows(kernel: DepthwiseRows, options: EmitOptions): EmittedKernel {
  const { geometry: g, direction, panel } = kernel;
  const k = kernelFunction(options);
  const { f, addressOf } = k;
  const runs = tileRuns(g, direction, kernel.maxRows);
  const walk = { geometry: g, direction, runs, tiles: kernel.tiles };
  const [channel, source, weight, tap] = f.locals("i32", 4);
  const sums = vectorTable(f, panel, tallestRun(runs));
  const weights = vectorTable(f, panel, g.filterHeight);
  const pixel = f.locals("v128", panel / 8);
  const context: Context = { ...k, kernel, channel, source, weight, tap, sums, weights, pixel };
  const maps = { output: addressOf(kernel.output), source: addressOf(kernel.source) };
  walkColumns(k, walk, maps, (run, column) => {
    walkVectors(f, kernel, { column, channel }, (vectors) => emitTile(context, run, { column, vectors }));
  });
  return { function: f, tasks: tasksOf(walk), scratch: 0 };
}

/** One tile by some vectors of channels. */
function emitTile(
  context: Context,
  run: TileRun,
  { column, vectors }: { readonly column: Column; readonly vectors: number },
): void {
  const { f, kernel, addressOf, channel, source, weight } = context;
  const { geometry: g, direction, epilogue } = kernel;
  const forward = direction === "forward";
  const pixel = g.channels * 4;
  const sums = context.sums.slice(0, run.outputs).map((row) => row.slice(0, vectors));
  const { bias, min, max } = epilogue;
  const start = (v: number): V128 =>
    bias ? v128.load(i32.add(addressOf(bias), channel), v * 16) : f32x4.const(0);
  for (const row of sums) for (const [v, sum] of row.entries()) f.set(sum, start(v));
  f.set(source, column.source);
  f.set(weight, elementAt(i32.add(addressOf(kernel.filters), channel), column.tap, pixel));
  f.loop({ index: context.tap, to: column.taps }, () => {
    emitTapColumn(context, run, vectors);
    f.advance(source, forward ? pixel : -pixel);
    f.advance(weight, forward ? pixel : pixel * g.strides[1]);
  });
  const rowBytes = (forward ? g.outWidth : g.width) * pixel;
  for (const [y, row] of sums.entries()) {
    for (const sum of row) {
      if (min !== undefined) f.set(sum, f32x4.pmax(sum, min));
      if (max !== undefined) f.set(sum, f32x4.pmin(sum, max));
    }
    storeVectors(f, column.output, row, y * rowBytes);
  }
}

/** One filter column: every pixel is loaded once and goes to all sums that it belongs to. */
function emitTapColumn(
  { f, kernel, arithmetic, sums, weights, pixel, source, weight }: Context,
  { links }: TileRun,
  vectors: number,
): void {
  const { geometry: g, direction } = kernel;
  const sourceRow = (direction === "forward" ? g.width : g.outWidth) * g.channels * 4;
  const filterRow = g.filterWidth * g.channels * 4;
  const some = pixel.slice(0, vectors);
  for (const tap of new Set(links.map((link) => link.tap)))
    loadVectors(f, weights[tap]!.slice(0, vectors), weight, tap * filterRow);
  for (const row of new Set(links.map((link) => link.source))) {
    loadVectors(f, some, source, row * sourceRow);
    for (const { tap, output } of links.filter((link) => link.source === row)) {
      for (const [v, value] of some.entries()) {
        const sum = sums[output]![v]!;
        f.set(sum, multiplyAdd(arithmetic, value, weights[tap]![v]!, sum));
      }
    }
  }
}
