import { checkNumber } from "../../../base/index.ts";
import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { constantExpr, expExpr, greater, minimumExpr, select, times } from "../../kernels/index.ts";
import { expm1Expr } from "./curves.ts";
import { type UnaryRules, defineUnary } from "../elementwise/unary.ts";

interface Elu {
  readonly alpha: number;
}

/** y = x where x > 0, else alpha·(exp(x) - 1) (Clevert et al. 2015); dy/dx = 1 or alpha·exp(x). */
export const eluRules: UnaryRules<Elu> = {
  value: (x, { alpha }) => (x > 0 ? x : alpha * Math.expm1(x)),
  slope: (x, _, { alpha }) => (x > 0 ? 1 : alpha * Math.exp(x)),
  expression: (x, { alpha }) => {
    const below = expm1Expr(minimumExpr(x, constantExpr(0)));
    return select(greater(x, constantExpr(0)), x, times(constantExpr(alpha), below));
  },
  slopeExpression: (x, { alpha }) =>
    select(
      greater(x, constantExpr(0)),
      constantExpr(1),
      times(constantExpr(alpha), expExpr(minimumExpr(x, constantExpr(0)))),
    ),
  slopeOf: "input",
};

const eluOp: Op<Elu, 1> = defineUnary("elu", eluRules);

/**
 * x where x > 0, else alpha · (exp(x) - 1). @default alpha 1
 * @example
 * const y = elu(x); // [2, 3]
 */
export function elu(x: Value, alpha = 1): Value {
  checkNumber("elu: alpha", alpha);
  return applyOne(eluOp, [x], { alpha });
}
