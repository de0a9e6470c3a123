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
      for (let r = 0; r < filterRows; r++) emitFilterRow(context, r);
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

/** Adds the block to the sums of the task's filter row `r`, in tiles of 4 weights of s·C + c by a panel of filters. */
function emitFilterRow(context: Context, r: number): void {
  const { f, kernel, slice } = context;
  const { geometry: g, panel } = kernel;
  const sideBySide = g.dilation[1] === 1;
  const [taps, length] = sideBySide ? [1, g.filterWidth * g.channels] : [g.filterWidth, g.channels];
  const weights = f.keep(
    "i32",
    i32.add(f.get(slice), i32.const(r * g.filterWidth * g.channels * g.filters * 4)),
  );
  const base = f.local("i32");
  for (let s = 0; s < taps; s++) {
    const offset = r * g.dilation[0] * stripeOf(g).rowBytes + s * g.dilation[1] * g.channels * 4;
    f.set(base, i32.add(f.get(SCRATCH), i32.const(offset)));
    for (const [rows, count] of [
      [TILE_ROWS, Math.floor(length / TILE_ROWS)],
      [length % TILE_ROWS, 1],
    ] as const) {
      if (rows === 0) continue;
      f.repeat(count, () => {
        const column = f.keep("i32", i32.const(0));
        const at = { weights, base, column, rows };
        f.repeat(Math.floor(g.filters / panel), () => {
          emitWeights(context, { ...at, lanes: panel });
          f.advance(column, panel * 4);
        });
        if (g.filters % panel > 0) emitWeights(context, { ...at, lanes: g.filters % panel });
        f.advance(base, rows * 4);
        f.advance(weights, rows * g.filters * 4);
      });
    }
  }
}

interface WeightTile {
  /** i32 locals: the first of the tile's sums, its pixels in the stripe, and the byte of its first filter. */
  readonly weights: number;
  readonly base: number;
  readonly column: number;
  readonly rows: number;
  readonly lanes: number;
}

/** One tile of weights: its sums run over all pixels of the block before they are stored again. */
function emitWeights(
  { f, kernel, registers, arithmetic, dy, rowsHere }: Context,
  { weights, base, column, rows, lanes }: WeightTile,
): void {
  const { geometry: g } = kernel;
  const at = f.keep("i32", i32.add(f.get(weights), f.get(column)));
  startSums(f, registers, rows, (r, n) => v128.load(f.get(at), r * g.filters * 4 + n * 16));
  f.set(registers.pointerA, f.get(base));
  f.set(registers.pointerB, i32.add(f.get(dy), f.get(column)));
  const line = f.local("i32");
  const stepA = g.strides[1] * g.channels * 4;
  f.loop(line, { from: i32.const(0), to: f.get(rowsHere), step: 1 }, () => {
    f.repeat(g.outWidth, () =>
      emitTileStep(f, registers, { rows, arithmetic, rowOffset: (r) => r * 4, stepA, stepB: g.filters * 4 }),
    );
    f.advance(registers.pointerA, g.strides[0] * stripeOf(g).rowBytes - g.outWidth * stepA);
  });
  for (let r = 0; r < rows; r++)
    storeLanes(f, f.get(at), registers.sums[r]!, { lanes, offset: r * g.filters * 4 });
}
