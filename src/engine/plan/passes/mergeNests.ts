import { type AffineIndex, type Expr, type Nest, type Reduction, mapLeaves } from "../../kernels/index.ts";
import type { StorageOf } from "./pass.ts";

/** Turns strides over the loops of one nest into strides over those of another. */
export type ChangeStrides = (strides: readonly number[]) => number[];

interface MergeOptions {
  /** For every axis of the producer the consumer's loop that walks it; -1 for a loop of one pass. */
  readonly map: readonly number[];
  /** The producer's result is written too. */
  readonly escapes: boolean;
  readonly storageOf: StorageOf;
}

/** One nest that does the producer's work where the consumer reads its result. Only one of the two has reductions. */
export function mergeNests(producer: Nest, consumer: Nest, { map, escapes, storageOf }: MergeOptions): Nest {
  const reduces = producer.reductions.length > 0;
  const { reduce, guards } = reduces ? producer : consumer;
  const loops = consumer.axes.length + reduce.length + guards.length;
  const fromProducer: ChangeStrides = (strides) => {
    const moved = Array.from({ length: loops }, () => 0);
    for (const [axis, loop] of map.entries()) if (loop >= 0) moved[loop] = strides[axis] ?? 0;
    // The producer's own reduction and guards follow the axes.
    const own = reduces ? strides.slice(producer.axes.length) : [];
    for (const [i, stride] of own.entries()) moved[consumer.axes.length + i] = stride;
    return moved;
  };
  const fromConsumer: ChangeStrides = (strides) =>
    Array.from({ length: Math.max(loops, strides.length) }, (_, i) => strides[i] ?? 0);
  const produced = rewriter((leaf) => restride(leaf, fromProducer));
  const results = new Map(
    producer.writes.map(({ access, value }) => [storageOf(access.buffer), produced(value)]),
  );
  const consumed = rewriter(
    (leaf) =>
      (leaf.kind === "load" && results.get(storageOf(leaf.access.buffer))) || restride(leaf, fromConsumer),
  );
  const movedWrites = (
    { writes }: Nest,
    rewrite: (expr: Expr) => Expr,
    change: ChangeStrides,
  ): Nest["writes"] =>
    writes.map(({ access, value }) => ({ access: moved(access, change), value: rewrite(value) }));
  return {
    kind: "nest",
    label: `${producer.label}, ${consumer.label}`,
    axes: consumer.axes,
    reduce,
    guards: reduces ? guards.map((guard) => moved(guard, fromProducer)) : guards,
    reductions: reduces ? mapTerms(producer.reductions, produced) : mapTerms(consumer.reductions, consumed),
    writes: [
      ...(escapes ? movedWrites(producer, produced, fromProducer) : []),
      ...movedWrites(consumer, consumed, fromConsumer),
    ],
  };
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

const moved = <T extends AffineIndex>(index: T, change: ChangeStrides): T => ({
  ...index,
  strides: change(index.strides),
});

/** A leaf of an expression under other loops. */
export function restride(leaf: Expr, change: ChangeStrides): Expr {
  if (leaf.kind === "load") return { kind: "load", access: moved(leaf.access, change) };
  if (leaf.kind === "index" || leaf.kind === "uniform") return { ...leaf, index: moved(leaf.index, change) };
  return leaf;
}
