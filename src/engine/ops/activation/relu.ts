import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { constantExpr, greater, maximumExpr } from "../../kernels/index.ts";
import { defineUnary } from "../elementwise/unary.ts";

/** y = max(x, 0); dy/dx = 1 where x > 0, else 0 (0 at x = 0, as PyTorch does). */
const reluOp: Op<null, 1> = defineUnary<null>("relu", {
  value: (x) => Math.max(x, 0),
  slope: (_, y) => (y > 0 ? 1 : 0),
  expression: (x) => maximumExpr(x, constantExpr(0)),
  slopeExpression: (y) => greater(y, constantExpr(0)),
  slopeOf: "output",
  monotonic: true,
});

/**
 * max(x, 0) (ReLU).
 * @example
 * const y = relu(x); // [2, 3]
 */
export const relu = (x: Value): Value => applyOne(reluOp, [x], null);
