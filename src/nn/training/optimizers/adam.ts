import { affine, divide, multiply, sqrt, subtract } from "../../../engine/index.ts";
import { at, entryOf } from "../../../base/index.ts";
import { wholePower } from "../../arithmetic.ts";
import { type Fields, readFields } from "../../model/fields.ts";
import { type OptimizerOptions, type OptionsOf, positive, readCommon, unit } from "./common.ts";
import { type Moment, type OptimizerRule, blend, keep, square } from "./rule.ts";

/** What optimisers with a running mean of gradients and of their squares have in common. */
export interface Moments extends OptimizerOptions {
  /** Part of the mean that is kept, in [0, 1). */
  readonly beta1: number;
  /** Part of the mean square that is kept, in [0, 1). */
  readonly beta2: number;
  /** Added to the root. */
  readonly epsilon: number;
}

/**
 * m = beta1·m + (1 - beta1)·g; v = beta2·v + (1 - beta2)·g²; w -= alpha·m / (√v + epsilon), alpha = rate·√(1 - beta2^t) / (1 - beta1^t)
 * (Kingma & Ba 2015, the form at the end of §2, as Keras has it).
 */
export interface Adam extends Moments {
  readonly type: "adam";
}

/** w -= rate·weightDecay·w, then Adam's step (Loshchilov & Hutter 2019). As in Keras every trainable parameter decays, biases too. */
export interface Adamw extends Moments {
  readonly type: "adamw";
  /** Part of each weight taken off at a step, times the learning rate. */
  readonly weightDecay: number;
}

export const readMoments = (f: Fields, beta2 = 0.999, epsilon = 1e-7): Moments => ({
  ...readCommon(f, 0.001),
  beta1: f.within("beta1", unit, 0.9),
  beta2: f.within("beta2", unit, beta2),
  epsilon: f.within("epsilon", positive, epsilon),
});

/**
 * Adam (Kingma & Ba 2015). @default learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7
 * @example
 * model.compile({ optimizer: adam({ learningRate: 0.0005 }) });
 */
export const adam = (options: OptionsOf<Adam> = {}): Adam =>
  readFields("adam", options, (f) => ({ type: "adam", ...readMoments(f) }));

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2019). @default learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7, weightDecay 0.004
 * @example
 * model.compile({ optimizer: adamw({ learningRate: 0.001, weightDecay: 0.01 }) });
 */
export const adamw = (options: OptionsOf<Adamw> = {}): Adamw =>
  readFields("adamw", options, (f) => ({
    type: "adamw",
    ...readMoments(f),
    weightDecay: f.within("weightDecay", positive, 0.004),
  }));

export const correctedRate = (
  { beta1, beta2 }: Pick<Moments, "beta1" | "beta2">,
  { step, learningRate }: Moment,
): number => (learningRate * Math.sqrt(1 - wholePower(beta2, step))) / (1 - wholePower(beta1, step));

export const adamRule: OptimizerRule<Adam | Adamw> = {
  slots: () => ["m", "v"],
  scalars: (optimizer, moment) => ({ alpha: correctedRate(optimizer, moment) }),
  step: ({ beta1, beta2, epsilon }, { gradient, decayed, slots, momentum }, scalars) => {
    const [m, v] = [at(slots, 0), at(slots, 1)];
    const mean = keep(m, blend(m, gradient, { part: beta1, scheduled: momentum }));
    const squares = keep(v, blend(v, square(gradient), { part: beta2 }));
    const weight = decayed();
    return subtract(
      weight,
      divide(multiply(mean, entryOf(scalars, "alpha")), affine(sqrt(squares), 1, epsilon)),
    );
  },
};
