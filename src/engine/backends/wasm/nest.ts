import type { Value } from "../../graph/index.ts";
import {
  type Access,
  type Affine,
  type Expr,
  type Nest,
  type Total,
  visitExpr,
} from "../../kernels/index.ts";
import { affinesOf, expressionsOf, mapStrides, simplify } from "../../plan/index.ts";
import { type Code, FunctionBuilder } from "./assembler.ts";
import { ExprEmitter, type Place, affineCode, emitStore } from "./expr.ts";
import { f32x4, i32, v128 } from "./instructions.ts";
import { type Schedule, scheduleOf } from "./nestLoops.ts";
import { Sweep, sweepScratch, sweeps } from "./nestSweep.ts";

/** Where a buffer starts, in bytes. */
export type AddressOf = (buffer: Value) => number;

/** A function (task, scratch) and how often to call it. */
export interface EmittedKernel {
  readonly function: FunctionBuilder;
  /** It is called once with each task number from 0; tasks write apart from each other. */
  readonly tasks: number;
  /** Bytes of room a thread lends it for the length of a call. */
  readonly scratch: number;
}

const [TASK, SCRATCH] = [0, 1];

/** Emits a loop nest: vector code along its last axis where neighbours lie side by side, else element by element. */
export function emitNest(name: string, nest: Nest, addressOf: AddressOf): EmittedKernel {
  const simple = simplify(nest);
  const withAxis = simple.axes.length > 0 ? simple : simplifyScalar(simple);
  const schedule = scheduleOf(withAxis);
  const f = new FunctionBuilder(name, 2);
  new NestEmitter(f, withAxis, { schedule, addressOf }).emit();
  return {
    function: f,
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
  private readonly counters: (number | undefined)[];
  private readonly accesses: readonly Access[];
  private readonly fixed = new Map<Expr, number>();
  private readonly f: FunctionBuilder;
  private readonly nest: Nest;
  private readonly schedule: Schedule;
  private readonly addressOf: AddressOf;
  private readonly last: number;

  constructor(
    f: FunctionBuilder,
    nest: Nest,
    { schedule, addressOf }: { schedule: Schedule; addressOf: AddressOf },
  ) {
    this.f = f;
    this.nest = nest;
    this.schedule = schedule;
    this.addressOf = addressOf;
    this.last = nest.axes.length - 1;
    this.counters = [...nest.axes, ...nest.reduce].map(() => undefined);
    this.accesses = affinesOf(nest).filter((affine): affine is Access => "buffer" in affine);
  }

  emit(): void {
    const { f, schedule } = this;
    this.hoist();
    const from = f.keep("i32", i32.mul(f.get(TASK), i32.const(schedule.unitsPerTask)));
    const past = i32.add(f.get(from), i32.const(schedule.unitsPerTask));
    const to = f.keep("i32", past);
    f.set(
      to,
      i32.select(f.get(to), i32.const(schedule.units), i32.ltS(f.get(to), i32.const(schedule.units))),
    );
    if (schedule.mode === "columns") {
      this.axisLoops(0, () => this.row(f.get(from), f.get(to)));
      return;
    }
    const unit = f.local("i32");
    f.loop(unit, { from: f.get(from), to: f.get(to), step: 1 }, () => {
      this.splitUnit(unit);
      this.axisLoops(schedule.leading, () =>
        sweeps(this.nest, schedule)
          ? this.sweep()
          : this.row(i32.const(0), i32.const(this.nest.axes[this.last]!)),
      );
    });
  }

  /** Loads that no loop moves and constants are done once, before all loops: V8 builds a constant anew wherever it stands. */
  private hoist(): void {
    const place: Place = {
      counters: [],
      pointer: (access) => this.f.keep("i32", i32.const(this.start(access))),
      lane: 0,
      wide: false,
      totals: [],
    };
    const emitter = new ExprEmitter(this.f, place, this.fixed);
    const constants = new Map<string, number>();
    for (const expr of expressionsOf(this.nest)) {
      visitExpr(expr, (part) => {
        if (this.fixed.has(part)) return;
        if (part.kind === "load" && part.access.strides.every((stride) => stride === 0))
          this.fixed.set(part, this.f.keep("v128", emitter.value(part, 0)));
        if (part.kind === "constant") {
          const name = Object.is(part.value, -0) ? "-0" : `${part.value}`;
          const local = constants.get(name) ?? this.f.keep("v128", v128.splatConst(part.value));
          constants.set(name, local);
          this.fixed.set(part, local);
        }
      });
    }
  }

  private start({ buffer, offset }: Access): number {
    return this.addressOf(buffer) + offset * bytesOf(buffer);
  }

  /** The counters of the leading axes from the number of a unit. */
  private splitUnit(unit: number): void {
    const { f } = this;
    let rest: Code = f.get(unit);
    for (let axis = this.schedule.leading - 1; axis >= 0; axis--) {
      const extent = i32.const(this.nest.axes[axis]!);
      const whole = axis > 0 ? f.keep("i32", rest) : unit;
      this.counters[axis] = axis > 0 ? f.keep("i32", i32.remU(f.get(whole), extent)) : f.keep("i32", rest);
      rest = i32.divU(f.get(whole), extent);
    }
  }

  /** Loops over the axes from `axis` up to, not including, the last. */
  private axisLoops(axis: number, inside: () => void): void {
    if (axis >= this.last) return inside();
    const counter = this.f.local("i32");
    this.counters[axis] = counter;
    const range = { from: i32.const(0), to: i32.const(this.nest.axes[axis]!), step: 1 };
    this.f.loop(counter, range, () => this.axisLoops(axis + 1, inside));
  }

  private sweep(): void {
    const pointers = this.pointersAt(this.accesses, (access) => this.pointerCode(access, this.last));
    new Sweep(this.f, this.nest, { pointers, fixed: this.fixed, scratch: SCRATCH }).emit();
  }

  /** The last axis from `from` to `to`: first several vectors at a time, then one, then single elements. */
  private row(from: Code, to: Code): void {
    const { f, last, schedule } = this;
    const pointers = this.pointersAt(this.accesses, (access) => this.pointerCode(access, last));
    const element = f.keep("i32", from);
    this.counters[last] = element;
    const widths = schedule.vector ? [...new Set([this.unroll(), 1])].map((vectors) => vectors * 4) : [];
    const extent = schedule.mode === "rows" ? this.nest.axes[last]! : Infinity;
    for (const width of widths) {
      if (width > extent) continue;
      const limit = f.keep("i32", i32.sub(to, i32.const(width - 1)));
      f.loop(element, { from: f.get(element), to: f.get(limit), step: width }, () =>
        this.body(pointers, width / 4, true),
      );
    }
    if (schedule.vector && extent !== Infinity && extent % 4 === 0) return;
    f.loop(element, { from: f.get(element), to, step: 1 }, () => this.body(pointers, 1, false));
  }

  private unroll(): number {
    const { totals } = this.nest;
    const registers = totals.reduce((sum, { at }) => sum + (at ? 2 : 1), 0);
    return registers === 0 ? 2 : Math.max(1, Math.min(4, Math.floor(8 / registers)));
  }

  /** The address of an access's element under the counters of the axes before `axis`. */
  private pointerCode(access: Access, axis: number): Code {
    const bytes = bytesOf(access.buffer);
    const strides = access.strides.slice(0, axis).map((stride) => stride * bytes);
    return affineCode(this.f, { offset: this.start(access), strides }, this.counters);
  }

  private pointersAt(accesses: readonly Access[], code: (access: Access) => Code): Map<Access, number> {
    const made = new Map<string, number>();
    return new Map(
      accesses.map((access) => {
        const key = `${access.buffer.id}/${access.offset}/${access.strides.join()}`;
        const local = made.get(key) ?? this.f.keep("i32", code(access));
        made.set(key, local);
        return [access, local];
      }),
    );
  }

  /** `vectors` vectors of elements (or one element) of the last axis. */
  private body(rowPointers: ReadonlyMap<Access, number>, vectors: number, wide: boolean): void {
    const { f, nest, last } = this;
    const pointers = this.moved(rowPointers, last, f.get(this.counters[last]!));
    const vector = <T>(make: () => T): T[] => Array.from({ length: vectors }, make);
    const totals = nest.totals.map(({ initial, at }) => ({
      value: vector(() => f.keep("v128", v128.splatConst(initial))),
      at: at ? vector(() => f.keep("v128", v128.splatConst(0))) : [],
    }));
    const place = (current: ReadonlyMap<Access, number>): Place => ({
      counters: this.counters as readonly number[],
      pointer: (access) => current.get(access)!,
      lane: last,
      wide,
      totals,
    });
    if (nest.totals.length > 0)
      this.reduceLoops(-1, pointers, (current) => this.fold(place(current), vectors));
    const emitter = new ExprEmitter(f, place(pointers), this.fixed);
    // All results first: a write may stand where another expression reads.
    const results = nest.writes.map(({ value }) =>
      Array.from({ length: vectors }, (_, u) => f.keep("v128", emitter.value(value, u))),
    );
    for (const [i, { access }] of nest.writes.entries()) {
      for (const [u, result] of results[i]!.entries())
        emitStore(f, access, f.get(result), { place: place(pointers), u });
    }
  }

  /** Pointers moved along loop `loop` by `count` passes; those the loop does not move stay the same locals. */
  private moved(pointers: ReadonlyMap<Access, number>, loop: number, count: Code): Map<Access, number> {
    const done = new Map<string, number>();
    return new Map(
      [...pointers].map(([access, pointer]) => {
        const step = (access.strides[loop] ?? 0) * bytesOf(access.buffer);
        if (step === 0) return [access, pointer];
        const key = `${pointer}/${step}`;
        const local =
          done.get(key) ?? this.f.keep("i32", i32.add(this.f.get(pointer), i32.mul(count, i32.const(step))));
        done.set(key, local);
        return [access, local];
      }),
    );
  }

  /** Loops over the reduction from level `level` + 1 inwards; guards are asked as soon as their loops are known. */
  private reduceLoops(
    level: number,
    pointers: ReadonlyMap<Access, number>,
    inside: (pointers: ReadonlyMap<Access, number>) => void,
  ): void {
    const { f, nest } = this;
    f.block((skipIf) => {
      let current = pointers;
      for (const [i, guard] of nest.guards.entries()) {
        if (this.levelOf(guard) !== level) continue;
        const place = f.keep("i32", affineCode(f, guard, this.counters));
        if (guard.divisor > 1) {
          skipIf(i32.remS(f.get(place), i32.const(guard.divisor)));
          f.set(place, i32.divS(f.get(place), i32.const(guard.divisor)));
        }
        skipIf(i32.geU(f.get(place), i32.const(guard.limit)));
        current = this.moved(current, nest.axes.length + nest.reduce.length + i, f.get(place));
      }
      if (level + 1 === nest.reduce.length) return inside(current);
      const loop = nest.axes.length + level + 1;
      const counter = f.local("i32");
      this.counters[loop] = counter;
      const moving = [...current].filter(([access]) => access.strides[loop]);
      const steps = new Map(moving.map(([access, pointer]) => [pointer, access]));
      const copies = new Map([...steps].map(([pointer]) => [pointer, f.keep("i32", f.get(pointer))]));
      const inner = new Map(
        [...current].map(([access, pointer]) => [
          access,
          access.strides[loop] ? copies.get(pointer)! : pointer,
        ]),
      );
      f.loop(counter, { from: i32.const(0), to: i32.const(nest.reduce[level + 1]!), step: 1 }, () => {
        this.reduceLoops(level + 1, inner, inside);
        for (const [pointer, access] of steps)
          f.advance(copies.get(pointer)!, access.strides[loop]! * bytesOf(access.buffer));
      });
    });
  }

  /** The deepest reduction loop that moves a guard; -1 when none does. */
  private levelOf(guard: Affine): number {
    return this.nest.reduce.findLastIndex((_, i) => (guard.strides[this.nest.axes.length + i] ?? 0) !== 0);
  }

  /** One pass of the innermost reduction loop: every total takes its term. */
  private fold(place: Place, vectors: number): void {
    const emitter = new ExprEmitter(this.f, place, this.fixed);
    // One vector after the other: what a vector's totals share is then needed for a short while only.
    for (let u = 0; u < vectors; u++) {
      for (const [i, total] of this.nest.totals.entries())
        this.take(total, { slot: place.totals[i]!, emitter, u });
    }
  }

  private take(
    total: Total,
    { slot, emitter, u }: { slot: Place["totals"][number]; emitter: ExprEmitter; u: number },
  ): void {
    const { f } = this;
    const sum = slot.value[u]!;
    const term = emitter.value(total.term, u);
    switch (total.combine) {
      case "sum":
        return f.set(sum, f32x4.add(f.get(sum), term));
      case "last":
        return f.set(sum, term);
      case "max": {
        if (!total.at) return f.set(sum, f32x4.pmax(f.get(sum), term));
        const better = f.keep("v128", f32x4.gt(term, f.get(sum)));
        const at = slot.at[u]!;
        f.set(at, v128.bitSelect(emitter.value(total.at, u), f.get(at), f.get(better)));
        return f.set(sum, v128.bitSelect(term, f.get(sum), f.get(better)));
      }
      default:
        return total.combine satisfies never;
    }
  }
}

const bytesOf = (buffer: Value): number => (buffer.dtype === "u8" ? 1 : 4);
