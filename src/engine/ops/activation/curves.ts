import * as k from "../../kernels/index.ts";
import type { Expr } from "../../kernels/index.ts";

// Expressions that several activations share. None of them overflows to NaN for a finite x.

const one: Expr = k.constantExpr(1);

/** exp(-|x|), in (0, 1]. */
export const decay = (x: Expr): Expr => k.expExpr(k.negateExpr(k.abs(x)));

export const clampExpr = (x: Expr, min: number, max: number): Expr =>
  k.minimumExpr(k.maximumExpr(x, k.constantExpr(min)), k.constantExpr(max));

/** c0 + c1·x + c2·x² + …, by Horner's rule. */
const polynomial = (x: Expr, coefficients: readonly number[]): Expr =>
  coefficients
    .map(k.constantExpr)
    .reduceRight((higher, coefficient) => k.plus(k.times(higher, x), coefficient));

/** 1 / (1 + exp(-x)) */
export function sigmoidExpr(x: Expr): Expr {
  const e = decay(x);
  const upper = k.over(one, k.plus(one, e));
  return k.select(k.greater(x, k.constantExpr(0)), upper, k.times(e, upper));
}

/** Hyperbolic tangent, relative error under 4e-7 in float32. */
export function tanhExpr(x: Expr): Expr {
  const e = k.expExpr(k.times(k.constantExpr(-2), k.abs(x)));
  const size = k.over(k.minus(one, e), k.plus(one, e));
  const far = k.select(k.greater(x, k.constantExpr(0)), size, k.negateExpr(size));
  // 1 - e cancels near 0, so the series x - x³/3 + 2x⁵/15 - 17x⁷/315 stands in for |x| < 0.2.
  const near = clampExpr(x, -0.2, 0.2);
  const series = k.times(near, polynomial(k.times(near, near), [1, -1 / 3, 2 / 15, -17 / 315]));
  return k.select(k.greater(k.constantExpr(0.2), k.abs(x)), series, far);
}

/** log(1 + exp(x)) */
export const softplusExpr = (x: Expr): Expr =>
  k.plus(k.maximumExpr(x, k.constantExpr(0)), k.logExpr(k.plus(one, decay(x))));

/** Φ(x), the standard normal's distribution function; absolute error under 1e-7 (Abramowitz & Stegun 7.1.26). */
export function normalExpr(x: Expr): Expr {
  const t = k.over(one, polynomial(k.abs(x), [1, 0.3275911 * Math.SQRT1_2]));
  const series = polynomial(t, [0, 0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429]);
  const tail = k.times(k.times(k.constantExpr(0.5), series), bell(x));
  return k.select(k.greater(x, k.constantExpr(0)), k.minus(one, tail), tail);
}

/** exp(-x²/2) */
export const bell = (x: Expr): Expr => k.expExpr(k.times(k.constantExpr(-0.5), k.times(x, x)));

/** Φ(x) to 1e-15: 1/2 + φ(x) Σ x^(2n+1) / (1·3·5·…·(2n+1)), whose terms all have one sign. */
export function normalValue(x: number): number {
  if (Math.abs(x) > 9) return x > 0 ? 1 : 0;
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (x * x) / (2 * n + 1);
    sum += term;
  }
  return 0.5 + (sum * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI);
}

export const sigmoidValue = (x: number): number =>
  x > 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));

export const softplusValue = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
