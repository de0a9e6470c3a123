import type { Access, AffineIndex, Expr, Nest } from "../kernels/index.ts";
import { mapLeaves, visitExpr } from "../kernels/index.ts";

/** Every list of strides in a nest: of loads, writes, indices, draws and guards. */
export function affineIndicesOf(nest: Nest): AffineIndex[] {
  const found: AffineIndex[] = [...nest.guards, ...nest.writes.map(({ access }) => access)];
  for (const expr of expressionsOf(nest)) {
    visitExpr(expr, (part) => {
      if (part.kind === "load") found.push(part.access);
      if (part.kind === "index" || part.kind === "uniform") found.push(part.index);
    });
  }
  return found;
}

export const expressionsOf = (nest: Nest): Expr[] => [
  ...nest.reductions.flatMap(({ term, indexExpr }) => (indexExpr ? [term, indexExpr] : [term])),
  ...nest.writes.map(({ value }) => value),
];

/** Rebuilds a nest with every list of strides passed through `change`. */
export function mapStrides(nest: Nest, change: (strides: readonly number[]) => number[]): Nest {
  const affine = <T extends AffineIndex>(x: T): T => ({ ...x, strides: change(x.strides) });
  const seen = new Map<Expr, Expr>();
  const expr = (x: Expr): Expr =>
    mapLeaves(
      x,
      (leaf) => {
        if (leaf.kind === "load") return { kind: "load", access: affine<Access>(leaf.access) };
        if (leaf.kind === "index" || leaf.kind === "uniform") return { ...leaf, index: affine(leaf.index) };
        return leaf;
      },
      seen,
    );
  return {
    ...nest,
    guards: nest.guards.map(affine),
    reductions: nest.reductions.map((t) => ({
      ...t,
      term: expr(t.term),
      ...(t.indexExpr && { indexExpr: expr(t.indexExpr) }),
    })),
    writes: nest.writes.map(({ access, value }) => ({ access: affine(access), value: expr(value) })),
  };
}

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
