import { type Access, type Affine, type BinaryName, type Expr, visitExpr } from "../../kernels/index.ts";
import type { Code, FunctionBuilder } from "./assembler.ts";
import { f32x4, i32, i32x4, v128 } from "./instructions.ts";
import { emitExp, emitLog, emitUniform } from "./vectorMath.ts";

/** What an expression needs to know of the loops around it. */
export interface Place {
  /** i32 local of each loop's counter; the last axis counts elements. */
  readonly counters: readonly number[];
  /** i32 local with the address of the access's element (its first lane). */
  pointer(access: Access): number;
  /** Number of the loop whose neighbours fill the lanes. */
  readonly lane: number;
  /** Four neighbours at a time, or one in every lane. */
  readonly wide: boolean;
  /** v128 local of each total's accumulator, and of its position. */
  readonly totals: readonly { readonly value: readonly number[]; readonly at: readonly number[] }[];
}

const isZero = (expr: Expr): boolean => expr.kind === "constant" && Object.is(expr.value, 0);
const bytesOf = (access: Access): number => (access.buffer.dtype === "u8" ? 1 : 4);

/** Turns expressions into vector code; every distinct part is computed once per vector and kept in a local. */
export class ExprEmitter {
  private readonly known = new Map<Expr, Map<number, number>>();
  private readonly f: FunctionBuilder;
  private readonly place: Place;
  private readonly fixed: ReadonlyMap<Expr, number>;

  /** `fixed`: expressions whose value is the same everywhere in the nest, already in locals. */
  constructor(f: FunctionBuilder, place: Place, fixed: ReadonlyMap<Expr, number>) {
    this.f = f;
    this.place = place;
    this.fixed = fixed;
  }

  /** Code that pushes vector number `u` of the expression. */
  value(expr: Expr, u: number): Code {
    const fixed = this.fixed.get(expr);
    if (fixed !== undefined) return this.f.get(fixed);
    if (expr.kind === "constant") return v128.splatConst(expr.value);
    const at = this.varies(expr) ? u : 0;
    const slots = this.known.get(expr) ?? new Map<number, number>();
    this.known.set(expr, slots);
    const slot = slots.get(at) ?? this.f.keep("v128", this.compute(expr, at));
    slots.set(at, slot);
    return this.f.get(slot);
  }

  private varies(expr: Expr): boolean {
    let found = false;
    visitExpr(expr, (part) => {
      if (part.kind === "total" || part.kind === "position") found = true;
      if (part.kind === "load" && this.place.wide && part.access.strides[this.place.lane]) found = true;
      if ((part.kind === "index" || part.kind === "uniform") && part.index.strides[this.place.lane])
        found = true;
    });
    return found;
  }

  private compute(expr: Expr, u: number): Code {
    switch (expr.kind) {
      case "load":
        return this.load(expr.access, u);
      case "constant":
        return v128.splatConst(expr.value);
      case "index":
        return f32x4.fromInt(this.lanes(expr.index, u));
      case "uniform":
        return emitUniform(this.f, {
          seed: this.value(expr.seed, u),
          salt: expr.salt,
          index: this.lanes(expr.index, u),
        });
      case "unary":
        return this.unary(expr, u);
      case "binary":
        return emitBinary(expr.name, this.value(expr.a, u), this.value(expr.b, u));
      case "select":
        if (isZero(expr.no)) return v128.and(this.value(expr.yes, u), this.mask(expr.condition, u));
        return v128.bitSelect(this.value(expr.yes, u), this.value(expr.no, u), this.mask(expr.condition, u));
      case "total":
        return this.f.get(this.place.totals[expr.total]!.value[u]!);
      case "position":
        return this.f.get(this.place.totals[expr.total]!.at[u]!);
      default:
        return expr satisfies never;
    }
  }

  /** All bits of a lane where the condition is not 0. */
  private mask(condition: Expr, u: number): Code {
    if (condition.kind === "binary" && (condition.name === "greater" || condition.name === "equal")) {
      const [a, b] = [this.value(condition.a, u), this.value(condition.b, u)];
      return condition.name === "greater" ? f32x4.gt(a, b) : f32x4.equal(a, b);
    }
    return v128.xor(f32x4.equal(this.value(condition, u), v128.splatConst(0)), i32x4.splatConst(-1));
  }

  private unary(expr: Extract<Expr, { kind: "unary" }>, u: number): Code {
    const x = this.value(expr.x, u);
    switch (expr.name) {
      case "negate":
        return f32x4.neg(x);
      case "abs":
        return f32x4.abs(x);
      case "sqrt":
        return f32x4.sqrt(x);
      case "floor":
        return f32x4.floor(x);
      case "exp":
        return emitExp(this.f, x);
      case "log":
        return emitLog(this.f, x);
      default:
        return expr.name satisfies never;
    }
  }

  private load(access: Access, u: number): Code {
    const pointer = this.f.get(this.place.pointer(access));
    const side = this.place.wide && access.strides[this.place.lane] === 1;
    const offset = side ? u * 4 * bytesOf(access) : 0;
    if (access.buffer.dtype === "f32") return side ? v128.load(pointer, offset) : v128.loadSplat(pointer);
    const bytes = side ? i32x4.widenBytes(v128.loadFour(pointer, offset)) : i32x4.splat(i32.load8u(pointer));
    return f32x4.fromInt(bytes);
  }

  /** The affine number of each lane, i32. */
  private lanes(index: Affine, u: number): Code {
    const base = i32x4.splat(affineCode(this.f, index, this.place.counters));
    const step = this.place.wide ? (index.strides[this.place.lane] ?? 0) : 0;
    if (step === 0) return base;
    const at = (lane: number): number => (u * 4 + lane) * step;
    return i32x4.add(base, i32x4.const(at(0), at(1), at(2), at(3)));
  }
}

/** offset + Σ strides[i] · counter[i], i32. Loops without a counter (not entered) count as 0. */
export function affineCode(
  f: FunctionBuilder,
  { offset, strides }: Affine,
  counters: readonly (number | undefined)[],
): Code {
  let sum: Code = i32.const(offset);
  for (const [i, stride] of strides.entries()) {
    const counter = counters[i];
    if (stride === 0 || counter === undefined) continue;
    sum = i32.add(sum, stride === 1 ? f.get(counter) : i32.mul(f.get(counter), i32.const(stride)));
  }
  return sum;
}

function emitBinary(name: BinaryName, a: Code, b: Code): Code {
  switch (name) {
    case "add":
      return f32x4.add(a, b);
    case "subtract":
      return f32x4.sub(a, b);
    case "multiply":
      return f32x4.mul(a, b);
    case "divide":
      return f32x4.div(a, b);
    case "maximum":
      return f32x4.pmax(a, b);
    case "minimum":
      return f32x4.pmin(a, b);
    case "greater":
      return v128.and(f32x4.gt(a, b), v128.splatConst(1));
    case "equal":
      return v128.and(f32x4.equal(a, b), v128.splatConst(1));
    default:
      return name satisfies never;
  }
}

/** Writes vector `u` of a result: four elements, or the first lane alone. */
export function emitStore(
  f: FunctionBuilder,
  access: Access,
  value: Code,
  { place, u }: { place: Place; u: number },
): void {
  const pointer = f.get(place.pointer(access));
  if (access.buffer.dtype === "f32") {
    f.emit(place.wide ? v128.store(pointer, value, u * 16) : v128.storeLane32(pointer, value, { lane: 0 }));
    return;
  }
  const whole = i32x4.fromFloat(value);
  if (place.wide) f.emit(v128.storeLane32(pointer, i32x4.narrowToBytes(whole), { lane: 0, offset: u * 4 }));
  else f.emit(i32.store8(pointer, i32x4.extract(whole, 0)));
}
