import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { type Expr, constantExpr, greater, minus, over, plus, select, times } from "../../kernels/index.ts";
import { decay, sigmoidExpr, sigmoidValue, softplusValue } from "./curves.ts";
import { defineUnary } from "../elementwise/unary.ts";

/** w = tanh(softplus(x)): with e = exp(-|x|), (e² + 2e) / (e² + 2e + 2) below 0 and (1 + 2e) / (1 + 2e + 2e²) above. */
function weight(x: Expr): Expr {
  const e = decay(x);
  const [twice, square] = [plus(e, e), times(e, e)];
  const above = plus(constantExpr(1), twice);
  const below = plus(square, twice);
  return select(
    greater(x, constantExpr(0)),
    over(above, plus(above, plus(square, square))),
    over(below, plus(below, constantExpr(2))),
  );
}

/** y = x·w, w = tanh(softplus(x)) (Misra 2019); dy/dx = w + x·(1 - w²)·sigmoid(x). */
const mishOp: Op<null, 1> = defineUnary<null>("mish", {
  value: (x) => x * Math.tanh(softplusValue(x)),
  slope: (x) => {
    const w = Math.tanh(softplusValue(x));
    return w + x * (1 - w * w) * sigmoidValue(x);
  },
  expression: (x) => times(x, weight(x)),
  slopeExpression: (x) => {
    const w = weight(x);
    return plus(w, times(times(x, minus(constantExpr(1), times(w, w))), sigmoidExpr(x)));
  },
  slopeOf: "input",
});

/**
 * x · tanh(ln(1 + exp(x))).
 * @example
 * const y = mish(x); // [2, 3]
 */
export const mish = (x: Value): Value => applyOne(mishOp, [x], null);
