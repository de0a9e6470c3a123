import { type WinogradFilterSums, positionStride, positionsOf, tileInputs } from "../../../kernels/index.ts";
import { type Code, FunctionBuilder } from "../assembler.ts";
import type { EmitOptions } from "../emit.ts";
import { i32, memory, v128 } from "../instructions.ts";
import type { EmittedKernel } from "../nest.ts";
import { type TileRegisters, emitTileStep, startSums, storeLanes, tileRegisters } from "../tile.ts";
import { type PixelMap, fetchRows, forTiles, patchRows, tileGrid } from "./tiles.ts";
import {
  type Toolbox,
  type Transforms,
  transformSideBySide,
  vectorsAtOnce,
  winogradTransforms,
} from "./transforms.ts";

const [TASK, SCRATCH] = [0, 1];

interface Context extends Toolbox {
  readonly kernel: WinogradFilterSums;
  readonly addressOf: EmitOptions["addressOf"];
  readonly registers: TileRegisters;
  /** i32 locals: transformed pixels and gradients, room for a patch, this chunk's sums, first filter and filters of the slice. */
  readonly u: number;
  readonly d: number;
  readonly room: number;
  readonly sums: number;
  readonly firstFilter: number;
  readonly filters: number;
  readonly strideU: number;
  readonly strideD: number;
}

const slicesOf = ({ geometry: g, slice }: WinogradFilterSums): number => Math.ceil(g.filters / slice);

/** Floats from one tile to the next: a product walks across tiles, whose lines must not meet in the same cache sets. */
const rowOf = positionStride;

/** One task: for a chunk of tiles, sums[position][c][k] = Σ pixels · gradients in the transformed domain, for a slice of k. */
export function emitWinogradFilterSums(
  name: string,
  kernel: WinogradFilterSums,
  options: EmitOptions,
): EmittedKernel {
  const { geometry: g, size, tiles, chunks } = kernel;
  const f = new FunctionBuilder(name, 2);
  const chunk = f.keep("i32", i32.divU(f.get(TASK), i32.const(slicesOf(kernel))));
  const context = contextOf(f, kernel, { chunk, options });
  emitClear(context);
  const [rows, columns] = tileGrid(g, size);
  const count = g.n * rows * columns;
  const perChunk = Math.ceil(count / chunks);
  const [from, to, past] = [f.local("i32"), f.local("i32"), f.local("i32")];
  f.set(past, i32.mul(i32.add(f.get(chunk), i32.const(1)), i32.const(perChunk)));
  f.set(past, i32.select(f.get(past), i32.const(count), i32.ltS(f.get(past), i32.const(count))));
  f.loop(from, { from: i32.mul(f.get(chunk), i32.const(perChunk)), to: f.get(past), step: tiles }, () => {
    f.set(to, i32.add(f.get(from), i32.const(tiles)));
    f.set(to, i32.select(f.get(to), f.get(past), i32.ltS(f.get(to), f.get(past))));
    for (const transform of [sourceTransform(context), gradientTransform(context)])
      emitTransforms(context, { ...transform, from, to });
    emitSums(context, f.keep("i32", i32.sub(f.get(to), f.get(from))));
  });
  const patch = Math.max(positionsOf(size) * g.channels, size * size * g.filters) * 4;
  const scratch = positionsOf(size) * (context.strideU + context.strideD) + patch;
  return { function: f, tasks: chunks * slicesOf(kernel), scratch };
}

function contextOf(
  f: FunctionBuilder,
  kernel: WinogradFilterSums,
  { chunk, options }: { chunk: number; options: EmitOptions },
): Context {
  const { geometry: g, tiles, slice } = kernel;
  const positions = positionsOf(kernel.size);
  const { addressOf, arithmetic } = options;
  const strideU = positionStride(tiles * rowOf(g.channels)) * 4;
  const strideD = positionStride(tiles * rowOf(slice)) * 4;
  const chunkBytes = positions * positionStride(g.channels * g.filters) * 4;
  const local = (code: Code): number => f.keep("i32", code);
  const firstFilter = local(i32.mul(i32.remU(f.get(TASK), i32.const(slicesOf(kernel))), i32.const(slice)));
  const filters = local(i32.sub(i32.const(g.filters), f.get(firstFilter)));
  f.set(filters, i32.select(f.get(filters), i32.const(slice), i32.ltS(f.get(filters), i32.const(slice))));
  const u = local(f.get(SCRATCH));
  const d = local(i32.add(f.get(u), i32.const(positions * strideU)));
  const room = local(i32.add(f.get(d), i32.const(positions * strideD)));
  const sums = local(
    i32.add(i32.const(addressOf(kernel.parts)), i32.mul(f.get(chunk), i32.const(chunkBytes))),
  );
  const registers = tileRegisters(f, kernel.panel / 4);
  return {
    f,
    arithmetic,
    addressOf,
    kernel,
    registers,
    u,
    d,
    room,
    sums,
    firstFilter,
    filters,
    strideU,
    strideD,
  };
}

/** Sets this task's sums to zero. */
function emitClear({ f, kernel, sums, firstFilter, filters }: Context): void {
  const { channels, filters: all } = kernel.geometry;
  const at = f.keep("i32", i32.add(f.get(sums), i32.mul(f.get(firstFilter), i32.const(4))));
  f.repeat(positionsOf(kernel.size), () => {
    f.repeat(channels, () => {
      f.emit(memory.fill(f.get(at), i32.const(0), i32.mul(f.get(filters), i32.const(4))));
      f.advance(at, all * 4);
    });
    f.advance(at, (positionStride(channels * all) - channels * all) * 4);
  });
}

interface Transform {
  readonly map: PixelMap;
  readonly shift: readonly [number, number];
  readonly size: number;
  readonly matrix: Transforms["input"];
  readonly target: number;
  readonly stride: number;
  /** All channels of the map, or the task's slice of them. */
  readonly whole: boolean;
}

const sourceTransform = ({
  kernel: { geometry: g, size, source },
  addressOf,
  u,
  strideU,
}: Context): Transform => ({
  map: { address: addressOf(source), height: g.height, width: g.width, channels: g.channels },
  shift: [-g.padTop, -g.padLeft],
  size: tileInputs(size),
  matrix: winogradTransforms[size].input,
  target: u,
  stride: strideU,
  whole: true,
});

const gradientTransform = ({
  kernel: { geometry: g, size, gradient },
  addressOf,
  d,
  strideD,
}: Context): Transform => ({
  map: { address: addressOf(gradient), height: g.outHeight, width: g.outWidth, channels: g.filters },
  shift: [0, 0],
  size,
  matrix: winogradTransforms[size].gradient,
  target: d,
  stride: strideD,
  whole: false,
});

/** target[position][tile][channel] from the pixels of the map under each tile. */
function emitTransforms(
  context: Context,
  {
    map,
    shift,
    size,
    matrix,
    target,
    stride,
    from,
    to,
    whole,
  }: Transform & { readonly from: number; readonly to: number },
): void {
  const { f, kernel, room, firstFilter, filters } = context;
  const tile = f.keep("i32", f.get(target));
  const [at, channel] = [f.local("i32"), f.local("i32")];
  const vectors = vectorsAtOnce(kernel.panel, map.channels);
  fetchRows(f, map, { geometry: kernel.geometry, size: kernel.size, from: f.get(from), to: f.get(to) });
  forTiles(f, kernel, { from: f.get(from), to: f.get(to) }, (place) => {
    const rows = patchRows(f, map, { at: place, shift, size, room });
    if (!whole)
      for (const row of rows) f.set(row, i32.add(f.get(row), i32.mul(f.get(firstFilter), i32.const(4))));
    f.set(at, f.get(tile));
    const past = whole ? i32.const(map.channels) : f.get(filters);
    f.loop(channel, { from: i32.const(0), to: past, step: 4 * vectors }, () => {
      const values = transformSideBySide(context, { matrix, vectors }, (i, j, n) =>
        v128.load(f.get(rows[i]!), j * map.channels * 4 + n * 16),
      );
      for (const [p, pair] of values.entries())
        for (const [n, value] of pair.entries()) f.emit(v128.store(f.get(at), value, p * stride + n * 16));
      for (const pointer of [...rows, at]) f.advance(pointer, 16 * vectors);
    });
    f.advance(tile, rowOf(whole ? map.channels : kernel.slice) * 4);
  });
}

/** sums[position][c..c+4][panel] += Σ over the tiles at hand; `count` (i32 local) of them. */
function emitSums(context: Context, count: number): void {
  const { f, kernel, registers, arithmetic, u, d, sums, firstFilter, filters, strideU, strideD } = context;
  const { geometry: g, panel, slice } = kernel;
  const [a, b] = [f.keep("i32", f.get(u)), f.keep("i32", f.get(d))];
  const c = f.keep("i32", i32.add(f.get(sums), i32.mul(f.get(firstFilter), i32.const(4))));
  const [column, step, channelA, rowC, at] = Array.from({ length: 5 }, () => f.local("i32")) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const tile = (lanes: number): void => {
    f.set(channelA, f.get(a));
    f.set(rowC, f.get(c));
    f.repeat(g.channels / 4, () => {
      f.set(at, i32.add(f.get(rowC), i32.mul(f.get(column), i32.const(4))));
      startSums(f, registers, 4, (r, n) => v128.load(f.get(at), (r * g.filters + n * 4) * 4));
      f.set(registers.pointerA, f.get(channelA));
      f.set(registers.pointerB, i32.add(f.get(b), i32.mul(f.get(column), i32.const(4))));
      f.loop(step, { from: i32.const(0), to: f.get(count), step: 1 }, () =>
        emitTileStep(f, registers, {
          rows: 4,
          arithmetic,
          rowOffset: (r) => r * 4,
          stepA: rowOf(g.channels) * 4,
          stepB: rowOf(slice) * 4,
        }),
      );
      for (let r = 0; r < 4; r++)
        storeLanes(f, f.get(at), registers.sums[r]!, { lanes, offset: r * g.filters * 4 });
      f.advance(channelA, 16);
      f.advance(rowC, 4 * g.filters * 4);
    });
  };
  f.repeat(positionsOf(kernel.size), () => {
    const full = i32.sub(f.get(filters), i32.const(panel - 1));
    f.loop(column, { from: i32.const(0), to: full, step: panel }, () => tile(panel));
    for (let lanes = panel - 4; lanes > 0; lanes -= 4)
      f.when(i32.eqz(i32.sub(i32.sub(f.get(filters), f.get(column)), i32.const(lanes))), () => tile(lanes));
    f.advance(a, strideU);
    f.advance(b, strideD);
    f.advance(c, positionStride(g.channels * g.filters) * 4);
  });
}
