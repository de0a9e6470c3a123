import { type WinogradConvolution, positionStride, positionsOf, tileInputs } from "../../../kernels/index.ts";
import { type Code, FunctionBuilder } from "../assembler.ts";
import type { EmitOptions } from "../emit.ts";
import { f32x4, i32, i32x4, memory, v128 } from "../instructions.ts";
import type { EmittedKernel } from "../nest.ts";
import { emitGreatest, emitTileStep, evenTiles, startSums, storeLanes, tileRegisters } from "../tile.ts";
import { type TileAt, fetchRows, forTiles, patchRows, tileGrid } from "./tiles.ts";
import { type Toolbox, transformSideBySide, vectorsAtOnce, winogradTransforms } from "./transforms.ts";

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
  /** i32 locals: the task's tiles and its slice of the outputs. */
  readonly from: number;
  readonly to: number;
  readonly slice: number;
}

/** Outputs of a task's slice, and of its panels. */
const sliceOutputs = ({ geometry: g, slices }: WinogradConvolution): number => g.filters / slices;
const paddedOutputs = (kernel: WinogradConvolution): number =>
  Math.ceil(sliceOutputs(kernel) / kernel.panel) * kernel.panel;

/** Transforms a run of tiles, multiplies position by position, transforms back with the epilogue; all of it stays in cache. */
export function emitWinograd(
  name: string,
  kernel: WinogradConvolution,
  { addressOf, arithmetic }: EmitOptions,
): EmittedKernel {
  const { geometry: g, size, tiles, slices } = kernel;
  const positions = positionsOf(size);
  const f = new FunctionBuilder(name, 2);
  const strideU = positionStride(tiles * g.channels) * 4;
  const strideM = positionStride(tiles * paddedOutputs(kernel)) * 4;
  const [rows, columns] = tileGrid(g, size);
  const count = g.n * rows * columns;
  const u = f.keep("i32", f.get(SCRATCH));
  const m = f.keep("i32", i32.add(f.get(u), i32.const(positions * strideU)));
  const room = f.keep("i32", i32.add(f.get(m), i32.const(positions * strideM)));
  const from = f.keep("i32", i32.mul(i32.divU(f.get(TASK), i32.const(slices)), i32.const(tiles)));
  const slice = f.keep("i32", i32.remU(f.get(TASK), i32.const(slices)));
  const to = f.keep("i32", i32.add(f.get(from), i32.const(tiles)));
  f.set(to, i32.select(f.get(to), i32.const(count), i32.ltS(f.get(to), i32.const(count))));
  const context: Context = {
    f,
    arithmetic,
    kernel,
    addressOf,
    strideU,
    strideM,
    u,
    m,
    room,
    from,
    to,
    slice,
  };
  emitInputs(context);
  emitProducts(context);
  emitOutputs(context);
  const patch = Math.max(positions * g.channels, size * size * g.filters * 2) * 4;
  return {
    function: f,
    tasks: Math.ceil(count / tiles) * slices,
    scratch: positions * (strideU + strideM) + patch,
  };
}

/** u[position][tile][c] from the pixels under each tile. */
function emitInputs(context: Context): void {
  const { f, kernel, addressOf, from, to, u, strideU, room } = context;
  const { geometry: g } = kernel;
  const size = tileInputs(kernel.size);
  const matrix = winogradTransforms[kernel.size].input;
  const map = { address: addressOf(kernel.source), height: g.height, width: g.width, channels: g.channels };
  fetchRows(f, map, { geometry: g, size: kernel.size, from: f.get(from), to: f.get(to) });
  const target = f.keep("i32", f.get(u));
  const vectors = vectorsAtOnce(kernel.panel, g.channels);
  forTiles(f, kernel, { from: f.get(from), to: f.get(to) }, (at) => {
    const rows = patchRows(f, map, { at, shift: [-g.padTop, -g.padLeft], size, room });
    f.repeat(g.channels / 4 / vectors, () => {
      const values = transformSideBySide(context, { matrix, vectors }, (i, j, n) =>
        v128.load(f.get(rows[i]!), j * g.channels * 4 + n * 16),
      );
      for (const [p, pair] of values.entries())
        for (const [n, value] of pair.entries())
          f.emit(v128.store(f.get(target), value, p * strideU + n * 16));
      for (const pointer of [...rows, target]) f.advance(pointer, 16 * vectors);
    });
  });
}

/** m[position] = u[position] · filters[position], in register tiles. */
function emitProducts(context: Context): void {
  const { f, kernel, addressOf, u, m, strideU, strideM, arithmetic, slice } = context;
  const { geometry: g, panel, tiles, slices } = kernel;
  const registers = tileRegisters(f, panel / 4);
  const outputs = paddedOutputs(kernel);
  const panelBytes = g.channels * panel * 4;
  const [a, b, c] = [
    f.keep("i32", f.get(u)),
    f.keep(
      "i32",
      i32.add(
        i32.const(addressOf(kernel.transformed)),
        i32.mul(f.get(slice), i32.const(g.channels * outputs * 4)),
      ),
    ),
    f.keep("i32", f.get(m)),
  ];
  const [tileA, tileC] = [f.local("i32"), f.local("i32")];
  f.repeat(positionsOf(kernel.size), () => {
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
    f.advance(b, positionStride(slices * outputs * g.channels) * 4 - (outputs / panel) * panelBytes);
    f.advance(c, strideM - outputs * 4);
  });
}

/** The outputs of each tile, + bias, pooled or not, relu; straight into the map where they all lie in it. */
function emitOutputs(context: Context): void {
  const { f, kernel, addressOf, from, to, m, room, slice } = context;
  const { geometry: g, epilogue } = kernel;
  const shrink = epilogue.pool ? 2 : 1;
  const size = kernel.size / shrink;
  const [height, width] = [Math.floor(g.outHeight / shrink), Math.floor(g.outWidth / shrink)];
  // Pooling works with bytes too, which do not pack.
  const vectors = epilogue.pool ? 1 : vectorsAtOnce(kernel.panel, g.filters);
  const local = (): number => f.local("i32");
  const [products, bias, inside, first, across, elements] = [
    f.keep("i32", f.get(m)),
    local(),
    local(),
    local(),
    local(),
    local(),
  ];
  const filters = sliceOutputs(kernel);
  const firstFilter = f.keep("i32", i32.mul(f.get(slice), i32.const(filters)));
  const rows = Array.from({ length: size }, local);
  const positions = epilogue.pool ? Array.from({ length: size }, local) : [];
  forTiles(f, kernel, { from: f.get(from), to: f.get(to) }, (at) => {
    const place = outputPlace(f, at, { height, width, shrink });
    const fits = (limit: number, start: number): Code =>
      limit < size ? i32.const(0) : i32.ltU(f.get(start), i32.const(limit - size + 1));
    f.set(inside, i32.and(fits(height, place.row), fits(width, place.column)));
    const choose = (yes: Code, no: Code): Code => i32.select(yes, no, f.get(inside));
    f.set(elements, i32.add(i32.mul(f.get(place.pixel), i32.const(g.filters)), f.get(firstFilter)));
    f.set(across, choose(i32.const(width * g.filters), i32.const(size * g.filters)));
    f.set(
      first,
      choose(
        i32.add(i32.const(addressOf(kernel.output)), i32.mul(f.get(elements), i32.const(4))),
        f.get(room),
      ),
    );
    for (const [y, row] of rows.entries())
      f.set(row, i32.add(f.get(first), i32.mul(f.get(across), i32.const(y * 4))));
    if (epilogue.pool) {
      const inMap = i32.add(i32.const(addressOf(epilogue.pool.positions)), f.get(elements));
      f.set(first, choose(inMap, i32.add(f.get(room), i32.const(kernel.size ** 2 * g.filters * 4))));
      for (const [y, row] of positions.entries())
        f.set(row, i32.add(f.get(first), i32.mul(f.get(across), i32.const(y))));
    }
    if (epilogue.bias)
      f.set(bias, i32.add(i32.const(addressOf(epilogue.bias)), i32.mul(f.get(firstFilter), i32.const(4))));
    f.repeat(filters / 4 / vectors, () => {
      emitTileOutputs(context, { products, bias, rows, positions, vectors });
      for (const pointer of [products, bias, ...rows]) f.advance(pointer, 16 * vectors);
      for (const pointer of positions) f.advance(pointer, 4 * vectors);
    });
    f.advance(products, (paddedOutputs(kernel) - filters) * 4);
    if (kernel.slices === 1)
      f.when(i32.eqz(f.get(inside)), () => emitCopyOut(context, { place, size, height, width }));
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

interface TileOutputs {
  /** i32 locals: the products, the bias, and where each row of outputs and of positions goes. */
  readonly products: number;
  readonly bias: number;
  readonly rows: readonly number[];
  readonly positions: readonly number[];
  readonly vectors: number;
}

/** Some channels of one tile from the products to the outputs. */
function emitTileOutputs(context: Context, at: TileOutputs): void {
  const { f, kernel, strideM } = context;
  const { geometry: g, epilogue, size } = kernel;
  const matrix = winogradTransforms[size].output;
  const values = transformSideBySide(context, { matrix, vectors: at.vectors }, (i, j, n) =>
    v128.load(f.get(at.products), (i * tileInputs(size) + j) * strideM + n * 16),
  );
  const relu = (value: Code): Code => (epilogue.relu ? f32x4.pmax(value, v128.splatConst(0)) : value);
  const biased = (value: Code, n: number): Code =>
    epilogue.bias ? f32x4.add(value, v128.load(f.get(at.bias), n * 16)) : value;
  if (!epilogue.pool) {
    for (const [p, pair] of values.entries()) {
      const row = f.get(at.rows[Math.floor(p / size)]!);
      for (const [n, value] of pair.entries())
        f.emit(v128.store(row, relu(biased(value, n)), (p % size) * g.filters * 4 + n * 16));
    }
    return;
  }
  const kept = values.map(([value]) => f.keep("v128", biased(value!, 0)));
  for (const y of at.rows.keys()) {
    for (const x of at.rows.keys()) {
      const window = [0, 1, size, size + 1].map((step) => kept[2 * y * size + 2 * x + step]!);
      const { value, place } = emitGreatest(f, window);
      f.emit(v128.store(f.get(at.rows[y]!), relu(f.get(value)), x * g.filters * 4));
      const bytes = i32x4.narrowToBytes(f.get(place));
      f.emit(v128.storeLane32(f.get(at.positions[y]!), bytes, { lane: 0, offset: x * g.filters }));
    }
  }
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
        if (epilogue.pool)
          copy(addressOf(epilogue.pool.positions), kernel.size ** 2 * g.filters * 4, g.filters);
      });
    }
  });
}
