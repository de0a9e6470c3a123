import type { Nest } from "../kernels/index.ts";
import { affineIndicesOf, mapStrides } from "./rewriteNest.ts";

/**
 * The same nest with fewer loops: loops of one pass are dropped, and neighbours that every access walks through as if they were
 * one are merged, so that an elementwise op over [16, 50, 50, 32] becomes one loop over 1,280,000.
 */
export function simplify(nest: Nest): Nest {
  const loops = [...nest.axes, ...nest.reduce];
  const affines = affineIndicesOf(nest);
  // Each group of neighbouring loops that becomes one; the last of a group gives the strides.
  const groups: { extent: number; last: number; axis: boolean }[] = [];
  for (const [i, extent] of loops.entries()) {
    if (extent === 1) continue;
    const axis = i < nest.axes.length;
    const before = groups.at(-1);
    const merges =
      before &&
      before.axis === axis &&
      affines.every(({ strides }) => stride(strides, before.last) === stride(strides, i) * extent);
    if (merges) {
      before.extent *= extent;
      before.last = i;
    } else groups.push({ extent, last: i, axis });
  }
  const kept = groups.map(({ last }) => last);
  const changed = mapStrides(nest, (strides) => [
    ...kept.map((i) => stride(strides, i)),
    ...strides.slice(loops.length),
  ]);
  return {
    ...changed,
    axes: groups.filter(({ axis }) => axis).map(({ extent }) => extent),
    reduce: groups.filter(({ axis }) => !axis).map(({ extent }) => extent),
  };
}

const stride = (strides: readonly number[], i: number): number => strides[i] ?? 0;
