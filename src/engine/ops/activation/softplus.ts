import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { sigmoidExpr, sigmoidValue, softplusExpr, softplusValue } from "./curves.ts";
import { defineUnary } from "../elementwise/unary.ts";

/** y = log(1 + exp(x)), a smooth relu; dy/dx = sigmoid(x). */
const softplusOp: Op<null, 1> = defineUnary<null>("softplus", {
  value: softplusValue,
  slope: sigmoidValue,
  expression: softplusExpr,
  slopeExpression: sigmoidExpr,
  slopeOf: "input",
});

/**
 * ln(1 + exp(x)), computed without overflow.
 * @example
 * const y = softplus(x); // [2, 3]
 */
export const softplus = (x: Value): Value => applyOne(softplusOp, [x], null);
