import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { type Expr, constantExpr, minus, plus, times } from "../../kernels/index.ts";
import { bell, clampExpr, normalExpr, normalValue, sigmoidExpr, sigmoidValue } from "./curves.ts";
import { defineUnary } from "../elementwise/unary.ts";

/** 1/√(2π), the height of the normal density φ. */
const height = 0.3989422804014327;

/** y = x·Φ(x) (Hendrycks & Gimpel 2016); dy/dx = Φ(x) + x·φ(x). */
const geluOp: Op<null, 1> = defineUnary<null>("gelu", {
  value: (x) => x * normalValue(x),
  slope: (x) => normalValue(x) + x * height * Math.exp(-0.5 * x * x),
  expression: (x) => times(x, normalExpr(x)),
  slopeExpression: (x) => plus(normalExpr(x), times(times(x, constantExpr(height)), bell(x))),
  slopeOf: "input",
});

/**
 * x · Φ(x), Φ of the normal distribution, by the error function.
 * @example
 * const y = gelu(x); // [2, 3]
 */
export const gelu = (x: Value): Value => applyOne(geluOp, [x], null);

const root = 0.7978845608028654;
const cubic = 0.044715;

/** y = x·s, s = sigmoid(2·√(2/π)·(x + 0.044715x³)), which is (1 + tanh(…))/2 without its cancellation; dy/dx = s + x·s·(1 - s)·2·√(2/π)·(1 + 0.134145x²). */
const geluTanhOp: Op<null, 1> = defineUnary<null>("geluTanh", {
  value: (x) => x * sigmoidValue(2 * root * (x + cubic * x ** 3)),
  slope: (x) => {
    const s = sigmoidValue(2 * root * (x + cubic * x ** 3));
    return s + x * s * (1 - s) * 2 * root * (1 + 3 * cubic * x * x);
  },
  expression: (x) => times(x, weight(x, times(x, x))),
  slopeExpression: (input) => {
    // Beyond ±20 the slope is 0 or 1 to the last bit, and x² stays finite.
    const x = clampExpr(input, -20, 20);
    const square = times(x, x);
    const s = weight(x, square);
    const inner = times(x, plus(constantExpr(2 * root), times(constantExpr(6 * root * cubic), square)));
    return times(s, plus(constantExpr(1), times(minus(constantExpr(1), s), inner)));
  },
  slopeOf: "input",
});

/** sigmoid(2·√(2/π)·(x + 0.044715x³)) */
const weight = (x: Expr, square: Expr): Expr =>
  sigmoidExpr(times(x, plus(constantExpr(2 * root), times(constantExpr(2 * root * cubic), square))));

/**
 * The approximation of {@link gelu} that older networks were trained with.
 * @example
 * const y = geluTanh(x); // [2, 3]
 */
export const geluTanh = (x: Value): Value => applyOne(geluTanhOp, [x], null);
