import { type Op, applyOne, defineOp } from "../../graph/graph.ts";
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
  /** Which of the two the derivative is computed from; the other need not be kept. */
  readonly slopeOf: "input" | "output";
  /** Never decreases, so it commutes with taking a maximum. @default false */
  readonly monotonic?: boolean;
}

/** Makes the op y = f(x), same shape, and its gradient dx = dy · f'(x). */
export function defineUnary<A>(name: string, rules: UnaryRules<A>): Op<A, 1> {
  const fromInput = rules.slopeOf === "input";
  const gradientOp = defineOp<A, 2>({
    name: `${name}Gradient`,
    infer: ([dy]) => [dy],
    reference: ({ inputs: [dy, other], attributes }) => {
      const slopeAt = (xOrY: number): number =>
        rules.slope(xOrY, fromInput ? rules.value(xOrY, attributes) : xOrY, attributes);
      return [Float64Array.from(other.data, (xOrY, i) => (dy.data[i] ?? 0) * slopeAt(xOrY))];
    },
    lower: ({ inputs, outputs: [dx], attributes }) => [
      elementwise(`${name}Gradient`, dx, inputs, (dy, other) =>
        scaled(dy, rules.slopeExpression(other, attributes)),
      ),
    ],
  });
  return {
    name,
    monotonic: rules.monotonic ?? false,
    infer: ([x]) => [x],
    gradient: ({ inputs: [x], outputs: [y], attributes, gradients: [dy] }) => [
      applyOne(gradientOp, [dy, fromInput ? x : y], attributes),
    ],
    reference: ({ inputs: [x], attributes }) => [x.data.map((v) => rules.value(v, attributes))],
    lower: ({ inputs: [x], outputs: [y], attributes }) => [
      elementwise(name, y, [x], (v) => rules.expression(v, attributes)),
    ],
  };
}
