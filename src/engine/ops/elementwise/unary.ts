import { type Op, type Value, applyOne, defineOp } from "../../graph/graph.ts";
import { type Expr, elementwise, scaled } from "../../kernels/index.ts";

/** What defines a differentiable function of one number. `A` is its attributes. */
export interface UnaryRules<A> {
  /** Float64 value, written with Math, independent of `expression`. */
  value(x: number, attributes: A): number;
  /** Float64 derivative at x, where y = value(x). */
  slope(x: number, y: number, attributes: A): number;
  expression(x: Expr, attributes: A): Expr;
  /** The derivative as an expression of what `slopeOf` names. */
  slopeExpression(xOrY: Expr, attributes: A): Expr;
  /** Which of the two the derivative is computed from; the other needs not be kept. */
  readonly slopeOf: "input" | "output";
  /** Grows nowhere decreasing, so it commutes with taking a maximum. @default false */
  readonly monotonic?: boolean;
}

/** An op that works number by number, and the op of its gradient. */
export interface UnaryOp<A> extends Op<A> {
  readonly unary: UnaryRules<A>;
}

/** Makes the op y = f(x), same shape, and its gradient dx = dy · f'(x). */
export function defineUnary<A>(name: string, rules: UnaryRules<A>): UnaryOp<A> {
  const fromInput = rules.slopeOf === "input";
  const gradientOp = defineOp<A>({
    name: `${name}Gradient`,
    infer: ([dy]) => [dy as Value],
    reference: ({ inputs: [dy, other], attributes }) => [
      dy!.data.map((d, i) => {
        const x = other!.data[i] as number;
        return d * rules.slope(x, fromInput ? rules.value(x, attributes) : x, attributes);
      }),
    ],
    lower: ({ inputs, outputs: [dx], attributes }) => [
      elementwise(`${name}Gradient`, dx!, inputs, (dy, other) =>
        scaled(dy, rules.slopeExpression(other, attributes)),
      ),
    ],
  });
  return {
    name,
    unary: rules,
    infer: ([x]) => [x as Value],
    gradient: ({ inputs: [x], outputs: [y], attributes, gradients: [dy] }) => [
      dy && applyOne(gradientOp, [dy, (fromInput ? x : y) as Value], attributes),
    ],
    reference: ({ inputs: [x], attributes }) => [x!.data.map((v) => rules.value(v, attributes))],
    lower: ({ inputs: [x], outputs: [y], attributes }) => [
      elementwise(name, y!, [x!], (v) => rules.expression(v, attributes)),
    ],
  };
}
