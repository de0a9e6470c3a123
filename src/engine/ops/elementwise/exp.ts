import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { expExpr } from "../../kernels/index.ts";
import { defineUnary } from "./unary.ts";

/** y = exp(x); dy/dx = y. */
const expOp: Op<null, 1> = defineUnary<null>("exp", {
  value: Math.exp,
  slope: (_, y) => y,
  expression: expExpr,
  slopeExpression: (y) => y,
  slopeOf: "output",
});

/**
 * e to the power x.
 * @example
 * const y = exp(x); // [2, 3]
 */
export const exp = (x: Value): Value => applyOne(expOp, [x], null);
