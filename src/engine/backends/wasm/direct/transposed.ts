import { type I32Local, type I32Locals, by, elementAt, f32x4, i32, v128 } from "../../../../simd/index.ts";
import {
  type ConvGeometry,
  type PhaseRun,
  type TransposedConvolution,
  phasesOf,
  reachOf,
} from "../../../kernels/index.ts";
import type { KernelCalls, KernelFunction } from "../kernel.ts";
import { emitStripe, stripeOf } from "./stripe.ts";
import { RegisterTile, evenTiles } from "../tile.ts";

// One task: some rows of every phase of one image's output.
// Loops, from the outermost: phases of rows and of columns; panels of channels; the phase's rows; tiles of its columns; taps.
// Locals: source, output and bias are addresses of the pixel, of its outputs and of the panel's bias; panel that of its filters.
// Registers: one tile, up to 4 positions of a phase by a panel of channels; see tile.ts.
// Memory: source [n, H', W', K], packed [panels][r, s, k][panel], output [n, H, W, C], where neighbours in a phase stand a stride
// apart; scratch holds a stripe of the source with all that any phase reads.
interface Context extends KernelFunction, I32Locals<"source" | "panel" | "output" | "bias"> {
  readonly kernel: TransposedConvolution;
  readonly tile: RegisterTile;
  /** Source columns beside each other, as a convolution that reads each once. */
  readonly stripe: ConvGeometry;
  /** Number of the first source row and column in the stripe, for position 0. */
  readonly origin: readonly [row: number, column: number];
}

/** The part of the output that a task computes, counted in rows of a phase. */
type Block = I32Locals<"image" | "firstRow">;

/** A strided convolution from its output to its input, phase by phase over one padded stripe of the source. */
export function emitTransposed(kernel: TransposedConvolution, into: KernelFunction): KernelCalls {
  const { geometry: g, rows } = kernel;
  const { f, task } = into;
  const phases = phasesOf(g);
  const [down, across] = [reachOf(phases.down), reachOf(phases.across)];
  const stripe: ConvGeometry = {
    ...g,
    height: g.outHeight,
    width: g.outWidth,
    channels: g.filters,
    outWidth: across.count + across.last - across.first,
    filterWidth: 1,
    strides: [1, 1],
    padLeft: -across.first,
  };
  const stripeRows = rows + down.last - down.first;
  const blocks = Math.ceil(down.count / rows);
  const image = f.keep(i32.divU(task, blocks));
  const firstRow = f.keep(i32.mul(i32.remU(task, blocks), rows));
  const from = f.keep(
    elementAt(into.addressOf(kernel.source), image, g.outHeight * g.outWidth * g.filters * 4),
  );
  const to = f.keep(into.scratch);
  const row = f.keep(i32.add(firstRow, down.first));
  emitStripe(f, { geometry: stripe, image: from }, { to, row, rows: stripeRows });
  const locals = f.named("source", "panel", "output", "bias");
  const tile = new RegisterTile(into, kernel.panel);
  const origin = [down.first, across.first] as const;
  const context: Context = { ...into, ...locals, kernel, tile, stripe, origin };
  for (const vertical of phases.down)
    for (const horizontal of phases.across)
      emitPhases(context, { down: vertical, across: horizontal }, { image, firstRow });
  return { tasks: g.n * blocks, scratch: stripeRows * stripeOf(stripe).rowBytes };
}

interface Phases {
  readonly down: PhaseRun;
  readonly across: PhaseRun;
}

/** Every phase of a run of rows and a run of columns; the next one begins a pixel further on, with taps of the next number. */
function emitPhases(context: Context, phases: Phases, { image, firstRow }: Block): void {
  const { f, kernel, addressOf } = context;
  const { geometry: g, panel, rows } = kernel;
  const { down, across } = phases;
  const rowsHere = f.keepMin(i32.sub(down.count, firstRow), rows);
  const pixel = g.channels * 4;
  const outRow = i32.add(i32.mul(image, g.height), i32.add(i32.mul(firstRow, g.strides[0]), down.first));
  const line = f.keep(
    elementAt(addressOf(kernel.output), i32.add(i32.mul(outRow, g.width), across.first), pixel),
  );
  const lineFilters = f.keep(addressOf(kernel.packed));
  const tap = g.filters * panel * 4;
  f.walk(down.phases, [by(line, g.width * pixel), by(lineFilters, -g.filterWidth * tap)], () => {
    const output = f.keep(line);
    const filters = f.keep(lineFilters);
    f.walk(across.phases, [by(output, pixel), by(filters, -tap)], () =>
      emitPanels(context, phases, { output, filters, rowsHere }),
    );
  });
}

/** One phase: for every panel of channels its rows. The panel stays in the first cache, the stripe in the second. */
function emitPanels(
  context: Context,
  phases: Phases,
  { output, filters, rowsHere }: I32Locals<"output" | "filters" | "rowsHere">,
): void {
  const { f, kernel, stripe, addressOf } = context;
  const { geometry: g, panel, epilogue } = kernel;
  const to: I32Local = f.keep(output);
  f.set(context.panel, filters);
  if (epilogue.bias) f.set(context.bias, addressOf(epilogue.bias));
  const line = f.local("i32");
  f.cut(g.channels, panel, (lanes) => {
    f.set(line, to);
    const moves = [by(line, g.strides[0] * g.width * g.channels * 4)];
    f.loop({ to: rowsHere, moves }, (row) => {
      f.set(context.source, elementAt(context.scratch, row, stripeOf(stripe).rowBytes));
      f.set(context.output, line);
      emitRow(context, phases, lanes);
    });
    f.advance(to, panel * 4);
    f.move([
      by(context.panel, g.filterHeight * g.filterWidth * g.filters * panel * 4),
      by(context.bias, panel * 4),
    ]);
  });
}

function emitRow(context: Context, phases: Phases, lanes: number): void {
  const { f, kernel, tile, source, output } = context;
  const { geometry: g, epilogue } = kernel;
  const step = g.strides[1] * g.channels * 4;
  for (const [rows, count] of evenTiles(phases.across.count)) {
    f.walk(count, [by(source, rows * g.filters * 4), by(output, rows * step)], () => {
      emitSums(context, phases, rows);
      for (const [r, sums] of tile.sums.slice(0, rows).entries()) {
        if (epilogue.relu) for (const sum of sums) f.set(sum, f32x4.pmax(sum, 0));
        f.storeAll(output, sums, r * step, lanes);
      }
    });
  }
}

/** sums = bias + Σ over the phase's taps and all K */
function emitSums(context: Context, { down, across }: Phases, rows: number): void {
  const { kernel, tile, stripe, origin, source, panel, bias } = context;
  const { geometry: g, epilogue } = kernel;
  const pixel = g.filters * 4;
  const { rowBytes } = stripeOf(stripe);
  tile.start(rows, (_, n) => (epilogue.bias ? v128.load(bias, n * 16) : f32x4.const(0)));
  for (const vertical of down.taps)
    for (const horizontal of across.taps) {
      const number =
        (g.filterHeight - 1 - vertical.tap) * g.filterWidth + (g.filterWidth - 1 - horizontal.tap);
      tile.multiply({
        rows,
        a: i32.add(source, (vertical.from - origin[0]) * rowBytes + (horizontal.from - origin[1]) * pixel),
        b: i32.add(panel, number * g.filters * kernel.panel * 4),
        rowOffset: (r) => r * pixel,
        stepA: 4,
        stepB: kernel.panel * 4,
        depth: g.filters,
      });
    }
}
