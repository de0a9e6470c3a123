import { checkNumber } from "../../../base/index.ts";
import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { constantExpr, greater, select, times } from "../../kernels/index.ts";
import { defineUnary } from "../elementwise/unary.ts";

interface LeakyRelu {
  readonly alpha: number;
}

/** y = x where x > 0, else alpha·x (Maas et al. 2013); dy/dx = 1 or alpha (alpha at 0). */
const leakyReluOp: Op<LeakyRelu, 1> = defineUnary<LeakyRelu>("leakyRelu", {
  value: (x, { alpha }) => (x > 0 ? x : alpha * x),
  slope: (x, _, { alpha }) => (x > 0 ? 1 : alpha),
  expression: (x, { alpha }) => select(greater(x, constantExpr(0)), x, times(constantExpr(alpha), x)),
  slopeExpression: (x, { alpha }) =>
    select(greater(x, constantExpr(0)), constantExpr(1), constantExpr(alpha)),
  slopeOf: "input",
});

/**
 * x where x > 0, else alpha · x. @default alpha 0.01
 * @example
 * const y = leakyRelu(x, 0.1); // [2, 3]
 */
export function leakyRelu(x: Value, alpha = 0.01): Value {
  checkNumber("leakyRelu: alpha", alpha);
  return applyOne(leakyReluOp, [x], { alpha });
}
