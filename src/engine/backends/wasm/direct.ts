import { type I32Local, type V128, elementAt, f32x4, i32, i32x4, v128 } from "../../../simd/index.ts";
import type { DirectConvolution } from "../../kernels/index.ts";
import { type EmitOptions, type EmittedKernel, type KernelFunction, kernelFunction } from "./kernel.ts";
import { emitStripe, stripeOf } from "./stripe.ts";
import { RegisterTile, emitGreatest, evenTiles, narrowToBytes, storeLanes } from "./tile.ts";

interface Context extends KernelFunction {
  readonly kernel: DirectConvolution;
  readonly tile: RegisterTile;
  /** Addresses: source pixel, packed panel, output element, its positions, bias of the panel. */
  readonly source: I32Local;
  readonly panel: I32Local;
  readonly output: I32Local;
  readonly positions: I32Local;
  readonly bias: I32Local;
}

/** The rows of a task, in the output map before pooling. */
interface Block {
  readonly image: I32Local;
  readonly firstRow: I32Local;
  readonly rowsHere: I32Local;
}

/** Rows that the output map has before pooling, as far as pooling uses them. */
const usedRows = ({ geometry: g, epilogue }: DirectConvolution): number =>
  epilogue.pool ? g.outHeight & ~1 : g.outHeight;

/** A convolution by register tiles over a padded stripe of the source; the epilogue happens before anything is stored. */
export function emitDirect(kernel: DirectConvolution, options: EmitOptions): EmittedKernel {
  const { geometry: g, rows } = kernel;
  const k = kernelFunction(options);
  const { f } = k;
  const stripeRows = (rows - 1) * g.strides[0] + (g.filterHeight - 1) * g.dilation[0] + 1;
  const blocks = Math.ceil(usedRows(kernel) / rows);
  const image = f.keep(i32.divU(k.task, blocks));
  const firstRow = f.keep(i32.mul(i32.remU(k.task, blocks), rows));
  const rowsHere = f.keep(i32.min(rows, i32.sub(usedRows(kernel), firstRow)));

  const source = f.keep(elementAt(k.addressOf(kernel.source), image, g.height * g.width * g.channels * 4));
  const to = f.keep(k.scratch);
  const row = f.keep(i32.sub(i32.mul(firstRow, g.strides[0]), g.padTop));
  const stripe = { geometry: g, inputDilation: kernel.inputDilation, image: source };
  emitStripe(f, stripe, { to, row, rows: stripeRows });

  const [pixel, panel, output, positions, bias] = f.locals("i32", 5);
  const tile = new RegisterTile(k, kernel.panel);
  const context = { ...k, kernel, tile, source: pixel, panel, output, positions, bias };
  emitPanels(context, { image, firstRow, rowsHere });
  return { function: f, tasks: g.n * blocks, scratch: stripeRows * stripeOf(g).rowBytes };
}

/** For every panel of filters, every output row of the task. The panel stays in the first cache, the stripe in the second. */
function emitPanels(context: Context, { image, firstRow, rowsHere }: Block): void {
  const { f, kernel, addressOf } = context;
  const { geometry: g, panel, epilogue } = kernel;
  const shrink = epilogue.pool ? 2 : 1;
  const [outRows, outColumns] = [Math.floor(g.outHeight / shrink), Math.floor(g.outWidth / shrink)];
  const firstOut = epilogue.pool ? i32.divU(firstRow, 2) : firstRow;
  const line = i32.add(i32.mul(image, outRows), firstOut);
  const element = f.keep(i32.mul(line, outColumns * g.filters));
  const output = f.keep(elementAt(addressOf(kernel.output), element));
  const positions = f.local("i32");
  if (epilogue.pool) f.set(positions, i32.add(addressOf(epilogue.pool.positions), element));
  f.set(context.panel, addressOf(kernel.packed));
  if (epilogue.bias) f.set(context.bias, addressOf(epilogue.bias));
  const depth = g.filterHeight * g.filterWidth * g.channels;
  const onePanel = (lanes: number): void => {
    f.set(context.output, output);
    if (epilogue.pool) f.set(context.positions, positions);
    f.loop({ to: rowsHere, step: shrink }, (row) => {
      f.set(context.source, elementAt(context.scratch, row, g.strides[0] * stripeOf(g).rowBytes));
      if (epilogue.pool) emitPooledRow(context, lanes);
      else emitRow(context, lanes);
    });
    f.advance(output, panel * 4);
    f.advance(positions, panel);
    f.advance(context.panel, depth * panel * 4);
    f.advance(context.bias, panel * 4);
  };
  f.repeat(Math.floor(g.filters / panel), () => onePanel(panel));
  if (g.filters % panel > 0) onePanel(g.filters % panel);
}

const relu = (value: V128): V128 => f32x4.pmax(value, 0);

function emitRow(context: Context, lanes: number): void {
  const { f, kernel, tile, source, output } = context;
  const { geometry: g, epilogue } = kernel;
  const pixel = g.strides[1] * g.channels * 4;
  for (const [rows, count] of evenTiles(g.outWidth)) {
    f.repeat(count, () => {
      emitSums(context, rows, (r) => r * pixel);
      for (const [r, sums] of tile.sums.slice(0, rows).entries()) {
        if (epilogue.relu) for (const sum of sums) f.set(sum, relu(sum));
        storeLanes(f, output, sums, { lanes, offset: r * g.filters * 4 });
      }
      f.advance(source, rows * pixel);
      f.advance(output, rows * g.filters * 4);
    });
  }
}

/** A tile is one 2x2 window: its four sums become the greatest and where it stood, before anything is stored. */
function emitPooledRow(context: Context, lanes: number): void {
  const { f, kernel, tile, source, output, positions } = context;
  const { geometry: g } = kernel;
  const pixel = g.strides[1] * g.channels * 4;
  const down = g.strides[0] * stripeOf(g).rowBytes;
  const [best, ...rivals] = tile.sums;
  f.repeat(Math.floor(g.outWidth / 2), () => {
    emitSums(context, 4, (r) => (r >> 1) * down + (r & 1) * pixel);
    const argmax = best.map((value, n) =>
      emitGreatest(
        f,
        value,
        rivals.map((row) => row[n]!),
      ),
    );
    if (kernel.epilogue.relu) for (const value of best) f.set(value, relu(value));
    storeLanes(f, output, best, { lanes, offset: 0 });
    for (const [n, place] of argmax.entries()) {
      const left = lanes - n * 4;
      if (left >= 4) f.storeLane32(positions, narrowToBytes(place), { lane: 0, offset: n * 4 });
      else
        for (let lane = 0; lane < left; lane++)
          f.store8(positions, i32x4.extractLane(place, lane), n * 4 + lane);
    }
    f.advance(source, 2 * pixel);
    f.advance(output, g.filters * 4);
    f.advance(positions, g.filters);
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
  const taps = sideBySide ? 1 : g.filterWidth;
  for (let r = 0; r < g.filterHeight; r++) {
    for (let s = 0; s < taps; s++) {
      const offset = r * g.dilation[0] * rowBytes + s * g.dilation[1] * g.channels * 4;
      f.set(tile.pointerA, i32.add(source, offset));
      f.repeat(sideBySide ? g.filterWidth * g.channels : g.channels, () =>
        tile.step({ rows, rowOffset, stepA: 4, stepB: panel * 4 }),
      );
    }
  }
}
