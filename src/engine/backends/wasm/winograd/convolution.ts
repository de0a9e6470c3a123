import { POSITIONS, type WinogradConvolution, positionStride } from "../../../kernels/index.ts";
import { type Code, FunctionBuilder } from "../assembler.ts";
import type { EmitOptions } from "../emit.ts";
import { f32x4, i32, i32x4, memory, v128 } from "../instructions.ts";
import type { EmittedKernel } from "../nest.ts";
import { emitTileStep, evenTiles, startSums, storeLanes, tileRegisters } from "../tile.ts";
import { type TileAt, forTiles, tileGrid, withPatch } from "./tiles.ts";
import { IN, OUT, type Toolbox, inputLine, outputLine, transform2d } from "./transforms.ts";

const [TASK, SCRATCH] = [0, 1];

interface Context extends Toolbox {
  readonly kernel: WinogradConvolution;
  readonly addressOf: EmitOptions["addressOf"];
  /** Bytes between positions of the transformed pixels and of the products. */
  readonly strideU: number;
  readonly strideM: number;
  /** i32 locals: transformed pixels, products, room for one patch. */
  readonly u: number;
  readonly m: number;
  readonly room: number;
  /** i32 locals: the task's tiles. */
  readonly from: number;
  readonly to: number;
}

const paddedOutputs = ({ geometry: g, panel }: WinogradConvolution): number =>
  Math.ceil(g.filters / panel) * panel;

/** Transforms a run of tiles, multiplies position by position, transforms back with the epilogue; all of it stays in cache. */
export function emitWinograd(
  name: string,
  kernel: WinogradConvolution,
  { addressOf, arithmetic }: EmitOptions,
): EmittedKernel {
  const { geometry: g, tiles } = kernel;
  const f = new FunctionBuilder(name, 2);
  const strideU = positionStride(tiles * g.channels) * 4;
  const strideM = positionStride(tiles * paddedOutputs(kernel)) * 4;
  const [rows, columns] = tileGrid(g);
  const count = g.n * rows * columns;
  const u = f.keep("i32", f.get(SCRATCH));
  const m = f.keep("i32", i32.add(f.get(u), i32.const(POSITIONS * strideU)));
  const room = f.keep("i32", i32.add(f.get(m), i32.const(POSITIONS * strideM)));
  const from = f.keep("i32", i32.mul(f.get(TASK), i32.const(tiles)));
  const to = f.keep("i32", i32.add(f.get(from), i32.const(tiles)));
  f.set(to, i32.select(f.get(to), i32.const(count), i32.ltS(f.get(to), i32.const(count))));
  const context: Context = { f, arithmetic, kernel, addressOf, strideU, strideM, u, m, room, from, to };
  emitInputs(context);
  emitProducts(context);
  emitOutputs(context);
  const patch = Math.max(IN * IN * g.channels, OUT * OUT * g.filters * 2) * 4;
  return { function: f, tasks: Math.ceil(count / tiles), scratch: POSITIONS * (strideU + strideM) + patch };
}

/** u[position][tile][c] from the 6x6 pixels under each tile. */
function emitInputs(context: Context): void {
  const { f, kernel, addressOf, from, to, u, strideU, room } = context;
  const { geometry: g } = kernel;
  const map = { address: addressOf(kernel.source), height: g.height, width: g.width, channels: g.channels };
  const target = f.keep("i32", f.get(u));
  forTiles(f, g, { from: f.get(from), to: f.get(to) }, (at) => {
    withPatch(f, map, { at, shift: [-g.padTop, -g.padLeft], size: IN, room }, ({ pointer, rowBytes }) => {
      f.repeat(g.channels / 4, () => {
        const values = transform2d(context, inputLine, IN, (i, j) =>
          v128.load(f.get(pointer), i * rowBytes + j * g.channels * 4),
        );
        for (const [p, value] of values.flat().entries())
          f.emit(v128.store(f.get(target), value, p * strideU));
        f.advance(pointer, 16);
        f.advance(target, 16);
      });
    });
  });
}

/** m[position] = u[position] · filters[position], in register tiles. */
function emitProducts(context: Context): void {
  const { f, kernel, addressOf, u, m, strideU, strideM, arithmetic } = context;
  const { geometry: g, panel, tiles } = kernel;
  const registers = tileRegisters(f, panel / 4);
  const outputs = paddedOutputs(kernel);
  const panelBytes = g.channels * panel * 4;
  const [a, b, c] = [
    f.keep("i32", f.get(u)),
    f.keep("i32", i32.const(addressOf(kernel.transformed))),
    f.keep("i32", f.get(m)),
  ];
  const [tileA, tileC] = [f.local("i32"), f.local("i32")];
  f.repeat(POSITIONS, () => {
    f.repeat(outputs / panel, () => {
      f.set(tileA, f.get(a));
      f.set(tileC, f.get(c));
      for (const [rows, count] of evenTiles(tiles)) {
        f.repeat(count, () => {
          startSums(f, registers, rows, () => v128.splatConst(0));
          f.set(registers.pointerA, f.get(tileA));
          f.set(registers.pointerB, f.get(b));
          f.repeat(g.channels, () =>
            emitTileStep(f, registers, {
              rows,
              arithmetic,
              rowOffset: (r) => r * g.channels * 4,
              stepA: 4,
              stepB: panel * 4,
            }),
          );
          for (let r = 0; r < rows; r++)
            storeLanes(f, f.get(tileC), registers.sums[r]!, { lanes: panel, offset: r * outputs * 4 });
          f.advance(tileA, rows * g.channels * 4);
          f.advance(tileC, rows * outputs * 4);
        });
      }
      f.advance(b, panelBytes);
      f.advance(c, panel * 4);
    });
    f.advance(a, strideU);
    f.advance(b, positionStride(outputs * g.channels) * 4 - (outputs / panel) * panelBytes);
    f.advance(c, strideM - outputs * 4);
  });
}

/** The 4x4 outputs of each tile, + bias, pooled or not, relu; straight into the map where they all lie in it. */
function emitOutputs(context: Context): void {
  const { f, kernel, addressOf, from, to, m } = context;
  const { geometry: g, epilogue } = kernel;
  const shrink = epilogue.pool ? 2 : 1;
  const size = OUT / shrink;
  const [height, width] = [Math.floor(g.outHeight / shrink), Math.floor(g.outWidth / shrink)];
  const products = f.keep("i32", f.get(m));
  const bias = f.local("i32");
  forTiles(f, g, { from: f.get(from), to: f.get(to) }, (at) => {
    const place = outputPlace(f, at, { height, width, shrink });
    const inside = (limit: number, start: number): Code =>
      limit < size ? i32.const(0) : i32.ltU(f.get(start), i32.const(limit - size + 1));
    const [pointer, positions] = [f.local("i32"), f.local("i32")];
    if (epilogue.bias) f.set(bias, i32.const(addressOf(epilogue.bias)));
    const run = (rowElements: number): void => {
      f.repeat(g.filters / 4, () => {
        emitTileOutputs(context, { products, bias, pointer, positions, rowElements });
        f.advance(products, 16);
        f.advance(pointer, 16);
        f.advance(positions, 4);
        f.advance(bias, 16);
      });
      f.advance(products, (paddedOutputs(kernel) - g.filters) * 4);
    };
    f.when(
      i32.and(inside(height, place.row), inside(width, place.column)),
      () => {
        f.set(
          pointer,
          i32.add(i32.const(addressOf(kernel.output)), i32.mul(f.get(place.pixel), i32.const(g.filters * 4))),
        );
        if (epilogue.pool)
          f.set(
            positions,
            i32.add(
              i32.const(addressOf(epilogue.pool.positions)),
              i32.mul(f.get(place.pixel), i32.const(g.filters)),
            ),
          );
        run(width * g.filters);
      },
      () => {
        f.set(pointer, f.get(context.room));
        f.set(positions, i32.add(f.get(context.room), i32.const(OUT * OUT * g.filters * 4)));
        run(size * g.filters);
        emitCopyOut(context, { place, size, height, width });
      },
    );
  });
}

interface OutputPlace {
  /** i32 locals: the first output of the tile, after pooling, and its number in the map. */
  readonly row: number;
  readonly column: number;
  readonly pixel: number;
}

function outputPlace(
  f: FunctionBuilder,
  at: TileAt,
  { height, width, shrink }: { height: number; width: number; shrink: number },
): OutputPlace {
  const row = f.keep("i32", i32.divU(f.get(at.row), i32.const(shrink)));
  const column = f.keep("i32", i32.divU(f.get(at.column), i32.const(shrink)));
  const line = i32.add(i32.mul(f.get(at.picture), i32.const(height)), f.get(row));
  return { row, column, pixel: f.keep("i32", i32.add(i32.mul(line, i32.const(width)), f.get(column))) };
}

/** Four channels of one tile from the products to the outputs. */
function emitTileOutputs(
  context: Context,
  at: { products: number; bias: number; pointer: number; positions: number; rowElements: number },
): void {
  const { f, kernel, strideM } = context;
  const { geometry: g, epilogue } = kernel;
  const values = transform2d(context, outputLine, IN, (i, j) =>
    v128.load(f.get(at.products), (i * IN + j) * strideM),
  );
  const biased = values.map((row) =>
    row.map((value) => f.keep("v128", epilogue.bias ? f32x4.add(value, v128.load(f.get(at.bias))) : value)),
  );
  const relu = (value: Code): Code => (epilogue.relu ? f32x4.pmax(value, v128.splatConst(0)) : value);
  if (!epilogue.pool) {
    for (const [y, row] of biased.entries())
      for (const [x, value] of row.entries())
        f.emit(v128.store(f.get(at.pointer), relu(f.get(value)), (y * at.rowElements + x * g.filters) * 4));
    return;
  }
  for (const y of [0, 1]) {
    for (const x of [0, 1]) {
      const window = [
        biased[2 * y]![2 * x]!,
        biased[2 * y]![2 * x + 1]!,
        biased[2 * y + 1]![2 * x]!,
        biased[2 * y + 1]![2 * x + 1]!,
      ];
      const { value, place } = emitGreatest(f, window);
      const offset = y * at.rowElements + x * g.filters;
      f.emit(v128.store(f.get(at.pointer), relu(f.get(value)), offset * 4));
      f.emit(v128.storeLane32(f.get(at.positions), i32x4.narrowToBytes(f.get(place)), { lane: 0, offset }));
    }
  }
}

/** The greatest of vectors, lane by lane, and its number, the first of equals. The first vector's local is overwritten. */
export function emitGreatest(
  f: FunctionBuilder,
  vectors: readonly number[],
): { value: number; place: number } {
  const [value, ...rivals] = vectors as [number, ...number[]];
  const place = f.keep("v128", i32x4.splatConst(0));
  for (const [i, rival] of rivals.entries()) {
    const better = f.keep("v128", f32x4.gt(f.get(rival), f.get(value)));
    f.set(place, v128.bitSelect(i32x4.splatConst(i + 1), f.get(place), f.get(better)));
    f.set(value, v128.bitSelect(f.get(rival), f.get(value), f.get(better)));
  }
  return { value, place };
}

/** Copies the outputs of a tile at the edge from the room to the map, as far as the map goes. */
function emitCopyOut(
  context: Context,
  { place, size, height, width }: { place: OutputPlace; size: number; height: number; width: number },
): void {
  const { f, kernel, addressOf, room } = context;
  const { geometry: g, epilogue } = kernel;
  const columns = f.keep("i32", i32.sub(i32.const(width), f.get(place.column)));
  f.set(columns, i32.select(f.get(columns), i32.const(size), i32.ltS(f.get(columns), i32.const(size))));
  f.when(i32.gtS(f.get(columns), i32.const(0)), () => {
    for (let y = 0; y < size; y++) {
      f.when(i32.ltS(i32.add(f.get(place.row), i32.const(y)), i32.const(height)), () => {
        const pixel = i32.add(f.get(place.pixel), i32.const(y * width));
        const copy = (address: number, offset: number, bytes: number): void => {
          const to = i32.add(i32.const(address), i32.mul(pixel, i32.const(bytes)));
          f.emit(
            memory.copy(
              to,
              i32.add(f.get(room), i32.const(offset + y * size * bytes)),
              i32.mul(f.get(columns), i32.const(bytes)),
            ),
          );
        };
        copy(addressOf(kernel.output), 0, g.filters * 4);
        if (epilogue.pool) copy(addressOf(epilogue.pool.positions), OUT * OUT * g.filters * 4, g.filters);
      });
    }
  });
}
