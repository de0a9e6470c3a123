import { assert, property } from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Expr,
  argmaxExpr,
  constantExpr,
  greater,
  load,
  maximumExpr,
  minimumExpr,
  nest,
  plus,
  reduction,
  select,
  sqrtExpr,
  times,
  whole,
} from "../../../../src/engine/kernels/index.ts";
import {
  commonSubexpressionElimination,
  commonSubexpressions,
} from "../../../../src/engine/plan/passes/commonSubexpressions.ts";
import { operationsOf } from "../../../../src/engine/plan/passes/fuseLoops.ts";
import { computed, expressions, left, nestOf, right } from "../expressions.ts";
import { buffer, stateOf } from "../hand.ts";

const x = (): Expr => load(whole(left));
const uniform = (salt: number, offset = 0): Expr => ({
  kind: "uniform",
  seed: constantExpr(7),
  salt,
  index: { offset, strides: [1] },
});
const index = (stride: number): Expr => ({ kind: "index", index: { offset: 0, strides: [stride] } });
/** Distinct operations in the first write after elimination. */
const operationsAfter = (expr: Expr): number => operationsOf(commonSubexpressions(nestOf(expr)));

describe("common subexpression elimination makes one object of", () => {
  // (x + 1) · (x + 1): the load, the constantExpr, the sum and the product.
  test.each<[string, Expr, number]>([
    ["equal sums", times(plus(x(), constantExpr(1)), plus(x(), constantExpr(1))), 4],
    ["equal roots", plus(sqrtExpr(x()), sqrtExpr(x())), 3],
    ["equal selections", plus(select(x(), x(), constantExpr(2)), select(x(), x(), constantExpr(2))), 4],
    ["equal draws", plus(uniform(1), uniform(1)), 3],
    ["equal indices", plus(index(3), index(3)), 2],
    ["results of one reduction", plus(reduction(0), reduction(0)), 2],
    ["places of one maximum", plus(argmaxExpr(0), argmaxExpr(0)), 2],
  ])("%s", (_, expr, operations) => {
    expect(operationsAfter(expr)).toBe(operations);
  });

  test("an expression of two stores, and of a store and a reduction's term and index", () => {
    const term = (): Expr => times(x(), x());
    const into = buffer(2, [8]);
    const shared = commonSubexpressions(
      nest({
        label: "both",
        axes: [8],
        reduce: [1],
        reductions: [{ combine: "max", initial: 0, term: term(), indexExpr: term() }],
        writes: [
          { access: whole(into, 1), value: plus(term(), reduction(0)) },
          { access: whole(buffer(3, [8]), 1), value: term() },
        ],
      }),
    );
    const [reduced] = shared.reductions;
    expect(reduced?.indexExpr).toBe(reduced?.term);
    expect(shared.writes[1]?.value).toBe(reduced?.term);
    expect(operationsOf(shared)).toBe(4);
  });
});

describe("common subexpression elimination keeps apart", () => {
  const shifted: Expr = load({ buffer: left, offset: 1, strides: [1] });
  const strided: Expr = load({ buffer: left, offset: 0, strides: [2] });
  test.each<[string, Expr, number]>([
    ["elements of two arrays", plus(x(), load(whole(right))), 3],
    ["elements at two offsets", plus(x(), shifted), 3],
    ["elements along two strides", plus(x(), strided), 3],
    ["draws with two salts", plus(uniform(1), uniform(2)), 4],
    ["draws at two positions", plus(uniform(1), uniform(1, 1)), 4],
    ["indices along two strides", plus(index(1), index(2)), 3],
    ["results of two reductions", plus(reduction(0), reduction(1)), 3],
    ["a maximum and its place", plus(reduction(0), argmaxExpr(0)), 3],
    ["a sum and the same sum turned round", times(plus(x(), constantExpr(1)), plus(constantExpr(1), x())), 5],
  ])("%s", (_, expr, operations) => {
    expect(operationsAfter(expr)).toBe(operations);
  });
});

describe("a comparison with a clamped number keeps its value at the clamp's own bound", () => {
  const [low, high] = [constantExpr(-2), constantExpr(6)];
  test.each<[string, Expr]>([
    ["min(x, 6) > 6, which is never so", greater(minimumExpr(x(), high), high)],
    ["6 > min(x, 6)", greater(high, minimumExpr(x(), high))],
    ["max(x, -2) > -2", greater(maximumExpr(x(), low), low)],
    ["-2 > max(x, -2), which is never so", greater(low, maximumExpr(x(), low))],
    ["max(min(x, 6), -2) > 6", greater(maximumExpr(minimumExpr(x(), high), low), high)],
  ])("%s", (_, expr) => {
    expect(computed(commonSubexpressions(nestOf(expr)))).toEqual(computed(nestOf(expr)));
  });
});

describe("common subexpression elimination", () => {
  test("changes no number of any expression, NaN, infinities and minus zero included", () => {
    assert(
      property(expressions, (expr) => {
        const drawn = nestOf(expr);
        const shared = commonSubexpressions(drawn);
        expect(computed(shared)).toEqual(computed(drawn));
        expect(operationsOf(shared)).toBeLessThanOrEqual(operationsOf(drawn));
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  test("leaves no two equal parts, and changes nothing more when it runs again", () => {
    assert(
      property(expressions, (expr) => {
        const shared = commonSubexpressions(nestOf(plus(expr, structuredClone(expr))));
        expect(operationsOf(shared)).toBe(operationsOf(commonSubexpressions(nestOf(expr))) + 1);
        expect(commonSubexpressions(shared)).toEqual(shared);
      }),
      { numRuns: 100, seed: 3 },
    );
  });

  test("touches only the nests in which a pass may have put parts twice", () => {
    const [one, other] = [nestOf(plus(x(), x())), nestOf(plus(x(), x()))];
    const state = { ...stateOf([one, other]), repetitive: new Set([other]) };
    const { kernels, repetitive } = commonSubexpressionElimination.run(state);
    expect(kernels?.[0]).toBe(one);
    expect(kernels?.[1]).not.toBe(other);
    expect(repetitive.size).toBe(0);
  });
});
