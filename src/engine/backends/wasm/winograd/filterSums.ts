import { type I32Local, elementAt, i32, v128 } from "../../../../simd/index.ts";
import { type WinogradFilterSums, positionStride, positionsOf, tileInputs } from "../../../kernels/index.ts";
import { type EmitOptions, type EmittedKernel, type KernelFunction, kernelFunction } from "../kernel.ts";
import { RegisterTile } from "../tile.ts";
import { type PixelMap, fetchRows, forTiles, patchRows, tileGrid } from "./tiles.ts";
import { type Transforms, emitTransform, vectorsAtOnce, winogradTransforms } from "./transforms.ts";

interface Context extends KernelFunction {
  readonly kernel: WinogradFilterSums;
  readonly tile: RegisterTile;
  /** Transformed pixels and gradients, room for a patch, this chunk's sums, first filter and filters of the slice. */
  readonly u: I32Local;
  readonly d: I32Local;
  readonly room: I32Local;
  readonly sums: I32Local;
  readonly firstFilter: I32Local;
  readonly filters: I32Local;
  readonly strideU: number;
  readonly strideD: number;
}

const slicesOf = ({ geometry: g, slice }: WinogradFilterSums): number => Math.ceil(g.filters / slice);

/** Floats from one tile to the next: a product walks across tiles, whose lines must not share cache sets. */
const rowOf = positionStride;

/** One task: for a chunk of tiles, sums[position][c][k] = Σ pixels · gradients in the transformed domain, for a slice of k. */
export function emitWinogradFilterSums(kernel: WinogradFilterSums, options: EmitOptions): EmittedKernel {
  const { geometry: g, size, tiles, chunks } = kernel;
  const k = kernelFunction(options);
  const { f } = k;
  const chunk = f.keep(i32.divU(k.task, slicesOf(kernel)));
  const context = contextOf(k, kernel, chunk);
  emitClear(context);
  const [rows, columns] = tileGrid(g, size);
  const count = g.n * rows * columns;
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
  return { function: f, tasks: chunks * slicesOf(kernel), scratch };
}

function contextOf(k: KernelFunction, kernel: WinogradFilterSums, chunk: I32Local): Context {
  const { geometry: g, tiles, slice } = kernel;
  const { f } = k;
  const positions = positionsOf(kernel.size);
  const strideU = positionStride(tiles * rowOf(g.channels)) * 4;
  const strideD = positionStride(tiles * rowOf(slice)) * 4;
  const chunkBytes = positions * positionStride(g.channels * g.filters) * 4;
  const firstFilter = f.keep(i32.mul(i32.remU(k.task, slicesOf(kernel)), slice));
  const filters = f.keepMin(i32.sub(g.filters, firstFilter), slice);
  const u = f.keep(k.scratch);
  const d = f.keep(i32.add(u, positions * strideU));
  const room = f.keep(i32.add(d, positions * strideD));
  const sums = f.keep(elementAt(k.addressOf(kernel.partials), chunk, chunkBytes));
  const tile = new RegisterTile(k, kernel.panel);
  return { ...k, kernel, tile, u, d, room, sums, firstFilter, filters, strideU, strideD };
}

/** Sets this task's sums to zero. */
function emitClear({ f, kernel, sums, firstFilter, filters }: Context): void {
  const { channels, filters: all } = kernel.geometry;
  const target = f.keep(elementAt(sums, firstFilter));
  f.repeat(positionsOf(kernel.size), () => {
    f.repeat(channels, () => {
      f.fillMemory(target, 0, i32.mul(filters, 4));
      f.advance(target, all * 4);
    });
    f.advance(target, (positionStride(channels * all) - channels * all) * 4);
  });
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
  const { input, gradient: gradientMatrix } = winogradTransforms[size];
  return [
    {
      map: { address: addressOf(source), height: g.height, width: g.width, channels: g.channels },
      shift: [-g.padTop, -g.padLeft],
      size: tileInputs(size),
      matrix: input,
      target: u,
      stride: strideU,
      whole: true,
    },
    {
      map: { address: addressOf(gradient), height: g.outHeight, width: g.outWidth, channels: g.filters },
      shift: [0, 0],
      size,
      matrix: gradientMatrix,
      target: d,
      stride: strideD,
      whole: false,
    },
  ];
}

/** target[position][tile][channel] from the pixels of the map under each tile. */
function emitTransforms(
  context: Context,
  { map, shift, size, matrix, target, stride, whole }: Transform,
  { from, to }: { readonly from: I32Local; readonly to: I32Local },
): void {
  const { f, kernel, room, firstFilter, filters } = context;
  const tile = f.keep(target);
  const [pointer, channel] = f.locals("i32", 2);
  const vectors = vectorsAtOnce(kernel.panel, map.channels);
  const tiles = { geometry: kernel.geometry, size: kernel.size, from, to };
  fetchRows(f, map, tiles);
  forTiles(f, tiles, (at) => {
    const rows = patchRows(f, map, { at, shift, size, room });
    if (!whole) for (const row of rows) f.set(row, elementAt(row, firstFilter));
    f.set(pointer, tile);
    f.loop({ index: channel, to: whole ? map.channels : filters, step: 4 * vectors }, () => {
      emitTransform(context, { matrix, vectors, target: pointer, stride }, (i, j, n) =>
        v128.load(rows[i]!, j * map.channels * 4 + n * 16),
      );
      for (const row of [...rows, pointer]) f.advance(row, 16 * vectors);
    });
    f.advance(tile, rowOf(whole ? map.channels : kernel.slice) * 4);
  });
}

/** sums[position][c..c+4][panel] += Σ over the `count` tiles at hand. */
function emitSums(context: Context, count: I32Local): void {
  const { f, kernel, tile, u, d, sums, firstFilter, filters, strideU, strideD } = context;
  const { geometry: g, panel, slice } = kernel;
  const [a, b] = [f.keep(u), f.keep(d)];
  const c = f.keep(elementAt(sums, firstFilter));
  const [column, step, channelA, rowC, target] = f.locals("i32", 5);
  const emitTile = (lanes: number): void => {
    f.set(channelA, a);
    f.set(rowC, c);
    f.repeat(g.channels / 4, () => {
      f.set(target, elementAt(rowC, column));
      tile.start(4, (r, n) => v128.load(target, (r * g.filters + n * 4) * 4));
      f.set(tile.pointerA, channelA);
      f.set(tile.pointerB, elementAt(b, column));
      f.loop({ index: step, to: count }, () =>
        tile.step({
          rows: 4,
          rowOffset: (r) => r * 4,
          stepA: rowOf(g.channels) * 4,
          stepB: rowOf(slice) * 4,
        }),
      );
      tile.store(target, 4, { lanes, rowOffset: (r) => r * g.filters * 4 });
      f.advance(channelA, 16);
      f.advance(rowC, 4 * g.filters * 4);
    });
  };
  f.repeat(positionsOf(kernel.size), () => {
    const full = i32.sub(filters, panel - 1);
    f.loop({ index: column, to: full, step: panel }, () => emitTile(panel));
    for (let lanes = panel - 4; lanes > 0; lanes -= 4)
      f.when(i32.eqz(i32.sub(i32.sub(filters, column), lanes)), () => emitTile(lanes));
    f.advance(a, strideU);
    f.advance(b, strideD);
    f.advance(c, positionStride(g.channels * g.filters) * 4);
  });
}
