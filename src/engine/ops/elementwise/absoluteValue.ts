import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { abs, constantExpr, greater, minus } from "../../kernels/index.ts";
import { defineUnary } from "./unary.ts";

/** y = |x|; dy/dx = 1 above 0, -1 below, 0 at 0. */
const absoluteOp: Op<null, 1> = defineUnary<null>("absoluteValue", {
  value: Math.abs,
  slope: (x) => Math.sign(x),
  expression: abs,
  slopeExpression: (x) => minus(greater(x, constantExpr(0)), greater(constantExpr(0), x)),
  slopeOf: "input",
});

/**
 * |x|.
 * @example
 * const y = absoluteValue(x); // [2, 3]
 */
export const absoluteValue = (x: Value): Value => applyOne(absoluteOp, [x], null);
