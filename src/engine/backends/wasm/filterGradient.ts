import type { DirectFilterGradient } from "../../kernels/index.ts";
import { FunctionBuilder } from "./assembler.ts";
import type { EmitOptions } from "./emit.ts";
import { i32, i32x4, memory, v128 } from "./instructions.ts";
import type { EmittedKernel } from "./nest.ts";
import { emitStripeRow, stripeOf } from "./stripe.ts";
import {
  type Arithmetic,
  TILE_ROWS,
  type TileRegisters,
  emitTileStep,
  startSums,
  storeLanes,
  tileRegisters,
} from "./tile.ts";

const [TASK, SCRATCH] = [0, 1];

interface Context {
  readonly f: FunctionBuilder;
  readonly kernel: DirectFilterGradient;
  readonly addressOf: EmitOptions["addressOf"];
  readonly arithmetic: Arithmetic;
  readonly registers: TileRegisters;
  /** i32 locals: this task's sums, its first filter row, the picture, the first output row and how many, dy of that row. */
  readonly slice: number;
  readonly tap: number;
  readonly picture: number;
  readonly y: number;
  readonly rowsHere: number;
  readonly dy: number;
  /** i32 locals: the stripe and dy at the first of some columns, and how many these are. */
  readonly pixels: number;
  readonly dyHere: number;
  readonly columnsHere: number;
}

/** Rows of source that a block of output rows sees through the task's filter rows. */
const stripeRows = ({ geometry: g, rows, filterRows }: DirectFilterGradient): number =>
  (rows - 1) * g.strides[0] + (filterRows - 1) * g.dilation[0] + 1;

/** One task: some filter rows r over one run of pictures. parts[chunk][r][s·C + c][k] += Σ x[.., y + r, x + s, c] · dy[.., y, x, k] */
export function emitFilterGradient(
  name: string,
  kernel: DirectFilterGradient,
  { addressOf, arithmetic }: EmitOptions,
): EmittedKernel {
  const { geometry: g, rows, chunks, panel, filterRows } = kernel;
  const f = new FunctionBuilder(name, 2);
  const slices = g.filterHeight / filterRows;
  const sliceBytes = filterRows * g.filterWidth * g.channels * g.filters * 4;
  const local = (): number => f.local("i32");
  const context: Context = {
    f,
    kernel,
    addressOf,
    arithmetic,
    registers: tileRegisters(f, panel / 4),
    slice: f.keep(
      "i32",
      i32.add(i32.const(addressOf(kernel.parts)), i32.mul(f.get(TASK), i32.const(sliceBytes))),
    ),
    tap: f.keep("i32", i32.mul(i32.remU(f.get(TASK), i32.const(slices)), i32.const(filterRows))),
    picture: local(),
    y: local(),
    rowsHere: local(),
    dy: local(),
    pixels: local(),
    dyHere: local(),
    columnsHere: local(),
  };
  f.emit(memory.fill(f.get(context.slice), i32.const(0), i32.const(sliceBytes)));
  const perChunk = Math.ceil(g.n / chunks);
  const first = f.keep("i32", i32.mul(i32.divU(f.get(TASK), i32.const(slices)), i32.const(perChunk)));
  const past = f.keep("i32", i32.add(f.get(first), i32.const(perChunk)));
  f.set(past, i32.select(f.get(past), i32.const(g.n), i32.ltS(f.get(past), i32.const(g.n))));
  f.loop(context.picture, { from: f.get(first), to: f.get(past), step: 1 }, () => {
    f.loop(context.y, { from: i32.const(0), to: i32.const(g.outHeight), step: rows }, () => {
      const left = i32.sub(i32.const(g.outHeight), f.get(context.y));
      f.set(context.rowsHere, i32.select(i32.const(rows), left, i32.ltS(i32.const(rows), left)));
      fillStripe(context);
      findGradient(context);
      emitBlocks(context);
    });
  });
  const spread = kernel.positions ? rows * g.outWidth * g.filters * 4 : 0;
  return { function: f, tasks: chunks * slices, scratch: stripeRows(kernel) * stripeOf(g).rowBytes + spread };
}

/** Copies the source rows that the block needs, with their padding. */
function fillStripe({ f, kernel, addressOf, tap, picture, y }: Context): void {
  const { geometry: g } = kernel;
  const pictureBytes = g.height * g.width * g.channels * 4;
  const source = f.keep(
    "i32",
    i32.add(i32.const(addressOf(kernel.source)), i32.mul(f.get(picture), i32.const(pictureBytes))),
  );
  const to = f.keep("i32", f.get(SCRATCH));
  const down = i32.add(
    i32.mul(f.get(y), i32.const(g.strides[0])),
    i32.mul(f.get(tap), i32.const(g.dilation[0])),
  );
  const row = f.keep("i32", i32.sub(down, i32.const(g.padTop)));
  f.repeat(stripeRows(kernel), () => {
    emitStripeRow(f, { geometry: g, spread: [1, 1], picture: source }, { to, row });
    f.advance(to, stripeOf(g).rowBytes);
    f.advance(row, 1);
  });
}

/** Points `dy` at the gradient of the block's rows: where it lies, or spread out from the pooled one behind the stripe. */
function findGradient({ f, kernel, addressOf, picture, y, rowsHere, dy }: Context): void {
  const { geometry: g, positions } = kernel;
  const shrink = positions ? 2 : 1;
  const [height, width] = [g.outHeight / shrink, g.outWidth / shrink];
  const row = i32.add(i32.mul(f.get(picture), i32.const(height)), i32.divU(f.get(y), i32.const(shrink)));
  const element = f.keep("i32", i32.mul(row, i32.const(width * g.filters)));
  f.set(dy, i32.add(i32.const(addressOf(kernel.gradient)), i32.mul(f.get(element), i32.const(4))));
  if (!positions) return;
  const from = f.keep("i32", f.get(dy));
  const place = f.keep("i32", i32.add(i32.const(addressOf(positions)), f.get(element)));
  f.set(dy, i32.add(f.get(SCRATCH), i32.const(stripeRows(kernel) * stripeOf(g).rowBytes)));
  const to = f.keep("i32", f.get(dy));
  const pixel = g.filters * 4;
  const line = f.local("i32");
  f.loop(line, { from: i32.const(0), to: f.get(rowsHere), step: 2 }, () => {
    f.repeat(width, () => {
      f.repeat(g.filters / 4, () => {
        const value = f.keep("v128", v128.load(f.get(from)));
        const stands = f.keep("v128", i32x4.widenBytes(v128.loadFour(f.get(place))));
        for (let q = 0; q < 4; q++) {
          const here = v128.and(f.get(value), i32x4.equal(f.get(stands), i32x4.splatConst(q)));
          f.emit(v128.store(f.get(to), here, (q >> 1) * g.outWidth * pixel + (q & 1) * pixel));
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
  const { f, kernel, dy, pixels, dyHere, columnsHere } = context;
  const { geometry: g, columns, filterRows } = kernel;
  const x = f.local("i32");
  f.loop(x, { from: i32.const(0), to: i32.const(g.outWidth), step: columns }, () => {
    const left = i32.sub(i32.const(g.outWidth), f.get(x));
    f.set(columnsHere, i32.select(i32.const(columns), left, i32.ltS(i32.const(columns), left)));
    f.set(pixels, i32.add(f.get(SCRATCH), i32.mul(f.get(x), i32.const(g.strides[1] * g.channels * 4))));
    f.set(dyHere, i32.add(f.get(dy), i32.mul(f.get(x), i32.const(g.filters * 4))));
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

/** Bytes from the stripe's and the sums' beginnings to the first weight of run `s` of filter row `r`. */
function runAt({ geometry: g }: DirectFilterGradient, r: number, s: number): { pixel: number; sum: number } {
  const weight = (r * g.filterWidth + s) * g.channels;
  return {
    pixel: r * g.dilation[0] * stripeOf(g).rowBytes + s * g.dilation[1] * g.channels * 4,
    sum: weight * g.filters * 4,
  };
}

/** Adds the block to the sums of filter row `r`, in tiles of 4 weights of s·C + c by a panel of filters. */
function emitFilterRow(context: Context, r: number): void {
  const { f, kernel, slice, pixels } = context;
  const { taps, length } = runsOf(kernel);
  for (let s = 0; s < taps; s++) {
    const { pixel, sum } = runAt(kernel, r, s);
    const sums = f.keep("i32", i32.add(f.get(slice), i32.const(sum)));
    const base = f.keep("i32", i32.add(f.get(pixels), i32.const(pixel)));
    const offsets = Array.from({ length: TILE_ROWS }, (_, row) => ({
      pixel: row * 4,
      sum: row * kernel.geometry.filters * 4,
    }));
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
  const done = length - (length % TILE_ROWS);
  const left = Array.from({ length: kernel.filterRows * taps }, (_, run) =>
    Array.from({ length: length - done }, (__, weight) => {
      const { pixel, sum } = runAt(kernel, Math.floor(run / taps), run % taps);
      return { pixel: pixel + (done + weight) * 4, sum: sum + (done + weight) * kernel.geometry.filters * 4 };
    }),
  ).flat();
  for (let first = 0; first < left.length; first += TILE_ROWS)
    emitTile(context, { sums: slice, base: pixels, offsets: left.slice(first, first + TILE_ROWS) });
}

interface WeightTile {
  /** i32 locals that the offsets count from. */
  readonly sums: number;
  readonly base: number;
  /** Bytes to each weight's pixels in the stripe and to its sums. */
  readonly offsets: readonly { readonly pixel: number; readonly sum: number }[];
}

/** A tile of weights against all filters, a panel at a time. */
function emitTile(context: Context, tile: WeightTile): void {
  const { f, kernel } = context;
  const { geometry: g, panel } = kernel;
  const column = f.keep("i32", i32.const(0));
  f.repeat(Math.floor(g.filters / panel), () => {
    emitWeights(context, { ...tile, column, lanes: panel });
    f.advance(column, panel * 4);
  });
  if (g.filters % panel > 0) emitWeights(context, { ...tile, column, lanes: g.filters % panel });
}

/** One tile of weights: its sums run over all pixels of the block before they are stored again. */
function emitWeights(
  { f, kernel, registers, arithmetic, dyHere, rowsHere, columnsHere }: Context,
  { sums, base, offsets, column, lanes }: WeightTile & { column: number; lanes: number },
): void {
  const { geometry: g } = kernel;
  const at = f.keep("i32", i32.add(f.get(sums), f.get(column)));
  const rows = offsets.length;
  startSums(f, registers, rows, (r, n) => v128.load(f.get(at), offsets[r]!.sum + n * 16));
  const [lineA, lineB] = [f.keep("i32", f.get(base)), f.keep("i32", i32.add(f.get(dyHere), f.get(column)))];
  const [line, pixel] = [f.local("i32"), f.local("i32")];
  const stepA = g.strides[1] * g.channels * 4;
  f.loop(line, { from: i32.const(0), to: f.get(rowsHere), step: 1 }, () => {
    f.set(registers.pointerA, f.get(lineA));
    f.set(registers.pointerB, f.get(lineB));
    f.loop(pixel, { from: i32.const(0), to: f.get(columnsHere), step: 1 }, () =>
      emitTileStep(f, registers, {
        rows,
        arithmetic,
        rowOffset: (r) => offsets[r]!.pixel,
        stepA,
        stepB: g.filters * 4,
      }),
    );
    f.advance(lineA, g.strides[0] * stripeOf(g).rowBytes);
    f.advance(lineB, g.outWidth * g.filters * 4);
  });
  for (let r = 0; r < rows; r++)
    storeLanes(f, f.get(at), registers.sums[r]!, { lanes, offset: offsets[r]!.sum });
}
