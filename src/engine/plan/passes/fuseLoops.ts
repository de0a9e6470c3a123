import { sizeOf } from "../../../base/index.ts";
import {
  type Access,
  type Buffer,
  type Expr,
  type Kernel,
  type Nest,
  holdsFunction,
  visitExpr,
} from "../../kernels/index.ts";
import { type TouchedStorage, loadsOf, touchedStorage } from "../kernelBuffers.ts";
import { expressionsOf } from "../rewriteNest.ts";
import { mergeNests } from "./mergeNests.ts";
import { type Liveness, type Pass, kernelPass } from "./pass.ts";

/**
 * Merges a nest into a later one that reads its result element by element, so that the result stays in registers: chains of
 * elementwise ops, elementwise work before a sum, and elementwise work on its result (relu after max-pooling) become one pass.
 *
 * Example 1, a chain of elementwise ops: y = relu(x + b), z = y · s, for x [N, C] and b, s [C].
 *
 *     before  for n, c:  t[n, c] = x[n, c] + b[c]
 *             for n, c:  y[n, c] = max(t[n, c], 0)
 *             for n, c:  z[n, c] = y[n, c] · s[c]
 *
 *     after   for n, c:  z[n, c] = max(x[n, c] + b[c], 0) · s[c]
 *
 * Neither t nor y is written: 6 passes over an array of N × C numbers become 2.
 *
 * Example 2, the chain of batch normalisation's gradient: dgamma = Σ_n dy · h with h = (x - mean) · r, where dy = dz · m and the mask m
 * is 1 where the relu behind let its input through; arrays of [N, C], and mean, r and dgamma of [C].
 *
 *     before  for n, c:      dy[n, c] = dz[n, c] · m[n, c]
 *             for n, c:      t[n, c] = x[n, c] - mean[c]
 *             for n, c:      h[n, c] = t[n, c] · r[c]
 *             for n, c:      p[n, c] = dy[n, c] · h[n, c]
 *             for c: for n:  dgamma[c] += p[n, c]
 *
 *     after   for c: for n:  dgamma[c] += (dz[n, c] · m[n, c]) · ((x[n, c] - mean[c]) · r[c])
 *
 * All of it moves into the term of the sum, its only reader; where another kernel reads dy too, dy must be written, and
 * rematerialisation decides whether to compute it twice instead.
 */
export const loopFusion: Pass = kernelPass("loop fusion", (kernels, state) => ({
  kernels: fuseLoops(kernels, state),
}));

/** Distinct parts (operations, loads, constants) of the expressions that a fused nest may hold at most: beyond it, vectors no longer fit in registers; chosen, not measured. */
export const maxNestOperations = 48;

/** Use-def chains: who reads and who writes a buffer, by position in the order of the kernels. */
interface UseDef {
  readonly entries: (TouchedStorage | undefined)[];
  readonly uses: Map<Buffer, Set<number>>;
  readonly definition: Map<Buffer, number>;
}

function fuseLoops(kernels: readonly Kernel[], liveness: Liveness): Kernel[] {
  const chains: UseDef = { entries: [], uses: new Map(), definition: new Map() };
  for (const [i, kernel] of kernels.entries()) enter(chains, i, touchedStorage(kernel, liveness.storageOf));
  for (let i = 0; i < kernels.length; i++) while (absorbProducer(chains, i, liveness));
  return chains.entries.flatMap((entry) => (entry ? [entry.kernel] : []));
}

function enter({ entries, uses, definition }: UseDef, position: number, entry: TouchedStorage): void {
  entries[position] = entry;
  for (const buffer of entry.writes) definition.set(buffer, position);
  for (const buffer of entry.reads) uses.set(buffer, (uses.get(buffer) ?? new Set()).add(position));
}

function remove({ entries, uses }: UseDef, position: number): void {
  for (const buffer of entries[position]?.reads ?? []) uses.get(buffer)?.delete(position);
  entries[position] = undefined;
}

/** Merges one producer of kernel `i` into it, the latest that can be. */
function absorbProducer(chains: UseDef, i: number, liveness: Liveness): boolean {
  const consumer = chains.entries[i];
  if (consumer?.kernel.kind !== "nest") return false;
  const producers = new Set([...consumer.reads].map((buffer) => chains.definition.get(buffer) ?? i));
  for (const j of [...producers].sort((a, b) => b - a)) {
    const producer = chains.entries[j];
    if (j >= i || producer?.kernel.kind !== "nest") continue;
    const uses = [...producer.writes].flatMap((buffer) => [...(chains.uses.get(buffer) ?? [])]);
    // The producer moves down to the consumer: nothing between may read what it makes.
    if (uses.some((position) => position < i)) continue;
    const escapes =
      uses.some((position) => position > i) ||
      [...producer.writes].some((buffer) => liveness.liveOut.has(buffer));
    const merged = tryMerge(producer.kernel, consumer.kernel, { escapes, liveness });
    if (!merged) continue;
    remove(chains, j);
    remove(chains, i);
    enter(chains, i, touchedStorage(merged, liveness.storageOf));
    return true;
  }
  return false;
}

/** `escapes`: somebody else reads what the producer makes, so it must be written too. */
function tryMerge(
  producer: Nest,
  consumer: Nest,
  { escapes, liveness: { storageOf } }: { readonly escapes: boolean; readonly liveness: Liveness },
): Nest | undefined {
  if (sizeOf(consumer.axes) * sizeOf(consumer.reduce) > sizeOf(producer.axes)) return undefined;
  // A producer that writes an array part by part has no one value for whoever reads it.
  if (new Set(producer.writes.map(({ access }) => storageOf(access.buffer))).size < producer.writes.length)
    return undefined;
  const reduces = producer.reductions.length > 0;
  if (reduces && (consumer.reductions.length > 0 || consumer.guards.length > 0)) return undefined;
  if (!reduces && producer.guards.length > 0) return undefined;
  // Behind a sum along neighbours a function would be computed for one number at a time: a nest of its own takes four or eight.
  if (producer.reductions.some(({ byLanes }) => byLanes) && expressionsOf(consumer).some(holdsFunction))
    return undefined;
  const aligned = escapes || reduces;
  if (aligned && consumer.reductions.length > 0) return undefined;
  const map = axisMap(producer, consumer, accessPairs(producer, consumer, storageOf));
  if (!map) return undefined;
  const isIdentity =
    consumer.axes.length === producer.axes.length && map.every((loop, axis) => loop === axis);
  if (aligned && !isIdentity) return undefined;
  const merged = mergeNests(producer, consumer, { map, escapes, storageOf });
  return operationsOf(merged) <= maxNestOperations ? merged : undefined;
}

/** A load of the consumer and the producer's write of the same buffer. */
interface AccessPair {
  readonly access: Access;
  readonly write: Access;
}

function accessPairs(
  producer: Nest,
  consumer: Nest,
  storageOf: Liveness["storageOf"],
): readonly AccessPair[] {
  const written = new Map(
    producer.writes.toReversed().map(({ access }) => [storageOf(access.buffer), access] as const),
  );
  return loadsOf(consumer).flatMap((access) => {
    const write = written.get(storageOf(access.buffer));
    return write ? [{ access, write }] : [];
  });
}

/**
 * For every axis of the producer the loop of the consumer that walks it, if every load walks the written buffer in the
 * same way; undefined if not.
 */
function axisMap(
  producer: Nest,
  consumer: Nest,
  pairs: readonly AccessPair[],
): readonly number[] | undefined {
  const extents = [...consumer.axes, ...consumer.reduce];
  let agreed: readonly number[] | undefined;
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
    // A loop of one pass may stand anywhere; it keeps its own axis where that is one of one pass too.
    const kept = map.map((loop, axis) => (loop < 0 && consumer.axes[axis] === 1 ? axis : loop));
    if (agreed?.some((loop, axis) => loop !== kept[axis])) return undefined;
    agreed = kept;
  }
  return agreed;
}

/** {@link operationsOf} nests that were asked about before: every pass asks about every nest. */
const counted = new WeakMap<Nest, number>();

/** Distinct parts of the expressions of a nest: operations, loads and constants. */
export function operationsOf(nest: Nest): number {
  const known = counted.get(nest);
  if (known !== undefined) return known;
  const seen = new Set<Expr>();
  let count = 0;
  for (const expr of expressionsOf(nest)) visitExpr(expr, () => count++, seen);
  counted.set(nest, count);
  return count;
}
