import {
  type Shape,
  checkOptions,
  fault,
  float64At,
  showShape,
  sizeOf,
  stridesOf,
} from "../../../base/index.ts";
import { type Op, type Value, applyOne, defineOp } from "../../graph/graph.ts";
import {
  type Expr,
  constantExpr,
  greater,
  load,
  logExpr,
  minus,
  negateExpr,
  nest,
  plus,
  select,
  sqrtExpr,
  times,
  uniformAt,
  whole,
} from "../../kernels/index.ts";
import { normalValue, polynomial } from "../activation/curves.ts";

interface Gaussian {
  readonly shape: Shape;
  readonly salt: number;
}

/** √2·erfinv(2u - 1 + 2^-24) for u in [0, 1) by steps of 2^-24, to single precision: between -5.4 and 5.4 (Giles 2010, "Approximating the erfinv function"). */
function normalOf(u: Expr): Expr {
  const one = constantExpr(1);
  const x = plus(times(constantExpr(2), u), constantExpr(2 ** -24 - 1));
  const w = negateExpr(logExpr(times(minus(one, x), plus(one, x))));
  const centre = polynomial(minus(w, constantExpr(2.5)), centreCoefficients);
  const tail = polynomial(minus(sqrtExpr(w), constantExpr(3)), tailCoefficients);
  return times(constantExpr(Math.SQRT2), times(x, select(greater(constantExpr(5), w), centre, tail)));
}

const centreCoefficients = [
  1.50140941, 0.246640727, -0.00417768164, -0.00125372503, 0.00021858087, -4.39150654e-6, -3.5233877e-6,
  3.43273939e-7, 2.81022636e-8,
];
const tailCoefficients = [
  2.83297682, 1.00167406, 0.00943887047, -0.0076224613, 0.00573950773, -0.00367342844, 0.00134934322,
  0.000100950558, -0.000200214257,
];

/** The number below which a standard normal one lies with probability u + 2^-25, by halving an interval. */
function quantile(u: number): number {
  const p = u + 2 ** -25;
  if (p > 0.5) return -quantile(1 - p - 2 ** -25);
  let [low, high] = [-6, 0];
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (normalValue(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Standard normal numbers that follow from seed, salt and index alone; no gradient flows. */
const gaussianOp: Op<Gaussian, 1> = defineOp<Gaussian, 1>({
  name: "gaussian",
  infer: (_, { shape }) => [{ shape, dtype: "f32" }],
  gradient: () => [undefined],
  reference: ({ inputs: [seed], attributes: { shape, salt } }) => {
    const drawn = float64At(seed.data, 0);
    return [Float64Array.from({ length: sizeOf(shape) }, (_, i) => quantile(uniformAt(drawn, salt, i)))];
  },
  lower: ({ inputs: [seed], outputs: [y], attributes: { shape, salt } }) => {
    const seedExpr = load({ buffer: seed, offset: 0, strides: shape.map(() => 0) });
    const index = { offset: 0, strides: stridesOf(shape) };
    return [
      nest({
        label: "gaussian",
        axes: shape,
        writes: [{ access: whole(y), value: normalOf({ kind: "uniform", seed: seedExpr, salt, index }) }],
      }),
    ];
  },
});

/**
 * Stream of {@link gaussian}.
 * @example
 * const options: GaussianOptions = { salt: 1 };
 */
export interface GaussianOptions {
  /** A whole number that differs between the layers of a model. @default 0 */
  readonly salt?: number;
}

/**
 * Numbers drawn from the standard normal distribution, between -5.4 and 5.4; no gradient flows to the seed.
 * @param seed one number, shape []: a whole number below 2^24, another one every step
 * @example
 * const seed = input(graph, "seed", []); // another number at every run draws others
 * const noise = gaussian(seed, [2, 3]); // [2, 3]
 */
export function gaussian(seed: Value, shape: Shape, options: GaussianOptions = {}): Value {
  checkOptions("gaussian", options, { salt: true });
  const { salt = 0 } = options;
  if (seed.shape.length > 0)
    throw fault("gaussian: seed", { expected: "one number, shape []", received: showShape(seed.shape) });
  return applyOne(gaussianOp, [seed], { shape, salt });
}
