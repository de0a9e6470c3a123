import {
  type Value,
  add,
  affine,
  divide,
  equal,
  maximum,
  multiply,
  reduceSumSquare,
  sqrt,
  subtract,
} from "../../../engine/index.ts";
import { at, entryOf } from "../../../base/index.ts";
import { wholePower } from "../../arithmetic.ts";
import { readFields } from "../../model/fields.ts";
import { type Moments, readMoments } from "./adam.ts";
import type { OptionsOf } from "./common.ts";
import { type OptimizerRule, blend, keep, square } from "./rule.ts";

/**
 * Adam's corrected step u = m' / (√v' + epsilon) + weightDecay·w, scaled for each parameter to the norm of its weights:
 * w -= rate · |w| / |u| · u, or rate · u where a norm is 0 (You et al. 2020, algorithm 2; Keras leaves the decay out of u).
 */
export interface Lamb extends Moments {
  readonly type: "lamb";
}

/**
 * LAMB (You et al. 2020), for large batches. @default learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7
 * @example
 * model.compile({ optimizer: lamb({ learningRate: 0.005, weightDecay: 0.02 }) });
 */
export const lamb = (options: OptionsOf<Lamb> = {}): Lamb =>
  readFields("lamb", options, (f) => ({ type: "lamb", ...readMoments(f) }));

/** |w| / |u|, and 1 where one of them is 0. */
function trustRatio(weight: Value, change: Value): Value {
  const [w, u] = [sqrt(reduceSumSquare(weight)), sqrt(reduceSumSquare(change))];
  const isZero = maximum(equal(w, affine(w, 0)), equal(u, affine(u, 0)));
  // Where a norm is 0: (|w|·0 + 1) / (|u|·0 + 1).
  const otherwise = affine(isZero, -1, 1);
  return divide(add(multiply(w, otherwise), isZero), add(multiply(u, otherwise), isZero));
}

export const lambRule: OptimizerRule<Lamb> = {
  decaysItself: true,
  slots: () => ["m", "v"],
  scalars: ({ beta1, beta2 }, { step, learningRate }) => ({
    learningRate,
    meanScale: 1 / (1 - wholePower(beta1, step)),
    squareScale: 1 / (1 - wholePower(beta2, step)),
  }),
  step: ({ beta1, beta2, epsilon }, { weight, gradient, slots, decay }, scalars) => {
    const [m, v] = [at(slots, 0), at(slots, 1)];
    const mean = keep(m, blend(m, gradient, { part: beta1 }));
    const squares = keep(v, blend(v, square(gradient), { part: beta2 }));
    const root = sqrt(multiply(squares, entryOf(scalars, "squareScale")));
    const adapted = divide(multiply(mean, entryOf(scalars, "meanScale")), affine(root, 1, epsilon));
    const change = decay > 0 ? add(adapted, affine(weight, decay)) : adapted;
    const rate = multiply(trustRatio(weight, change), entryOf(scalars, "learningRate"));
    return subtract(weight, multiply(change, rate));
  },
};
