import { at, fault } from "../../../../base/index.ts";
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
} from "../../../../simd/index.ts";
import {
  type Access,
  type AffineIndex,
  type BinaryName,
  type Expr,
  type Nest,
  type UnaryName,
  elementBytes,
  exprBounds,
  partsOf,
  visitExpr,
} from "../../../kernels/index.ts";
import { type VectorMath, emitUniform } from "../vectorMath.ts";
import { type Displacements, displacementOf } from "./pointers.ts";

// Registers: one local for every part of an expression that is needed more than once, and every vector, made where it is first needed;
// parts that are the same for all vectors have one. Other parts stay on the stack: V8 carries each local that a loop sets from pass to
// pass, counts that as a use, and packs two vectors into one of 256 bits only where that saves more than there are such uses.
// Lanes are four neighbours of one axis (wide), or the same element four times.
// Memory: loads and stores at the pointers of their accesses, bytes widened to floats and cut back.

/** The locals of a reduction, one a vector: its accumulator, and where its value was found. */
export interface ReductionLocals {
  readonly value: readonly V128Local[];
  readonly argmax: readonly V128Local[];
}

/** What no loop of a nest changes. */
export interface Invariants {
  /** Expressions whose value is the same everywhere in the nest, already in locals. */
  readonly values: ReadonlyMap<Expr, V128Local>;
  /** How far accesses stand from their pointers. */
  readonly displacements: Displacements;
  /** How often each part of the nest's expressions is needed, for one vector. */
  readonly uses: ReadonlyMap<Expr, number>;
  readonly math: VectorMath;
}

/** What an expression needs to know of the loops around it. */
export interface LoopContext {
  /** Each loop's counter, those of guards included; the last axis counts elements. Loops not entered have none. */
  readonly counters: readonly (I32Local | undefined)[];
  /** The access's element (its first lane), but for its displacement. */
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
  private readonly loops: LoopContext;
  private readonly fixed: Invariants;

  constructor(f: FunctionBuilder, loops: LoopContext, fixed: Invariants) {
    this.f = f;
    this.loops = loops;
    this.fixed = fixed;
  }

  /** V128 that pushes vector number `u` of the expression, to be taken once. */
  value(expr: Expr, u: number): V128 {
    const once = this.fixed.uses.get(expr) === 1 && this.varies(expr) && !this.fixed.values.has(expr);
    return once ? this.compute(expr, u) : this.kept(expr, u);
  }

  /** The same, to be taken as often as one likes. */
  kept(expr: Expr, u: number): V128 {
    const fixed = this.fixed.values.get(expr);
    if (fixed !== undefined) return fixed;
    if (expr.kind === "constant") return f32x4.const(expr.value);
    const vector = this.varies(expr) ? u : 0;
    const slots = this.known.get(expr) ?? new Map<number, V128Local>();
    this.known.set(expr, slots);
    const slot = slots.get(vector) ?? this.f.keep(this.compute(expr, vector));
    slots.set(vector, slot);
    return slot;
  }

  private varies(expr: Expr): boolean {
    let found = false;
    visitExpr(expr, (part) => {
      if (part.kind === "reduction" || part.kind === "argmax") found = true;
      if (part.kind === "load" && this.loops.wide && part.access.strides[this.loops.lane]) found = true;
      if ((part.kind === "index" || part.kind === "uniform") && part.index.strides[this.loops.lane])
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
        return expr.name === "exp"
          ? this.fixed.math.exp(this.value(expr.x, u), exprBounds(expr.x))
          : unaries[expr.name](this.value(expr.x, u), this.fixed.math);
      case "binary":
        return this.binary(expr, u);
      case "multiplyAdd":
        return this.fixed.math.multiplyAdd(
          this.value(expr.a, u),
          this.value(expr.b, u),
          this.value(expr.c, u),
        );
      case "select":
        if (isZero(expr.yes)) return v128.andNot(this.value(expr.no, u), this.mask(expr.condition, u));
        if (isZero(expr.no)) return v128.and(this.value(expr.yes, u), this.mask(expr.condition, u));
        return v128.bitSelect(this.value(expr.yes, u), this.value(expr.no, u), this.mask(expr.condition, u));
      case "reduction":
        return at(at(this.loops.reductions, expr.reduction).value, u);
      case "argmax":
        return at(at(this.loops.reductions, expr.reduction).argmax, u);
      default:
        return expr satisfies never;
    }
  }

  /** pmax and pmin pass a NaN on only in front: where the second is one, its mask of ones makes the result NaN. */
  private binary({ name, a, b }: Extract<Expr, { kind: "binary" }>, u: number): V128 {
    const first = this.value(a, u);
    if (b.kind === "constant" || (name !== "maximum" && name !== "minimum"))
      return binaries[name](first, this.value(b, u));
    const second = this.kept(b, u);
    const found = binaries[name](first, second);
    return v128.or(found, f32x4.ne(second, second));
  }

  /** All bits of a lane where the condition is not 0. */
  private mask(condition: Expr, u: number): V128 {
    if (condition.kind === "binary" && (condition.name === "greater" || condition.name === "equal")) {
      const [a, b] = [this.value(condition.a, u), this.value(condition.b, u)];
      return condition.name === "greater" ? f32x4.gt(a, b) : f32x4.eq(a, b);
    }
    return v128.xor(f32x4.eq(this.value(condition, u), 0), i32x4.const(-1));
  }

  private load(access: Access, u: number): V128 {
    const pointer = this.loops.pointer(access);
    const side = this.loops.wide && access.strides[this.loops.lane] === 1;
    const offset = this.displacement(access) + (side ? u * 4 * elementBytes(access.buffer) : 0);
    if (access.buffer.dtype === "f32")
      return side ? v128.load(pointer, offset) : v128.load32Splat(pointer, offset);
    const bytes = side
      ? i32x4.widenBytes(v128.load32Zero(pointer, offset))
      : i32x4.splat(i32.load8U(pointer, offset));
    return f32x4.convertI32x4S(bytes);
  }

  /** Bytes from the access's pointer to its element. */
  displacement(access: Access): number {
    return displacementOf(this.fixed.displacements, access);
  }

  /** The affine number of each lane, i32. */
  private lanes(index: AffineIndex, u: number): V128 {
    const base = i32x4.splat(affineCode(index, this.loops.counters));
    const step = this.loops.wide ? (index.strides[this.loops.lane] ?? 0) : 0;
    if (step === 0) return base;
    const nth = (lane: number): number => (u * 4 + lane) * step;
    return i32x4.add(base, i32x4.constLanes(nth(0), nth(1), nth(2), nth(3)));
  }
}

/** offset + Σ strides[i] · counter[i], i32. @throws when it counts a loop that has no counter here */
export function affineCode(
  { offset, strides }: { readonly offset: I32; readonly strides: readonly number[] },
  counters: LoopContext["counters"],
): I32 {
  let sum: I32 = offset;
  for (const [i, stride] of strides.entries()) {
    if (stride === 0) continue;
    const counter = counters[i];
    if (!counter)
      throw fault("wasm: index", { expected: "loops around the expression", received: `loop ${i}` });
    sum = i32.add(sum, stride === 1 ? counter : i32.mul(counter, stride));
  }
  return sum;
}

const unaries: Readonly<Record<Exclude<UnaryName, "exp">, (x: V128, math: VectorMath) => V128>> = {
  negate: f32x4.neg,
  abs: f32x4.abs,
  sqrt: f32x4.sqrt,
  floor: f32x4.floor,
  log: (x, math) => math.log(x),
};

const binaries: Readonly<Record<BinaryName, (a: V128, b: V128) => V128>> = {
  add: f32x4.add,
  subtract: f32x4.sub,
  multiply: f32x4.mul,
  divide: f32x4.div,
  maximum: f32x4.pmax,
  minimum: f32x4.pmin,
  greater: (a, b) => v128.and(f32x4.gt(a, b), f32x4.const(1)),
  equal: (a, b) => v128.and(f32x4.eq(a, b), f32x4.const(1)),
};

/** Computes and stores `vectors` vectors of every result of a nest, or single elements. */
export function emitWrites(
  f: FunctionBuilder,
  { writes }: Nest,
  emitter: ExprEmitter,
  { loops, vectors }: { readonly loops: LoopContext; readonly vectors: number },
): void {
  // All results first: a write may stand where another expression reads.
  const results = writes.map(({ access, value }) => ({
    access,
    vectors: Array.from({ length: vectors }, (_, u) => f.keep(emitter.value(value, u))),
  }));
  const lanes = loops.wide ? 4 : 1;
  for (const { access, vectors: found } of results) {
    const [pointer, offset] = [loops.pointer(access), emitter.displacement(access)];
    if (access.buffer.dtype === "f32") f.storeAll(pointer, found, offset, lanes * vectors);
    else
      for (const [u, result] of found.entries())
        f.storeBytes(pointer, i32x4.truncSatF32x4S(result), { offset: offset + u * 4, lanes });
  }
}

/** How often each part of some expressions is needed: by others, as an expression of its own, or for both. */
export function usesOf(exprs: readonly Expr[]): ReadonlyMap<Expr, number> {
  const uses = new Map<Expr, number>();
  const use = (expr: Expr): void => void uses.set(expr, (uses.get(expr) ?? 0) + 1);
  const seen = new Set<Expr>();
  for (const expr of exprs) {
    use(expr);
    visitExpr(expr, (part) => partsOf(part).forEach(use), seen);
  }
  return uses;
}
