import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { constantExpr, over, sqrtExpr } from "../../kernels/index.ts";
import { defineUnary } from "./unary.ts";

/** Square root, NaN below 0; dy/dx = 1/(2y). */
const sqrtOp: Op<null, 1> = defineUnary<null>("sqrt", {
  value: Math.sqrt,
  slope: (_, y) => 0.5 / y,
  expression: sqrtExpr,
  slopeExpression: (y) => over(constantExpr(0.5), y),
  slopeOf: "output",
});

/**
 * Square root; NaN below 0.
 * @example
 * const y = sqrt(multiply(x, x)); // [2, 3]
 */
export const sqrt = (x: Value): Value => applyOne(sqrtOp, [x], null);
