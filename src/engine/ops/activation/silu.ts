import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { constantExpr, minus, plus, times } from "../../kernels/index.ts";
import { sigmoidExpr, sigmoidValue } from "./curves.ts";
import { defineUnary } from "../elementwise/unary.ts";

/** y = x·sigmoid(x), also called swish (Elfwing et al. 2017); dy/dx = s·(1 + x·(1 - s)). */
const siluOp: Op<null, 1> = defineUnary<null>("silu", {
  value: (x) => x * sigmoidValue(x),
  slope: (x) => sigmoidValue(x) * (1 + x * sigmoidValue(-x)),
  expression: (x) => times(x, sigmoidExpr(x)),
  slopeExpression: (x) => {
    const s = sigmoidExpr(x);
    return times(s, plus(constantExpr(1), times(x, minus(constantExpr(1), s))));
  },
  slopeOf: "input",
});

/**
 * x · sigmoid(x), also called swish.
 * @example
 * const y = silu(x); // [2, 3]
 */
export const silu = (x: Value): Value => applyOne(siluOp, [x], null);
