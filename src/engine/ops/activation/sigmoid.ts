import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { constantExpr, minus, times } from "../../kernels/index.ts";
import { sigmoidExpr, sigmoidValue } from "./curves.ts";
import { defineUnary } from "../elementwise/unary.ts";

/** y = 1 / (1 + exp(-x)); dy/dx = y·(1 - y). */
const sigmoidOp: Op<null, 1> = defineUnary<null>("sigmoid", {
  value: sigmoidValue,
  slope: (_, y) => y * (1 - y),
  expression: sigmoidExpr,
  slopeExpression: (y) => times(y, minus(constantExpr(1), y)),
  slopeOf: "output",
});

/**
 * 1 / (1 + exp(-x)), in (0, 1).
 * @example
 * const y = sigmoid(x); // [2, 3]
 */
export const sigmoid = (x: Value): Value => applyOne(sigmoidOp, [x], null);
