import { sizeOf } from "../../../base/index.ts";
import type { Value } from "../../graph/graph.ts";
import { type Access, type Affine, type Expr, type Nest, mapLeaves, visitExpr } from "../../kernels/index.ts";
import { buffersOf, loadsOf } from "../kernelBuffers.ts";
import type { ChosenKernel } from "../algorithms/candidates.ts";
import { expressionsOf } from "../simplify.ts";

export interface FuseOptions {
  readonly root: (value: Value) => Value;
  /** Buffers that must be written even if no kernel reads them. */
  readonly kept: ReadonlySet<Value>;
}

/** The most distinct operations a fused nest may hold: beyond it, vectors no longer fit in registers. */
export const largestNest = 48;

/** A kernel with the buffers it touches, under their roots. Its place in the order is its index. */
interface Item {
  readonly kernel: ChosenKernel;
  readonly reads: ReadonlySet<Value>;
  readonly writes: ReadonlySet<Value>;
}

/** Who reads and who writes a buffer, by place. */
interface Ledger {
  readonly items: (Item | undefined)[];
  readonly readers: Map<Value, Set<number>>;
  readonly writer: Map<Value, number>;
}

/**
 * Merges a nest into a later one that reads its result element by element, so that the result stays in registers: chains of
 * elementwise ops, elementwise work before a sum, and work on a sum's result become one pass over memory.
 */
export function fuseNests(kernels: readonly ChosenKernel[], options: FuseOptions): ChosenKernel[] {
  const ledger: Ledger = { items: [], readers: new Map(), writer: new Map() };
  for (const [i, kernel] of kernels.entries()) enter(ledger, i, itemOf(kernel, options));
  for (let i = 0; i < kernels.length; i++) while (absorbProducer(ledger, i, options));
  return ledger.items.flatMap((item) => (item ? [item.kernel] : []));
}

/** A result that only merged readers wanted stays in registers: its write goes. */
export function withoutDeadWrites(
  kernels: readonly ChosenKernel[],
  { root, kept }: FuseOptions,
): ChosenKernel[] {
  const wanted = new Set([...kept, ...kernels.flatMap((kernel) => buffersOf(kernel).reads.map(root))]);
  return kernels.flatMap((kernel): ChosenKernel[] => {
    if (kernel.kind !== "nest") return [kernel];
    const writes = kernel.writes.filter(({ access }) => wanted.has(root(access.buffer)));
    return writes.length > 0 ? [{ ...kernel, writes }] : [];
  });
}

function itemOf(kernel: ChosenKernel, { root }: FuseOptions): Item {
  const { reads, writes } = buffersOf(kernel);
  return { kernel, reads: new Set(reads.map(root)), writes: new Set(writes.map(root)) };
}

function enter(ledger: Ledger, place: number, item: Item): void {
  ledger.items[place] = item;
  for (const buffer of item.writes) ledger.writer.set(buffer, place);
  for (const buffer of item.reads)
    ledger.readers.set(buffer, (ledger.readers.get(buffer) ?? new Set()).add(place));
}

function remove(ledger: Ledger, place: number): void {
  for (const buffer of ledger.items[place]!.reads) ledger.readers.get(buffer)!.delete(place);
  ledger.items[place] = undefined;
}

/** Merges one producer of kernel `i` into it, the latest that can be. */
function absorbProducer(ledger: Ledger, i: number, options: FuseOptions): boolean {
  const consumer = ledger.items[i];
  if (consumer?.kernel.kind !== "nest") return false;
  const producers = new Set([...consumer.reads].map((buffer) => ledger.writer.get(buffer) ?? i));
  for (const j of [...producers].sort((a, b) => b - a)) {
    if (j >= i) continue;
    const merged = tryMerge(ledger, [j, i], options);
    if (!merged) continue;
    remove(ledger, j);
    remove(ledger, i);
    enter(ledger, i, itemOf(merged, options));
    return true;
  }
  return false;
}

function tryMerge(
  ledger: Ledger,
  [j, i]: readonly [number, number],
  { root, kept }: FuseOptions,
): Nest | undefined {
  const producer = ledger.items[j]!.kernel;
  const consumer = ledger.items[i]!.kernel as Nest;
  if (producer.kind !== "nest" || sizeOf(consumer.axes) * sizeOf(consumer.reduce) > sizeOf(producer.axes))
    return undefined;
  const made = ledger.items[j]!.writes;
  // The producer moves down to the consumer: nothing between may read what it makes.
  const others = [...made]
    .flatMap((buffer) => [...(ledger.readers.get(buffer) ?? [])])
    .filter((place) => place !== i);
  if (others.some((place) => place < i)) return undefined;
  const needed = others.length > 0 || [...made].some((buffer) => kept.has(buffer));
  const folds = producer.totals.length > 0;
  if (folds && (consumer.totals.length > 0 || consumer.guards.length > 0)) return undefined;
  if (!folds && producer.guards.length > 0) return undefined;
  if ((needed || folds) && consumer.totals.length > 0) return undefined;
  const loads = loadsOf(consumer).filter(({ buffer }) => made.has(root(buffer)));
  const writeOf = (access: Access): Access =>
    producer.writes.find((write) => root(write.access.buffer) === root(access.buffer))!.access;
  const map = axisMap(
    producer,
    consumer,
    loads.map((access) => ({ access, write: writeOf(access) })),
  );
  if (
    !map ||
    ((needed || folds) &&
      (consumer.axes.length !== producer.axes.length || map.some((loop, axis) => loop !== axis)))
  )
    return undefined;
  const merged = merge(producer, consumer, { map, needed, root });
  return operations(merged) <= largestNest ? merged : undefined;
}

/**
 * For every axis of the producer the loop of the consumer that walks it, if every load walks the written buffer in the
 * same way; undefined if not.
 */
function axisMap(
  producer: Nest,
  consumer: Nest,
  pairs: readonly { access: Access; write: Access }[],
): number[] | undefined {
  const extents = [...consumer.axes, ...consumer.reduce];
  let agreed: number[] | undefined;
  for (const { access, write } of pairs) {
    if (access.offset !== 0 || write.offset !== 0 || access.buffer.dtype !== "f32") return undefined;
    const taken = new Set<number>();
    const map = producer.axes.map((extent, axis) => {
      if (extent === 1) return -1;
      const loop = extents.findIndex(
        (e, i) => !taken.has(i) && e === extent && access.strides[i] === write.strides[axis],
      );
      taken.add(loop);
      return loop;
    });
    if (map.some((loop, axis) => loop < 0 && producer.axes[axis] !== 1)) return undefined;
    if (access.strides.some((stride, i) => stride !== 0 && !taken.has(i) && (extents[i] ?? 2) !== 1))
      return undefined;
    // A loop of one pass may stand anywhere; it gets its own place where that is one of one pass too.
    const settled = map.map((loop, axis) => (loop < 0 && consumer.axes[axis] === 1 ? axis : loop));
    if (agreed && agreed.some((loop, axis) => loop !== settled[axis])) return undefined;
    agreed = settled;
  }
  return agreed;
}

function merge(
  producer: Nest,
  consumer: Nest,
  { map, needed, root }: { map: readonly number[]; needed: boolean; root: (value: Value) => Value },
): Nest {
  const folds = producer.totals.length > 0;
  const [reduce, guards] = folds ? [producer.reduce, producer.guards] : [consumer.reduce, consumer.guards];
  const loops = consumer.axes.length + reduce.length + guards.length;
  // Strides of the producer over the merged loops: its axes go where the map says, its own reduction and guards follow.
  const fromProducer = (strides: readonly number[]): number[] => {
    const moved = Array.from({ length: loops }, () => 0);
    for (const [axis, loop] of map.entries()) if (loop >= 0) moved[loop] = strides[axis] ?? 0;
    if (folds)
      for (let i = producer.axes.length; i < strides.length; i++)
        moved[consumer.axes.length + i - producer.axes.length] = strides[i]!;
    return moved;
  };
  const fromConsumer = (strides: readonly number[]): number[] => [
    ...strides,
    ...Array.from({ length: Math.max(0, loops - strides.length) }, () => 0),
  ];
  const seen = new Map<Expr, Expr>();
  const ofProducer = (expr: Expr): Expr => mapLeaves(expr, (leaf) => restride(leaf, fromProducer), seen);
  const made = new Map(producer.writes.map(({ access, value }) => [root(access.buffer), ofProducer(value)]));
  const seenConsumer = new Map<Expr, Expr>();
  const ofConsumer = (expr: Expr): Expr =>
    mapLeaves(
      expr,
      (leaf) => (leaf.kind === "load" && made.get(root(leaf.access.buffer))) || restride(leaf, fromConsumer),
      seenConsumer,
    );
  const move = <T extends Affine>(affine: T, change: (strides: readonly number[]) => number[]): T => ({
    ...affine,
    strides: change(affine.strides),
  });
  return {
    kind: "nest",
    label: `${producer.label}, ${consumer.label}`,
    axes: consumer.axes,
    reduce,
    guards: folds ? producer.guards.map((guard) => move(guard, fromProducer)) : consumer.guards,
    totals: folds
      ? producer.totals.map((t) => ({
          ...t,
          term: ofProducer(t.term),
          ...(t.at && { at: ofProducer(t.at) }),
        }))
      : consumer.totals.map((t) => ({
          ...t,
          term: ofConsumer(t.term),
          ...(t.at && { at: ofConsumer(t.at) }),
        })),
    writes: [
      ...(needed
        ? producer.writes.map(({ access, value }) => ({
            access: move(access, fromProducer),
            value: ofProducer(value),
          }))
        : []),
      ...consumer.writes.map(({ access, value }) => ({
        access: move(access, fromConsumer),
        value: ofConsumer(value),
      })),
    ],
  };
}

/** A leaf of an expression under other loops. */
export function restride(leaf: Expr, change: (strides: readonly number[]) => number[]): Expr {
  if (leaf.kind === "load")
    return { kind: "load", access: { ...leaf.access, strides: change(leaf.access.strides) } };
  if (leaf.kind === "index" || leaf.kind === "uniform")
    return { ...leaf, index: { ...leaf.index, strides: change(leaf.index.strides) } };
  return leaf;
}

/** Distinct operations of a nest. */
export function operations(nest: Nest): number {
  const seen = new Set<Expr>();
  let count = 0;
  for (const expr of expressionsOf(nest)) visitExpr(expr, () => count++, seen);
  return count;
}
