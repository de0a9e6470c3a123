import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { constantExpr, greater, maximumExpr, minimumExpr, minus, plus, times } from "../../kernels/index.ts";
import { defineBinary } from "./binary.ts";
import { multiply } from "./multiply.ts";

/** 1 where a > b, 0 where a < b, else 1/2: how much of a gradient goes to a. */
const shareOp: Op<null, 2> = defineBinary("share", {
  value: (a, b) => (a > b ? 1 : a < b ? 0 : 0.5),
  expression: (a, b) => times(constantExpr(0.5), plus(constantExpr(1), minus(greater(a, b), greater(b, a)))),
});

const share = (a: Value, b: Value): Value => applyOne(shareOp, [a, b], null);

/** y = the greater of a and b, broadcast; the gradient goes to it, or half to each where they are equal. */
const maximumOp: Op<null, 2> = defineBinary("maximum", {
  value: Math.max,
  expression: maximumExpr,
  gradient: (dy, { inputs: [a, b] }) => [multiply(dy, share(a, b)), multiply(dy, share(b, a))],
});

/** y = the smaller of a and b, broadcast; the gradient goes as {@link maximumOp}'s does. */
const minimumOp: Op<null, 2> = defineBinary("minimum", {
  value: Math.min,
  expression: minimumExpr,
  gradient: (dy, { inputs: [a, b] }) => [multiply(dy, share(b, a)), multiply(dy, share(a, b))],
});

/**
 * The larger of a and b, broadcast from the right as in NumPy.
 * @example
 * const y = maximum(x, negate(x)); // [2, 3]
 */
export const maximum = (a: Value, b: Value): Value => applyOne(maximumOp, [a, b], null);
/**
 * The smaller of a and b, broadcast from the right as in NumPy.
 * @example
 * const y = minimum(x, ones(x)); // [2, 3]
 */
export const minimum = (a: Value, b: Value): Value => applyOne(minimumOp, [a, b], null);
