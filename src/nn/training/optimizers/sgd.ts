import { add, multiply, subtract } from "../../../engine/index.ts";
import { entryOf } from "../../../base/index.ts";
import { readFields } from "../../model/fields.ts";
import { type OptimizerOptions, type OptionsOf, readCommon, unit } from "./common.ts";
import { type OptimizerRule, keep, partOf } from "./rule.ts";

/** v = momentum·v - rate·g; w += v. With nesterov: w += momentum·v - rate·g (Sutskever et al. 2013). */
export interface Sgd extends OptimizerOptions {
  readonly type: "sgd";
  /** Part of the velocity that is kept, in [0, 1); 0: none. */
  readonly momentum: number;
  /** Look ahead along the velocity. */
  readonly nesterov: boolean;
}

/**
 * Stochastic gradient descent (Keras: SGD). @default learningRate 0.01, momentum 0, nesterov false
 * @example
 * model.compile({ optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }) });
 */
export const sgd = (options: OptionsOf<Sgd> = {}): Sgd =>
  readFields("sgd", options, (f) => ({
    type: "sgd",
    ...readCommon(f, 0.01),
    momentum: f.within("momentum", unit, 0),
    nesterov: f.flag("nesterov", false),
  }));

export const sgdRule: OptimizerRule<Sgd> = {
  slots: ({ momentum }) => (momentum > 0 ? ["velocity"] : []),
  scalars: (_, { learningRate }) => ({ learningRate }),
  step: ({ momentum, nesterov }, { gradient, decayed, slots: [velocity], momentum: given }, scalars) => {
    const change = multiply(gradient, entryOf(scalars, "learningRate"));
    if (!velocity) return subtract(decayed(), change);
    const moved = keep(velocity, subtract(partOf(velocity, momentum, given), change));
    return add(decayed(), nesterov ? subtract(partOf(moved, momentum, given), change) : moved);
  },
};
