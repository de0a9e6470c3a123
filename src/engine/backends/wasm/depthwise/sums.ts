import { type I32Local, type V128Local, elementAt, i32 } from "../../../../simd/index.ts";
import type { DepthwiseSums } from "../../../kernels/index.ts";
import { type EmitOptions, type EmittedKernel, type KernelFunction, kernelFunction } from "../kernel.ts";
import { loadVectors, multiplyAdd, storeVectors } from "../tile.ts";
import { type TileRun, tallestRun, tileRuns } from "./tiles.ts";
import { type Column, type VectorTable, tasksOf, vectorTable, walkColumns, walkVectors } from "./walk.ts";

interface Context extends KernelFunction {
  readonly kernel: DepthwiseSums;
  /** Bytes to the vectors of channels at hand; what walks along the taps. */
  readonly channel: I32Local;
  readonly source: I32Local;
  readonly sum: I32Local;
  readonly tap: I32Local;
  /** gradients[row][vector], sums[tap][vector], a pixel. */
  readonly gradients: VectorTable;
  readonly sums: VectorTable;
  readonly pixel: readonly V128Local[];
}

/** Sums of x · dy over a run of tiles; those of all taps stay in scratch, in the nearest cache, while the tiles pass. */
export function emitDepthwiseSums(kernel: DepthwiseSums, options: EmitOptions): EmittedKernel {
  const { geometry: g, panel } = kernel;
  const k = kernelFunction(options);
  const { f, addressOf, task, scratch } = k;
  const runs = tileRuns(g, "forward", kernel.maxRows);
  const walk = { geometry: g, direction: "forward", runs, tiles: kernel.tiles } as const;
  const [channel, source, sum, tap] = f.locals("i32", 4);
  const gradients = vectorTable(f, panel, tallestRun(runs));
  const sums = vectorTable(f, panel, g.filterHeight);
  const pixel = f.locals("v128", panel / 8);
  const context: Context = { ...k, kernel, channel, source, sum, tap, gradients, sums, pixel };
  const bytes = g.filterHeight * g.filterWidth * g.channels * 4;
  f.fillMemory(scratch, 0, bytes);
  const maps = { output: addressOf(kernel.gradient), source: addressOf(kernel.source) };
  walkColumns(k, walk, maps, (run, column) => {
    walkVectors(f, kernel, { column, channel }, (vectors) => emitTile(context, run, { column, vectors }));
  });
  f.copyMemory(elementAt(addressOf(kernel.partials), task, bytes), scratch, bytes);
  return { function: f, tasks: tasksOf(walk), scratch: bytes };
}

/** One tile by some vectors of channels: dy stays in registers while the taps pass. */
function emitTile(
  context: Context,
  run: TileRun,
  { column, vectors }: { readonly column: Column; readonly vectors: number },
): void {
  const { f, kernel, scratch, channel, source, sum } = context;
  const { geometry: g } = kernel;
  const pixel = g.channels * 4;
  for (const [y, row] of context.gradients.slice(0, run.outputs).entries())
    loadVectors(f, row.slice(0, vectors), column.output, y * g.outWidth * pixel);
  f.set(source, column.source);
  f.set(sum, elementAt(i32.add(scratch, channel), column.tap, pixel));
  f.loop({ index: context.tap, to: column.taps }, () => {
    emitTapColumn(context, run, vectors);
    f.advance(source, pixel);
    f.advance(sum, pixel);
  });
}

/** One filter column: every pixel is loaded once and goes to all taps that see it. */
function emitTapColumn(
  { f, kernel, arithmetic, gradients, sums, pixel, source, sum }: Context,
  { links }: TileRun,
  vectors: number,
): void {
  const { geometry: g } = kernel;
  const sourceRow = g.width * g.channels * 4;
  const filterRow = g.filterWidth * g.channels * 4;
  const some = pixel.slice(0, vectors);
  const taps = new Set(links.map((link) => link.tap));
  for (const tap of taps) loadVectors(f, sums[tap]!.slice(0, vectors), sum, tap * filterRow);
  for (const row of new Set(links.map((link) => link.source))) {
    loadVectors(f, some, source, row * sourceRow);
    for (const { tap, output } of links.filter((link) => link.source === row)) {
      for (const [v, value] of some.entries()) {
        const total = sums[tap]![v]!;
        f.set(total, multiplyAdd(arithmetic, value, gradients[output]![v]!, total));
      }
    }
  }
  for (const tap of taps) storeVectors(f, sum, sums[tap]!.slice(0, vectors), tap * filterRow);
}
