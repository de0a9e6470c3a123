import { add, affine, divide, multiply, sqrt, subtract } from "../../../engine/index.ts";
import { at, entryOf } from "../../../base/index.ts";
import { readFields } from "../../model/fields.ts";
import { type OptimizerOptions, type OptionsOf, positive, readCommon, unit } from "./common.ts";
import { type OptimizerRule, blend, keep, square } from "./rule.ts";

/** s = rho·s + (1 - rho)·g²; w -= rate·g / √(s + epsilon), through `momentum` where it is not 0 (Hinton 2012). */
export interface Rmsprop extends OptimizerOptions {
  readonly type: "rmsprop";
  /** Part of the mean square that is kept, in [0, 1). */
  readonly rho: number;
  /** Part of the velocity that is kept, in [0, 1); 0: none. */
  readonly momentum: number;
  /** Added under the root. */
  readonly epsilon: number;
}

/**
 * RMSprop (Hinton 2012). @default learningRate 0.001, rho 0.9, momentum 0, epsilon 1e-7
 * @example
 * model.compile({ optimizer: rmsprop({ learningRate: 0.001, rho: 0.9 }) });
 */
export const rmsprop = (options: OptionsOf<Rmsprop> = {}): Rmsprop =>
  readFields("rmsprop", options, (f) => ({
    type: "rmsprop",
    ...readCommon(f, 0.001),
    rho: f.within("rho", unit, 0.9),
    momentum: f.within("momentum", unit, 0),
    epsilon: f.within("epsilon", positive, 1e-7),
  }));

export const rmspropRule: OptimizerRule<Rmsprop> = {
  slots: ({ momentum }) => (momentum > 0 ? ["square", "momentum"] : ["square"]),
  scalars: (_, { learningRate }) => ({ learningRate }),
  step: ({ rho, momentum, epsilon }, { gradient, decayed, slots }, scalars) => {
    const [kept, moment] = [at(slots, 0), slots[1]];
    const mean = keep(kept, blend(kept, square(gradient), { part: rho }));
    const change = divide(
      multiply(gradient, entryOf(scalars, "learningRate")),
      sqrt(affine(mean, 1, epsilon)),
    );
    if (!moment) return subtract(decayed(), change);
    return subtract(decayed(), keep(moment, add(affine(moment, momentum), change)));
  },
};
