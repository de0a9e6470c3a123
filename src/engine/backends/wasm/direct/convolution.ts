import { at } from "../../../../base/index.ts";
import {
  type I32Locals,
  type V128,
  by,
  elementAt,
  f32x4,
  flatIndex,
  i32,
  v128,
} from "../../../../simd/index.ts";
import type { DirectConvolution } from "../../../kernels/index.ts";
import type { KernelCalls, KernelFunction } from "../kernel.ts";
import { emitStripe, stripeOf } from "./stripe.ts";
import { RegisterTile, emitGreatest, evenTiles } from "../tile.ts";

// One task: some rows of one image's output.
// Loops, from the outermost: panels of filters; output rows, two at a time where they are pooled; tiles of output columns; taps.
// Locals: source, output and positions are addresses of the pixel, of its outputs and of where the greatest stood;
// panel and bias are those of the panel's filters.
// Registers: one tile of outputs, up to 4 columns or the 4 pixels of a window, by a panel of filters; see tile.ts.
// Memory: source [n, h, w, c], packed [panels][r, s, c][panel], output [n, h, w, filters]; scratch holds a stripe of the source.
interface Context extends KernelFunction, I32Locals<"source" | "panel" | "output" | "positions" | "bias"> {
  readonly kernel: DirectConvolution;
  readonly tile: RegisterTile;
}

/** The rows of a task, in the output map before pooling. */
type Block = I32Locals<"image" | "firstRow" | "rowsHere">;

/** Rows that the output map has before pooling, as far as pooling uses them. */
const usedRows = ({ geometry: g, epilogue }: DirectConvolution): number =>
  epilogue.pool ? g.outHeight & ~1 : g.outHeight;

/** A convolution by register tiles over a padded stripe of the source; the epilogue happens before anything is stored. */
export function emitDirect(kernel: DirectConvolution, into: KernelFunction): KernelCalls {
  const { geometry: g, rows } = kernel;
  const { f, task } = into;
  const stripeRows = (rows - 1) * g.strides[0] + (g.filterHeight - 1) * g.dilation[0] + 1;
  const blocks = Math.ceil(usedRows(kernel) / rows);
  const image = f.keep(i32.divU(task, blocks));
  const firstRow = f.keep(i32.mul(i32.remU(task, blocks), rows));
  const rowsHere = f.keep(i32.min(rows, i32.sub(usedRows(kernel), firstRow)));

  const source = f.keep(elementAt(into.addressOf(kernel.source), image, g.height * g.width * g.channels * 4));
  const to = f.keep(into.scratch);
  const row = f.keep(i32.sub(i32.mul(firstRow, g.strides[0]), g.padTop));
  const stripe = { geometry: g, image: source };
  emitStripe(f, stripe, { to, row, rows: stripeRows });

  const locals = f.named("source", "panel", "output", "positions", "bias");
  const tile = new RegisterTile(into, kernel.panel);
  emitPanels({ ...into, ...locals, kernel, tile }, { image, firstRow, rowsHere });
  return { tasks: g.n * blocks, scratch: stripeRows * stripeOf(g).rowBytes };
}

/** For every panel of filters, every output row of the task. The panel stays in the first cache, the stripe in the second. */
function emitPanels(context: Context, { image, firstRow, rowsHere }: Block): void {
  const { f, kernel, addressOf } = context;
  const { geometry: g, panel, epilogue } = kernel;
  const shrink = epilogue.pool ? 2 : 1;
  const [outRows, outColumns] = [Math.floor(g.outHeight / shrink), Math.floor(g.outWidth / shrink)];
  const firstOut = epilogue.pool ? i32.divU(firstRow, 2) : firstRow;
  const element = f.keep(i32.mul(flatIndex(image, outRows, firstOut), outColumns * g.filters));
  const output = f.keep(elementAt(addressOf(kernel.output), element));
  const positions = f.local("i32");
  if (epilogue.pool) f.set(positions, i32.add(addressOf(epilogue.pool.positions), element));
  f.set(context.panel, addressOf(kernel.packed));
  if (epilogue.bias) f.set(context.bias, addressOf(epilogue.bias));
  const depth = g.filterHeight * g.filterWidth * g.channels;
  f.cut(g.filters, panel, (lanes) => {
    f.set(context.output, output);
    if (epilogue.pool) f.set(context.positions, positions);
    f.loop({ to: rowsHere, step: shrink }, (row) => {
      f.set(context.source, elementAt(context.scratch, row, g.strides[0] * stripeOf(g).rowBytes));
      if (epilogue.pool) emitPooledRow(context, lanes);
      else emitRow(context, lanes);
    });
    f.move([by(output, panel * 4), by(positions, panel)]);
    f.move([by(context.panel, depth * panel * 4), by(context.bias, panel * 4)]);
  });
}

const relu = (value: V128): V128 => f32x4.pmax(value, 0);

function emitRow(context: Context, lanes: number): void {
  const { f, kernel, tile, source, output } = context;
  const { geometry: g, epilogue } = kernel;
  const pixel = g.strides[1] * g.channels * 4;
  for (const [rows, count] of evenTiles(g.outWidth)) {
    f.walk(count, [by(source, rows * pixel), by(output, rows * g.filters * 4)], () => {
      emitSums(context, rows, (r) => r * pixel);
      for (const [r, sums] of tile.sums.slice(0, rows).entries()) {
        if (epilogue.relu) for (const sum of sums) f.set(sum, relu(sum));
        f.storeAll(output, sums, r * g.filters * 4, lanes);
      }
    });
  }
}

/** A tile is one 2x2 window: its four sums become the greatest and where it stood, before anything is stored. */
function emitPooledRow(context: Context, lanes: number): void {
  const { f, kernel, tile, source, output, positions } = context;
  const { geometry: g } = kernel;
  const pixel = g.strides[1] * g.channels * 4;
  const down = g.strides[0] * stripeOf(g).rowBytes;
  const [best, ...others] = tile.sums;
  const moves = [by(source, 2 * pixel), by(output, g.filters * 4), by(positions, g.filters)];
  f.walk(Math.floor(g.outWidth / 2), moves, () => {
    emitSums(context, 4, (r) => (r >> 1) * down + (r & 1) * pixel);
    const argmax = best.map((value, n) => {
      const rest = others.map((row) => at(row, n));
      return emitGreatest(f, value, rest);
    });
    if (kernel.epilogue.relu) for (const value of best) f.set(value, relu(value));
    f.storeAll(output, best, 0, lanes);
    for (const [n, position] of argmax.entries())
      f.storeBytes(positions, position, { offset: n * 4, lanes: lanes - n * 4 });
  });
}

/** sums = bias + Σ over filter rows and the S·C neighbours that lie side by side. */
function emitSums(context: Context, rows: number, rowOffset: (row: number) => number): void {
  const { f, kernel, tile, source, bias } = context;
  const { geometry: g, panel, epilogue } = kernel;
  tile.start(rows, (_, n) => (epilogue.bias ? v128.load(bias, n * 16) : f32x4.const(0)));
  f.set(tile.pointerB, context.panel);
  const { rowBytes } = stripeOf(g);
  const sideBySide = g.dilation[1] === 1;
  const [taps, depth] = sideBySide ? [1, g.filterWidth * g.channels] : [g.filterWidth, g.channels];
  for (let r = 0; r < g.filterHeight; r++) {
    for (let s = 0; s < taps; s++) {
      const a = i32.add(source, r * g.dilation[0] * rowBytes + s * g.dilation[1] * g.channels * 4);
      tile.multiply({ rows, a, rowOffset, stepA: 4, stepB: panel * 4, depth });
    }
  }
}
