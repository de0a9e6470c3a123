import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { constantExpr, logExpr, over } from "../../kernels/index.ts";
import { defineUnary } from "./unary.ts";

/** Natural logarithm: -Infinity at 0, NaN below; dy/dx = 1/x. */
const logOp: Op<null, 1> = defineUnary<null>("log", {
  value: Math.log,
  slope: (x) => 1 / x,
  expression: logExpr,
  slopeExpression: (x) => over(constantExpr(1), x),
  slopeOf: "input",
});

/**
 * Natural logarithm; NaN below 0.
 * @example
 * const y = log(affine(x, 1, 1)); // [2, 3]
 */
export const log = (x: Value): Value => applyOne(logOp, [x], null);
