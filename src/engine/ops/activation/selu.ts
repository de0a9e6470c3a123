import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { constantExpr, times } from "../../kernels/index.ts";
import { eluRules as elu } from "./elu.ts";
import { defineUnary } from "../elementwise/unary.ts";

interface Selu {
  readonly alpha: number;
  readonly gamma: number;
}

/** y = gamma·elu(x, alpha); dy/dx = gamma·elu'(x, alpha). */
const seluOp: Op<Selu, 1> = defineUnary<Selu>("selu", {
  value: (x, options) => options.gamma * elu.value(x, options),
  slope: (x, y, options) => options.gamma * elu.slope(x, y, options),
  expression: (x, options) => times(constantExpr(options.gamma), elu.expression(x, options)),
  slopeExpression: (x, options) => times(constantExpr(options.gamma), elu.slopeExpression(x, options)),
  slopeOf: "input",
});

/**
 * The defaults keep mean 0 and variance 1 from layer to layer (Klambauer et al. 2017, appendix A1).
 * @example
 * const y = selu(x); // [2, 3]
 */
export const selu = (x: Value, alpha = 1.6732632423543772, gamma = 1.0507009873554805): Value =>
  applyOne(seluOp, [x], { alpha, gamma });
