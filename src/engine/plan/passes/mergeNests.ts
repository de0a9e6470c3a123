import type { Expr, Nest } from "../../kernels/index.ts";
import { type ChangeStrides, mapTerms, restride, restrideLeaf, rewriter } from "../rewriteNest.ts";
import type { StorageOf } from "./pass.ts";

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
  const produced = rewriter((leaf) => restrideLeaf(leaf, fromProducer));
  const results = new Map(
    producer.writes.map(({ access, value }) => [storageOf(access.buffer), produced(value)]),
  );
  const consumed = rewriter(
    (leaf) =>
      (leaf.kind === "load" && results.get(storageOf(leaf.access.buffer))) ||
      restrideLeaf(leaf, fromConsumer),
  );
  const movedWrites = (
    { writes }: Nest,
    rewrite: (expr: Expr) => Expr,
    change: ChangeStrides,
  ): Nest["writes"] =>
    writes.map(({ access, value }) => ({ access: restride(access, change), value: rewrite(value) }));
  return {
    kind: "nest",
    label: `${producer.label}, ${consumer.label}`,
    axes: consumer.axes,
    reduce,
    guards: reduces ? guards.map((guard) => restride(guard, fromProducer)) : guards,
    reductions: reduces ? mapTerms(producer.reductions, produced) : mapTerms(consumer.reductions, consumed),
    writes: [
      ...(escapes ? movedWrites(producer, produced, fromProducer) : []),
      ...movedWrites(consumer, consumed, fromConsumer),
    ],
  };
}
