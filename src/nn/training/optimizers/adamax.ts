import { affine, divide, maximum, multiply, subtract } from "../../../engine/index.ts";
import { at, entryOf } from "../../../base/index.ts";
import { wholePower } from "../../arithmetic.ts";
import { readFields } from "../../model/fields.ts";
import { type Moments, readMoments } from "./adam.ts";
import type { OptionsOf } from "./common.ts";
import { type OptimizerRule, absolute, blend, keep } from "./rule.ts";

/** m as Adam's; u = max(beta2·u, |g|); w -= rate / (1 - beta1^t) · m / (u + epsilon) (Kingma & Ba 2015, §7.1). */
export interface Adamax extends Moments {
  readonly type: "adamax";
}

/**
 * Adamax (Kingma & Ba 2015, §7.1). @default learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7
 * @example
 * model.compile({ optimizer: adamax({ learningRate: 0.002 }) });
 */
export const adamax = (options: OptionsOf<Adamax> = {}): Adamax =>
  readFields("adamax", options, (f) => ({ type: "adamax", ...readMoments(f) }));

export const adamaxRule: OptimizerRule<Adamax> = {
  slots: () => ["m", "u"],
  scalars: ({ beta1 }, { step, learningRate }) => ({ alpha: learningRate / (1 - wholePower(beta1, step)) }),
  step: ({ beta1, beta2, epsilon }, { gradient, decayed, slots }, scalars) => {
    const [m, u] = [at(slots, 0), at(slots, 1)];
    const mean = keep(m, blend(m, gradient, { part: beta1 }));
    const largest = keep(u, maximum(affine(u, beta2), absolute(gradient)));
    return subtract(
      decayed(),
      divide(multiply(mean, entryOf(scalars, "alpha")), affine(largest, 1, epsilon)),
    );
  },
};
