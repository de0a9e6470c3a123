import { at } from "../../../../base/index.ts";
import { type I32Local, type I32Locals, by, elementAt, i32, v128 } from "../../../../simd/index.ts";
import {
  type WinogradFilterSums,
  positionStride,
  positionsOf,
  tileInputs,
  tilesOf,
} from "../../../kernels/index.ts";
import type { KernelCalls, KernelFunction } from "../kernel.ts";
import { RegisterTile } from "../tile.ts";
import { type PixelMap, fetchRows, forTiles, patchRows } from "./tiles.ts";
import { type Transforms, emitTransform, vectorsAtOnce, winogradTransforms } from "./transforms.ts";

// One task: for a chunk of tiles and a slice of the filters k, the partial sums of pixels · gradients in the transformed domain.
// Loops, from the outermost: runs of tiles, from..to; in each first the transforms, then positions by panels of filters by four
// channels by tiles.
// Locals: u are the transformed pixels, d the transformed gradients, room has place for one patch, sums are this chunk's.
// Registers: a patch and its transform, a vector or two of channels at a time; then one tile of sums, see ../tile.ts.
// Memory: sums [position][c][k]; scratch holds u [position][tile][c] and d [position][tile][k], `strideU` and `strideD` bytes
// from position to position, then the room.
interface Context extends KernelFunction, I32Locals<"u" | "d" | "room" | "sums" | "firstFilter" | "filters"> {
  readonly kernel: WinogradFilterSums;
  readonly tile: RegisterTile;
  readonly strideU: number;
  readonly strideD: number;
}

const slicesOf = ({ geometry: g, slice }: WinogradFilterSums): number => Math.ceil(g.filters / slice);

/** Floats from one tile to the next: a product walks across tiles, whose lines must not share cache sets. */
const rowOf = positionStride;

/** dw in partial sums, in the transformed domain. */
export function emitWinogradFilterSums(kernel: WinogradFilterSums, into: KernelFunction): KernelCalls {
  const { geometry: g, size, tiles, chunks } = kernel;
  const { f } = into;
  const chunk = f.keep(i32.divU(into.task, slicesOf(kernel)));
  const context = contextOf(into, kernel, chunk);
  emitClear(context);
  const count = tilesOf(g, size);
  const perChunk = Math.ceil(count / chunks);
  const [from, to, past] = f.locals("i32", 3);
  f.setMin(past, i32.mul(i32.add(chunk, 1), perChunk), count);
  f.loop({ index: from, from: i32.mul(chunk, perChunk), to: past, step: tiles }, () => {
    f.setMin(to, i32.add(from, tiles), past);
    for (const transform of transformsOf(context)) emitTransforms(context, transform, { from, to });
    emitSums(context, f.keep(i32.sub(to, from)));
  });
  const patch = Math.max(positionsOf(size) * g.channels, size * size * g.filters) * 4;
  const scratch = positionsOf(size) * (context.strideU + context.strideD) + patch;
  return { tasks: chunks * slicesOf(kernel), scratch };
}

function contextOf(into: KernelFunction, kernel: WinogradFilterSums, chunk: I32Local): Context {
  const { geometry: g, tiles, slice } = kernel;
  const { f } = into;
  const positions = positionsOf(kernel.size);
  const strideU = positionStride(tiles * rowOf(g.channels)) * 4;
  const strideD = positionStride(tiles * rowOf(slice)) * 4;
  const chunkBytes = positions * positionStride(g.channels * g.filters) * 4;
  const firstFilter = f.keep(i32.mul(i32.remU(into.task, slicesOf(kernel)), slice));
  const filters = f.keepMin(i32.sub(g.filters, firstFilter), slice);
  const u = f.keep(into.scratch);
  const d = f.keep(i32.add(u, positions * strideU));
  const room = f.keep(i32.add(d, positions * strideD));
  const sums = f.keep(elementAt(into.addressOf(kernel.partials), chunk, chunkBytes));
  const tile = new RegisterTile(into, kernel.panel);
  return { ...into, kernel, tile, u, d, room, sums, firstFilter, filters, strideU, strideD };
}

/** Sets this task's sums to zero. */
function emitClear({ f, kernel, sums, firstFilter, filters }: Context): void {
  const { channels, filters: all } = kernel.geometry;
  const target = f.keep(elementAt(sums, firstFilter));
  const nextPosition = by(target, (positionStride(channels * all) - channels * all) * 4);
  f.walk(positionsOf(kernel.size), [nextPosition], () =>
    f.walk(channels, [by(target, all * 4)], () => f.fillMemory(target, 0, i32.mul(filters, 4))),
  );
}

interface Transform {
  readonly map: PixelMap;
  readonly shift: readonly [number, number];
  readonly size: number;
  readonly matrix: Transforms["input"];
  readonly target: I32Local;
  readonly stride: number;
  /** All channels of the map, or the task's slice of them. */
  readonly whole: boolean;
}

/** Of the source, and of the gradient. */
function transformsOf({ kernel, addressOf, u, d, strideU, strideD }: Context): readonly Transform[] {
  const { geometry: g, size, source, gradient } = kernel;
  const matrices = winogradTransforms[size];
  const pixels = {
    map: { address: addressOf(source), height: g.height, width: g.width, channels: g.channels },
    shift: [-g.padTop, -g.padLeft],
    size: tileInputs(size),
  } as const;
  const gradients = {
    map: { address: addressOf(gradient), height: g.outHeight, width: g.outWidth, channels: g.filters },
    shift: [0, 0],
    size,
  } as const;
  return [
    { ...pixels, matrix: matrices.input, target: u, stride: strideU, whole: true },
    { ...gradients, matrix: matrices.gradient, target: d, stride: strideD, whole: false },
  ];
}

/** target[position][tile][channel] from the pixels of the map under each tile. */
function emitTransforms(
  context: Context,
  { map, shift, size, matrix, target, stride, whole }: Transform,
  { from, to }: I32Locals<"from" | "to">,
): void {
  const { f, kernel, room, firstFilter, filters } = context;
  const tileTarget = f.keep(target);
  const [pointer, channel] = f.locals("i32", 2);
  const vectors = vectorsAtOnce(kernel.panel, map.channels);
  const tiles = { geometry: kernel.geometry, size: kernel.size, from, to };
  fetchRows(f, map, tiles);
  forTiles(f, tiles, (tile) => {
    const rows = patchRows(f, map, { tile, shift, size, room });
    if (!whole) for (const row of rows) f.set(row, elementAt(row, firstFilter));
    f.set(pointer, tileTarget);
    const moves = [...rows, pointer].map((local) => by(local, 16 * vectors));
    f.loop({ index: channel, to: whole ? map.channels : filters, step: 4 * vectors, moves }, () =>
      emitTransform(context, { matrix, vectors, target: pointer, stride }, (i, j, n) =>
        v128.load(at(rows, i), j * map.channels * 4 + n * 16),
      ),
    );
    f.advance(tileTarget, rowOf(whole ? map.channels : kernel.slice) * 4);
  });
}

/** sums[position][c..c+4][panel] += Σ over the `count` tiles at hand. */
function emitSums(context: Context, count: I32Local): void {
  const { f, kernel, tile, u, d, sums, firstFilter, filters, strideU, strideD } = context;
  const { geometry: g, panel, slice } = kernel;
  const [a, b] = [f.keep(u), f.keep(d)];
  const c = f.keep(elementAt(sums, firstFilter));
  const [column, step, channelA, rowC, target] = f.locals("i32", 5);
  const [stepA, stepB] = [rowOf(g.channels) * 4, rowOf(slice) * 4];
  const emitTile = (lanes: number): void => {
    f.set(channelA, a);
    f.set(rowC, c);
    f.walk(g.channels / 4, [by(channelA, 16), by(rowC, 4 * g.filters * 4)], () => {
      f.set(target, elementAt(rowC, column));
      tile.start(4, (r, n) => v128.load(target, (r * g.filters + n * 4) * 4));
      const [from, depth] = [elementAt(b, column), { index: step, to: count }];
      tile.multiply({ rows: 4, a: channelA, b: from, rowOffset: (r) => r * 4, stepA, stepB, depth });
      tile.store(target, 4, { lanes, rowOffset: (r) => r * g.filters * 4 });
    });
  };
  const nextC = by(c, positionStride(g.channels * g.filters) * 4);
  f.walk(positionsOf(kernel.size), [by(a, strideU), by(b, strideD), nextC], () => {
    const full = i32.sub(filters, panel - 1);
    f.loop({ index: column, to: full, step: panel }, () => emitTile(panel));
    for (let lanes = panel - 4; lanes > 0; lanes -= 4)
      f.when(i32.eqz(i32.sub(i32.sub(filters, column), lanes)), () => emitTile(lanes));
  });
}
