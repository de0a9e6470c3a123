import * as k from "../../kernels/index.ts";
import type { Expr } from "../../kernels/index.ts";

// Expressions that several activations share. None of them overflows to NaN for a finite x.

const one: Expr = k.constantExpr(1);

/** exp(-88.03) would be 2^-127, and comes out as 0. */
const LAST = 88.03;

/** exp(-|x|), in [0, 1]; 0 from about |x| = 87.7 on, where it would be less than float32's normal numbers. */
export const decay = (x: Expr): Expr =>
  k.expExpr(k.negateExpr(k.minimumExpr(k.abs(x), k.constantExpr(LAST))));

export const clampExpr = (x: Expr, min: number, max: number): Expr =>
  k.minimumExpr(k.maximumExpr(x, k.constantExpr(min)), k.constantExpr(max));

/** exp(x) for x up to 0, which is quicker; 0 from about x = -87.7 on, as in `decay`. */
export const expUpTo0 = (x: Expr): Expr => k.expExpr(clampExpr(x, -LAST, 0));

/** c0 + c1·x + c2·x² + …, by Horner's rule. */
export const polynomial = (x: Expr, coefficients: readonly number[]): Expr =>
  coefficients
    .map(k.constantExpr)
    .reduceRight((higher, coefficient) => k.multiplyAddExpr(higher, x, coefficient));

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

/** x - tanh(x), by the series x³/3 - 2x⁵/15 + 17x⁷/315 - … where |x| < 0.5 and the difference would cancel. */
export function tanhRestExpr(x: Expr): Expr {
  const near = clampExpr(x, -0.5, 0.5);
  const square = k.times(near, near);
  const series = k.times(k.times(near, square), polynomial(square, tanhRest));
  return k.select(k.greater(k.constantExpr(0.5), k.abs(x)), series, k.minus(x, tanhExpr(x)));
}

/** What tanh's series takes from x, divided by x³: a polynomial of x². */
const tanhRest = [1 / 3, -2 / 15, 17 / 315, -62 / 2835, 1382 / 155925, -21844 / 6081075, 929569 / 638512875];

export const tanhRestValue = (x: number): number =>
  Math.abs(x) > 0.1
    ? x - Math.tanh(x)
    : x ** 3 * (1 / 3 - x ** 2 * (2 / 15 - x ** 2 * (17 / 315 - x ** 2 * (62 / 2835))));

/** ln(1 + e) for e from 0 to 1, relative error under 2e-7 in float32: e times a polynomial fitted to ln(1 + e)/e, off by 3e-8 at most. */
const log1pExpr = (e: Expr): Expr => k.times(e, polynomial(e, log1pCoefficients));

const log1pCoefficients = [
  0.99999997, -0.499994931, 0.333190968, -0.248429818, 0.191060052, -0.136632425, 0.0782259123, -0.0295052138,
  0.00523268787,
];

/** exp(x) - 1 for x up to 0. It cancels near 0, so that the series x + x²/2! + … + x⁹/9! stands in down to -0.5. */
export function expm1Expr(x: Expr): Expr {
  const near = k.maximumExpr(x, k.constantExpr(-0.5));
  const series = k.times(near, polynomial(near, reciprocalFactorials));
  return k.select(k.greater(k.constantExpr(-0.5), x), k.minus(k.expExpr(x), one), series);
}

/** 1/1!, 1/2!, …, 1/9! */
const reciprocalFactorials = [1, 2, 6, 24, 120, 720, 5040, 40320, 362880].map((factorial) => 1 / factorial);

/** log(1 + exp(x)) */
export const softplusExpr = (x: Expr): Expr =>
  k.plus(k.maximumExpr(x, k.constantExpr(0)), log1pExpr(decay(x)));

/** |x| up to where {@link bell} is 0: beyond it nothing of a normal distribution is left in float32. */
export const spread = (x: Expr): Expr => k.minimumExpr(k.abs(x), k.constantExpr(Math.sqrt(2 * LAST)));

/** exp(-a²/2) of a {@link spread}. */
export const bell = (a: Expr): Expr => k.expExpr(k.times(k.times(k.constantExpr(-0.5), a), a));

/**
 * What the standard normal distribution has below -a, by its {@link bell}: Φ(-a) / exp(-a²/2), relative error under 4e-7 in float32. A
 * polynomial of t = 1 / (1 + 0.3·a), fitted to ½·erfcx(a/√2) on [0, 14] with the least largest relative error, 1.5e-7.
 */
export function tailExpr(a: Expr): Expr {
  const t = k.over(one, polynomial(a, [1, 0.3]));
  return k.times(t, polynomial(t, tailCoefficients));
}

/** Lowest power first; the polynomial has no constant. */
const tailCoefficients = [
  0.119629225, 0.120755093, 0.0999063884, 0.12858508, -0.0537279838, 0.206401679, -0.157231034, 0.0356814803,
];

/**
 * Φ(x), relative error under 1e-13: up to 3 by 1/2 + φ(x) Σ x^(2n+1) / (1·3·5·…·(2n+1)), whose terms all have one sign; beyond by
 * Laplace's continued fraction φ(x) / (x + 1/(x + 2/(x + 3/(x + …)))) of what is left to 1.
 */
export function normalValue(x: number): number {
  const density = Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
  if (Math.abs(x) > 3) {
    let fraction = Math.abs(x);
    for (let n = 100; n > 0; n--) fraction = Math.abs(x) + n / fraction;
    return x > 0 ? 1 - density / fraction : density / fraction;
  }
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (x * x) / (2 * n + 1);
    sum += term;
  }
  return 0.5 + sum * density;
}

export const sigmoidValue = (x: number): number =>
  x > 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));

export const softplusValue = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
