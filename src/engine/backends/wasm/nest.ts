import {
  type FunctionBuilder,
  type I32,
  type I32Local,
  type V128Local,
  elementAt,
  f32x4,
  i32,
  v128,
} from "../../../simd/index.ts";
import {
  type Access,
  type AffineIndex,
  type Expr,
  type Nest,
  type Reduction,
  visitExpr,
} from "../../kernels/index.ts";
import { affineIndicesOf, expressionsOf, mapStrides, simplify } from "../../plan/index.ts";
import { ExprEmitter, type Place, type ReductionLocals, affineCode, emitStore } from "./expr.ts";
import {
  type AddressOf,
  type EmitOptions,
  type EmittedKernel,
  type KernelFunction,
  elementBytes,
  kernelFunction,
} from "./kernel.ts";
import { type Schedule, scheduleOf } from "./nestLoops.ts";
import { type Pointers, advancePointers, sharedPointers, stepOf } from "./pointers.ts";
import { Sweep, sweepScratch, sweeps } from "./nestSweep.ts";

/** Emits a loop nest: vector code along its last axis where neighbours lie side by side, else element by element. */
export function emitNest(nest: Nest, options: EmitOptions): EmittedKernel {
  const simple = simplify(nest);
  const withAxis = simple.axes.length > 0 ? simple : simplifyScalar(simple);
  const schedule = scheduleOf(withAxis);
  const kernel = kernelFunction(options);
  new NestEmitter(kernel, withAxis, schedule).emit();
  return {
    function: kernel.f,
    tasks: schedule.tasks,
    scratch: sweeps(withAxis, schedule) ? sweepScratch(withAxis) : 0,
  };
}

/** A nest that writes one number gets one axis of one pass. */
function simplifyScalar(nest: Nest): Nest {
  const shift = (strides: readonly number[]): number[] => [0, ...strides];
  return { ...mapStrides(nest, shift), axes: [1] };
}

class NestEmitter {
  private readonly counters: (I32Local | undefined)[];
  private readonly accesses: readonly Access[];
  private readonly fixed = new Map<Expr, V128Local>();
  private readonly f: FunctionBuilder;
  private readonly task: I32Local;
  private readonly scratch: I32Local;
  private readonly nest: Nest;
  private readonly schedule: Schedule;
  private readonly addressOf: AddressOf;
  private readonly last: number;

  constructor({ f, task, scratch, addressOf }: KernelFunction, nest: Nest, schedule: Schedule) {
    this.f = f;
    this.task = task;
    this.scratch = scratch;
    this.nest = nest;
    this.schedule = schedule;
    this.addressOf = addressOf;
    this.last = nest.axes.length - 1;
    this.counters = [...nest.axes, ...nest.reduce].map(() => undefined);
    this.accesses = affineIndicesOf(nest).filter((affine): affine is Access => "buffer" in affine);
  }

  emit(): void {
    const { f, schedule } = this;
    this.hoist();
    const from = f.keep(i32.mul(this.task, schedule.unitsPerTask));
    const to = f.keepMin(i32.add(from, schedule.unitsPerTask), schedule.units);
    if (schedule.mode === "columns") {
      this.axisLoops(0, () => this.row(from, to));
      return;
    }
    f.loop({ from, to }, (unit) => {
      this.splitUnit(unit);
      this.axisLoops(schedule.leading, () =>
        sweeps(this.nest, schedule) ? this.sweep() : this.row(0, this.nest.axes[this.last]!),
      );
    });
  }

  /** Loads that no loop moves and constants are done once, before all loops: V8 builds a constant anew wherever it stands. */
  private hoist(): void {
    const place: Place = {
      counters: [],
      pointer: (access) => this.f.keep(this.start(access)),
      lane: 0,
      wide: false,
      reductions: [],
    };
    const emitter = new ExprEmitter(this.f, place, this.fixed);
    const constants = new Map<string, V128Local>();
    for (const expr of expressionsOf(this.nest)) {
      visitExpr(expr, (part) => {
        if (this.fixed.has(part)) return;
        if (part.kind === "load" && part.access.strides.every((stride) => stride === 0))
          this.fixed.set(part, this.f.keep(emitter.value(part, 0)));
        if (part.kind === "constant") {
          const name = Object.is(part.value, -0) ? "-0" : `${part.value}`;
          const local = constants.get(name) ?? this.f.keep(f32x4.const(part.value));
          constants.set(name, local);
          this.fixed.set(part, local);
        }
      });
    }
  }

  private start({ buffer, offset }: Access): number {
    return this.addressOf(buffer) + offset * elementBytes(buffer);
  }

  /** The counters of the leading axes from the number of a unit. */
  private splitUnit(unit: I32Local): void {
    const { f } = this;
    let rest: I32 = unit;
    for (let axis = this.schedule.leading - 1; axis >= 0; axis--) {
      const extent = this.nest.axes[axis]!;
      const whole = axis > 0 ? f.keep(rest) : unit;
      this.counters[axis] = f.keep(axis > 0 ? i32.remU(whole, extent) : rest);
      rest = i32.divU(whole, extent);
    }
  }

  /** Loops over the axes from `axis` up to, not including, the last. */
  private axisLoops(axis: number, inside: () => void): void {
    if (axis >= this.last) return inside();
    this.f.loop({ to: this.nest.axes[axis]! }, (counter) => {
      this.counters[axis] = counter;
      this.axisLoops(axis + 1, inside);
    });
  }

  private sweep(): void {
    new Sweep(this.f, this.nest, {
      pointers: this.rowPointers(),
      fixed: this.fixed,
      scratch: this.scratch,
    }).emit();
  }

  /** The last axis from `from` to `to`: first several vectors at a time, then one, then single elements. */
  private row(from: I32, to: I32): void {
    const { f, last, schedule } = this;
    const pointers = this.rowPointers();
    const element = f.keep(from);
    this.counters[last] = element;
    const widths = schedule.vector ? [...new Set([this.unroll(), 1])].map((vectors) => vectors * 4) : [];
    const extent = schedule.mode === "rows" ? this.nest.axes[last]! : Infinity;
    for (const width of widths) {
      if (width > extent) continue;
      const limit = f.keep(i32.sub(to, width - 1));
      f.loop({ index: element, from: element, to: limit, step: width }, () =>
        this.body(pointers, width / 4, true),
      );
    }
    if (schedule.vector && extent !== Infinity && extent % 4 === 0) return;
    f.loop({ index: element, from: element, to }, () => this.body(pointers, 1, false));
  }

  private unroll(): number {
    const { reductions } = this.nest;
    const registers = reductions.reduce((sum, { indexExpr }) => sum + (indexExpr ? 2 : 1), 0);
    return registers === 0 ? 2 : Math.max(1, Math.min(4, Math.floor(8 / registers)));
  }

  /** Where every access stands at the first element of the last axis. */
  private rowPointers(): Pointers {
    return sharedPointers(
      this.accesses,
      ({ buffer, offset, strides }) => `${buffer.id}/${offset}/${strides.join()}`,
      (access) => {
        const strides = access.strides.slice(0, this.last).map((_, axis) => stepOf(access, axis));
        return this.f.keep(affineCode({ offset: this.start(access), strides }, this.counters));
      },
    );
  }

  /** `vectors` vectors of elements (or one element) of the last axis. */
  private body(rowPointers: Pointers, vectors: number, wide: boolean): void {
    const { f, nest, last } = this;
    const pointers = this.moved(rowPointers, last, this.counters[last]!);
    const vector = <T>(make: () => T): T[] => Array.from({ length: vectors }, make);
    const reductions = nest.reductions.map(({ initial, indexExpr }) => ({
      value: vector(() => f.keep(f32x4.const(initial))),
      argmax: indexExpr ? vector(() => f.keep(f32x4.const(0))) : [],
    }));
    const place = (current: Pointers): Place => ({
      counters: this.counters,
      pointer: (access) => current.get(access)!,
      lane: last,
      wide,
      reductions,
    });
    if (nest.reductions.length > 0)
      this.reduceLoops(-1, pointers, (current) => this.fold(place(current), vectors));
    const emitter = new ExprEmitter(f, place(pointers), this.fixed);
    // All results first: a write may stand where another expression reads.
    const results = nest.writes.map(({ value }) =>
      Array.from({ length: vectors }, (_, u) => f.keep(emitter.value(value, u))),
    );
    for (const [i, { access }] of nest.writes.entries()) {
      for (const [u, result] of results[i]!.entries())
        emitStore(f, access, result, { place: place(pointers), u });
    }
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
    const at = (access: Access): I32Local => pointers.get(access)!;
    return sharedPointers(
      pointers.keys(),
      (access) => `${at(access).index}/${stepOf(access, loop)}`,
      (access) => {
        const step = stepOf(access, loop);
        return step === 0 ? at(access) : change(at(access), step);
      },
    );
  }

  /** Loops over the reduction from level `level` + 1 inwards; guards are asked as soon as their loops are known. */
  private reduceLoops(level: number, pointers: Pointers, inside: (pointers: Pointers) => void): void {
    const { f, nest } = this;
    f.block((skipIf) => {
      let current = pointers;
      for (const [i, guard] of nest.guards.entries()) {
        if (this.levelOf(guard) !== level) continue;
        const place = f.keep(affineCode(guard, this.counters));
        if (guard.divisor > 1) {
          skipIf(i32.remS(place, guard.divisor));
          f.set(place, i32.divS(place, guard.divisor));
        }
        skipIf(i32.geU(place, guard.limit));
        current = this.moved(current, nest.axes.length + nest.reduce.length + i, place);
      }
      if (level + 1 === nest.reduce.length) return inside(current);
      const loop = nest.axes.length + level + 1;
      const counter = f.local("i32");
      this.counters[loop] = counter;
      const inner = this.changed(current, loop, (pointer) => f.keep(pointer));
      f.loop({ index: counter, to: nest.reduce[level + 1]! }, () => {
        this.reduceLoops(level + 1, inner, inside);
        advancePointers(f, inner, (access) => stepOf(access, loop));
      });
    });
  }

  /** The deepest reduction loop that moves a guard; -1 when none does. */
  private levelOf(guard: AffineIndex): number {
    return this.nest.reduce.findLastIndex((_, i) => (guard.strides[this.nest.axes.length + i] ?? 0) !== 0);
  }

  /** One pass of the innermost reduction loop: every reduction takes its term. */
  private fold(place: Place, vectors: number): void {
    const emitter = new ExprEmitter(this.f, place, this.fixed);
    // One vector after the other: what a vector's reductions share is then needed for a short while only.
    for (let u = 0; u < vectors; u++) {
      for (const [i, reduction] of this.nest.reductions.entries())
        this.take(reduction, { slot: place.reductions[i]!, emitter, u });
    }
  }

  private take(
    reduction: Reduction,
    { slot, emitter, u }: { slot: ReductionLocals; emitter: ExprEmitter; u: number },
  ): void {
    const { f } = this;
    const sum = slot.value[u]!;
    const term = emitter.value(reduction.term, u);
    switch (reduction.combine) {
      case "sum":
        return f.set(sum, f32x4.add(sum, term));
      case "last":
        return f.set(sum, term);
      case "max": {
        if (!reduction.indexExpr) return f.set(sum, f32x4.pmax(sum, term));
        const better = f.keep(f32x4.gt(term, sum));
        const at = slot.argmax[u]!;
        f.set(at, v128.bitSelect(emitter.value(reduction.indexExpr, u), at, better));
        return f.set(sum, v128.bitSelect(term, sum, better));
      }
      default:
        return reduction.combine satisfies never;
    }
  }
}
