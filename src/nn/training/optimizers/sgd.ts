import { add, affine, multiply, subtract } from "../../../engine/index.ts";
import { entryOf } from "../../../base/index.ts";
import { readFields } from "../../model/fields.ts";
import { ABOVE_ZERO, parseWithin } from "../../model/values.ts";
import { type OptimizerOptions, type OptionsOf, readCommon, unit } from "./common.ts";
import { type OptimizerRule, keep, partOf } from "./rule.ts";

/** v = momentum·v - rate·g; w += v. With nesterov: w += momentum·v - rate·g (Sutskever et al. 2013). */
export interface Sgd extends OptimizerOptions {
  readonly type: "sgd";
  /** Part of the velocity that is kept, in [0, 1); 0: none. */
  readonly momentum: number;
  /** Look ahead along the velocity. */
  readonly nesterov: boolean;
  /**
   * Learning rate of the betas of batch norm and its like, as a multiple of the others', above 0; their decay stays as it is
   * (Jordan 2024: 64). @default 1
   */
  readonly betaRateFactor?: number;
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
    ...f.maybe("betaRateFactor", parseWithin([ABOVE_ZERO, Infinity])),
  }));

/** Factor of the learning rate of a parameter. */
export const rateFactorOf = ({ betaRateFactor = 1 }: Sgd, parameterName: string): number =>
  parameterName.endsWith("/beta") ? betaRateFactor : 1;

export const sgdRule: OptimizerRule<Sgd> = {
  slots: ({ momentum }) => (momentum > 0 ? ["velocity"] : []),
  scalars: (_, { learningRate }) => ({ learningRate }),
  step: (optimizer, { name, gradient, decayed, slots: [velocity], momentum: given }, scalars) => {
    const { momentum, nesterov } = optimizer;
    const factor = rateFactorOf(optimizer, name);
    const rate = entryOf(scalars, "learningRate");
    const change = multiply(gradient, factor === 1 ? rate : affine(rate, factor));
    if (!velocity) return subtract(decayed(), change);
    const moved = keep(velocity, subtract(partOf(velocity, momentum, given), change));
    return add(decayed(), nesterov ? subtract(partOf(moved, momentum, given), change) : moved);
  },
};
