import { at } from "../../../../base/index.ts";
import { by, elementAt, i32 } from "../../../../simd/index.ts";
import type { DepthwiseSums } from "../../../kernels/index.ts";
import type { KernelCalls, KernelFunction } from "../kernel.ts";
import { type DepthwiseWalk, type TileVectors, depthwiseWalk, emitTapColumn, walkTiles } from "./walk.ts";

// Partial sums of x · dy over a run of tiles, by a depthwise walk (loops and locals: walk.ts): the taps' table holds sums, the
// outputs' dy, which stays in registers while the taps pass.
// Memory: x and dy [n, h, w, c], partials [task][r, s, c]; scratch holds the task's sums, in the nearest cache.

/** dw in partial sums by vectors of channels. */
export function emitDepthwiseSums(kernel: DepthwiseSums, into: KernelFunction): KernelCalls {
  const { geometry: g } = kernel;
  const { f, addressOf, task, scratch } = into;
  const walk = depthwiseWalk(into, kernel, "forward");
  const bytes = g.filterHeight * g.filterWidth * g.channels * 4;
  f.fillMemory(scratch, 0, bytes);
  const maps = { output: addressOf(kernel.gradient), source: addressOf(kernel.source) };
  walkTiles(walk, maps, (here) => emitTile(walk, here));
  f.copyMemory(elementAt(addressOf(kernel.partials), task, bytes), scratch, bytes);
  return { tasks: walk.tasks, scratch: bytes };
}

/** One tile by some vectors of channels. */
function emitTile(walk: DepthwiseWalk, here: TileVectors): void {
  const { f, geometry: g, scratch, channel, source, weight, outputs, taps } = walk;
  const { run, column, vectors } = here;
  const pixel = g.channels * 4;
  for (const [y, row] of outputs.slice(0, run.outputs).entries())
    f.loadAll(row.slice(0, vectors), column.output, y * g.outWidth * pixel);
  f.set(source, column.source);
  f.set(weight, elementAt(i32.add(scratch, channel), column.tap, pixel));
  f.loop({ index: walk.tap, to: column.taps, moves: [by(source, pixel), by(weight, pixel)] }, () => {
    emitTapColumn(walk, here, ({ tap, output }, v) => ({
      sum: at(at(taps, tap), v),
      factor: at(at(outputs, output), v),
    }));
    for (const tap of new Set(run.links.map((link) => link.tap)))
      f.storeAll(weight, at(taps, tap).slice(0, vectors), tap * g.filterWidth * pixel);
  });
}
