import { checkNumber, fault } from "../../../base/index.ts";
import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { abs, constantExpr, greater, minus, select, times } from "../../kernels/index.ts";
import { clampExpr, tanhExpr, tanhRestExpr, tanhRestValue } from "./curves.ts";
import { defineUnary } from "../elementwise/unary.ts";

interface Shrink {
  readonly lambda: number;
}

/** y = x moved towards 0 by lambda, 0 within it; dy/dx = 1 beyond, else 0. */
const softShrinkOp: Op<Shrink, 1> = defineUnary<Shrink>("softShrink", {
  value: (x, { lambda }) => x - Math.min(Math.max(x, -lambda), lambda),
  slope: (_, y) => (Math.abs(y) > 0 ? 1 : 0),
  expression: (x, { lambda }) => minus(x, clampExpr(x, -lambda, lambda)),
  slopeExpression: (y) => greater(abs(y), constantExpr(0)),
  slopeOf: "output",
  monotonic: true,
});

/** The least float32 above a number from 0. */
function nextFloat(x: number): number {
  const float = new DataView(new ArrayBuffer(4));
  float.setFloat32(0, x);
  if (float.getFloat32(0) <= x) float.setUint32(0, float.getUint32(0) + 1);
  return float.getFloat32(0);
}

/** y = x where |x| > lambda, else 0; dy/dx = 1 or 0. */
const hardShrinkOp: Op<Shrink, 1> = defineUnary<Shrink>("hardShrink", {
  value: (x, { lambda }) => (Math.abs(x) <= lambda ? 0 : x),
  slope: (x, _, { lambda }) => (Math.abs(x) > lambda ? 1 : 0),
  // By what is held back, so that a NaN stays one.
  expression: (x, { lambda }) => select(greater(constantExpr(nextFloat(lambda)), abs(x)), constantExpr(0), x),
  slopeExpression: (x, { lambda }) => greater(abs(x), constantExpr(lambda)),
  slopeOf: "input",
  monotonic: true,
});

/** y = x - tanh(x), by its own series near 0, where the difference cancels; dy/dx = tanh²(x). */
const tanhShrinkOp: Op<null, 1> = defineUnary<null>("tanhShrink", {
  value: tanhRestValue,
  slope: (x) => Math.tanh(x) ** 2,
  expression: tanhRestExpr,
  slopeExpression: (x) => {
    const t = tanhExpr(x);
    return times(t, t);
  },
  slopeOf: "input",
  monotonic: true,
});

function checkLambda(who: string, lambda: number): void {
  checkNumber(`${who}: lambda`, lambda);
  if (lambda < 0) throw fault(`${who}: lambda`, { expected: "a number from 0", received: `${lambda}` });
}

/**
 * x moved towards 0 by lambda, and 0 where it is nearer. @default lambda 0.5
 * @example
 * const y = softShrink(x); // [2, 3]
 */
export function softShrink(x: Value, lambda = 0.5): Value {
  checkLambda("softShrink", lambda);
  return applyOne(softShrinkOp, [x], { lambda });
}

/**
 * x where |x| > lambda, else 0. @default lambda 0.5
 * @example
 * const y = hardShrink(x); // [2, 3]
 */
export function hardShrink(x: Value, lambda = 0.5): Value {
  checkLambda("hardShrink", lambda);
  return applyOne(hardShrinkOp, [x], { lambda });
}

/**
 * x - tanh(x).
 * @example
 * const y = tanhShrink(x); // [2, 3]
 */
export const tanhShrink = (x: Value): Value => applyOne(tanhShrinkOp, [x], null);
