import type { DepthwiseRows } from "../../../kernels/index.ts";
import { type Code, FunctionBuilder } from "../assembler.ts";
import type { EmitOptions } from "../emit.ts";
import { f32x4, i32, v128 } from "../instructions.ts";
import type { EmittedKernel } from "../nest.ts";
import { type Arithmetic, multiplyAdd } from "../tile.ts";
import { type TileRun, tallestOf, tileRuns } from "./tiles.ts";
import { type Column, tasksOf, vectorTable, walkColumns, walkVectors } from "./walk.ts";

interface Context {
  readonly f: FunctionBuilder;
  readonly kernel: DepthwiseRows;
  readonly arithmetic: Arithmetic;
  /** Addresses. */
  readonly filters: number;
  readonly bias: number | undefined;
  /** i32 locals: bytes to the vectors of channels at hand; what walks along the taps. */
  readonly channel: number;
  readonly source: number;
  readonly weight: number;
  readonly tap: number;
  /** v128 locals: sums[output row][vector], weights[tap][vector], a pixel. */
  readonly sums: readonly (readonly number[])[];
  readonly weights: readonly (readonly number[])[];
  readonly pixel: readonly number[];
}

/**
 * y, or dx, in tiles one pixel wide and a few rows tall, by all channels of a pixel: so every row of the tile is read and
 * written from its beginning to its end, and a pixel once loaded serves all taps above each other.
 */
export function emitDepthwiseRows(
  name: string,
  kernel: DepthwiseRows,
  { addressOf, arithmetic }: EmitOptions,
): EmittedKernel {
  const { geometry: g, direction, panel, epilogue } = kernel;
  const f = new FunctionBuilder(name, 2);
  const runs = tileRuns(g, direction, kernel.tallest);
  const walk = { geometry: g, direction, runs, tiles: kernel.tiles };
  const local = (): number => f.local("i32");
  const table = (count: number): number[][] => vectorTable(f, panel, count);
  const context: Context = {
    f,
    kernel,
    arithmetic,
    filters: addressOf(kernel.filters),
    bias: epilogue.bias && addressOf(epilogue.bias),
    channel: local(),
    source: local(),
    weight: local(),
    tap: local(),
    sums: table(tallestOf(runs)),
    weights: table(g.filterHeight),
    pixel: table(1).flat(),
  };
  const maps = { output: addressOf(kernel.output), source: addressOf(kernel.source) };
  walkColumns(f, walk, maps, (run, column) => {
    walkVectors(f, kernel, { column, channel: context.channel }, (vectors) =>
      emitTile(context, run, { column, vectors }),
    );
  });
  return { function: f, tasks: tasksOf(walk), scratch: 0 };
}

/** One tile by some vectors of channels. */
function emitTile(
  context: Context,
  run: TileRun,
  { column, vectors }: { column: Column; vectors: number },
): void {
  const { f, kernel, channel } = context;
  const { geometry: g, direction, epilogue } = kernel;
  const forward = direction === "forward";
  const pixel = g.channels * 4;
  const sums = context.sums.slice(0, run.outputs).map((row) => row.slice(0, vectors));
  const { bias } = context;
  const start = (v: number): Code =>
    bias === undefined ? v128.splatConst(0) : v128.load(i32.add(i32.const(bias), f.get(channel)), v * 16);
  for (const row of sums) for (const [v, sum] of row.entries()) f.set(sum, start(v));
  f.set(context.source, f.get(column.source));
  const skipped = i32.mul(f.get(column.tap), i32.const(pixel));
  f.set(context.weight, i32.add(i32.add(i32.const(context.filters), f.get(channel)), skipped));
  f.loop(context.tap, { from: i32.const(0), to: f.get(column.taps), step: 1 }, () => {
    emitTapColumn(context, run, vectors);
    f.advance(context.source, forward ? pixel : -pixel);
    f.advance(context.weight, forward ? pixel : pixel * g.strides[1]);
  });
  const { least, most } = epilogue;
  const rowBytes = (forward ? g.outWidth : g.width) * pixel;
  for (const [y, row] of sums.entries()) {
    for (const sum of row) {
      if (least !== undefined) f.set(sum, f32x4.pmax(f.get(sum), v128.splatConst(least)));
      if (most !== undefined) f.set(sum, f32x4.pmin(f.get(sum), v128.splatConst(most)));
    }
    for (const [v, sum] of row.entries())
      f.emit(v128.store(f.get(column.output), f.get(sum), y * rowBytes + v * 16));
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
  for (const tap of new Set(links.map((link) => link.tap)))
    for (let v = 0; v < vectors; v++)
      f.set(weights[tap]![v]!, v128.load(f.get(weight), tap * filterRow + v * 16));
  for (const row of new Set(links.map((link) => link.source))) {
    for (let v = 0; v < vectors; v++) f.set(pixel[v]!, v128.load(f.get(source), row * sourceRow + v * 16));
    for (const { tap, output } of links.filter((link) => link.source === row)) {
      for (let v = 0; v < vectors; v++) {
        const sum = sums[output]![v]!;
        f.set(sum, multiplyAdd(arithmetic, f.get(pixel[v]!), f.get(weights[tap]![v]!), f.get(sum)));
      }
    }
  }
}
