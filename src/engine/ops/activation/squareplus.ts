import { checkNumber, fault } from "../../../base/index.ts";
import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import {
  type Expr,
  abs,
  constantExpr,
  greater,
  maximumExpr,
  minimumExpr,
  over,
  plus,
  select,
  sqrtExpr,
  times,
} from "../../kernels/index.ts";
import { defineUnary } from "../elementwise/unary.ts";

interface Squareplus {
  readonly b: number;
}

/** r = √(x² + b) and y = (x + r)/2, below 0 as b / (2·(r - x)), which does not cancel. */
function root(x: Expr, b: number): { readonly r: Expr; readonly y: Expr } {
  // Beyond 2^40 r is |x| to the last bit, and x² would overflow.
  const size = minimumExpr(abs(x), constantExpr(2 ** 40));
  const r = maximumExpr(abs(x), sqrtExpr(plus(times(size, size), constantExpr(b))));
  const upper = plus(times(constantExpr(0.5), abs(x)), times(constantExpr(0.5), r));
  return { r, y: select(greater(x, constantExpr(0)), upper, over(constantExpr(b / 4), upper)) };
}

/** y = (x + √(x² + b))/2, a smooth relu (Barron 2021); dy/dx = y/√(x² + b). */
const squareplusOp: Op<Squareplus, 1> = defineUnary<Squareplus>("squareplus", {
  value: (x, { b }) => (x > 0 ? (x + Math.sqrt(x * x + b)) / 2 : b / 2 / (Math.sqrt(x * x + b) - x)),
  slope: (x, y, { b }) => y / Math.sqrt(x * x + b),
  expression: (x, { b }) => root(x, b).y,
  slopeExpression: (x, { b }) => {
    const { r, y } = root(x, b);
    return over(y, r);
  },
  slopeOf: "input",
});

/**
 * (x + √(x² + b)) / 2, always above 0. @default b 4
 * @example
 * const y = squareplus(x); // [2, 3]
 */
export function squareplus(x: Value, b = 4): Value {
  checkNumber("squareplus: b", b);
  if (!(b > 0)) throw fault("squareplus: b", { expected: "a number above 0", received: `${b}` });
  return applyOne(squareplusOp, [x], { b });
}
