import {
  type I32,
  type I32Local,
  type V128,
  type V128Local,
  elementAt,
  f32x4,
  i32,
  v128,
} from "../../../../simd/index.ts";
import { type WinogradConvolution, positionStride, positionsOf, tileInputs } from "../../../kernels/index.ts";
import { type EmitOptions, type EmittedKernel, type KernelFunction, kernelFunction } from "../kernel.ts";
import { RegisterTile, emitGreatest, evenTiles, narrowToBytes } from "../tile.ts";
import { type TileAt, fetchRows, fits, forTiles, patchRows, tileGrid } from "./tiles.ts";
import { emitTransform, transformSideBySide, vectorsAtOnce, winogradTransforms } from "./transforms.ts";

interface Context extends KernelFunction {
  readonly kernel: WinogradConvolution;
  /** Bytes between positions of the transformed pixels and of the products. */
  readonly strideU: number;
  readonly strideM: number;
  /** Transformed pixels, products, room for one patch. */
  readonly u: I32Local;
  readonly m: I32Local;
  readonly room: I32Local;
  /** The task's tiles and its slice of the outputs. */
  readonly from: I32Local;
  readonly to: I32Local;
  readonly slice: I32Local;
}

/** Outputs of a task's slice, and of its panels. */
const sliceOutputs = ({ geometry: g, slices }: WinogradConvolution): number => g.filters / slices;
const paddedOutputs = (kernel: WinogradConvolution): number =>
  Math.ceil(sliceOutputs(kernel) / kernel.panel) * kernel.panel;

/** Transforms a run of tiles, multiplies position by position, transforms back with the epilogue; all of it stays in cache. */
export function emitWinograd(kernel: WinogradConvolution, options: EmitOptions): EmittedKernel {
  const { geometry: g, size, tiles, slices } = kernel;
  const positions = positionsOf(size);
  const k = kernelFunction(options);
  const { f, task } = k;
  const strideU = positionStride(tiles * g.channels) * 4;
  const strideM = positionStride(tiles * paddedOutputs(kernel)) * 4;
  const [rows, columns] = tileGrid(g, size);
  const count = g.n * rows * columns;
  const u = f.keep(k.scratch);
  const m = f.keep(i32.add(u, positions * strideU));
  const room = f.keep(i32.add(m, positions * strideM));
  const from = f.keep(i32.mul(i32.divU(task, slices), tiles));
  const slice = f.keep(i32.remU(task, slices));
  const to = f.keepMin(i32.add(from, tiles), count);
  const context: Context = { ...k, kernel, strideU, strideM, u, m, room, from, to, slice };
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
  const tiles = { geometry: g, size: kernel.size, from, to };
  fetchRows(f, map, tiles);
  const target = f.keep(u);
  const vectors = vectorsAtOnce(kernel.panel, g.channels);
  forTiles(f, tiles, (at) => {
    const rows = patchRows(f, map, { at, shift: [-g.padTop, -g.padLeft], size, room });
    f.repeat(g.channels / 4 / vectors, () => {
      emitTransform(context, { matrix, vectors, target, stride: strideU }, (i, j, n) =>
        v128.load(rows[i]!, j * g.channels * 4 + n * 16),
      );
      for (const pointer of [...rows, target]) f.advance(pointer, 16 * vectors);
    });
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
  const emitTile = (rows: number): void => {
    tile.start(rows, () => f32x4.const(0));
    f.set(tile.pointerA, tileA);
    f.set(tile.pointerB, b);
    const rowOffset = (r: number): number => r * g.channels * 4;
    f.repeat(g.channels, () => tile.step({ rows, rowOffset, stepA: 4, stepB: panel * 4 }));
    tile.store(tileC, rows, { lanes: panel, rowOffset: (r) => r * outputs * 4 });
    f.advance(tileA, rows * g.channels * 4);
    f.advance(tileC, rows * outputs * 4);
  };
  f.repeat(positionsOf(kernel.size), () => {
    f.repeat(outputs / panel, () => {
      f.set(tileA, a);
      f.set(tileC, c);
      for (const [rows, count] of evenTiles(tiles)) f.repeat(count, () => emitTile(rows));
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
  const map = { height: Math.floor(g.outHeight / shrink), width: Math.floor(g.outWidth / shrink) };
  // Pooling works with bytes too, which do not pack.
  const vectors = epilogue.pool ? 1 : vectorsAtOnce(kernel.panel, g.filters);
  const products = f.keep(m);
  const [bias, inside, first, across, elements] = f.locals("i32", 5);
  const filters = sliceOutputs(kernel);
  const firstFilter = f.keep(i32.mul(slice, filters));
  const rows = f.locals("i32", size);
  const positions = f.locals("i32", epilogue.pool ? size : 0);
  forTiles(f, { geometry: g, size: kernel.size, from, to }, (at) => {
    const place = outputPlace(f, at, { ...map, shrink });
    f.set(inside, i32.and(fits(place.row, size, map.height), fits(place.column, size, map.width)));
    const choose = (yes: I32, no: I32): I32 => i32.select(yes, no, inside);
    f.set(elements, i32.add(i32.mul(place.pixel, g.filters), firstFilter));
    f.set(across, choose(map.width * g.filters, size * g.filters));
    f.set(first, choose(elementAt(addressOf(kernel.output), elements), room));
    for (const [y, row] of rows.entries()) f.set(row, elementAt(first, across, y * 4));
    if (epilogue.pool) {
      const inMap = i32.add(addressOf(epilogue.pool.positions), elements);
      f.set(first, choose(inMap, i32.add(room, kernel.size ** 2 * g.filters * 4)));
      for (const [y, row] of positions.entries()) f.set(row, elementAt(first, across, y));
    }
    if (epilogue.bias) f.set(bias, elementAt(addressOf(epilogue.bias), firstFilter));
    f.repeat(filters / 4 / vectors, () => {
      emitTileOutputs(context, { products, bias, rows, positions, vectors });
      for (const pointer of [products, bias, ...rows]) f.advance(pointer, 16 * vectors);
      for (const pointer of positions) f.advance(pointer, 4 * vectors);
    });
    f.advance(products, (paddedOutputs(kernel) - filters) * 4);
    if (kernel.slices === 1) f.when(i32.eqz(inside), () => emitCopyOut(context, { place, size, ...map }));
  });
}

/** The first output of a tile, after pooling, and its number in the map. */
interface OutputPlace {
  readonly row: I32Local;
  readonly column: I32Local;
  readonly pixel: I32Local;
}

function outputPlace(
  f: KernelFunction["f"],
  at: TileAt,
  { height, width, shrink }: { readonly height: number; readonly width: number; readonly shrink: number },
): OutputPlace {
  const row = f.keep(i32.divU(at.row, shrink));
  const column = f.keep(i32.divU(at.column, shrink));
  const line = i32.add(i32.mul(at.image, height), row);
  return { row, column, pixel: f.keep(i32.add(i32.mul(line, width), column)) };
}

interface TileOutputs {
  /** The products, the bias, and where each row of outputs and of positions goes. */
  readonly products: I32Local;
  readonly bias: I32Local;
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
    for (const [p, pair] of values.entries())
      for (const [n, value] of pair.entries())
        f.store(rows[Math.floor(p / size)]!, relu(biased(value, n)), (p % size) * g.filters * 4 + n * 16);
    return;
  }
  const kept = values.map(([value]) => f.keep(biased(value!, 0)));
  const at = (y: number, x: number): V128Local => kept[y * size + x]!;
  for (const [y, row] of rows.entries()) {
    for (const x of rows.keys()) {
      const value = at(2 * y, 2 * x);
      const rivals = [at(2 * y, 2 * x + 1), at(2 * y + 1, 2 * x), at(2 * y + 1, 2 * x + 1)];
      const argmax = emitGreatest(f, value, rivals);
      f.store(row, relu(value), x * g.filters * 4);
      f.storeLane32(positions[y]!, narrowToBytes(argmax), { lane: 0, offset: x * g.filters });
    }
  }
}

interface CopyOut {
  readonly place: OutputPlace;
  /** Outputs of a tile along an axis, and of the map. */
  readonly size: number;
  readonly height: number;
  readonly width: number;
}

/** Copies the outputs of a tile at the edge from the room to the map, as far as the map goes. */
function emitCopyOut(context: Context, { place, size, height, width }: CopyOut): void {
  const { f, kernel, addressOf, room } = context;
  const { geometry: g, epilogue } = kernel;
  const columns = f.keepMin(i32.sub(width, place.column), size);
  f.when(i32.gtS(columns, 0), () => {
    for (let y = 0; y < size; y++) {
      f.when(i32.ltS(i32.add(place.row, y), height), () => {
        const pixel = i32.add(place.pixel, y * width);
        const copy = (address: number, offset: number, bytes: number): void => {
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
