import { at } from "../../../../base/index.ts";
import {
  type I32,
  type I32Local,
  type V128Local,
  elementAt,
  f32x4,
  i32,
  v128,
} from "../../../../simd/index.ts";
import {
  type Access,
  type AffineIndex,
  type Expr,
  type Nest,
  type Reduction,
  elementBytes,
  visitExpr,
} from "../../../kernels/index.ts";
import { affineIndicesOf, expressionsOf, mapStrides, simplify } from "../../../plan/index.ts";
import {
  ExprEmitter,
  type Invariants,
  type LoopContext,
  type ReductionLocals,
  affineCode,
  emitWrites,
  usesOf,
} from "./expr.ts";
import { type KernelCalls, type KernelFunction } from "../kernel.ts";
import { type LaneNest, LaneReductions, laneNestOf, laneScratch } from "./lanes.ts";
import { type Schedule, nestScheduleOf } from "./loops.ts";
import {
  type Pointers,
  advancePointers,
  displacementOf,
  displacementsOf,
  pointerOf,
  pointersByMove,
  sharedPointers,
  stepOf,
} from "./pointers.ts";
import { Sweep, sweepScratch, sweeps } from "./sweep.ts";
import { VectorMath, greatestOf, outrankMask } from "../vectorMath.ts";

// Loops, from the outermost: units of the task (indices of the leading axes, or elements of the last axis), the other axes, the
// last axis by several vectors, then by one, then by elements; inside it the reduction loops, each behind its guards, the innermost
// by vectors where only its neighbours lie side by side (lanes.ts).
// Locals: counters[i] is the index of loop i (axes, reduction loops, guards) while code stands inside it; every access has a
// pointer, shared where two always stand at one address; fixed holds what no loop changes.
// Registers: the accumulators (a sum, or a maximum and its argmax) of as many vectors of the last axis as make 8 of them, 4
// vectors at most; without reductions 2 vectors.
// Memory: every access is affine in the loops; the vectors of the last axis read and write neighbours.

/** Emits a loop nest: vector code along its last axis where neighbours lie side by side, else element by element. */
export function emitNest(nest: Nest, into: KernelFunction): KernelCalls {
  const simple = simplify(nest);
  const withAxis = simple.axes.length > 0 ? simple : simplifyScalar(simple);
  const schedule = nestScheduleOf(withAxis);
  const lanes = schedule.vector ? undefined : laneNestOf(withAxis);
  new NestEmitter(into, lanes?.nest ?? withAxis, { schedule, lanes }).emit();
  const scratch = lanes ? laneScratch(lanes) : sweeps(withAxis, schedule) ? sweepScratch(withAxis) : 0;
  return { tasks: schedule.tasks, scratch };
}

/** A nest that writes one number gets one axis of one pass. */
function simplifyScalar(nest: Nest): Nest {
  const shift = (strides: readonly number[]): number[] => [0, ...strides];
  return { ...mapStrides(nest, shift), axes: [1] };
}

class NestEmitter {
  private readonly counters: (I32Local | undefined)[] = [];
  private readonly accesses: readonly Access[];
  private readonly fixed: Invariants & { readonly values: Map<Expr, V128Local> };
  private readonly into: KernelFunction;
  private readonly f: KernelFunction["f"];
  private readonly nest: Nest;
  private readonly schedule: Schedule;
  /** The nest, where its innermost reduction loop is walked by vectors. */
  private readonly lanes: LaneNest | undefined;
  private readonly last: number;
  /** Elements of the last axis. */
  private readonly width: number;

  constructor(
    into: KernelFunction,
    nest: Nest,
    { schedule, lanes }: { readonly schedule: Schedule; readonly lanes: LaneNest | undefined },
  ) {
    this.into = into;
    this.f = into.f;
    this.nest = nest;
    this.schedule = schedule;
    this.lanes = lanes;
    this.last = nest.axes.length - 1;
    this.width = at(nest.axes, this.last);
    this.accesses = affineIndicesOf(nest).filter((affine): affine is Access => "buffer" in affine);
    const displacements = displacementsOf(this.accesses);
    const uses = usesOf(expressionsOf(nest));
    this.fixed = { values: new Map(), displacements, uses, math: new VectorMath(into) };
  }

  emit(): void {
    const { f, schedule } = this;
    this.hoist();
    const from = f.keep(i32.mul(this.into.task, schedule.unitsPerTask));
    const to = f.keepMin(i32.add(from, schedule.unitsPerTask), schedule.units);
    if (schedule.mode === "columns") {
      this.axisLoops(0, () => this.row(from, to));
      return;
    }
    f.loop({ from, to }, (unit) => {
      this.splitUnit(unit);
      this.axisLoops(schedule.leading, () =>
        sweeps(this.nest, schedule) ? this.sweep() : this.row(0, this.width),
      );
    });
  }

  /** Loads that no loop moves and constants are done once, before all loops: V8 builds a constant anew wherever it stands. */
  private hoist(): void {
    const loops: LoopContext = {
      counters: [],
      pointer: (access) => this.f.keep(this.start(access)),
      lane: 0,
      wide: false,
      reductions: [],
    };
    const emitter = new ExprEmitter(this.f, loops, this.fixed);
    for (const expr of expressionsOf(this.nest)) {
      visitExpr(expr, (part) => {
        const { values, math } = this.fixed;
        if (values.has(part)) return;
        if (part.kind === "load" && part.access.strides.every((stride) => stride === 0))
          values.set(part, this.f.keep(emitter.kept(part, 0)));
        if (part.kind === "constant") values.set(part, math.keepNumber(part.value));
        if (part.kind === "unary" && (part.name === "exp" || part.name === "log")) math.prepare(part.name);
      });
    }
  }

  /** Where an access's pointer stands before any loop. */
  private start(access: Access): I32 {
    const { buffer, offset } = access;
    const displacement = displacementOf(this.fixed.displacements, access);
    const [address, bytes] = [this.into.addressOf(buffer), offset * elementBytes(buffer) - displacement];
    return typeof address === "number" ? address + bytes : i32.add(address, bytes);
  }

  /** The counters of the leading axes from the number of a unit. */
  private splitUnit(unit: I32Local): void {
    const { f } = this;
    let rest: I32 = unit;
    for (let axis = this.schedule.leading - 1; axis >= 0; axis--) {
      const extent = at(this.nest.axes, axis);
      const whole = axis > 0 ? f.keep(rest) : unit;
      this.counters[axis] = f.keep(axis > 0 ? i32.remU(whole, extent) : rest);
      rest = i32.divU(whole, extent);
    }
  }

  /** Loops over the axes from `axis` up to, not including, the last. */
  private axisLoops(axis: number, inside: () => void): void {
    if (axis >= this.last) return inside();
    this.f.loop({ to: at(this.nest.axes, axis) }, (counter) => {
      this.counters[axis] = counter;
      this.axisLoops(axis + 1, inside);
    });
  }

  private sweep(): void {
    const { fixed } = this;
    new Sweep(this.f, this.nest, { pointers: this.rowPointers(), fixed, scratch: this.into.scratch }).emit();
  }

  /** The last axis from `from` to `to`: first several vectors at a time, then one, then single elements. */
  private row(from: I32, to: I32): void {
    const { f, schedule } = this;
    const pointers = this.rowPointers();
    const element = f.keep(from);
    this.counters[this.last] = element;
    const widths = schedule.vector ? [...new Set([this.unroll(), 1])].map((vectors) => vectors * 4) : [];
    const extent = schedule.mode === "rows" ? this.width : Infinity;
    for (const width of widths) {
      if (width > extent) continue;
      const limit = f.keep(i32.sub(to, width - 1));
      f.loop({ index: element, from: element, to: limit, step: width }, () =>
        this.body(this.moved(pointers, this.last, element), width / 4, true),
      );
    }
    if (schedule.vector && extent !== Infinity && extent % 4 === 0) return;
    f.loop({ index: element, from: element, to }, () =>
      this.body(this.moved(pointers, this.last, element), 1, false),
    );
  }

  /** Vectors of the last axis at a time: 8 accumulators leave half of the 16 registers for the terms. Chosen, not measured. */
  private unroll(): number {
    const { reductions } = this.nest;
    const registers = reductions.reduce((sum, { indexExpr }) => sum + (indexExpr ? 2 : 1), 0);
    return registers === 0 ? 2 : Math.max(1, Math.min(4, Math.floor(8 / registers)));
  }

  /** Where every access stands at the first element of the last axis. */
  private rowPointers(): Pointers {
    return pointersByMove(this.accesses, (access) => {
      const strides = access.strides.slice(0, this.last).map((_, axis) => stepOf(access, axis));
      return this.f.keep(affineCode({ offset: this.start(access), strides }, this.counters));
    });
  }

  /** `vectors` vectors of elements (or one element) of the last axis. */
  private body(pointers: Pointers, vectors: number, wide: boolean): void {
    const { f, nest, counters } = this;
    const contextAt = (current: Pointers, reductions: readonly ReductionLocals[]): LoopContext => {
      const pointer = (access: Access): I32Local => pointerOf(current, access);
      return { counters, pointer, lane: this.last, wide, reductions };
    };
    const reductions = this.lanes
      ? this.reduceByLanes(pointers, this.lanes)
      : this.reduceInTurn(pointers, vectors, contextAt);
    // What is written stands behind these loops: their counters mean nothing any more.
    this.counters.length = nest.axes.length;
    const loops = contextAt(pointers, reductions);
    emitWrites(f, nest, new ExprEmitter(f, loops, this.fixed), { loops, vectors });
  }

  /** Folds the terms one after the other, those of neighbours of the last axis side by side. */
  private reduceInTurn(
    pointers: Pointers,
    vectors: number,
    contextAt: (current: Pointers, reductions: readonly ReductionLocals[]) => LoopContext,
  ): readonly ReductionLocals[] {
    const { f, nest } = this;
    const vector = <T>(make: () => T): T[] => Array.from({ length: vectors }, make);
    const reductions = nest.reductions.map(({ initial, indexExpr }) => ({
      value: vector(() => f.keep(f32x4.const(initial))),
      argmax: indexExpr ? vector(() => f.keep(f32x4.const(0))) : [],
    }));
    if (reductions.length === 0) return [];
    this.reduceLoops({ level: -1, end: nest.reduce.length }, pointers, (current) => {
      const emitter = new ExprEmitter(f, contextAt(current, reductions), this.fixed);
      // One vector after the other: what a vector's reductions share is then needed for a short while only.
      for (let u = 0; u < vectors; u++)
        for (const [i, reduction] of nest.reductions.entries())
          this.take(reduction, { slot: at(reductions, i), emitter, u });
    });
    return reductions;
  }

  /** Folds the terms of the innermost reduction loop side by side. */
  private reduceByLanes(pointers: Pointers, lanes: LaneNest): readonly ReductionLocals[] {
    const { f, counters, fixed, nest } = this;
    const found = new LaneReductions(f, { ...lanes, counters, fixed, scratch: this.into.scratch });
    this.reduceLoops({ level: -1, end: nest.reduce.length - 1 }, pointers, (current) => found.run(current));
    return found.totals();
  }

  /** Pointers moved along a loop by `count` passes; those the loop does not move stay the same locals. */
  private moved(pointers: Pointers, loop: number, count: I32): Pointers {
    return this.changed(pointers, loop, (pointer, step) => this.f.keep(elementAt(pointer, count, step)));
  }

  /** Pointers of which a loop moves some: those are changed. */
  private changed(
    pointers: Pointers,
    loop: number,
    change: (pointer: I32Local, step: number) => I32Local,
  ): Pointers {
    return sharedPointers(
      pointers.keys(),
      (access) => `${pointerOf(pointers, access).index}/${stepOf(access, loop)}`,
      (access) => {
        const [pointer, step] = [pointerOf(pointers, access), stepOf(access, loop)];
        return step === 0 ? pointer : change(pointer, step);
      },
    );
  }

  /** Loops over the reduction from level `level` + 1 up to `end`; guards are asked as soon as their loops are known. */
  private reduceLoops(
    { level, end }: { readonly level: number; readonly end: number },
    pointers: Pointers,
    inside: (pointers: Pointers) => void,
  ): void {
    const { f, nest } = this;
    f.block((skipIf) => {
      let current = pointers;
      for (const [i, guard] of nest.guards.entries()) {
        if (this.levelOf(guard) !== level) continue;
        const loop = nest.axes.length + nest.reduce.length + i;
        const index = f.keep(affineCode(guard, this.counters));
        if (guard.divisor > 1) {
          skipIf(i32.remS(index, guard.divisor));
          f.set(index, i32.divS(index, guard.divisor));
        }
        skipIf(i32.geU(index, guard.limit));
        this.counters[loop] = index;
        current = this.moved(current, loop, index);
      }
      if (level + 1 === end) return inside(current);
      const loop = nest.axes.length + level + 1;
      const counter = f.local("i32");
      this.counters[loop] = counter;
      const inner = this.changed(current, loop, (pointer) => f.keep(pointer));
      f.loop({ index: counter, to: at(nest.reduce, level + 1) }, () => {
        this.reduceLoops({ level: level + 1, end }, inner, inside);
        advancePointers(f, inner, (access) => stepOf(access, loop));
      });
    });
  }

  /** The deepest reduction loop that moves a guard; -1 when none does. */
  private levelOf(guard: AffineIndex): number {
    return this.nest.reduce.findLastIndex((_, i) => (guard.strides[this.nest.axes.length + i] ?? 0) !== 0);
  }

  /** One reduction takes its term of a pass of the innermost loop. */
  private take(
    reduction: Reduction,
    { slot, emitter, u }: { slot: ReductionLocals; emitter: ExprEmitter; u: number },
  ): void {
    const { f } = this;
    const sum = at(slot.value, u);
    const term =
      reduction.combine === "max" ? emitter.kept(reduction.term, u) : emitter.value(reduction.term, u);
    switch (reduction.combine) {
      case "sum":
        return f.set(sum, f32x4.add(sum, term));
      case "last":
        return f.set(sum, term);
      case "max": {
        const argmax = slot.argmax[u];
        if (argmax && reduction.indexExpr) {
          const index = emitter.kept(reduction.indexExpr, u);
          f.set(argmax, v128.bitSelect(index, argmax, outrankMask(term, sum)));
        }
        return f.set(sum, greatestOf(sum, term));
      }
      default:
        return reduction.combine satisfies never;
    }
  }
}
