import type { DirectConvolution } from "../../kernels/index.ts";
import { FunctionBuilder } from "./assembler.ts";
import { f32x4, i32, i32x4, v128 } from "./instructions.ts";
import type { AddressOf, EmittedKernel } from "./nest.ts";
import { emitStripeRow, stripeOf } from "./stripe.ts";
import {
  type Arithmetic,
  type TileRegisters,
  emitGreatest,
  emitTileStep,
  evenTiles,
  startSums,
  storeLanes,
  tileRegisters,
} from "./tile.ts";

const [TASK, SCRATCH] = [0, 1];

interface Context {
  readonly f: FunctionBuilder;
  readonly kernel: DirectConvolution;
  readonly addressOf: AddressOf;
  readonly arithmetic: Arithmetic;
  readonly registers: TileRegisters;
  /** i32 locals: source pixel, packed panel, output element, its positions, bias of the panel. */
  readonly at: {
    readonly source: number;
    readonly panel: number;
    readonly output: number;
    readonly positions: number;
    readonly bias: number;
  };
}

/** Rows that the output map has before pooling, as far as pooling uses them. */
const usedRows = ({ geometry: g, epilogue }: DirectConvolution): number =>
  epilogue.pool ? g.outHeight & ~1 : g.outHeight;

/** A convolution by register tiles over a padded stripe of the source; the epilogue happens before anything is stored. */
export function emitDirect(
  name: string,
  kernel: DirectConvolution,
  { addressOf, arithmetic }: { addressOf: AddressOf; arithmetic: Arithmetic },
): EmittedKernel {
  const { geometry: g, rows, panel } = kernel;
  const f = new FunctionBuilder(name, 2);
  const { rowBytes } = stripeOf(g);
  const stripeRows = (rows - 1) * g.strides[0] + (g.filterHeight - 1) * g.dilation[0] + 1;
  const blocks = Math.ceil(usedRows(kernel) / rows);
  const picture = f.keep("i32", i32.divU(f.get(TASK), i32.const(blocks)));
  const firstRow = f.keep("i32", i32.mul(i32.remU(f.get(TASK), i32.const(blocks)), i32.const(rows)));
  const left = i32.sub(i32.const(usedRows(kernel)), f.get(firstRow));
  const rowsHere = f.keep("i32", i32.select(i32.const(rows), left, i32.ltS(i32.const(rows), left)));

  const source = f.keep(
    "i32",
    i32.add(
      i32.const(addressOf(kernel.source)),
      i32.mul(f.get(picture), i32.const(g.height * g.width * g.channels * 4)),
    ),
  );
  const to = f.keep("i32", f.get(SCRATCH));
  const row = f.keep("i32", i32.sub(i32.mul(f.get(firstRow), i32.const(g.strides[0])), i32.const(g.padTop)));
  f.repeat(stripeRows, () => {
    emitStripeRow(f, { geometry: g, spread: kernel.spread, picture: source }, { to, row });
    f.advance(to, rowBytes);
    f.advance(row, 1);
  });

  const local = (): number => f.local("i32");
  const at = { source: local(), panel: local(), output: local(), positions: local(), bias: local() };
  const context: Context = { f, kernel, addressOf, arithmetic, at, registers: tileRegisters(f, panel / 4) };
  emitPanels(context, { picture, firstRow, rowsHere });
  return { function: f, tasks: g.n * blocks, scratch: stripeRows * rowBytes };
}

/** For every panel of filters, every output row of the task. The panel stays in the first cache, the stripe in the second. */
function emitPanels(
  context: Context,
  { picture, firstRow, rowsHere }: { picture: number; firstRow: number; rowsHere: number },
): void {
  const { f, kernel, addressOf, at } = context;
  const { geometry: g, panel, epilogue } = kernel;
  const shrink = epilogue.pool ? 2 : 1;
  const [outRows, outColumns] = [Math.floor(g.outHeight / shrink), Math.floor(g.outWidth / shrink)];
  const firstOut = epilogue.pool ? i32.divU(f.get(firstRow), i32.const(2)) : f.get(firstRow);
  const element = f.keep(
    "i32",
    i32.mul(
      i32.add(i32.mul(f.get(picture), i32.const(outRows)), firstOut),
      i32.const(outColumns * g.filters),
    ),
  );
  const output = f.keep(
    "i32",
    i32.add(i32.const(addressOf(kernel.output)), i32.mul(f.get(element), i32.const(4))),
  );
  const positions = f.local("i32");
  if (epilogue.pool) f.set(positions, i32.add(i32.const(addressOf(epilogue.pool.positions)), f.get(element)));
  f.set(at.panel, i32.const(addressOf(kernel.packed)));
  if (epilogue.bias) f.set(at.bias, i32.const(addressOf(epilogue.bias)));
  const depth = g.filterHeight * g.filterWidth * g.channels;
  const onePanel = (lanes: number): void => {
    f.set(at.output, f.get(output));
    if (epilogue.pool) f.set(at.positions, f.get(positions));
    const row = f.local("i32");
    f.loop(row, { from: i32.const(0), to: f.get(rowsHere), step: shrink }, () => {
      f.set(
        at.source,
        i32.add(f.get(SCRATCH), i32.mul(f.get(row), i32.const(g.strides[0] * stripeOf(g).rowBytes))),
      );
      if (epilogue.pool) emitPooledRow(context, lanes);
      else emitRow(context, lanes);
    });
    f.advance(output, panel * 4);
    f.advance(positions, panel);
    f.advance(at.panel, depth * panel * 4);
    f.advance(at.bias, panel * 4);
  };
  f.repeat(Math.floor(g.filters / panel), () => onePanel(panel));
  if (g.filters % panel > 0) onePanel(g.filters % panel);
}

function emitRow(context: Context, lanes: number): void {
  const { f, kernel, registers, at } = context;
  const { geometry: g, epilogue } = kernel;
  const pixel = g.strides[1] * g.channels * 4;
  for (const [rows, count] of evenTiles(g.outWidth)) {
    f.repeat(count, () => {
      emitSums(context, rows, (r) => r * pixel);
      for (let r = 0; r < rows; r++) {
        const sums = registers.sums[r]!;
        if (epilogue.relu) for (const sum of sums) f.set(sum, f32x4.pmax(f.get(sum), v128.splatConst(0)));
        storeLanes(f, f.get(at.output), sums, { lanes, offset: r * g.filters * 4 });
      }
      f.advance(at.source, rows * pixel);
      f.advance(at.output, rows * g.filters * 4);
    });
  }
}

/** A tile is one 2x2 window: its four sums become the greatest and where it stood, before anything is stored. */
function emitPooledRow(context: Context, lanes: number): void {
  const { f, kernel, registers, at } = context;
  const { geometry: g } = kernel;
  const pixel = g.strides[1] * g.channels * 4;
  const down = g.strides[0] * stripeOf(g).rowBytes;
  f.repeat(Math.floor(g.outWidth / 2), () => {
    emitSums(context, 4, (r) => (r >> 1) * down + (r & 1) * pixel);
    const best = registers.sums[0]!.map((_, n) =>
      emitGreatest(
        f,
        registers.sums.map((row) => row[n]!),
      ),
    );
    if (kernel.epilogue.relu)
      for (const { value } of best) f.set(value, f32x4.pmax(f.get(value), v128.splatConst(0)));
    storeLanes(
      f,
      f.get(at.output),
      best.map(({ value }) => value),
      { lanes, offset: 0 },
    );
    for (const [n, { place }] of best.entries()) {
      const left = lanes - n * 4;
      if (left >= 4)
        f.emit(
          v128.storeLane32(f.get(at.positions), i32x4.narrowToBytes(f.get(place)), {
            lane: 0,
            offset: n * 4,
          }),
        );
      else
        for (let lane = 0; lane < left; lane++)
          f.emit(i32.store8(f.get(at.positions), i32x4.extract(f.get(place), lane), n * 4 + lane));
    }
    f.advance(at.source, 2 * pixel);
    f.advance(at.output, g.filters * 4);
    f.advance(at.positions, g.filters);
  });
}

/** sums = bias + Σ over filter rows and the S·C neighbours that lie side by side. */
function emitSums(context: Context, rows: number, rowOffset: (row: number) => number): void {
  const { f, kernel, registers, at, arithmetic } = context;
  const { geometry: g, panel, epilogue } = kernel;
  startSums(f, registers, rows, (_, n) =>
    epilogue.bias ? v128.load(f.get(at.bias), n * 16) : v128.splatConst(0),
  );
  f.set(registers.pointerB, f.get(at.panel));
  const { rowBytes } = stripeOf(g);
  const sideBySide = g.dilation[1] === 1;
  const taps = sideBySide ? 1 : g.filterWidth;
  for (let r = 0; r < g.filterHeight; r++) {
    for (let s = 0; s < taps; s++) {
      const offset = r * g.dilation[0] * rowBytes + s * g.dilation[1] * g.channels * 4;
      f.set(registers.pointerA, i32.add(f.get(at.source), i32.const(offset)));
      f.repeat(sideBySide ? g.filterWidth * g.channels : g.channels, () =>
        emitTileStep(f, registers, { rows, arithmetic, rowOffset, stepA: 4, stepB: panel * 4 }),
      );
    }
  }
}
