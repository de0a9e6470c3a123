import { type Arbitrary, constantFrom, letrec, oneof, record } from "fast-check";
import {
  type Buffer,
  type Expr,
  constantExpr,
  greater,
  load,
  maximumExpr,
  minimumExpr,
  minus,
  negateExpr,
  nest,
  plus,
  select,
  times,
  whole,
} from "../../../src/engine/kernels/index.ts";
import { runNest, separateMemory } from "../interpret/nest.ts";
import { buffer } from "./hand.ts";

// Expressions over two arrays, drawn at random, and what they compute.

export const left: Buffer = buffer(0, [8]);
export const right: Buffer = buffer(1, [8]);
export const result: Buffer = buffer(2, [8]);

const loadOf = (from: Buffer): Expr => load(whole(from));

/** Sums, products, clamps and comparisons of the two arrays and a few constants, up to some depth; equal parts are distinct objects. */
export const expressions: Arbitrary<Expr> = letrec<{ expr: Expr; leaf: Expr; inner: Expr }>((tie) => ({
  leaf: oneof(constantFrom(left, right).map(loadOf), constantFrom(0, -0, 1, 6, -2).map(constantExpr)),
  inner: oneof(
    record({
      make: constantFrom(plus, minus, times, maximumExpr, minimumExpr, greater),
      a: tie("expr"),
      b: tie("expr"),
    }).map(({ make, a, b }) => make(a, b)),
    tie("expr").map(negateExpr),
    record({ condition: tie("expr"), yes: tie("expr"), no: tie("expr") }).map(({ condition, yes, no }) =>
      select(condition, yes, no),
    ),
  ),
  expr: oneof({ maxDepth: 4, withCrossShrink: true }, tie("leaf"), tie("inner")),
})).expr;

export const nestOf = (...values: readonly Expr[]) =>
  nest({ label: "drawn", axes: [8], writes: values.map((value) => ({ access: whole(result), value })) });

/** What the first write of a nest computes from numbers that meet every case: signs, bounds, infinities and NaN. */
export function computed(drawn: ReturnType<typeof nestOf>): Float64Array {
  const memory = separateMemory();
  memory.set(left, Float64Array.from([0, 1, -1, 6, 7, Number.NaN, Infinity, -2]));
  memory.set(right, Float64Array.from([-0, 2, 6, -6, 0.5, 3, -Infinity, Number.NaN]));
  runNest(drawn, memory);
  return Float64Array.from(memory(result));
}
