import type { DepthwiseSums } from "../../../kernels/index.ts";
import { FunctionBuilder } from "../assembler.ts";
import type { EmitOptions } from "../emit.ts";
import { i32, memory, v128 } from "../instructions.ts";
import type { EmittedKernel } from "../nest.ts";
import { type Arithmetic, multiplyAdd } from "../tile.ts";
import { type TileRun, tallestOf, tileRuns } from "./tiles.ts";
import { type Column, tasksOf, vectorTable, walkColumns, walkVectors } from "./walk.ts";

const [TASK, SCRATCH] = [0, 1];

interface Context {
  readonly f: FunctionBuilder;
  readonly kernel: DepthwiseSums;
  readonly arithmetic: Arithmetic;
  /** i32 locals: bytes to the vectors of channels at hand; what walks along the taps. */
  readonly channel: number;
  readonly source: number;
  readonly sum: number;
  readonly tap: number;
  /** v128 locals: gradients[row][vector], sums[tap][vector], a pixel. */
  readonly gradients: readonly (readonly number[])[];
  readonly sums: readonly (readonly number[])[];
  readonly pixel: readonly number[];
}

/** Sums of x · dy over a run of tiles; those of all taps stay in scratch, in the nearest cache, while the tiles pass. */
export function emitDepthwiseSums(
  name: string,
  kernel: DepthwiseSums,
  { addressOf, arithmetic }: EmitOptions,
): EmittedKernel {
  const { geometry: g, panel } = kernel;
  const f = new FunctionBuilder(name, 2);
  const runs = tileRuns(g, "forward", kernel.tallest);
  const walk = { geometry: g, direction: "forward", runs, tiles: kernel.tiles } as const;
  const local = (): number => f.local("i32");
  const table = (count: number): number[][] => vectorTable(f, panel, count);
  const context: Context = {
    f,
    kernel,
    arithmetic,
    channel: local(),
    source: local(),
    sum: local(),
    tap: local(),
    gradients: table(tallestOf(runs)),
    sums: table(g.filterHeight),
    pixel: table(1).flat(),
  };
  const bytes = g.filterHeight * g.filterWidth * g.channels * 4;
  f.emit(memory.fill(f.get(SCRATCH), i32.const(0), i32.const(bytes)));
  const maps = { output: addressOf(kernel.gradient), source: addressOf(kernel.source) };
  walkColumns(f, walk, maps, (run, column) => {
    walkVectors(f, kernel, { column, channel: context.channel }, (vectors) =>
      emitTile(context, run, { column, vectors }),
    );
  });
  const part = i32.add(i32.const(addressOf(kernel.parts)), i32.mul(f.get(TASK), i32.const(bytes)));
  f.emit(memory.copy(part, f.get(SCRATCH), i32.const(bytes)));
  return { function: f, tasks: tasksOf(walk), scratch: bytes };
}

/** One tile by some vectors of channels: dy stays in registers while the taps pass. */
function emitTile(
  context: Context,
  run: TileRun,
  { column, vectors }: { column: Column; vectors: number },
): void {
  const { f, kernel, channel } = context;
  const { geometry: g } = kernel;
  const pixel = g.channels * 4;
  for (const [y, row] of context.gradients.slice(0, run.outputs).entries())
    for (const [v, gradient] of row.slice(0, vectors).entries())
      f.set(gradient, v128.load(f.get(column.output), y * g.outWidth * pixel + v * 16));
  f.set(context.source, f.get(column.source));
  const skipped = i32.mul(f.get(column.tap), i32.const(pixel));
  f.set(context.sum, i32.add(i32.add(f.get(SCRATCH), f.get(channel)), skipped));
  f.loop(context.tap, { from: i32.const(0), to: f.get(column.taps), step: 1 }, () => {
    emitTapColumn(context, run, vectors);
    f.advance(context.source, pixel);
    f.advance(context.sum, pixel);
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
  const taps = new Set(links.map((link) => link.tap));
  for (const tap of taps)
    for (let v = 0; v < vectors; v++) f.set(sums[tap]![v]!, v128.load(f.get(sum), tap * filterRow + v * 16));
  for (const row of new Set(links.map((link) => link.source))) {
    for (let v = 0; v < vectors; v++) f.set(pixel[v]!, v128.load(f.get(source), row * sourceRow + v * 16));
    for (const { tap, output } of links.filter((link) => link.source === row)) {
      for (let v = 0; v < vectors; v++) {
        const to = sums[tap]![v]!;
        f.set(to, multiplyAdd(arithmetic, f.get(pixel[v]!), f.get(gradients[output]![v]!), f.get(to)));
      }
    }
  }
  for (const tap of taps)
    for (let v = 0; v < vectors; v++)
      f.emit(v128.store(f.get(sum), f.get(sums[tap]![v]!), tap * filterRow + v * 16));
}
