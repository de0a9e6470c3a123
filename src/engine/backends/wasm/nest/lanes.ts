import { at } from "../../../../base/index.ts";
import {
  type FunctionBuilder,
  type I32,
  type I32Local,
  type V128,
  type V128Local,
  elementAt,
  f32x4,
  i32,
  i32x4,
  v128,
} from "../../../../simd/index.ts";
import {
  type Access,
  type AffineIndex,
  type Expr,
  type Guard,
  type Nest,
  type Reduction,
  holdsFunction,
  visitExpr,
} from "../../../kernels/index.ts";
import { affineIndicesOf, mapIndices } from "../../../plan/index.ts";
import { ExprEmitter, type Invariants, type LoopContext, type ReductionLocals, affineCode } from "./expr.ts";
import { type Pointers, advancePointers, pointerOf, sharedPointers, stepOf } from "./pointers.ts";
import { greatestOf, outrankMask } from "../vectorMath.ts";

// Loops: the innermost reduction loop, two vectors of terms at a time; what is left over, masked, once.
// Registers: two vectors a reduction hold 8 partial results; term number i of a run of the loop goes to partial result i mod 8.
// At the end they are folded by halves: 4 to 7 onto 0 to 3, 2 and 3 onto 0 and 1, 1 onto 0. So the order of the additions
// follows from the loop's extent alone.
// Memory: loads reach up to 7 elements past a row's end; what comes from there is masked. Terms that take long to compute go through
// scratch: two vectors that are stored side by side are what V8 computes as one of 256 bits.

/** Partial results of a reduction. */
export const PARTIALS = 8;

/**
 * Fewer terms are folded one after the other. Vectors would gain from 4 terms on (docs/performance.md, Sums along the last axis), but
 * the order of additions is part of a network's bits: those with few classes keep theirs.
 */
export const MIN_TERMS = 16;

/** A nest whose innermost reduction loop can be walked four neighbours at a time. */
export interface LaneNest {
  /** Its guards do not ask for the innermost reduction loop. */
  readonly nest: Nest;
  /** Guards that leave a range of the innermost reduction loop: from where they are 0 to where they are their limit. */
  readonly ranges: readonly Guard[];
}

/** The nest as one of {@link LaneNest}, if it is one. Depends on its loops alone. */
export function laneNestOf(nest: Nest): LaneNest | undefined {
  const loop = nest.axes.length + nest.reduce.length - 1;
  const isRange = ({ divisor, strides }: Guard): boolean => divisor === 1 && strides[loop] === 1;
  const ranges = nest.guards.filter(isRange);
  const found = ranges.length > 0 ? withoutRanges(nest, isRange) : nest;
  const isSide = (index: AffineIndex): boolean =>
    !("buffer" in index) || strideOf(index, loop) === 0 || strideOf(index, loop) === 1;
  const allowed = nest.reductions.length > 0 && nest.reductions.every(({ byLanes }) => byLanes);
  const fits =
    allowed &&
    (nest.reduce.at(-1) ?? 0) >= MIN_TERMS &&
    found.guards.every((guard) => strideOf(guard, loop) === 0) &&
    affineIndicesOf(found).every(isSide) &&
    found.reductions.every((one) => isFoldable(one, found));
  return fits ? { nest: found, ranges } : undefined;
}

const strideOf = ({ strides }: AffineIndex, loop: number): number => strides[loop] ?? 0;

/** The nest without some of its guards: what counts one of them counts the loops that it is made of. */
function withoutRanges(nest: Nest, isRange: (guard: Guard) => boolean): Nest {
  const first = nest.axes.length + nest.reduce.length;
  const stay = nest.guards.flatMap((guard, i) => (isRange(guard) ? [] : [first + i]));
  const changed = mapIndices(nest, (index) => {
    let { offset } = index;
    const strides = Array.from({ length: first }, (_, loop) => strideOf(index, loop));
    for (const [i, guard] of nest.guards.entries()) {
      if (!isRange(guard)) continue;
      const times = strideOf(index, first + i);
      offset += times * guard.offset;
      for (const [loop, stride] of strides.entries()) strides[loop] = stride + times * strideOf(guard, loop);
    }
    return { ...index, offset, strides: [...strides, ...stay.map((loop) => strideOf(index, loop))] };
  });
  return { ...changed, guards: changed.guards.filter((_, i) => stay.includes(first + i)) };
}

/** Whether partial results of the reduction can be folded: of equal maxima the one with the lowest index must be the first. */
function isFoldable({ combine, indexExpr }: Reduction, { axes, reduce }: Nest): boolean {
  if (combine === "last") return false;
  if (!indexExpr) return true;
  if (indexExpr.kind !== "index") return false;
  let span = 0;
  for (let i = reduce.length - 1; i >= 0; i--) {
    const stride = strideOf(indexExpr.index, axes.length + i);
    if (stride <= span) return false;
    span += stride * (at(reduce, i) - 1);
  }
  return indexExpr.index.strides.slice(axes.length + reduce.length).every((stride) => stride === 0);
}

/** All bits in the first `count` lanes; undefined for all lanes. */
const lanesBelow = (count: number): V128 | undefined => {
  const bits = (lane: number): number => (lane < count ? -1 : 0);
  return count < 4 ? i32x4.constLanes(bits(0), bits(1), bits(2), bits(3)) : undefined;
};

/** Where both are NaN. */
const bothNaN = (a: V128, b: V128): V128 => v128.and(f32x4.ne(a, a), f32x4.ne(b, b));

/** What a partial result starts from: a sum's `initial` is added once, at the end. */
const startOf = ({ combine, initial }: Reduction): number => (combine === "sum" ? 0 : initial);

/** Bytes of two vectors of terms. */
const PAIR = 32;

/** Bytes of scratch for the terms on their way. */
export const laneScratch = ({ nest: { reductions } }: LaneNest): number =>
  reductions.some(({ term }) => holdsFunction(term)) ? reductions.length * PAIR : 0;

interface LaneOptions extends LaneNest {
  /** The room for terms on their way. */
  readonly scratch: I32Local;
  /** Counters of the loops around; that of the innermost reduction loop is entered here. */
  readonly counters: (I32Local | undefined)[];
  readonly fixed: Invariants;
}

/** Emits the innermost reduction loop of a {@link LaneNest} and what becomes of its partial results. */
export class LaneReductions {
  private readonly partials: readonly ReductionLocals[];
  private readonly f: FunctionBuilder;
  private readonly options: LaneOptions;
  /** Number of the innermost reduction loop, and its extent. */
  private readonly loop: number;
  private readonly extent: number;

  /** Starts the partial results. */
  constructor(f: FunctionBuilder, options: LaneOptions) {
    this.f = f;
    this.options = options;
    const { axes, reduce, reductions } = options.nest;
    this.loop = axes.length + reduce.length - 1;
    this.extent = at(reduce, reduce.length - 1);
    const pair = (value: number): V128Local[] => [0, 1].map(() => f.keep(f32x4.const(value)));
    this.partials = reductions.map((one) => ({
      value: pair(startOf(one)),
      argmax: one.indexExpr ? pair(0) : [],
    }));
  }

  /** One run of the loop, from where the accesses stand at its start. */
  run(start: Pointers): void {
    const { f, extent } = this;
    const { ranges, counters } = this.options;
    const fixed = this.withInvariants(start);
    const index = f.local("i32");
    counters[this.loop] = index;
    if (ranges.length > 0) return this.runRange(start, index, fixed);
    const pointers = this.moved(start, 0);
    this.runWhole(pointers, { from: 0, to: extent - PARTIALS + 1, index }, fixed);
    const rest = extent % PARTIALS;
    const masks = [0, 4].filter((first) => first < rest).map((first) => lanesBelow(rest - first));
    if (rest > 0) this.take(pointers, masks, fixed);
  }

  /** The results in every lane: reductions of one vector. */
  totals(): readonly ReductionLocals[] {
    return this.options.nest.reductions.map((reduction, i) => this.total(reduction, at(this.partials, i)));
  }

  private runRange(start: Pointers, index: I32Local, fixed: Invariants): void {
    const { f } = this;
    const [from, to] = [f.keep(0), f.keep(this.extent)];
    for (const { offset, strides, limit } of this.options.ranges) {
      const outer = { offset, strides: strides.with(this.loop, 0) };
      const base = f.keep(affineCode(outer, this.options.counters));
      f.set(from, i32.max(from, f.keep(i32.sub(0, base))));
      f.set(to, i32.min(to, f.keep(i32.sub(limit, base))));
    }
    const pointers = this.moved(start, from);
    this.runWhole(pointers, { from, to: f.keep(i32.sub(to, PARTIALS - 1)), index }, fixed);
    f.block((skipIf) => {
      skipIf(i32.geS(index, to));
      const rest = f.keep(i32.sub(to, index));
      const below = (first: number): V128 =>
        i32x4.gtS(i32x4.splat(rest), i32x4.constLanes(first, first + 1, first + 2, first + 3));
      this.take(pointers, [f.keep(below(0)), f.keep(below(4))], fixed);
    });
  }

  /** As many terms as fill all partial results, again and again. */
  private runWhole(
    pointers: Pointers,
    range: { readonly from: I32; readonly to: I32; readonly index: I32Local },
    fixed: Invariants,
  ): void {
    this.f.loop({ ...range, step: PARTIALS }, () => {
      this.take(pointers, [undefined, undefined], fixed);
      advancePointers(this.f, pointers, (access) => PARTIALS * stepOf(access, this.loop));
    });
  }

  /** Takes a vector of terms for each mask; where that has no bits the term is none. */
  private take(pointers: Pointers, masks: readonly (V128 | undefined)[], fixed: Invariants): void {
    const emitter = new ExprEmitter(this.f, this.context(pointers), fixed);
    const { reductions } = this.options.nest;
    const terms = reductions.map(({ term }, i) =>
      masks.length === 2 && holdsFunction(term) ? this.stored(emitter, term, i) : undefined,
    );
    for (const [u, mask] of masks.entries())
      for (const [i, reduction] of reductions.entries()) {
        const term = terms[i]?.(u) ?? emitter.kept(reduction.term, u);
        this.takeTerm(reduction, { partials: at(this.partials, i), emitter, term, u, mask });
      }
  }

  /** Two vectors of the terms of reduction `i`, from scratch. */
  private stored(emitter: ExprEmitter, term: Expr, i: number): (u: number) => V128 {
    const { scratch } = this.options;
    this.f.storeAll(scratch, [emitter.kept(term, 0), emitter.kept(term, 1)], i * PAIR);
    return (u) => v128.load(scratch, i * PAIR + u * 16);
  }

  private takeTerm(
    reduction: Reduction,
    {
      partials,
      emitter,
      term,
      u,
      mask,
    }: {
      readonly partials: ReductionLocals;
      readonly emitter: ExprEmitter;
      readonly term: V128;
      readonly u: number;
      readonly mask: V128 | undefined;
    },
  ): void {
    const { f } = this;
    const held = at(partials.value, u);
    if (reduction.combine === "sum") return f.set(held, f32x4.add(held, mask ? v128.and(term, mask) : term));
    const found = mask ? f.keep(v128.bitSelect(term, f32x4.const(reduction.initial), mask)) : term;
    const argmax = partials.argmax[u];
    if (argmax && reduction.indexExpr) {
      const index = emitter.kept(reduction.indexExpr, u);
      f.set(argmax, v128.bitSelect(index, argmax, outrankMask(found, held)));
    }
    f.set(held, greatestOf(held, found));
  }

  private total({ combine, initial }: Reduction, { value, argmax }: ReductionLocals): ReductionLocals {
    const { f } = this;
    const [held, other] = [at(value, 0), at(value, 1)];
    const [index, otherIndex] = argmax;
    const fold = (from: V128Local, fromIndex: V128Local | undefined, order?: readonly number[]): void => {
      const lanesOf = (local: V128Local): V128Local =>
        order ? f.keep(i32x4.shuffle(local, local, order)) : local;
      const found = lanesOf(from);
      if (combine === "sum") return f.set(held, f32x4.add(held, found));
      if (!index || !fromIndex) return f.set(held, greatestOf(held, found));
      const at = lanesOf(fromIndex);
      const equal = v128.or(f32x4.eq(found, held), bothNaN(found, held));
      const better = f.keep(v128.or(outrankMask(found, held), v128.and(equal, f32x4.lt(at, index))));
      f.set(held, v128.bitSelect(found, held, better));
      f.set(index, v128.bitSelect(at, index, better));
    };
    fold(other, otherIndex);
    for (const order of [
      [2, 3, 0, 1],
      [1, 0, 3, 2],
    ])
      fold(held, index, order);
    if (combine === "sum" && initial !== 0) f.set(held, f32x4.add(held, initial));
    return { value: [held], argmax: index ? [index] : [] };
  }

  private context(pointers: Pointers): LoopContext {
    const pointer = (access: Access): I32Local => pointerOf(pointers, access);
    return { counters: this.options.counters, pointer, lane: this.loop, wide: true, reductions: [] };
  }

  /** New pointers, `count` terms further. */
  private moved(pointers: Pointers, count: I32): Pointers {
    return sharedPointers(
      pointers.keys(),
      (access) => `${pointerOf(pointers, access).index}/${stepOf(access, this.loop)}`,
      (access) => this.f.keep(elementAt(pointerOf(pointers, access), count, stepOf(access, this.loop))),
    );
  }

  /** What no term changes is computed before the loop. */
  private withInvariants(pointers: Pointers): Invariants {
    const { nest, fixed } = this.options;
    const found = new Map(fixed.values);
    const emitter = new ExprEmitter(this.f, this.context(pointers), fixed);
    const keepStill = (expr: Expr): void => {
      if (!found.has(expr) && !this.varies(expr)) found.set(expr, this.f.keep(emitter.kept(expr, 0)));
    };
    for (const { term, indexExpr } of nest.reductions)
      for (const expr of indexExpr ? [term, indexExpr] : [term]) visitExpr(expr, keepStill);
    return { ...fixed, values: found };
  }

  private varies(expr: Expr): boolean {
    let found = false;
    visitExpr(expr, (part) => {
      const index = part.kind === "load" ? part.access : "index" in part ? part.index : undefined;
      if (index && strideOf(index, this.loop) !== 0) found = true;
    });
    return found;
  }
}
