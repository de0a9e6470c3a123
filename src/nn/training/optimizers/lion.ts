import { type Value, affine, clip, flushSubnormals, multiply, subtract } from "../../../engine/index.ts";
import { at, entryOf } from "../../../base/index.ts";
import { readFields } from "../../model/fields.ts";
import { type OptimizerOptions, type OptionsOf, readCommon, unit } from "./common.ts";
import { type OptimizerRule, blend, keep } from "./rule.ts";

/** w -= rate · sign(beta1·m + (1 - beta1)·g); m = beta2·m + (1 - beta2)·g (Chen et al. 2023). */
export interface Lion extends OptimizerOptions {
  readonly type: "lion";
  /** Part of the mean in what is stepped along, in [0, 1). */
  readonly beta1: number;
  /** Part of the mean that is kept, in [0, 1). */
  readonly beta2: number;
}

/**
 * Lion (Chen et al. 2023): a third to a tenth of Adam's rate suits it. @default learningRate 0.001, beta1 0.9, beta2 0.99
 * @example
 * model.compile({ optimizer: lion({ learningRate: 0.0001, weightDecay: 0.1 }) });
 */
export const lion = (options: OptionsOf<Lion> = {}): Lion =>
  readFields("lion", options, (f) => ({
    type: "lion",
    ...readCommon(f, 0.001),
    beta1: f.within("beta1", unit, 0.9),
    beta2: f.within("beta2", unit, 0.99),
  }));

/** -1, 0 or 1: every normal number of float32 times 2^126 is 1 or more in absolute value. */
const signOf = (x: Value): Value => clip(affine(flushSubnormals(x), 2 ** 126), -1, 1);

export const lionRule: OptimizerRule<Lion> = {
  slots: () => ["m"],
  scalars: (_, { learningRate }) => ({ learningRate }),
  step: ({ beta1, beta2 }, { gradient, decayed, slots }, scalars) => {
    const m = at(slots, 0);
    const direction = signOf(blend(m, gradient, { part: beta1 }));
    keep(m, blend(m, gradient, { part: beta2 }));
    return subtract(decayed(), multiply(direction, entryOf(scalars, "learningRate")));
  },
};
