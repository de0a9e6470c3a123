import { at } from "../../../../base/index.ts";
import { type V128, elementAt, f32x4, i32, v128 } from "../../../../simd/index.ts";
import type { DepthwiseRows } from "../../../kernels/index.ts";
import type { KernelCalls, KernelFunction } from "../kernel.ts";
import { type DepthwiseWalk, type TileVectors, depthwiseWalk, emitTapColumn, walkTiles } from "./walk.ts";

// y, or dx, by a depthwise walk (loops and locals: walk.ts): the taps' table holds filters, the outputs' sums.
// Memory: source and output [n, h, w, c], filters [r, s, c], bias [c].

/** y, or dx, by vectors of channels. */
export function emitDepthwiseRows(kernel: DepthwiseRows, into: KernelFunction): KernelCalls {
  const { addressOf } = into;
  const walk = depthwiseWalk(into, kernel, kernel.direction);
  const maps = { output: addressOf(kernel.output), source: addressOf(kernel.source) };
  walkTiles(walk, maps, (here) => emitTile(walk, kernel, here));
  return { tasks: walk.tasks, scratch: 0 };
}

/** One tile by some vectors of channels. */
function emitTile(walk: DepthwiseWalk, { filters, epilogue }: DepthwiseRows, here: TileVectors): void {
  const { f, geometry: g, direction, addressOf, channel, source, weight } = walk;
  const { run, column, vectors } = here;
  const { bias, min, max } = epilogue;
  const forward = direction === "forward";
  const pixel = g.channels * 4;
  const sums = walk.outputs.slice(0, run.outputs).map((row) => row.slice(0, vectors));
  const start = (v: number): V128 =>
    bias ? v128.load(i32.add(addressOf(bias), channel), v * 16) : f32x4.const(0);
  for (const row of sums) for (const [v, sum] of row.entries()) f.set(sum, start(v));
  f.set(source, column.source);
  f.set(weight, elementAt(i32.add(addressOf(filters), channel), column.tap, pixel));
  f.loop({ index: walk.tap, to: column.taps }, () => {
    emitTapColumn(walk, here, ({ tap, output }, v) => ({
      sum: at(at(sums, output), v),
      factor: at(at(walk.taps, tap), v),
    }));
    f.advance(source, forward ? pixel : -pixel);
    f.advance(weight, forward ? pixel : pixel * g.strides[1]);
  });
  const rowBytes = (forward ? g.outWidth : g.width) * pixel;
  for (const [y, row] of sums.entries()) {
    for (const sum of row) {
      if (min !== undefined) f.set(sum, f32x4.pmax(sum, min));
      if (max !== undefined) f.set(sum, f32x4.pmin(sum, max));
    }
    f.storeAll(column.output, row, y * rowBytes);
  }
}
