import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { constantExpr, equalExpr, greater, plus, select, times } from "../../kernels/index.ts";
import { clampExpr } from "./curves.ts";
import { defineUnary } from "../elementwise/unary.ts";

/** y = x·relu6(x + 3)/6 (Howard et al. 2019); dy/dx = 0 up to -3, 1 from 3, x/3 + 1/2 between. */
const hardSwishOp: Op<null, 1> = defineUnary<null>("hardSwish", {
  value: (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
  slope: (x) => (x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5),
  expression: (x) => times(x, times(clampExpr(plus(x, constantExpr(3)), 0, 6), constantExpr(1 / 6))),
  slopeExpression: (x) => {
    const between = plus(times(x, constantExpr(1 / 3)), constantExpr(0.5));
    const upper = select(greater(constantExpr(3), x), between, constantExpr(1));
    const lower = select(equalExpr(x, x), constantExpr(0), x);
    return select(greater(x, constantExpr(-3)), upper, lower);
  },
  slopeOf: "input",
});

/**
 * x · min(max(x + 3, 0), 6) / 6.
 * @example
 * const y = hardSwish(x); // [2, 3]
 */
export const hardSwish = (x: Value): Value => applyOne(hardSwishOp, [x], null);
