import {
  type AffineIndex,
  type Expr,
  type Nest,
  type Reduction,
  mapLeaves,
  visitExpr,
} from "../kernels/index.ts";

// What passes and emitters ask of a nest as a whole, and how they rebuild it.

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

/** Turns strides over the loops of one nest into strides over those of another. */
export type ChangeStrides = (strides: readonly number[]) => number[];

/** An index, an access or a guard under other loops. */
export const restride = <T extends AffineIndex>(index: T, change: ChangeStrides): T => ({
  ...index,
  strides: change(index.strides),
});

/** A leaf of an expression under other loops. */
export const restrideLeaf = (leaf: Expr, change: ChangeStrides): Expr =>
  changeLeaf(leaf, (index) => restride(index, change));

/** Turns an index, an access or a guard into another. */
type ChangeIndex = <T extends AffineIndex>(index: T) => T;

function changeLeaf(leaf: Expr, change: ChangeIndex): Expr {
  if (leaf.kind === "load") return { kind: "load", access: change(leaf.access) };
  if (leaf.kind === "index" || leaf.kind === "uniform") return { ...leaf, index: change(leaf.index) };
  return leaf;
}

/** Rebuilds expressions with their leaves replaced; what they share stays shared. */
export function rewriter(replace: (leaf: Expr) => Expr): (expr: Expr) => Expr {
  const seen = new Map<Expr, Expr>();
  return (expr) => mapLeaves(expr, replace, seen);
}

/** Reductions with their expressions rebuilt. */
export const mapTerms = (reductions: readonly Reduction[], change: (expr: Expr) => Expr): Reduction[] =>
  reductions.map((one) => ({
    ...one,
    term: change(one.term),
    ...(one.indexExpr && { indexExpr: change(one.indexExpr) }),
  }));

/** Rebuilds a nest with every list of strides passed through `change`. */
export const mapStrides = (nest: Nest, change: ChangeStrides): Nest =>
  mapIndices(nest, (index) => restride(index, change));

/** Rebuilds a nest with every index, access and guard passed through `change`. */
export function mapIndices(nest: Nest, change: ChangeIndex): Nest {
  const rewrite = rewriter((leaf) => changeLeaf(leaf, change));
  return {
    ...nest,
    guards: nest.guards.map(change),
    reductions: mapTerms(nest.reductions, rewrite),
    writes: nest.writes.map(({ access, value }) => ({ access: change(access), value: rewrite(value) })),
  };
}
