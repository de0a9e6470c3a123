import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { constantExpr, plus, times } from "../../kernels/index.ts";
import { bell, clampExpr, normalExpr, normalValue, tanhExpr } from "./curves.ts";
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

/** y = x/2·(1 + t), t = tanh(√(2/π)·(x + 0.044715x³)); dy/dx = (1 + t)/2 + x/2·(1 - t²)·√(2/π)·(1 + 0.134145x²). */
const geluTanhOp: Op<null, 1> = defineUnary<null>("geluTanh", {
  value: (x) => 0.5 * x * (1 + Math.tanh(root * (x + cubic * x ** 3))),
  slope: (x) => {
    const t = Math.tanh(root * (x + cubic * x ** 3));
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * root * (1 + 3 * cubic * x * x);
  },
  expression: (x) => {
    const argument = times(x, plus(constantExpr(root), times(constantExpr(root * cubic), times(x, x))));
    return times(times(constantExpr(0.5), x), plus(constantExpr(1), tanhExpr(argument)));
  },
  slopeExpression: (input) => {
    // Beyond ±20 the slope is 0 or 1 to the last bit, and x² stays finite.
    const x = clampExpr(input, -20, 20);
    const square = times(x, x);
    const t = tanhExpr(times(x, plus(constantExpr(root), times(constantExpr(root * cubic), square))));
    const inner = times(x, plus(constantExpr(root), times(constantExpr(3 * root * cubic), square)));
    const bend = times(inner, plus(constantExpr(1), times(constantExpr(-1), times(t, t))));
    return times(constantExpr(0.5), plus(plus(constantExpr(1), t), bend));
  },
  slopeOf: "input",
});

/**
 * The approximation of {@link gelu} that older networks were trained with.
 * @example
 * const y = geluTanh(x); // [2, 3]
 */
export const geluTanh = (x: Value): Value => applyOne(geluTanhOp, [x], null);
