import { sizeOf, stridesOf } from "../../../base/index.ts";
import {
  type Access,
  type Buffer,
  type Expr,
  type Kernel,
  type Nest,
  mapLeaves,
  visitExpr,
} from "../../kernels/index.ts";
import { buffersOf, loadsOf } from "../kernelBuffers.ts";
import { type ChangeStrides, mapTerms, restrideLeaf, rewriter } from "../rewriteNest.ts";
import { simplify } from "../simplify.ts";
import { commonSubexpressions } from "./commonSubexpressions.ts";
import { maxNestOperations, operationsOf } from "./fuseLoops.ts";
import { type Liveness, type Pass, type StorageOf, kernelPass } from "./pass.ts";

/** Operations that are rather done again than read from memory, at most; chosen, not measured (docs/performance/lab-notes.md has the gain). */
const MAX_OPERATIONS = 12;

/** Points of a reader for one of the work: a last chunk may be shorter than the others. Chosen, not measured. */
const MAX_REPEATS = 1.25;

/** An array that cheap elementwise work writes from its first element to its last. */
interface Cheap {
  readonly buffer: Buffer;
  readonly elements: number;
  readonly value: Expr;
  /** The loops that walk the array, and how far each moves in it. */
  readonly axes: readonly number[];
  readonly strides: readonly number[];
}

/**
 * Does cheap elementwise work again in the nests that read its result, where that saves passes over memory: an activation's
 * gradient that two sums need is not written for them, and an activation is computed from what a nest reads anyway.
 */
export const rematerialization: Pass = kernelPass("rematerialisation", (kernels, state) =>
  new Rematerializer(state).run(kernels),
);

class Rematerializer {
  /** Nests that hold work that was inlined: their expressions may repeat parts. */
  private readonly repetitive = new Set<Kernel>();
  private readonly storageOf: StorageOf;
  private readonly liveOut: Liveness["liveOut"];

  constructor({ storageOf, liveOut }: Liveness) {
    this.storageOf = storageOf;
    this.liveOut = liveOut;
  }

  run(given: readonly Kernel[]): { kernels: readonly Kernel[]; repetitive: ReadonlySet<Kernel> } {
    const kernels: (Kernel | undefined)[] = [...given];
    const readers = new Readers(given, this.storageOf);
    for (let j = kernels.length - 1; j >= 0; j--) this.moveToReaders(kernels, j, readers);
    const known = new Map<Buffer, Cheap>();
    const changed = kernels
      .filter((kernel) => kernel !== undefined)
      .map((kernel) => {
        const fewer = kernel.kind === "nest" ? this.withFewerReads(kernel, known) : kernel;
        for (const cheap of this.cheapWrites(fewer)) known.set(cheap.buffer, cheap);
        return fewer;
      });
    return { kernels: changed, repetitive: this.repetitive };
  }

  /** Moves kernel `j` into all who read it, if fewer arrays travel that way. */
  private moveToReaders(kernels: (Kernel | undefined)[], j: number, readers: Readers): void {
    const kernel = kernels[j];
    if (kernel?.kind !== "nest" || kernel.writes.length > 1) return;
    const [cheap] = this.cheapWrites(kernel);
    if (!cheap || this.liveOut.has(cheap.buffer)) return;
    const changed = new Map<number, Nest>();
    let saved = passesOf(kernel, cheap.elements) + 1;
    for (const i of readers.of(cheap.buffer)) {
      const reader = kernels[i];
      if (i <= j || !reader) continue;
      if (reader.kind !== "nest") return;
      const inlined = this.inline(reader, cheap);
      if (!inlined) return;
      saved += passesOf(reader, cheap.elements) - passesOf(inlined, cheap.elements);
      changed.set(i, inlined);
    }
    if (saved <= 0 || changed.size === 0) return;
    readers.change(j, kernel, undefined);
    kernels[j] = undefined;
    for (const [i, nest] of changed) {
      readers.change(i, kernels[i], nest);
      kernels[i] = nest;
    }
  }

  /** Computes arrays again that can be had from others which the nest reads anyway. */
  private withFewerReads(nest: Nest, known: ReadonlyMap<Buffer, Cheap>): Nest {
    let current = nest;
    for (const buffer of new Set(loadsOf(nest).map((access) => this.storageOf(access.buffer)))) {
      const cheap = known.get(buffer);
      const inlined = cheap && this.inline(current, cheap);
      if (inlined && passesOf(inlined, cheap.elements) < passesOf(current, cheap.elements)) current = inlined;
    }
    return current;
  }

  /** The arrays of a kernel that are cheap to compute again. */
  private cheapWrites(kernel: Kernel): Cheap[] {
    if (kernel.kind !== "nest" || kernel.reductions.length > 0 || kernel.guards.length > 0) return [];
    const nest = this.repetitive.has(kernel) ? commonSubexpressions(kernel) : kernel;
    return nest.writes.flatMap((write): Cheap[] => {
      const { axes, writes } = simplify({ ...nest, writes: [write] });
      return writes.flatMap(({ access, value }): Cheap[] => {
        const { buffer, offset, strides } = access;
        const dense = stridesOf(axes).every((stride, i) => stride === strides[i]);
        const whole = dense && offset === 0 && sizeOf(axes) === sizeOf(buffer.shape);
        if (!whole || buffer.dtype !== "f32" || !isCheap(value)) return [];
        return [{ buffer: this.storageOf(buffer), elements: sizeOf(axes), value, axes, strides }];
      });
    });
  }

  /** `reader` with the work instead of every read of its result; nothing if it walks the result more than once or in another order. */
  private inline(reader: Nest, cheap: Cheap): Nest | undefined {
    if (sizeOf(reader.axes) * sizeOf(reader.reduce) > MAX_REPEATS * cheap.elements) return undefined;
    const extents = [...reader.axes, ...reader.reduce, ...reader.guards.map(({ limit }) => limit)];
    let possible = true;
    const replaced = rewriter((leaf) => {
      if (leaf.kind !== "load" || this.storageOf(leaf.access.buffer) !== cheap.buffer) return leaf;
      const steps = stepsThrough(cheap, leaf.access, extents);
      if (!steps) possible = false;
      return steps ? mapLeaves(cheap.value, (inner) => restrideLeaf(inner, steps)) : leaf;
    });
    const inlined: Nest = {
      ...reader,
      reductions: mapTerms(reader.reductions, replaced),
      writes: reader.writes.map((write) => ({ ...write, value: replaced(write.value) })),
    };
    if (!possible || operationsOf(commonSubexpressions(inlined)) > maxNestOperations) return undefined;
    this.repetitive.add(inlined);
    return inlined;
  }
}

/** Def-use chains: which kernels read a buffer, by position in the order of the kernels. */
class Readers {
  private readonly readers = new Map<Buffer, Set<number>>();
  private readonly storageOf: StorageOf;

  constructor(kernels: readonly Kernel[], storageOf: StorageOf) {
    this.storageOf = storageOf;
    for (const [i, kernel] of kernels.entries()) this.change(i, undefined, kernel);
  }

  of(buffer: Buffer): Iterable<number> {
    return this.readers.get(buffer) ?? [];
  }

  /** Another kernel stands at position `i`, or none. */
  change(i: number, before: Kernel | undefined, after: Kernel | undefined): void {
    for (const buffer of this.readBy(before)) this.readers.get(buffer)?.delete(i);
    for (const buffer of this.readBy(after)) {
      const readers = this.readers.get(buffer);
      if (readers) readers.add(i);
      else this.readers.set(buffer, new Set([i]));
    }
  }

  private readBy(kernel: Kernel | undefined): readonly Buffer[] {
    return kernel ? buffersOf(kernel).reads.map(this.storageOf) : [];
  }
}

function isCheap(value: Expr): boolean {
  let [count, cheap] = [0, true];
  visitExpr(value, (part) => {
    if (part.kind === "uniform" || part.kind === "index") cheap = false;
    if (part.kind === "unary" && part.name !== "negate" && part.name !== "abs") cheap = false;
    if (part.kind === "binary" && part.name === "divide") cheap = false;
    if (part.kind !== "load" && part.kind !== "constant") count++;
  });
  return cheap && count <= MAX_OPERATIONS;
}

/** Passes over memory: distinct arrays of at least so many elements that a nest reads. */
function passesOf(nest: Nest, elements: number): number {
  const large = loadsOf(nest).filter(({ buffer }) => sizeOf(buffer.shape) >= elements);
  return new Set(large.map(({ buffer, offset, strides }) => `${buffer.id} ${offset} ${strides.join()}`)).size;
}

/**
 * How strides over the axes of the work become strides over the loops of a nest that reads its result through `access`: each of
 * the nest's steps is so many steps of every axis. Nothing if steps of one axis would run over into the next.
 */
function stepsThrough(
  { axes, strides }: Cheap,
  access: Access,
  extents: readonly number[],
): ChangeStrides | undefined {
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
      digits.reduce((sum, steps, loop) => sum + (steps[axis] ?? 0) * ((extents[loop] ?? 1) - 1), 0) < extent,
  );
  if (!fits) return undefined;
  return (own) =>
    digits.map((steps) => steps.reduce((sum, count, axis) => sum + count * (own[axis] ?? 0), 0));
}
