import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { abs, constantExpr, greater, select } from "../../kernels/index.ts";
import { defineUnary } from "./unary.ts";

/** The smallest normal number of float32. */
const SMALLEST = 2 ** -126;

/** y = 0 where |x| < 2^-126, else x, a NaN too; dy/dx = 0 there, else 1. */
const flushSubnormalsOp: Op<null, 1> = defineUnary<null>("flushSubnormals", {
  value: (x) => (Math.abs(x) < SMALLEST ? 0 : x),
  slope: (x) => (Math.abs(x) < SMALLEST ? 0 : 1),
  expression: (x) => select(isSubnormal(x), constantExpr(0), x),
  slopeExpression: (x) => select(isSubnormal(x), constantExpr(0), constantExpr(1)),
  slopeOf: "input",
});

const isSubnormal = (x: Parameters<typeof abs>[0]): ReturnType<typeof greater> =>
  greater(constantExpr(SMALLEST), abs(x));

/**
 * x with 0 in the place of numbers below the normal ones of float32 (|x| < 2^-126), which many processors compute with some
 * hundred times slower. For what fades by a factor at every step, such as the moments of an optimiser.
 * @example
 * const y = flushSubnormals(x); // the shape of x
 */
export const flushSubnormals = (x: Value): Value => applyOne(flushSubnormalsOp, [x], null);
