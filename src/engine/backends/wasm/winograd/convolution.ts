import { at } from "../../../../base/index.ts";
import {
  type I32,
  type I32Locals,
  type I32Local,
  type V128,
  type V128Local,
  by,
  elementAt,
  f32x4,
  flatIndex,
  i32,
  v128,
} from "../../../../simd/index.ts";
import {
  type WinogradConvolution,
  positionStride,
  positionsOf,
  tileInputs,
  tilesOf,
} from "../../../kernels/index.ts";
import type { KernelCalls, KernelFunction } from "../kernel.ts";
import { RegisterTile, emitGreatest, evenTiles } from "../tile.ts";
import { type TileAt, fetchRows, fits, forTiles, patchRows } from "./tiles.ts";
import { emitTransform, transformSideBySide, vectorsAtOnce, winogradTransforms } from "./transforms.ts";

// One task: a run of tiles by a slice of the outputs. It transforms the pixels under the tiles, multiplies position by position,
// and transforms back.
// Loops, one after the other: tiles by channels; positions by panels of outputs by tiles; tiles by outputs.
// Locals: u are the transformed pixels, m their products, room has place for one patch; from..to are the task's tiles.
// Registers: a patch and its transform, a vector or two of channels at a time; in between tiles of m, see ../tile.ts.
// Memory: u [position][tile][channel], m [position][tile][output], both in scratch, `strideU` and `strideM` bytes from position
// to position; then the room.
interface Context extends KernelFunction, I32Locals<"u" | "m" | "room" | "from" | "to" | "slice"> {
  readonly kernel: WinogradConvolution;
  readonly strideU: number;
  readonly strideM: number;
}

/** Outputs of a task's slice, and of its panels. */
const sliceOutputs = ({ geometry: g, slices }: WinogradConvolution): number => g.filters / slices;
const paddedOutputs = (kernel: WinogradConvolution): number =>
  Math.ceil(sliceOutputs(kernel) / kernel.panel) * kernel.panel;

/** Transforms a run of tiles, multiplies position by position, transforms back with the epilogue; all of it stays in cache. */
export function emitWinograd(kernel: WinogradConvolution, into: KernelFunction): KernelCalls {
  const { geometry: g, size, tiles, slices } = kernel;
  const positions = positionsOf(size);
  const { f, task } = into;
  const strideU = positionStride(tiles * g.channels) * 4;
  const strideM = positionStride(tiles * paddedOutputs(kernel)) * 4;
  const count = tilesOf(g, size);
  const u = f.keep(into.scratch);
  const m = f.keep(i32.add(u, positions * strideU));
  const room = f.keep(i32.add(m, positions * strideM));
  const from = f.keep(i32.mul(i32.divU(task, slices), tiles));
  const slice = f.keep(i32.remU(task, slices));
  const to = f.keepMin(i32.add(from, tiles), count);
  const context: Context = { ...into, kernel, strideU, strideM, u, m, room, from, to, slice };
  emitInputs(context);
  emitProducts(context);
  emitOutputs(context);
  const patch = Math.max(positions * g.channels, size * size * g.filters * 2) * 4;
  return { tasks: Math.ceil(count / tiles) * slices, scratch: positions * (strideU + strideM) + patch };
}

/** u[position][tile][c] from the pixels under each tile. */
function emitInputs(context: Context): void {
  const { f, kernel, addressOf, from, to, u, strideU, room } = context;
  const { geometry: g } = kernel;
  const size = tileInputs(kernel.size);
  const matrix = winogradTransforms[kernel.size].input;
  const map = { address: addressOf(kernel.source), height: g.height, width: g.width, channels: g.channels };
  const tiles = { geometry: g, size: kernel.size, from, to };
  fetchRows(f, map, tiles);
  const target = f.keep(u);
  const vectors = vectorsAtOnce(kernel.panel, g.channels);
  forTiles(f, tiles, (tile) => {
    const rows = patchRows(f, map, { tile, shift: [-g.padTop, -g.padLeft], size, room });
    const moves = [...rows, target].map((pointer) => by(pointer, 16 * vectors));
    f.walk(g.channels / 4 / vectors, moves, () =>
      emitTransform(context, { matrix, vectors, target, stride: strideU }, (i, j, n) =>
        v128.load(at(rows, i), j * g.channels * 4 + n * 16),
      ),
    );
  });
}

/** m[position] = u[position] · filters[position], in register tiles. */
function emitProducts(context: Context): void {
  const { f, kernel, addressOf, u, m, strideU, strideM, slice } = context;
  const { geometry: g, panel, tiles, slices } = kernel;
  const tile = new RegisterTile(context, panel);
  const outputs = paddedOutputs(kernel);
  const panelBytes = g.channels * panel * 4;
  const a = f.keep(u);
  const b = f.keep(elementAt(addressOf(kernel.transformed), slice, g.channels * outputs * 4));
  const c = f.keep(m);
  const [tileA, tileC] = f.locals("i32", 2);
  const rowOffset = (r: number): number => r * g.channels * 4;
  const emitTile = (rows: number): void => {
    tile.start(rows, () => f32x4.const(0));
    tile.multiply({ rows, a: tileA, b, rowOffset, stepA: 4, stepB: panel * 4, depth: g.channels });
    tile.store(tileC, rows, { lanes: panel, rowOffset: (r) => r * outputs * 4 });
    f.move([by(tileA, rows * g.channels * 4), by(tileC, rows * outputs * 4)]);
  };
  const nextB = positionStride(slices * outputs * g.channels) * 4 - (outputs / panel) * panelBytes;
  f.walk(positionsOf(kernel.size), [by(a, strideU), by(b, nextB), by(c, strideM - outputs * 4)], () => {
    f.walk(outputs / panel, [by(b, panelBytes), by(c, panel * 4)], () => {
      f.set(tileA, a);
      f.set(tileC, c);
      for (const [rows, count] of evenTiles(tiles)) f.repeat(count, () => emitTile(rows));
    });
  });
}

/** The outputs of each tile, + bias, pooled or not, relu; straight into the map where they all lie in it. */
function emitOutputs(context: Context): void {
  const { f, kernel, addressOf, from, to, m, room, slice } = context;
  const { geometry: g, epilogue } = kernel;
  const shrink = epilogue.pool ? 2 : 1;
  const size = kernel.size / shrink;
  const map = { height: Math.floor(g.outHeight / shrink), width: Math.floor(g.outWidth / shrink) };
  // Pooling works with bytes too, which do not pack.
  const vectors = epilogue.pool ? 1 : vectorsAtOnce(kernel.panel, g.filters);
  const products = f.keep(m);
  const [bias, inside, first, across, elements] = f.locals("i32", 5);
  const filters = sliceOutputs(kernel);
  const firstFilter = f.keep(i32.mul(slice, filters));
  const rows = f.locals("i32", size);
  const positions = f.locals("i32", epilogue.pool ? size : 0);
  forTiles(f, { geometry: g, size: kernel.size, from, to }, (tile) => {
    const origin = outputOrigin(f, tile, { ...map, shrink });
    f.set(inside, i32.and(fits(origin.row, size, map.height), fits(origin.column, size, map.width)));
    const choose = (yes: I32, no: I32): I32 => i32.select(yes, no, inside);
    f.set(elements, flatIndex(origin.pixel, g.filters, firstFilter));
    f.set(across, choose(map.width * g.filters, size * g.filters));
    f.set(first, choose(elementAt(addressOf(kernel.output), elements), room));
    for (const [y, row] of rows.entries()) f.set(row, elementAt(first, across, y * 4));
    if (epilogue.pool) {
      const inMap = i32.add(addressOf(epilogue.pool.positions), elements);
      f.set(first, choose(inMap, i32.add(room, kernel.size ** 2 * g.filters * 4)));
      for (const [y, row] of positions.entries()) f.set(row, elementAt(first, across, y));
    }
    if (epilogue.bias) f.set(bias, elementAt(addressOf(epilogue.bias), firstFilter));
    const moves = [products, bias, ...rows].map((pointer) => by(pointer, 16 * vectors));
    moves.push(...positions.map((pointer) => by(pointer, 4 * vectors)));
    f.walk(filters / 4 / vectors, moves, () =>
      emitTileOutputs(context, { products, bias, rows, positions, vectors }),
    );
    f.advance(products, (paddedOutputs(kernel) - filters) * 4);
    if (kernel.slices === 1) f.when(i32.eqz(inside), () => emitCopyOut(context, { origin, size, ...map }));
  });
}

/** The first output of a tile, after pooling, and its number in the map. */
type OutputOrigin = I32Locals<"row" | "column" | "pixel">;

function outputOrigin(
  f: KernelFunction["f"],
  tile: TileAt,
  { height, width, shrink }: { readonly height: number; readonly width: number; readonly shrink: number },
): OutputOrigin {
  const row = f.keep(i32.divU(tile.row, shrink));
  const column = f.keep(i32.divU(tile.column, shrink));
  const pixel = f.keep(flatIndex(flatIndex(tile.image, height, row), width, column));
  return { row, column, pixel };
}

/** The products, the bias, and where each row of outputs and of positions goes. */
interface TileOutputs extends I32Locals<"products" | "bias"> {
  readonly rows: readonly I32Local[];
  readonly positions: readonly I32Local[];
  readonly vectors: number;
}

/** Some channels of one tile from the products to the outputs. */
function emitTileOutputs(context: Context, { products, bias, rows, positions, vectors }: TileOutputs): void {
  const { f, kernel, strideM } = context;
  const { geometry: g, epilogue, size } = kernel;
  const matrix = winogradTransforms[size].output;
  const values = transformSideBySide(context, { matrix, vectors }, (i, j, n) =>
    v128.load(products, (i * tileInputs(size) + j) * strideM + n * 16),
  );
  const relu = (value: V128): V128 => (epilogue.relu ? f32x4.pmax(value, 0) : value);
  const biased = (value: V128, n: number): V128 =>
    epilogue.bias ? f32x4.add(value, v128.load(bias, n * 16)) : value;
  if (!epilogue.pool) {
    for (const [p, pair] of values.entries()) {
      const outputs = pair.map((value, n) => relu(biased(value, n)));
      f.storeAll(at(rows, Math.floor(p / size)), outputs, (p % size) * g.filters * 4);
    }
    return;
  }
  const kept = values.map((only) => f.keep(biased(at(only, 0), 0)));
  const corner = (y: number, x: number): V128Local => at(kept, y * size + x);
  for (const [y, row] of rows.entries()) {
    for (const x of rows.keys()) {
      const value = corner(2 * y, 2 * x);
      const others = [corner(2 * y, 2 * x + 1), corner(2 * y + 1, 2 * x), corner(2 * y + 1, 2 * x + 1)];
      const argmax = emitGreatest(f, value, others);
      f.store(row, relu(value), x * g.filters * 4);
      f.storeBytes(at(positions, y), argmax, { offset: x * g.filters });
    }
  }
}

interface CopyOut {
  readonly origin: OutputOrigin;
  /** Outputs of a tile along an axis, and of the map. */
  readonly size: number;
  readonly height: number;
  readonly width: number;
}

/** Copies the outputs of a tile at the edge from the room to the map, as far as the map goes. */
function emitCopyOut(context: Context, { origin, size, height, width }: CopyOut): void {
  const { f, kernel, addressOf, room } = context;
  const { geometry: g, epilogue } = kernel;
  const columns = f.keepMin(i32.sub(width, origin.column), size);
  f.when(i32.gtS(columns, 0), () => {
    for (let y = 0; y < size; y++) {
      f.when(i32.ltS(i32.add(origin.row, y), height), () => {
        const pixel = i32.add(origin.pixel, y * width);
        const copy = (address: I32, offset: number, bytes: number): void => {
          const from = i32.add(room, offset + y * size * bytes);
          f.copyMemory(elementAt(address, pixel, bytes), from, i32.mul(columns, bytes));
        };
        copy(addressOf(kernel.output), 0, g.filters * 4);
        if (epilogue.pool)
          copy(addressOf(epilogue.pool.positions), kernel.size ** 2 * g.filters * 4, g.filters);
      });
    }
  });
}
