import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import {
  type Expr,
  constantExpr,
  greater,
  maximumExpr,
  minus,
  plus,
  select,
  times,
} from "../../kernels/index.ts";
import { bell, clampExpr, spread, tailExpr, normalValue, sigmoidExpr, sigmoidValue } from "./curves.ts";
import { defineUnary } from "../elementwise/unary.ts";

/** 1/√(2π), the height of the normal density φ. */
const height = 0.3989422804014327;

/**
 * y = x·Φ(x) (Hendrycks & Gimpel 2016); dy/dx = Φ(x) + x·φ(x). With a = |x| and Φ(-a) below a tail: y = max(x, 0) - a·Φ(-a), which has
 * its limits at both infinities and cancels nowhere, since Φ(-a) ≤ 1/2.
 */
const geluOp: Op<null, 1> = defineUnary<null>("gelu", {
  value: (x) => Math.max(x, 0) - vanishing(Math.abs(x), (a) => a * normalValue(-a)),
  slope: (x) => normalValue(x) + vanishing(x, (finite) => finite * height * Math.exp(-0.5 * finite * finite)),
  expression: (x) => {
    const a = spread(x);
    return minus(maximumExpr(x, constantExpr(0)), times(times(a, tailExpr(a)), bell(a)));
  },
  slopeExpression: (x) => {
    const a = spread(x);
    // Φ(-a) - a·φ(a), which the slope at -a is; at a it is what is missing to 1.
    const below = times(minus(tailExpr(a), times(a, constantExpr(height))), bell(a));
    return select(greater(x, constantExpr(0)), minus(constantExpr(1), below), below);
  },
  slopeOf: "input",
});

/** A function that is 0 at both infinities, where its formula is Infinity times 0. */
const vanishing = (x: number, formula: (finite: number) => number): number =>
  Math.abs(x) === Infinity ? 0 : formula(x);

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
