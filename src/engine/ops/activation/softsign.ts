import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { abs, constantExpr, over, plus, times } from "../../kernels/index.ts";
import { defineUnary } from "../elementwise/unary.ts";

/** y = x / (1 + |x|) (Turian et al. 2009); dy/dx = 1 / (1 + |x|)². */
const softsignOp: Op<null, 1> = defineUnary<null>("softsign", {
  value: (x) => x / (1 + Math.abs(x)),
  slope: (x) => (1 + Math.abs(x)) ** -2,
  expression: (x) => over(x, plus(constantExpr(1), abs(x))),
  slopeExpression: (x) => {
    const part = over(constantExpr(1), plus(constantExpr(1), abs(x)));
    return times(part, part);
  },
  slopeOf: "input",
});

/**
 * x / (1 + |x|), in (-1, 1).
 * @example
 * const y = softsign(x); // [2, 3]
 */
export const softsign = (x: Value): Value => applyOne(softsignOp, [x], null);
