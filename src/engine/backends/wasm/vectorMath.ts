import { type FunctionBuilder, type V128, type V128Local, f32x4, i32x4, v128 } from "../../../simd/index.ts";
import type { ExprBounds } from "../../kernels/index.ts";
import { type Arithmetic, type KernelFunction, multiplyAdd } from "./kernel.ts";

const { add, sub, mul } = f32x4;

/** Where `other` takes the place of the greatest so far: it is greater, or the first NaN. */
export const outrankMask = (other: V128, greatest: V128): V128 =>
  v128.andNot(f32x4.eq(greatest, greatest), f32x4.le(other, greatest));

/** The greatest so far and another number; NaN where either is. pmax keeps a NaN in front, and a mask of ones is one. */
export const greatestOf = (greatest: V128, other: V128): V128 =>
  v128.or(f32x4.pmax(greatest, other), f32x4.ne(other, other));

/** What {@link VectorMath} computes. */
export type MathName = "exp" | "log";

/** ln 2 in two parts: the first has so few bits that its products with powers of two are exact. */
const LN2 = [0.693359375, -2.1219444e-4] as const;
/** Added to a number below 2^22 it leaves the nearest whole number in the lowest bits. */
const ROUNDER = 1.5 * 2 ** 23;

/**
 * Where one factor is 2^n: |n| ≤ 126, n = 127 at the upper end, and n = -127 at the lower, whose factor is 0. So what would be below
 * 2^-126.5, less than the normal numbers, is 0 there.
 */
const ONE_FACTOR: ExprBounds = { low: -88.3, high: 88 };

/** Cephes expf (Moshier): (e^r - 1 - r) / r², highest power first. */
const expTail = [
  1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
];
/** Cephes logf (Moshier): (ln(1 + z) - z + z²/2) / z³, highest power first. */
const logTail = [
  7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
];

const numbersOf: Readonly<Record<MathName, { floats: readonly number[]; integers: readonly number[] }>> = {
  exp: { floats: [89, -104, Math.LOG2E, ROUNDER, -LN2[0], -LN2[1], 1, ...expTail], integers: [0x3f800000] },
  log: { floats: [1, 0.5, 2 ** -126, 2 ** 23, ...LN2, ...logTail], integers: [0x007fffff, 0x3f000000, 126] },
};

/** Functions of four lanes, for one function of a module. */
export class VectorMath {
  private readonly known = new Map<string, V128Local>();
  private readonly f: FunctionBuilder;
  private readonly arithmetic: Arithmetic;

  constructor({ f, arithmetic }: Pick<KernelFunction, "f" | "arithmetic">) {
    this.f = f;
    this.arithmetic = arithmetic;
  }

  /** Puts what a function multiplies and adds into locals, for all code after this: V8 builds a constant anew wherever it stands. */
  prepare(name: MathName): void {
    for (const number of numbersOf[name].floats) this.hold(`${number}`, f32x4.const(number));
    for (const bits of numbersOf[name].integers) this.hold(`bits ${bits}`, i32x4.const(bits));
  }

  /** A number in all lanes, kept from here on. */
  keepNumber(number: number): V128Local {
    return this.hold(Object.is(number, -0) ? "-0" : `${number}`, f32x4.const(number));
  }

  /**
   * e^x: x = n·ln 2 + r, |r| ≤ ln 2 / 2; error about 2 units in the last place, of 2^-126 where the result is below it. What is known
   * of x saves work and changes no bit of a normal number.
   */
  exp(argument: V128, known: ExprBounds = { low: -Infinity, high: Infinity }): V128 {
    const { f } = this;
    // Written so that a NaN comes through: pmin and pmax return their first argument for it.
    // Beyond the two bounds the result is Infinity or 0, and the powers of two below stay numbers.
    const below = known.high <= 89 ? argument : f32x4.pmin(argument, this.number(89));
    const x = f.keep(known.low >= -104 ? below : f32x4.pmax(below, this.number(-104)));
    // The bits of `shifted` are those of ROUNDER plus n, of which a shift to the left by 23 leaves n alone.
    const shifted = f.keep(this.multiplyAdd(x, this.number(Math.LOG2E), this.number(ROUNDER)));
    const n = f.keep(sub(shifted, this.number(ROUNDER)));
    const high = this.multiplyAdd(n, this.number(-LN2[0]), x);
    const r = f.keep(this.multiplyAdd(n, this.number(-LN2[1]), high));
    const tail = this.polynomial(r, expTail);
    const value = add(this.multiplyAdd(tail, mul(r, r), r), this.number(1));
    const power = (exponent: V128): V128 => i32x4.add(i32x4.shl(exponent, 23), this.bits(0x3f800000));
    if (known.low >= ONE_FACTOR.low && known.high <= ONE_FACTOR.high) return mul(value, power(shifted));
    // 2^n in two factors, since n may be 128 or -150.
    const half = f.keep(i32x4.shrS(shifted, 1));
    const rest = i32x4.sub(shifted, half);
    return mul(mul(value, power(half)), power(rest));
  }

  /** ln x for x > 0; NaN below 0, -Infinity at 0. Numbers below the normal ones, 2^-126, are taken 2^23-fold. */
  log(argument: V128): V128 {
    const { f } = this;
    const x = f.keep(argument);
    const tiny = f.keep(f32x4.lt(x, this.number(2 ** -126)));
    // What comes of numbers up to 0, Infinity and NaN is replaced at the end.
    const normal = f.keep(v128.bitSelect(mul(x, this.number(2 ** 23)), x, tiny));
    const bias = i32x4.add(v128.and(tiny, i32x4.const(23)), this.bits(126));
    const exponent = f32x4.convertI32x4S(i32x4.sub(i32x4.shrU(normal, 23), bias));
    const m = f.keep(v128.or(v128.and(normal, this.bits(0x007fffff)), this.bits(0x3f000000)));
    const small = f.keep(f32x4.lt(m, 0.707106781));
    const e = f.keep(sub(exponent, v128.and(this.number(1), small)));
    const z = f.keep(add(sub(m, this.number(1)), v128.and(m, small)));
    const tail = this.polynomial(z, logTail);
    const square = f.keep(mul(z, z));
    const low = this.multiplyAdd(e, this.number(LN2[1]), mul(mul(tail, z), square));
    const body = add(sub(low, mul(square, this.number(0.5))), z);
    const result = f.keep(this.multiplyAdd(e, this.number(LN2[0]), body));
    const atZero = v128.bitSelect(f32x4.const(-Infinity), result, f32x4.eq(x, 0));
    // All bits set where x < 0 or x is NaN: a NaN.
    const bad = v128.or(f32x4.lt(x, 0), v128.xor(f32x4.eq(x, x), i32x4.const(-1)));
    return v128.bitSelect(x, v128.or(atZero, bad), f32x4.eq(x, Infinity));
  }

  /** Σ coefficients[i]·x^i by Horner's rule, highest power first in the list. */
  private polynomial(x: V128, [highest = 0, ...rest]: readonly number[]): V128 {
    return rest.reduce((sum, next) => this.multiplyAdd(sum, x, this.number(next)), this.number(highest));
  }

  /** a·b + sum, rounded once or twice as the arithmetic says. */
  multiplyAdd(a: V128, b: V128, sum: V128): V128 {
    return multiplyAdd(this.arithmetic, a, b, sum);
  }

  private number(value: number): V128 {
    return this.known.get(`${value}`) ?? f32x4.const(value);
  }

  private bits(value: number): V128 {
    return this.known.get(`bits ${value}`) ?? i32x4.const(value);
  }

  private hold(key: string, value: V128): V128Local {
    const local = this.known.get(key) ?? this.f.keep(value);
    this.known.set(key, local);
    return local;
  }
}

/** Uniform in [0, 1) with 24 bits, as `uniformAt` in kernels/: seed a float lane each, salt now, index an i32 lane each. */
export function emitUniform(
  f: FunctionBuilder,
  { seed, salt, index }: { readonly seed: V128; readonly salt: number; readonly index: V128 },
): V128 {
  const seeded = i32x4.mul(i32x4.truncSatF32x4S(seed), 0x85ebca77 | 0);
  const start = i32x4.add(i32x4.mul(index, 0x9e3779b1 | 0), seeded);
  const h = f.keep(i32x4.add(start, Math.imul(salt, 0xc2b2ae3d)));
  const fold = (bits: number): V128 => v128.xor(h, i32x4.shrU(h, bits));
  f.set(h, i32x4.mul(fold(16), 0x85ebca6b | 0));
  f.set(h, i32x4.mul(fold(13), 0xc2b2ae35 | 0));
  f.set(h, fold(16));
  return mul(f32x4.convertI32x4S(i32x4.shrU(h, 8)), 2 ** -24);
}
