import { at } from "../../../../base/index.ts";
import { type I32Locals, by, elementAt, flatIndex, i32, i32x4, v128 } from "../../../../simd/index.ts";
import type { DirectFilterGradient } from "../../../kernels/index.ts";
import type { KernelCalls, KernelFunction } from "../kernel.ts";
import { emitStripe, stripeOf } from "./stripe.ts";
import { RegisterTile, TILE_ROWS } from "../tile.ts";

// One task: the partial sums of some filter rows r over one run (chunk) of images,
// partials[chunk][r][s·C + c][k] += Σ x[.., y + r, x + s, c] · dy[.., y, x, k].
// Loops, from the outermost: image; y over blocks of rows; x over blocks of columns; tiles of weights; panels of filters; pixels.
// Locals: slice is the task's sums, tap its first filter row; y and rowsHere are the block's output rows, dy their gradient;
// columnsHere its columns, whose stripe begins at pixels and whose gradient at dyHere.
// Registers: one tile of sums, 4 weights by a panel of filters; see tile.ts.
// Memory: x and dy [n, h, w, channels]; scratch holds a stripe of x, then the block's dy where it must be unpooled.
interface Context
  extends
    KernelFunction,
    I32Locals<"image" | "y" | "rowsHere" | "dy" | "pixels" | "dyHere" | "columnsHere" | "slice" | "tap"> {
  readonly kernel: DirectFilterGradient;
  readonly tile: RegisterTile;
}

/** Rows of source that a block of output rows sees through the task's filter rows. */
const stripeRows = ({ geometry: g, rows, filterRows }: DirectFilterGradient): number =>
  (rows - 1) * g.strides[0] + (filterRows - 1) * g.dilation[0] + 1;

/** dw in partial sums by register tiles of weights over a padded stripe of the source. */
export function emitFilterGradient(kernel: DirectFilterGradient, into: KernelFunction): KernelCalls {
  const { geometry: g, rows, chunks, filterRows } = kernel;
  const { f, task } = into;
  const slices = g.filterHeight / filterRows;
  const sliceBytes = filterRows * g.filterWidth * g.channels * g.filters * 4;
  const tile = new RegisterTile(into, kernel.panel);
  const slice = f.keep(elementAt(into.addressOf(kernel.partials), task, sliceBytes));
  const tap = f.keep(i32.mul(i32.remU(task, slices), filterRows));
  const locals = f.named("image", "y", "rowsHere", "dy", "pixels", "dyHere", "columnsHere");
  const { image, y, rowsHere } = locals;
  const context: Context = { ...into, ...locals, kernel, tile, slice, tap };
  f.fillMemory(slice, 0, sliceBytes);
  const perChunk = Math.ceil(g.n / chunks);
  const first = f.keep(i32.mul(i32.divU(task, slices), perChunk));
  const past = f.keepMin(i32.add(first, perChunk), g.n);
  f.loop({ index: image, from: first, to: past }, () => {
    f.loop({ index: y, to: g.outHeight, step: rows }, () => {
      f.set(rowsHere, i32.min(rows, i32.sub(g.outHeight, y)));
      fillStripe(context);
      findGradient(context);
      emitBlocks(context);
    });
  });
  const unpooled = kernel.positions ? rows * g.outWidth * g.filters * 4 : 0;
  return { tasks: chunks * slices, scratch: stripeRows(kernel) * stripeOf(g).rowBytes + unpooled };
}

/** Copies the source rows that the block needs, with their padding. */
function fillStripe({ f, kernel, addressOf, scratch, tap, image, y }: Context): void {
  const { geometry: g } = kernel;
  const source = f.keep(elementAt(addressOf(kernel.source), image, g.height * g.width * g.channels * 4));
  const to = f.keep(scratch);
  const down = i32.add(i32.mul(y, g.strides[0]), i32.mul(tap, g.dilation[0]));
  const row = f.keep(i32.sub(down, g.padTop));
  const stripe = { geometry: g, image: source };
  emitStripe(f, stripe, { to, row, rows: stripeRows(kernel) });
}

/** Points `dy` at the gradient of the block's rows: where it lies, or unpooled behind the stripe. */
function findGradient({ f, kernel, addressOf, scratch, image, y, rowsHere, dy }: Context): void {
  const { geometry: g, positions } = kernel;
  const shrink = positions ? 2 : 1;
  const [height, width] = [g.outHeight / shrink, g.outWidth / shrink];
  const row = flatIndex(image, height, i32.divU(y, shrink));
  const element = f.keep(i32.mul(row, width * g.filters));
  f.set(dy, elementAt(addressOf(kernel.gradient), element));
  if (!positions) return;
  const from = f.keep(dy);
  const encoded = f.keep(i32.add(addressOf(positions), element));
  f.set(dy, i32.add(scratch, stripeRows(kernel) * stripeOf(g).rowBytes));
  const to = f.keep(dy);
  const pixel = g.filters * 4;
  f.loop({ to: rowsHere, step: 2, moves: [by(to, g.outWidth * pixel)] }, () => {
    f.walk(width, [by(to, pixel)], () => {
      f.walk(g.filters / 4, [by(from, 16), by(encoded, 4), by(to, 16)], () => {
        const value = f.keep(v128.load(from));
        const position = f.keep(i32x4.widenBytes(v128.load32Zero(encoded)));
        for (let q = 0; q < 4; q++) {
          const here = v128.and(value, i32x4.eq(position, q));
          f.store(to, here, (q >> 1) * g.outWidth * pixel + (q & 1) * pixel);
        }
      });
    });
  });
}

/** A few columns at a time, so that their gradients stay in the nearest cache while all weights pass. */
function emitBlocks(context: Context): void {
  const { f, kernel, scratch, dy, pixels, dyHere, columnsHere } = context;
  const { geometry: g, columns, filterRows } = kernel;
  f.loop({ to: g.outWidth, step: columns }, (x) => {
    f.set(columnsHere, i32.min(columns, i32.sub(g.outWidth, x)));
    f.set(pixels, elementAt(scratch, x, g.strides[1] * g.channels * 4));
    f.set(dyHere, elementAt(dy, x, g.filters * 4));
    for (let r = 0; r < filterRows; r++) emitFilterRow(context, r);
    emitLeftWeights(context);
  });
}

/** The runs of weights of a filter row that lie side by side: s·C + c, or c for each tap of a dilated filter. */
function runsOf({ geometry: g }: DirectFilterGradient): { taps: number; length: number } {
  return g.dilation[1] === 1
    ? { taps: 1, length: g.filterWidth * g.channels }
    : { taps: g.filterWidth, length: g.channels };
}

/** Bytes to a weight's pixels in the stripe and to its sums. */
interface WeightOffset {
  readonly pixel: number;
  readonly sum: number;
}

/** From the stripe's and the sums' beginnings to the first weight of run `s` of filter row `r`. */
function runAt({ geometry: g }: DirectFilterGradient, r: number, s: number): WeightOffset {
  const weight = (r * g.filterWidth + s) * g.channels;
  return {
    pixel: r * g.dilation[0] * stripeOf(g).rowBytes + s * g.dilation[1] * g.channels * 4,
    sum: weight * g.filters * 4,
  };
}

/** Neighbours in a run of weights, from number `first` on. */
const neighbours = (
  { geometry: g }: DirectFilterGradient,
  { pixel, sum }: WeightOffset,
  { first, count }: { readonly first: number; readonly count: number },
): readonly WeightOffset[] =>
  Array.from({ length: count }, (_, i) => ({
    pixel: pixel + (first + i) * 4,
    sum: sum + (first + i) * g.filters * 4,
  }));

/** Adds the block to the sums of filter row `r`, in tiles of 4 weights of s·C + c by a panel of filters. */
function emitFilterRow(context: Context, r: number): void {
  const { f, kernel, slice, pixels } = context;
  const { taps, length } = runsOf(kernel);
  for (let s = 0; s < taps; s++) {
    const { pixel, sum } = runAt(kernel, r, s);
    const sums = f.keep(i32.add(slice, sum));
    const base = f.keep(i32.add(pixels, pixel));
    const offsets = neighbours(kernel, { pixel: 0, sum: 0 }, { first: 0, count: TILE_ROWS });
    const moves = [by(base, TILE_ROWS * 4), by(sums, TILE_ROWS * kernel.geometry.filters * 4)];
    f.walk(Math.floor(length / TILE_ROWS), moves, () => emitTile(context, { sums, base, offsets }));
  }
}

/** The weights that are too few for a tile at the end of each run, put together. */
function emitLeftWeights(context: Context): void {
  const { kernel, slice, pixels } = context;
  const { taps, length } = runsOf(kernel);
  const count = length % TILE_ROWS;
  const left = Array.from({ length: kernel.filterRows * taps }, (_, run) =>
    neighbours(kernel, runAt(kernel, Math.floor(run / taps), run % taps), { first: length - count, count }),
  ).flat();
  for (let first = 0; first < left.length; first += TILE_ROWS)
    emitTile(context, { sums: slice, base: pixels, offsets: left.slice(first, first + TILE_ROWS) });
}

/** Weights, by their offsets from `sums` and `base`. */
interface WeightTile extends I32Locals<"sums" | "base"> {
  readonly offsets: readonly WeightOffset[];
}

/** A tile of weights against all filters, a panel at a time: sums run over all pixels of the block before they are stored again. */
function emitTile(context: Context, { sums, base, offsets }: WeightTile): void {
  const { f, kernel, tile, dyHere, rowsHere, columnsHere: columns } = context;
  const { geometry: g, panel } = kernel;
  const rows = offsets.length;
  const sumOffset = (r: number): number => at(offsets, r).sum;
  const rowOffset = (r: number): number => at(offsets, r).pixel;
  const [stepA, stepB] = [g.strides[1] * g.channels * 4, g.filters * 4];
  const column = f.keep(0);
  f.cut(g.filters, panel, (lanes) => {
    const target = f.keep(i32.add(sums, column));
    tile.start(rows, (r, n) => v128.load(target, sumOffset(r) + n * 16));
    const [a, b] = [f.keep(base), f.keep(i32.add(dyHere, column))];
    const [line, index] = f.locals("i32", 2);
    const moves = [by(a, g.strides[0] * stripeOf(g).rowBytes), by(b, g.outWidth * g.filters * 4)];
    f.loop({ index: line, to: rowsHere, moves }, () =>
      tile.multiply({ rows, a, b, rowOffset, stepA, stepB, depth: { index, to: columns } }),
    );
    tile.store(target, rows, { lanes, rowOffset: sumOffset });
    if (lanes === panel) f.advance(column, panel * 4);
  });
}
