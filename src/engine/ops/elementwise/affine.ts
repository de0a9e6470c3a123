import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { constantExpr, plus, times } from "../../kernels/index.ts";
import { defineUnary } from "./unary.ts";

interface AffineAttributes {
  readonly scale: number;
  readonly offset: number;
}

/** y = scale·x + offset; dx = scale·dy. */
const affineOp: Op<AffineAttributes, 1> = {
  ...defineUnary<AffineAttributes>("affine", {
    value: (x, { scale, offset }) => scale * x + offset,
    slope: (_x, _y, { scale }) => scale,
    expression: (x, { scale, offset }) => {
      const scaled = scale === 1 ? x : times(constantExpr(scale), x);
      return offset === 0 ? scaled : plus(scaled, constantExpr(offset));
    },
    slopeExpression: (_, { scale }) => constantExpr(scale),
    slopeOf: "output",
  }),
  // The slope is known beforehand: neither x nor y has to be kept for it.
  gradient: ({ gradients: [dy], attributes: { scale } }) => [affine(dy, scale)],
};

/** x · scale + offset, for numbers known when the graph is built. @default offset 0 */
export const affine = (x: Value, scale: number, offset = 0): Value =>
  applyOne(affineOp, [x], { scale, offset });

/** -x. */
export const negate = (x: Value): Value => affine(x, -1);
