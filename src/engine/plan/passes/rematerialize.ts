import { sizeOf, stridesOf } from "../../../base/index.ts";
import type { Value } from "../../graph/graph.ts";
import { type Access, type Expr, type Nest, mapLeaves, visitExpr } from "../../kernels/index.ts";
import { buffersOf, loadsOf } from "../kernelBuffers.ts";
import type { ChosenKernel } from "../algorithms/candidates.ts";
import { type FuseOptions, largestNest, operations, restride } from "./fuseLoops.ts";
import { shareParts } from "./commonSubexpressions.ts";
import { simplify } from "../simplify.ts";

/** The most operations that are rather done again than read from memory. */
const FEW = 12;

/** An array that cheap elementwise work writes from its first element to its last. */
interface Cheap {
  readonly buffer: Value;
  readonly elements: number;
  readonly value: Expr;
  /** The loops that walk the array, and how far each moves in it. */
  readonly axes: readonly number[];
  readonly strides: readonly number[];
}

type Root = FuseOptions["root"];

/**
 * Does cheap elementwise work again in the nests that read its result, where that saves passes over memory: an activation's
 * gradient that two sums need is not written for them, and an activation is computed from what a nest reads anyway.
 */
export function recomputeCheaply(kernels: readonly ChosenKernel[], options: FuseOptions): ChosenKernel[] {
  const made: (ChosenKernel | undefined)[] = [...kernels];
  for (let j = made.length - 1; j >= 0; j--) if (movedToReaders(made, j, options)) made[j] = undefined;
  const left = made.filter((kernel) => kernel !== undefined);
  const known = new Map<Value, Cheap>();
  return left.map((kernel) => {
    const changed = kernel.kind === "nest" ? withFewerReads(kernel, known, options.root) : kernel;
    for (const cheap of cheapWrites(changed, options.root)) known.set(cheap.buffer, cheap);
    return changed;
  });
}

/** Moves kernel `j` into all who read it, if fewer arrays travel that way. */
function movedToReaders(
  kernels: (ChosenKernel | undefined)[],
  j: number,
  { root, kept }: FuseOptions,
): boolean {
  const kernel = kernels[j]!;
  const [cheap, another] = cheapWrites(kernel, root);
  if (!cheap || another || kernel.kind !== "nest" || kernel.writes.length > 1 || kept.has(cheap.buffer))
    return false;
  const changed = new Map<number, Nest>();
  let saved = passes(kernel, cheap.elements) + 1;
  for (let i = j + 1; i < kernels.length; i++) {
    const reader = kernels[i];
    if (!reader || !buffersOf(reader).reads.some((buffer) => root(buffer) === cheap.buffer)) continue;
    const inlined = reader.kind === "nest" ? inline(reader, cheap, root) : undefined;
    if (!inlined) return false;
    saved += passes(reader as Nest, cheap.elements) - passes(inlined, cheap.elements);
    changed.set(i, inlined);
  }
  if (saved <= 0 || changed.size === 0) return false;
  for (const [i, nest] of changed) kernels[i] = nest;
  return true;
}

/** Computes arrays again that can be had from others which the nest reads anyway. */
function withFewerReads(nest: Nest, known: ReadonlyMap<Value, Cheap>, root: Root): Nest {
  let current = nest;
  for (const buffer of new Set(loadsOf(nest).map((access) => root(access.buffer)))) {
    const cheap = known.get(buffer);
    const inlined = cheap && inline(current, cheap, root);
    if (inlined && passes(inlined, cheap.elements) < passes(current, cheap.elements)) current = inlined;
  }
  return current;
}

/** The arrays of a kernel that are cheap to compute again. */
function cheapWrites(kernel: ChosenKernel, root: Root): Cheap[] {
  if (kernel.kind !== "nest" || kernel.totals.length > 0 || kernel.guards.length > 0) return [];
  return kernel.writes.flatMap((write): Cheap[] => {
    const { axes, writes } = simplify({ ...kernel, writes: [write] });
    const [{ access, value }] = writes as [Nest["writes"][number]];
    const dense = stridesOf(axes).every((stride, i) => stride === access.strides[i]);
    const whole = dense && access.offset === 0 && sizeOf(axes) === sizeOf(access.buffer.shape);
    if (!whole || access.buffer.dtype !== "f32" || !isCheap(value)) return [];
    return [{ buffer: root(access.buffer), elements: sizeOf(axes), value, axes, strides: access.strides }];
  });
}

function isCheap(value: Expr): boolean {
  let [count, cheap] = [0, true];
  visitExpr(value, (part) => {
    if (part.kind === "uniform" || part.kind === "index") cheap = false;
    if (part.kind === "unary" && part.name !== "negate" && part.name !== "abs") cheap = false;
    if (part.kind === "binary" && part.name === "divide") cheap = false;
    if (part.kind !== "load" && part.kind !== "constant") count++;
  });
  return cheap && count <= FEW;
}

/** Distinct arrays of at least so many elements that a nest reads. */
function passes(nest: Nest, elements: number): number {
  const large = loadsOf(nest).filter(({ buffer }) => sizeOf(buffer.shape) >= elements);
  return new Set(large.map(({ buffer, offset, strides }) => `${buffer.id} ${offset} ${strides.join()}`)).size;
}

/** `reader` with the work in place of every read of its result; nothing if it reads it more than once through or in another order. */
function inline(reader: Nest, cheap: Cheap, root: Root): Nest | undefined {
  // A last chunk may be shorter than the others, so a little more than all may be walked through.
  if (sizeOf(reader.axes) * sizeOf(reader.reduce) > 1.25 * cheap.elements) return undefined;
  const extents = [...reader.axes, ...reader.reduce, ...reader.guards.map(({ limit }) => limit)];
  let possible = true;
  const seen = new Map<Expr, Expr>();
  const replaced = (expr: Expr): Expr =>
    mapLeaves(
      expr,
      (leaf) => {
        if (leaf.kind !== "load" || root(leaf.access.buffer) !== cheap.buffer) return leaf;
        const steps = stepsThrough(cheap, leaf.access, extents);
        if (!steps) possible = false;
        return steps ? mapLeaves(cheap.value, (inner) => restride(inner, steps)) : leaf;
      },
      seen,
    );
  const merged = shareParts({
    ...reader,
    totals: reader.totals.map((t) => ({ ...t, term: replaced(t.term), ...(t.at && { at: replaced(t.at) }) })),
    writes: reader.writes.map((write) => ({ ...write, value: replaced(write.value) })),
  });
  return possible && operations(merged) <= largestNest ? merged : undefined;
}

/**
 * How strides over the axes of the work become strides over the loops of a nest that reads its result through `access`: each of
 * the nest's steps is so many steps of every axis. Nothing if steps of one axis would run over into the next.
 */
function stepsThrough(
  { axes, strides }: Cheap,
  access: Access,
  extents: readonly number[],
): ((strides: readonly number[]) => number[]) | undefined {
  if (access.offset !== 0 || access.strides.some((stride) => stride < 0)) return undefined;
  const digits = extents.map((_, loop) => {
    let rest = access.strides[loop] ?? 0;
    return strides.map((stride) => {
      const steps = Math.floor(rest / stride);
      rest -= steps * stride;
      return steps;
    });
  });
  const fits = axes.every(
    (extent, axis) =>
      digits.reduce((sum, steps, loop) => sum + steps[axis]! * (extents[loop]! - 1), 0) < extent,
  );
  if (!fits) return undefined;
  return (own) =>
    digits.map((steps) => steps.reduce((sum, count, axis) => sum + count * (own[axis] ?? 0), 0));
}
