import { type I32Local, elementAt, i32, i32x4, v128 } from "../../../simd/index.ts";
import type { DirectFilterGradient } from "../../kernels/index.ts";
import { type EmitOptions, type EmittedKernel, type KernelFunction, kernelFunction } from "./kernel.ts";
import { emitStripe, stripeOf } from "./stripe.ts";
import { RegisterTile, TILE_ROWS, widenBytes } from "./tile.ts";

interface Context extends KernelFunction {
  readonly kernel: DirectFilterGradient;
  readonly tile: RegisterTile;
  /** This task's sums, its first filter row, the image, the first output row and how many, dy of that row. */
  readonly slice: I32Local;
  readonly tap: I32Local;
  readonly image: I32Local;
  readonly y: I32Local;
  readonly rowsHere: I32Local;
  readonly dy: I32Local;
  /** The stripe and dy at the first of some columns, and how many these are. */
  readonly pixels: I32Local;
  readonly dyHere: I32Local;
  readonly columnsHere: I32Local;
}

/** Rows of source that a block of output rows sees through the task's filter rows. */
const stripeRows = ({ geometry: g, rows, filterRows }: DirectFilterGradient): number =>
  (rows - 1) * g.strides[0] + (filterRows - 1) * g.dilation[0] + 1;

/** One task: some filter rows r over one run of images. parts[chunk][r][s·C + c][k] += Σ x[.., y + r, x + s, c] · dy[.., y, x, k] */
export function emitFilterGradient(kernel: DirectFilterGradient, options: EmitOptions): EmittedKernel {
  const { geometry: g, rows, chunks, filterRows } = kernel;
  const k = kernelFunction(options);
  const { f, task } = k;
  const slices = g.filterHeight / filterRows;
  const sliceBytes = filterRows * g.filterWidth * g.channels * g.filters * 4;
  const tile = new RegisterTile(k, kernel.panel);
  const slice = f.keep(elementAt(k.addressOf(kernel.partials), task, sliceBytes));
  const tap = f.keep(i32.mul(i32.remU(task, slices), filterRows));
  const [image, y, rowsHere, dy, pixels, dyHere, columnsHere] = f.locals("i32", 7);
  const locals = { slice, tap, image, y, rowsHere, dy, pixels, dyHere, columnsHere };
  const context: Context = { ...k, kernel, tile, ...locals };
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
  const scratch = stripeRows(kernel) * stripeOf(g).rowBytes + unpooled;
  return { function: f, tasks: chunks * slices, scratch };
}

/** Copies the source rows that the block needs, with their padding. */
function fillStripe({ f, kernel, addressOf, scratch, tap, image, y }: Context): void {
  const { geometry: g } = kernel;
  const source = f.keep(elementAt(addressOf(kernel.source), image, g.height * g.width * g.channels * 4));
  const to = f.keep(scratch);
  const down = i32.add(i32.mul(y, g.strides[0]), i32.mul(tap, g.dilation[0]));
  const row = f.keep(i32.sub(down, g.padTop));
  const stripe = { geometry: g, inputDilation: [1, 1], image: source } as const;
  emitStripe(f, stripe, { to, row, rows: stripeRows(kernel) });
}

/** Points `dy` at the gradient of the block's rows: where it lies, or unpooled behind the stripe. */
function findGradient({ f, kernel, addressOf, scratch, image, y, rowsHere, dy }: Context): void {
  const { geometry: g, positions } = kernel;
  const shrink = positions ? 2 : 1;
  const [height, width] = [g.outHeight / shrink, g.outWidth / shrink];
  const row = i32.add(i32.mul(image, height), i32.divU(y, shrink));
  const element = f.keep(i32.mul(row, width * g.filters));
  f.set(dy, elementAt(addressOf(kernel.gradient), element));
  if (!positions) return;
  const from = f.keep(dy);
  const place = f.keep(i32.add(addressOf(positions), element));
  f.set(dy, i32.add(scratch, stripeRows(kernel) * stripeOf(g).rowBytes));
  const to = f.keep(dy);
  const pixel = g.filters * 4;
  f.loop({ to: rowsHere, step: 2 }, () => {
    f.repeat(width, () => {
      f.repeat(g.filters / 4, () => {
        const value = f.keep(v128.load(from));
        const position = f.keep(widenBytes(v128.load32Zero(place)));
        for (let q = 0; q < 4; q++) {
          const here = v128.and(value, i32x4.eq(position, q));
          f.store(to, here, (q >> 1) * g.outWidth * pixel + (q & 1) * pixel);
        }
        f.advance(from, 16);
        f.advance(place, 4);
        f.advance(to, 16);
      });
      f.advance(to, pixel);
    });
    f.advance(to, g.outWidth * pixel);
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
    f.repeat(Math.floor(length / TILE_ROWS), () => {
      emitTile(context, { sums, base, offsets });
      f.advance(base, TILE_ROWS * 4);
      f.advance(sums, TILE_ROWS * kernel.geometry.filters * 4);
    });
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

interface WeightTile {
  /** What the offsets count from. */
  readonly sums: I32Local;
  readonly base: I32Local;
  readonly offsets: readonly WeightOffset[];
}

/** A tile of weights against all filters, a panel at a time. */
function emitTile(context: Context, weights: WeightTile): void {
  const { f, kernel } = context;
  const { geometry: g, panel } = kernel;
  const column = f.keep(0);
  f.repeat(Math.floor(g.filters / panel), () => {
    emitWeights(context, weights, { column, lanes: panel });
    f.advance(column, panel * 4);
  });
  if (g.filters % panel > 0) emitWeights(context, weights, { column, lanes: g.filters % panel });
}

/** One tile of weights: its sums run over all pixels of the block before they are stored again. */
function emitWeights(
  { f, kernel, tile, dyHere, rowsHere, columnsHere }: Context,
  { sums, base, offsets }: WeightTile,
  { column, lanes }: { readonly column: I32Local; readonly lanes: number },
): void {
  const { geometry: g } = kernel;
  const target = f.keep(i32.add(sums, column));
  const rows = offsets.length;
  const sumOffset = (r: number): number => offsets[r]!.sum;
  tile.start(rows, (r, n) => v128.load(target, sumOffset(r) + n * 16));
  const [lineA, lineB] = [f.keep(base), f.keep(i32.add(dyHere, column))];
  const [line, pixel] = f.locals("i32", 2);
  f.loop({ index: line, to: rowsHere }, () => {
    f.set(tile.pointerA, lineA);
    f.set(tile.pointerB, lineB);
    f.loop({ index: pixel, to: columnsHere }, () =>
      tile.step({
        rows,
        rowOffset: (r) => offsets[r]!.pixel,
        stepA: g.strides[1] * g.channels * 4,
        stepB: g.filters * 4,
      }),
    );
    f.advance(lineA, g.strides[0] * stripeOf(g).rowBytes);
    f.advance(lineB, g.outWidth * g.filters * 4);
  });
  tile.store(target, rows, { lanes, rowOffset: sumOffset });
}
