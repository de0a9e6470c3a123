import type { DirectFilterGradient } from "../../kernels/index.ts";
import { FunctionBuilder } from "./assembler.ts";
import { i32, memory, v128 } from "./instructions.ts";
import type { AddressOf, EmittedKernel } from "./nest.ts";
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

/** One task: one filter row r over one run of pictures. parts[chunk][r][s·C + c][k] += Σ x[.., y + r, x + s, c] · dy[.., y, x, k] */
export function emitFilterGradient(
  name: string,
  kernel: DirectFilterGradient,
  { addressOf, arithmetic }: { addressOf: AddressOf; arithmetic: Arithmetic },
): EmittedKernel {
  const { geometry: g, rows, chunks, panel } = kernel;
  const f = new FunctionBuilder(name, 2);
  const { rowBytes } = stripeOf(g);
  const chunk = f.keep("i32", i32.divU(f.get(TASK), i32.const(g.filterHeight)));
  const tap = f.keep("i32", i32.remU(f.get(TASK), i32.const(g.filterHeight)));
  const sliceBytes = g.filterWidth * g.channels * g.filters * 4;
  const slice = f.keep(
    "i32",
    i32.add(i32.const(addressOf(kernel.parts)), i32.mul(f.get(TASK), i32.const(sliceBytes))),
  );
  f.emit(memory.fill(f.get(slice), i32.const(0), i32.const(sliceBytes)));

  const perChunk = Math.ceil(g.n / chunks);
  const first = f.keep("i32", i32.mul(f.get(chunk), i32.const(perChunk)));
  const past = f.keep("i32", i32.add(f.get(first), i32.const(perChunk)));
  f.set(past, i32.select(f.get(past), i32.const(g.n), i32.ltS(f.get(past), i32.const(g.n))));
  const registers = tileRegisters(f, panel / 4);
  const [picture, y, to, row, line, source, gradient, rowsHere] = Array.from({ length: 8 }, () =>
    f.local("i32"),
  ) as [number, number, number, number, number, number, number, number];
  f.loop(picture, { from: f.get(first), to: f.get(past), step: 1 }, () => {
    f.set(
      source,
      i32.add(
        i32.const(addressOf(kernel.source)),
        i32.mul(f.get(picture), i32.const(g.height * g.width * g.channels * 4)),
      ),
    );
    f.loop(y, { from: i32.const(0), to: i32.const(g.outHeight), step: rows }, () => {
      const left = i32.sub(i32.const(g.outHeight), f.get(y));
      f.set(rowsHere, i32.select(i32.const(rows), left, i32.ltS(i32.const(rows), left)));
      f.set(to, f.get(SCRATCH));
      f.loop(line, { from: i32.const(0), to: f.get(rowsHere), step: 1 }, () => {
        const over = i32.mul(i32.add(f.get(y), f.get(line)), i32.const(g.strides[0]));
        f.set(
          row,
          i32.sub(i32.add(over, i32.mul(f.get(tap), i32.const(g.dilation[0]))), i32.const(g.padTop)),
        );
        emitStripeRow(f, { geometry: g, spread: [1, 1], picture: source }, { to, row });
        f.advance(to, rowBytes);
      });
      const pixels = i32.mul(
        i32.add(i32.mul(f.get(picture), i32.const(g.outHeight)), f.get(y)),
        i32.const(g.outWidth),
      );
      f.set(
        gradient,
        i32.add(i32.const(addressOf(kernel.gradient)), i32.mul(pixels, i32.const(g.filters * 4))),
      );
      emitSlice(f, kernel, { registers, arithmetic, slice, gradient, rowsHere });
    });
  });
  return { function: f, tasks: chunks * g.filterHeight, scratch: rows * rowBytes };
}

interface SliceContext {
  readonly registers: TileRegisters;
  readonly arithmetic: Arithmetic;
  /** i32 locals. */
  readonly slice: number;
  readonly gradient: number;
  readonly rowsHere: number;
}

/** Adds the rows in the stripe to the slice, in tiles of 4 weights of s·C + c by a panel of filters. */
function emitSlice(f: FunctionBuilder, kernel: DirectFilterGradient, context: SliceContext): void {
  const { geometry: g, panel } = kernel;
  const sideBySide = g.dilation[1] === 1;
  const [taps, length] = sideBySide ? [1, g.filterWidth * g.channels] : [g.filterWidth, g.channels];
  const weights = f.keep("i32", f.get(context.slice));
  const base = f.local("i32");
  for (let s = 0; s < taps; s++) {
    f.set(base, i32.add(f.get(SCRATCH), i32.const(s * g.dilation[1] * g.channels * 4)));
    for (const [rows, count] of [
      [TILE_ROWS, Math.floor(length / TILE_ROWS)],
      [length % TILE_ROWS, 1],
    ] as const) {
      if (rows === 0) continue;
      f.repeat(count, () => {
        const column = f.keep("i32", i32.const(0));
        f.repeat(Math.floor(g.filters / panel), () => {
          emitWeights(f, kernel, { ...context, weights, base, column, rows, lanes: panel });
          f.advance(column, panel * 4);
        });
        if (g.filters % panel > 0)
          emitWeights(f, kernel, { ...context, weights, base, column, rows, lanes: g.filters % panel });
        f.advance(base, rows * 4);
        f.advance(weights, rows * g.filters * 4);
      });
    }
  }
}

interface WeightsContext extends SliceContext {
  readonly weights: number;
  readonly base: number;
  readonly column: number;
  readonly rows: number;
  readonly lanes: number;
}

/** One tile of weights: its sums run over all pixels in the stripe's rows before they are stored again. */
function emitWeights(
  f: FunctionBuilder,
  { geometry: g }: DirectFilterGradient,
  { registers, arithmetic, weights, base, column, rows, lanes, gradient, rowsHere }: WeightsContext,
): void {
  const at = f.keep("i32", i32.add(f.get(weights), f.get(column)));
  startSums(f, registers, rows, (r, n) => v128.load(f.get(at), r * g.filters * 4 + n * 16));
  f.set(registers.pointerA, f.get(base));
  f.set(registers.pointerB, i32.add(f.get(gradient), f.get(column)));
  const line = f.local("i32");
  const stepA = g.strides[1] * g.channels * 4;
  f.loop(line, { from: i32.const(0), to: f.get(rowsHere), step: 1 }, () => {
    f.repeat(g.outWidth, () =>
      emitTileStep(f, registers, { rows, arithmetic, rowOffset: (r) => r * 4, stepA, stepB: g.filters * 4 }),
    );
    f.advance(registers.pointerA, stripeOf(g).rowBytes - g.outWidth * stepA);
  });
  for (let r = 0; r < rows; r++)
    storeLanes(f, f.get(at), registers.sums[r]!, { lanes, offset: r * g.filters * 4 });
}
