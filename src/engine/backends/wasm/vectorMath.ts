import type { Code, FunctionBuilder } from "./assembler.ts";
import { f32x4, i32x4, v128 } from "./instructions.ts";

const c = v128.splatConst;

/** Σ coefficients[i]·x^i by Horner's rule, highest power first in the list. */
function polynomial(f: FunctionBuilder, x: number, coefficients: readonly number[]): Code {
  let sum: Code = c(coefficients[0] ?? 0);
  for (const coefficient of coefficients.slice(1)) sum = f32x4.add(f32x4.mul(sum, f.get(x)), c(coefficient));
  return sum;
}

/** e^x in four lanes: x = n·ln 2 + r, |r| ≤ ln 2 / 2; error about 2 units in the last place. Cephes expf's polynomial (Moshier). */
export function emitExp(f: FunctionBuilder, argument: Code): Code {
  // Written so that a NaN comes through: pmin and pmax return their first argument for it.
  const x = f.keep("v128", f32x4.pmax(f32x4.pmin(argument, c(88.722839)), c(-87.3365479)));
  const n = f.keep("v128", f32x4.nearest(f32x4.mul(f.get(x), c(1.44269504))));
  const high = f32x4.sub(f.get(x), f32x4.mul(f.get(n), c(0.693359375)));
  const r = f.keep("v128", f32x4.add(high, f32x4.mul(f.get(n), c(2.1219444e-4))));
  const tail = polynomial(
    f,
    r,
    [1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1],
  );
  const value = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(tail, f.get(r)), f.get(r)), f.get(r)), c(1));
  // 2^n in two factors, since n may be 128.
  const half = f.keep("v128", i32x4.shrS(i32x4.fromFloat(f.get(n)), [0x41, 1]));
  const rest = i32x4.sub(i32x4.fromFloat(f.get(n)), f.get(half));
  const power = (exponent: Code): Code => i32x4.shl(i32x4.add(exponent, i32x4.splatConst(127)), [0x41, 23]);
  return f32x4.mul(f32x4.mul(value, power(f.get(half))), power(rest));
}

/** ln x in four lanes for x > 0; NaN below 0, -Infinity at 0. Cephes logf's polynomial (Moshier). */
export function emitLog(f: FunctionBuilder, argument: Code): Code {
  const x = f.keep("v128", argument);
  const safe = f.keep("v128", f32x4.pmax(f.get(x), c(1.17549435e-38)));
  const exponent = f32x4.fromInt(i32x4.sub(i32x4.shrU(f.get(safe), [0x41, 23]), i32x4.splatConst(126)));
  const mantissa = v128.or(v128.and(f.get(safe), i32x4.splatConst(0x007fffff)), i32x4.splatConst(0x3f000000));
  const m = f.keep("v128", mantissa);
  const small = f.keep("v128", f32x4.lt(f.get(m), c(0.707106781)));
  const e = f.keep("v128", f32x4.sub(exponent, v128.and(c(1), f.get(small))));
  const z = f.keep("v128", f32x4.add(f32x4.sub(f.get(m), c(1)), v128.and(f.get(m), f.get(small))));
  const tail = polynomial(
    f,
    z,
    [
      7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
      2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1,
    ],
  );
  const square = f.keep("v128", f32x4.mul(f.get(z), f.get(z)));
  const cubic = f32x4.mul(f32x4.mul(tail, f.get(z)), f.get(square));
  const low = f32x4.add(cubic, f32x4.mul(f.get(e), c(-2.1219444e-4)));
  const sum = f32x4.add(
    f32x4.add(f32x4.sub(low, f32x4.mul(f.get(square), c(0.5))), f.get(z)),
    f32x4.mul(f.get(e), c(0.693359375)),
  );
  const result = f.keep("v128", sum);
  const atZero = v128.bitSelect(c(-Infinity), f.get(result), f32x4.equal(f.get(x), c(0)));
  // All bits set where x < 0 or x is NaN: a NaN.
  const bad = v128.or(
    f32x4.lt(f.get(x), c(0)),
    v128.xor(f32x4.equal(f.get(x), f.get(x)), i32x4.splatConst(-1)),
  );
  const finite = v128.or(atZero, bad);
  return v128.bitSelect(f.get(x), finite, f32x4.equal(f.get(x), c(Infinity)));
}

/** Uniform in [0, 1) with 24 bits, as `uniformAt` in kernels/: seed a float lane each, salt now, index an i32 lane each. */
export function emitUniform(
  f: FunctionBuilder,
  { seed, salt, index }: { seed: Code; salt: number; index: Code },
): Code {
  const start = i32x4.add(
    i32x4.add(
      i32x4.mul(index, i32x4.splatConst(0x9e3779b1 | 0)),
      i32x4.mul(i32x4.fromFloat(seed), i32x4.splatConst(0x85ebca77 | 0)),
    ),
    i32x4.splatConst(Math.imul(salt, 0xc2b2ae3d)),
  );
  const h = f.keep("v128", start);
  const fold = (bits: number): Code => v128.xor(f.get(h), i32x4.shrU(f.get(h), [0x41, bits]));
  f.set(h, i32x4.mul(fold(16), i32x4.splatConst(0x85ebca6b | 0)));
  f.set(h, i32x4.mul(fold(13), i32x4.splatConst(0xc2b2ae35 | 0)));
  f.set(h, fold(16));
  return f32x4.mul(f32x4.fromInt(i32x4.shrU(f.get(h), [0x41, 8])), c(2 ** -24));
}
