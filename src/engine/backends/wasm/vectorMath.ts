import { type FunctionBuilder, type V128, f32x4, i32x4, v128 } from "../../../simd/index.ts";

const { add, sub, mul } = f32x4;

/** Σ coefficients[i]·x^i by Horner's rule, highest power first in the list. */
function polynomial(x: V128, [highest = 0, ...rest]: readonly number[]): V128 {
  return rest.reduce((sum, coefficient) => add(mul(sum, x), coefficient), f32x4.const(highest));
}

/** Where `other` takes the place of the greatest so far: it is greater, or the first NaN. */
export const outrankMask = (other: V128, greatest: V128): V128 =>
  v128.andNot(f32x4.eq(greatest, greatest), f32x4.le(other, greatest));

/** The greatest so far and another number; NaN where either is. pmax keeps a NaN in front, and a mask of ones is one. */
export const greatestOf = (greatest: V128, other: V128): V128 =>
  v128.or(f32x4.pmax(greatest, other), f32x4.ne(other, other));

/**
 * e^x in four lanes: x = n·ln 2 + r, |r| ≤ ln 2 / 2; error about 2 units in the last place, of 2^-126 where the result is below it.
 * Cephes expf's polynomial (Moshier).
 */
export function emitExp(f: FunctionBuilder, argument: V128): V128 {
  // Written so that a NaN comes through: pmin and pmax return their first argument for it.
  // Beyond the two bounds the result is Infinity or 0, and the powers of two below stay numbers.
  const x = f.keep(f32x4.pmax(f32x4.pmin(argument, 89), -104));
  const n = f.keep(f32x4.nearest(mul(x, 1.44269504)));
  const high = sub(x, mul(n, 0.693359375));
  const r = f.keep(add(high, mul(n, 2.1219444e-4)));
  const tail = polynomial(
    r,
    [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1],
  );
  const value = add(add(mul(mul(tail, r), r), r), 1);
  // 2^n in two factors, since n may be 128 or -150.
  const half = f.keep(i32x4.shrS(i32x4.truncSatF32x4S(n), 1));
  const rest = i32x4.sub(i32x4.truncSatF32x4S(n), half);
  const power = (exponent: V128): V128 => i32x4.shl(i32x4.add(exponent, 127), 23);
  return mul(mul(value, power(half)), power(rest));
}

/**
 * ln x in four lanes for x > 0; NaN below 0, -Infinity at 0. Numbers below the normal ones, 2^-126, are taken 2^23-fold.
 * Cephes logf's polynomial (Moshier).
 */
export function emitLog(f: FunctionBuilder, argument: V128): V128 {
  const x = f.keep(argument);
  const tiny = f.keep(f32x4.lt(x, 2 ** -126));
  // What comes of numbers up to 0, Infinity and NaN is replaced at the end.
  const normal = f.keep(v128.bitSelect(mul(x, 2 ** 23), x, tiny));
  const bias = i32x4.add(v128.and(tiny, i32x4.const(23)), 126);
  const exponent = f32x4.convertI32x4S(i32x4.sub(i32x4.shrU(normal, 23), bias));
  const m = f.keep(v128.or(v128.and(normal, i32x4.const(0x007fffff)), i32x4.const(0x3f000000)));
  const small = f.keep(f32x4.lt(m, 0.707106781));
  const e = f.keep(sub(exponent, v128.and(f32x4.const(1), small)));
  const z = f.keep(add(sub(m, 1), v128.and(m, small)));
  const tail = polynomial(
    z,
    [
      7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
      2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
    ],
  );
  const square = f.keep(mul(z, z));
  const low = add(mul(mul(tail, z), square), mul(e, -2.1219444e-4));
  const result = f.keep(add(add(sub(low, mul(square, 0.5)), z), mul(e, 0.693359375)));
  const atZero = v128.bitSelect(f32x4.const(-Infinity), result, f32x4.eq(x, 0));
  // All bits set where x < 0 or x is NaN: a NaN.
  const bad = v128.or(f32x4.lt(x, 0), v128.xor(f32x4.eq(x, x), i32x4.const(-1)));
  return v128.bitSelect(x, v128.or(atZero, bad), f32x4.eq(x, Infinity));
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
