import { add, affine, divide, multiply, sqrt, subtract } from "../../../engine/index.ts";
import { at, entryOf } from "../../../base/index.ts";
import { wholePower } from "../../arithmetic.ts";
import { readFields } from "../../model/fields.ts";
import { type Moments, readMoments } from "./adam.ts";
import type { OptionsOf } from "./common.ts";
import { type OptimizerRule, blend, keep, square } from "./rule.ts";

/**
 * Adam with Nesterov's momentum (Dozat 2016), as Keras has it: u(t) = beta1·(1 - 0.96^t / 2), U(t) = u(1)···u(t);
 * w -= rate · (u(t+1)·m / (1 - U(t+1)) + (1 - u(t))·g / (1 - U(t))) / (√(v / (1 - beta2^t)) + epsilon).
 */
export interface Nadam extends Moments {
  readonly type: "nadam";
}

/**
 * Nadam (Dozat 2016). @default learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7
 * @example
 * model.compile({ optimizer: nadam({ learningRate: 0.002 }) });
 */
export const nadam = (options: OptionsOf<Nadam> = {}): Nadam =>
  readFields("nadam", options, (f) => ({ type: "nadam", ...readMoments(f) }));

const momentumAt = (beta1: number, step: number): number => beta1 * (1 - 0.5 * wholePower(0.96, step));

/** Past this step 0.96^t no longer shows beside 1: momentumAt is beta1. */
const SETTLED = 1_000;

/** u(1)···u(step). */
function productOf(beta1: number, step: number): number {
  let product = 1;
  for (let t = 1; t <= Math.min(step, SETTLED); t++) product *= momentumAt(beta1, t);
  return product * wholePower(beta1, Math.max(0, step - SETTLED));
}

export const nadamRule: OptimizerRule<Nadam> = {
  slots: () => ["m", "v"],
  scalars: ({ beta1, beta2 }, { step, learningRate }) => {
    const next = momentumAt(beta1, step + 1);
    const product = productOf(beta1, step);
    return {
      meanRate: (learningRate * next) / (1 - product * next),
      gradientRate: (learningRate * (1 - momentumAt(beta1, step))) / (1 - product),
      squareScale: 1 / (1 - wholePower(beta2, step)),
    };
  },
  step: ({ beta1, beta2, epsilon }, { gradient, decayed, slots }, scalars) => {
    const [m, v] = [at(slots, 0), at(slots, 1)];
    const mean = keep(m, blend(m, gradient, { part: beta1 }));
    const squares = keep(v, blend(v, square(gradient), { part: beta2 }));
    const change = add(
      multiply(mean, entryOf(scalars, "meanRate")),
      multiply(gradient, entryOf(scalars, "gradientRate")),
    );
    const root = sqrt(multiply(squares, entryOf(scalars, "squareScale")));
    return subtract(decayed(), divide(change, affine(root, 1, epsilon)));
  },
};
