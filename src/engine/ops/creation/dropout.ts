import { float64At, fault, showShape, stridesOf, checkOptions } from "../../../base/index.ts";
import { type Op, type Value, applyOne, defineOp } from "../../graph/graph.ts";
import { constantExpr, elementwise, greater, load, select, times, uniformAt } from "../../kernels/index.ts";

interface Dropout {
  readonly rate: number;
  readonly salt: number;
}

/** y = x / (1 - rate) where a uniform number drawn for the element is at least `rate`, else 0; dx = the same of dy. */
const dropoutOp: Op<Dropout, 2> = defineOp<Dropout, 2>({
  name: "dropout",
  infer: ([x]) => [x],
  // The numbers depend on seed, salt and the element's index alone, so the gradient draws them again and no mask is kept.
  gradient: ({ inputs: [, seed], attributes, gradients: [dy] }) => [
    applyOne(dropoutOp, [dy, seed], attributes),
    undefined,
  ],
  reference: ({ inputs: [x, seed], attributes: { rate, salt } }) => {
    const drawn = float64At(seed.data, 0);
    return [x.data.map((v, i) => (uniformAt(drawn, salt, i) >= rate ? v / (1 - rate) : 0))];
  },
  lower: ({ inputs: [x, seed], outputs: [y], attributes: { rate, salt } }) => {
    const seedExpr = load({ buffer: seed, offset: 0, strides: y.shape.map(() => 0) });
    const uniform = {
      kind: "uniform",
      seed: seedExpr,
      salt,
      index: { offset: 0, strides: stridesOf(y.shape) },
    } as const;
    return [
      elementwise("dropout", y, [x], (v) =>
        select(greater(constantExpr(rate), uniform), constantExpr(0), times(v, constantExpr(1 / (1 - rate)))),
      ),
    ];
  },
});

/**
 * Rate and stream of {@link dropout}.
 * @example
 * const options: DropoutOptions = { rate: 0.5, salt: 1 };
 */
export interface DropoutOptions {
  /** Share of elements set to 0, in [0, 1). */
  readonly rate: number;
  /** A whole number that differs between the layers of a model. @default 0 */
  readonly salt?: number;
}

/**
 * Drops elements at random and scales the rest, so that the mean stays (Srivastava et al. 2014).
 * @param seed one number, shape []: a whole number below 2^24, another one every step
 * @example
 * const seed = input(graph, "seed", []); // another number at every run draws another mask
 * const y = dropout(x, seed, { rate: 0.5 }); // [2, 3]
 */
export function dropout(x: Value, seed: Value, options: DropoutOptions): Value {
  checkOptions("dropout", options, { rate: true, salt: true });
  const { rate, salt = 0 } = options;
  if (!(rate >= 0 && rate < 1))
    throw fault("dropout: rate", { expected: "a number in [0, 1)", received: `${rate}` });
  if (seed.shape.length > 0)
    throw fault("dropout: seed", { expected: "one number, shape []", received: showShape(seed.shape) });
  return rate === 0 ? x : applyOne(dropoutOp, [x, seed], { rate, salt });
}
