import { checkNumber } from "../../../base/index.ts";
import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { constantExpr, greater, plus, times } from "../../kernels/index.ts";
import { clampExpr } from "./curves.ts";
import { defineUnary } from "../elementwise/unary.ts";

interface HardSigmoid {
  readonly alpha: number;
  readonly beta: number;
}

/** y = alpha·x + beta, kept in [0, 1]; dy/dx = alpha where 0 < y < 1, else 0. */
const hardSigmoidOp: Op<HardSigmoid, 1> = defineUnary<HardSigmoid>("hardSigmoid", {
  value: (x, { alpha, beta }) => Math.min(Math.max(alpha * x + beta, 0), 1),
  slope: (_, y, { alpha }) => (y > 0 && y < 1 ? alpha : 0),
  expression: (x, { alpha, beta }) =>
    clampExpr(plus(times(constantExpr(alpha), x), constantExpr(beta)), 0, 1),
  slopeExpression: (y, { alpha }) =>
    times(constantExpr(alpha), times(greater(y, constantExpr(0)), greater(constantExpr(1), y))),
  slopeOf: "output",
});

/**
 * The defaults are Keras 3's and PyTorch's, relu6(x + 3) / 6; ONNX's alpha is 0.2.
 * @example
 * const y = hardSigmoid(x, 0.2, 0.5); // [2, 3]
 */
export function hardSigmoid(x: Value, alpha: number = 1 / 6, beta = 0.5): Value {
  checkNumber("hardSigmoid: alpha", alpha);
  checkNumber("hardSigmoid: beta", beta);
  return applyOne(hardSigmoidOp, [x], { alpha, beta });
}
