import { checkNumber } from "../../../base/index.ts";
import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { constantExpr, equalExpr, greater, select } from "../../kernels/index.ts";
import { defineUnary } from "../elementwise/unary.ts";

interface Threshold {
  readonly threshold: number;
  readonly otherwise: number;
}

/** y = x where x > threshold, else another number; dy/dx = 1 or 0. */
const thresholdOp: Op<Threshold, 1> = defineUnary<Threshold>("threshold", {
  value: (x, { threshold: limit, otherwise }) => (x <= limit ? otherwise : x),
  slope: (x, _, { threshold: limit }) => (x > limit ? 1 : 0),
  expression: (x, { threshold: limit, otherwise }) =>
    // A NaN is neither above nor below, and stays one.
    select(greater(x, constantExpr(limit)), x, select(equalExpr(x, x), constantExpr(otherwise), x)),
  slopeExpression: (x, { threshold: limit }) => greater(x, constantExpr(limit)),
  slopeOf: "input",
});

/**
 * x where it exceeds `limit`, else `otherwise`. @default otherwise 0
 * @example
 * const y = threshold(x, 0.1); // [2, 3]
 */
export function threshold(x: Value, limit: number, otherwise = 0): Value {
  checkNumber("threshold: limit", limit);
  checkNumber("threshold: otherwise", otherwise);
  return applyOne(thresholdOp, [x], { threshold: limit, otherwise });
}
