import {
  type FunctionBuilder,
  type I32,
  type I32Local,
  type V128,
  type V128Local,
  f32x4,
  i32,
  i32x4,
  v128,
} from "../../../simd/index.ts";
import { type Access, type AffineIndex, type BinaryName, type Expr, visitExpr } from "../../kernels/index.ts";
import { elementBytes } from "./kernel.ts";
import { narrowToBytes, widenBytes } from "./tile.ts";
import { emitExp, emitLog, emitUniform } from "./vectorMath.ts";

/** The locals of a reduction, one a vector: its accumulator, and where its value was found. */
export interface ReductionLocals {
  readonly value: readonly V128Local[];
  readonly argmax: readonly V128Local[];
}

/** What an expression needs to know of the loops around it. */
export interface Place {
  /** Each loop's counter; the last axis counts elements. Loops not entered have none. */
  readonly counters: readonly (I32Local | undefined)[];
  /** The address of the access's element (its first lane). */
  pointer(access: Access): I32Local;
  /** Number of the loop whose neighbours fill the lanes. */
  readonly lane: number;
  /** Four neighbours at a time, or one in every lane. */
  readonly wide: boolean;
  readonly reductions: readonly ReductionLocals[];
}

const isZero = (expr: Expr): boolean => expr.kind === "constant" && Object.is(expr.value, 0);

/** Turns expressions into vector code; every distinct part is computed once per vector and kept in a local. */
export class ExprEmitter {
  private readonly known = new Map<Expr, Map<number, V128Local>>();
  private readonly f: FunctionBuilder;
  private readonly place: Place;
  private readonly fixed: ReadonlyMap<Expr, V128Local>;

  /** `fixed`: expressions whose value is the same everywhere in the nest, already in locals. */
  constructor(f: FunctionBuilder, place: Place, fixed: ReadonlyMap<Expr, V128Local>) {
    this.f = f;
    this.place = place;
    this.fixed = fixed;
  }

  /** V128 that pushes vector number `u` of the expression. */
  value(expr: Expr, u: number): V128 {
    const fixed = this.fixed.get(expr);
    if (fixed !== undefined) return fixed;
    if (expr.kind === "constant") return f32x4.const(expr.value);
    const at = this.varies(expr) ? u : 0;
    const slots = this.known.get(expr) ?? new Map<number, V128Local>();
    this.known.set(expr, slots);
    const slot = slots.get(at) ?? this.f.keep(this.compute(expr, at));
    slots.set(at, slot);
    return slot;
  }

  private varies(expr: Expr): boolean {
    let found = false;
    visitExpr(expr, (part) => {
      if (part.kind === "reduction" || part.kind === "argmax") found = true;
      if (part.kind === "load" && this.place.wide && part.access.strides[this.place.lane]) found = true;
      if ((part.kind === "index" || part.kind === "uniform") && part.index.strides[this.place.lane])
        found = true;
    });
    return found;
  }

  private compute(expr: Expr, u: number): V128 {
    switch (expr.kind) {
      case "load":
        return this.load(expr.access, u);
      case "constant":
        return f32x4.const(expr.value);
      case "index":
        return f32x4.convertI32x4S(this.lanes(expr.index, u));
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
      case "reduction":
        return this.place.reductions[expr.reduction]!.value[u]!;
      case "argmax":
        return this.place.reductions[expr.reduction]!.argmax[u]!;
      default:
        return expr satisfies never;
    }
  }

  /** All bits of a lane where the condition is not 0. */
  private mask(condition: Expr, u: number): V128 {
    if (condition.kind === "binary" && (condition.name === "greater" || condition.name === "equal")) {
      const [a, b] = [this.value(condition.a, u), this.value(condition.b, u)];
      return condition.name === "greater" ? f32x4.gt(a, b) : f32x4.eq(a, b);
    }
    return v128.xor(f32x4.eq(this.value(condition, u), 0), i32x4.const(-1));
  }

  private unary(expr: Extract<Expr, { kind: "unary" }>, u: number): V128 {
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

  private load(access: Access, u: number): V128 {
    const pointer = this.place.pointer(access);
    const side = this.place.wide && access.strides[this.place.lane] === 1;
    const offset = side ? u * 4 * elementBytes(access.buffer) : 0;
    if (access.buffer.dtype === "f32") return side ? v128.load(pointer, offset) : v128.load32Splat(pointer);
    const bytes = side ? widenBytes(v128.load32Zero(pointer, offset)) : i32x4.splat(i32.load8U(pointer));
    return f32x4.convertI32x4S(bytes);
  }

  /** The affine number of each lane, i32. */
  private lanes(index: AffineIndex, u: number): V128 {
    const base = i32x4.splat(affineCode(index, this.place.counters));
    const step = this.place.wide ? (index.strides[this.place.lane] ?? 0) : 0;
    if (step === 0) return base;
    const at = (lane: number): number => (u * 4 + lane) * step;
    return i32x4.add(base, i32x4.constLanes(at(0), at(1), at(2), at(3)));
  }
}

/** offset + Σ strides[i] · counter[i], i32. Loops without a counter (not entered) count as 0. */
export function affineCode({ offset, strides }: AffineIndex, counters: Place["counters"]): I32 {
  let sum: I32 = offset;
  for (const [i, stride] of strides.entries()) {
    const counter = counters[i];
    if (stride === 0 || counter === undefined) continue;
    sum = i32.add(sum, stride === 1 ? counter : i32.mul(counter, stride));
  }
  return sum;
}

function emitBinary(name: BinaryName, a: V128, b: V128): V128 {
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
      return v128.and(f32x4.gt(a, b), f32x4.const(1));
    case "equal":
      return v128.and(f32x4.eq(a, b), f32x4.const(1));
    default:
      return name satisfies never;
  }
}

/** Writes vector `u` of a result: four elements, or the first lane alone. */
export function emitStore(
  f: FunctionBuilder,
  access: Access,
  value: V128,
  { place, u }: { place: Place; u: number },
): void {
  const pointer = place.pointer(access);
  if (access.buffer.dtype === "f32") {
    if (place.wide) f.store(pointer, value, u * 16);
    else f.storeLane32(pointer, value, { lane: 0 });
    return;
  }
  const whole = i32x4.truncSatF32x4S(value);
  if (place.wide) f.storeLane32(pointer, narrowToBytes(whole), { lane: 0, offset: u * 4 });
  else f.store8(pointer, i32x4.extractLane(whole, 0));
}
