import { add, affine, divide, multiply, sqrt, subtract } from "../../../engine/index.ts";
import { at, entryOf } from "../../../base/index.ts";
import { readFields } from "../../model/fields.ts";
import { type OptimizerOptions, type OptionsOf, positive, readCommon, unit } from "./common.ts";
import { type OptimizerRule, blend, keep, square } from "./rule.ts";

/** s = initialAccumulatorValue + Σ g²; w -= rate·g / √(s + epsilon) (Duchi et al. 2011). */
export interface Adagrad extends OptimizerOptions {
  readonly type: "adagrad";
  /** Of the sum of squares at the beginning, 0 or more. */
  readonly initialAccumulatorValue: number;
  /** Added under the root. */
  readonly epsilon: number;
}

/** Steps in the ratio of root mean squares: s = rho·s + (1 - rho)·g²; d = g·√(a + epsilon) / √(s + epsilon); w -= rate·d; a as s, of d (Zeiler 2012). */
export interface Adadelta extends OptimizerOptions {
  readonly type: "adadelta";
  /** Part of the mean squares that is kept, in [0, 1). */
  readonly rho: number;
  /** Added under the roots. */
  readonly epsilon: number;
}

/**
 * Adagrad (Duchi et al. 2011). @default learningRate 0.001, initialAccumulatorValue 0.1, epsilon 1e-7
 * @example
 * model.compile({ optimizer: adagrad({ learningRate: 0.01 }) });
 */
export const adagrad = (options: OptionsOf<Adagrad> = {}): Adagrad =>
  readFields("adagrad", options, (f) => ({
    type: "adagrad",
    ...readCommon(f, 0.001),
    initialAccumulatorValue: f.within("initialAccumulatorValue", positive, 0.1),
    epsilon: f.within("epsilon", positive, 1e-7),
  }));

/**
 * Adadelta (Zeiler 2012). @default learningRate 0.001, rho 0.95, epsilon 1e-7
 * @example
 * model.compile({ optimizer: adadelta({ learningRate: 1 }) });
 */
export const adadelta = (options: OptionsOf<Adadelta> = {}): Adadelta =>
  readFields("adadelta", options, (f) => ({
    type: "adadelta",
    ...readCommon(f, 0.001),
    rho: f.within("rho", unit, 0.95),
    epsilon: f.within("epsilon", positive, 1e-7),
  }));

export const adagradRule: OptimizerRule<Adagrad> = {
  // What is kept starts at 0; the sum's first value is added under the root instead.
  slots: () => ["square"],
  scalars: (_, { learningRate }) => ({ learningRate }),
  step: ({ initialAccumulatorValue, epsilon }, { gradient, decayed, slots }, scalars) => {
    const kept = at(slots, 0);
    const sum = keep(kept, add(kept, square(gradient)));
    const root = sqrt(affine(sum, 1, initialAccumulatorValue + epsilon));
    return subtract(decayed(), divide(multiply(gradient, entryOf(scalars, "learningRate")), root));
  },
};

export const adadeltaRule: OptimizerRule<Adadelta> = {
  slots: () => ["square", "change"],
  scalars: (_, { learningRate }) => ({ learningRate }),
  step: ({ rho, epsilon }, { gradient, decayed, slots }, scalars) => {
    const [kept, moved] = [at(slots, 0), at(slots, 1)];
    const squares = keep(kept, blend(kept, square(gradient), { part: rho }));
    const ratio = divide(sqrt(affine(moved, 1, epsilon)), sqrt(affine(squares, 1, epsilon)));
    const change = multiply(gradient, ratio);
    keep(moved, blend(moved, square(change), { part: rho }));
    return subtract(decayed(), multiply(change, entryOf(scalars, "learningRate")));
  },
};
