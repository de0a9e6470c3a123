import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { constantExpr, minus, times } from "../../kernels/index.ts";
import { tanhExpr } from "./curves.ts";
import { defineUnary } from "../elementwise/unary.ts";

/** Hyperbolic tangent; dy/dx = 1 - y². */
const tanhOp: Op<null, 1> = defineUnary<null>("tanh", {
  value: Math.tanh,
  slope: (_, y) => 1 - y * y,
  expression: tanhExpr,
  slopeExpression: (y) => minus(constantExpr(1), times(y, y)),
  slopeOf: "output",
});

/**
 * Hyperbolic tangent, in (-1, 1).
 * @example
 * const y = tanh(x); // [2, 3]
 */
export const tanh = (x: Value): Value => applyOne(tanhOp, [x], null);
