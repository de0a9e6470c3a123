import { checkNumber } from "../../../base/index.ts";
import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { constantExpr, greater, times } from "../../kernels/index.ts";
import { clampExpr } from "./curves.ts";
import { defineUnary } from "../elementwise/unary.ts";

export interface Clip {
  readonly min: number;
  readonly max: number;
}

/** y = x kept in [min, max], max winning where min > max; dy/dx = 1 where min < y < max, else 0, as relu and relu6 have it. */
export const clipOp: Op<Clip, 1> = defineUnary<Clip>("clip", {
  value: (x, { min, max }) => Math.min(Math.max(x, min), max),
  slope: (_, y, { min, max }) => (y > min && y < max ? 1 : 0),
  expression: (x, { min, max }) => clampExpr(x, min, max),
  slopeExpression: (y, { min, max }) => times(greater(y, constantExpr(min)), greater(constantExpr(max), y)),
  slopeOf: "output",
  monotonic: true,
});

/**
 * Either bound may be infinite.
 * @example
 * const y = clip(x, 0, Infinity); // [2, 3]
 */
export function clip(x: Value, min: number, max: number): Value {
  checkNumber("clip: min", min);
  checkNumber("clip: max", max);
  return applyOne(clipOp, [x], { min, max });
}

/**
 * min(max(x, 0), 6).
 * @example
 * const y = relu6(x); // [2, 3]
 */
export const relu6 = (x: Value): Value => clip(x, 0, 6);
