import { checkNumber } from "../../../base/index.ts";
import { type Op, type Value, applyOne, defineOp } from "../../graph/graph.ts";
import { constantExpr, elementwise, plus, times } from "../../kernels/index.ts";

interface AffineAttributes {
  readonly scale: number;
  readonly offset: number;
}

/** y = scale·x + offset; dx = scale·dy. */
const affineOp: Op<AffineAttributes, 1> = defineOp<AffineAttributes, 1>({
  name: "affine",
  infer: ([x]) => [x],
  // The slope is known beforehand: neither x nor y has to be kept for it.
  gradient: ({ gradients: [dy], attributes: { scale } }) => [affine(dy, scale)],
  reference: ({ inputs: [x], attributes: { scale, offset } }) => [x.data.map((v) => scale * v + offset)],
  lower: ({ inputs: [x], outputs: [y], attributes: { scale, offset } }) => [
    elementwise("affine", y, [x], (v) => {
      const scaled = scale === 1 ? v : times(constantExpr(scale), v);
      return offset === 0 ? scaled : plus(scaled, constantExpr(offset));
    }),
  ],
});

/**
 * x · scale + offset, for numbers known when the graph is built. @default offset 0
 * @example
 * const y = affine(x, 2, 1); // [2, 3]
 */
export function affine(x: Value, scale: number, offset = 0): Value {
  checkNumber("affine: scale", scale);
  checkNumber("affine: offset", offset);
  return applyOne(affineOp, [x], { scale, offset });
}

/**
 * -x.
 * @example
 * const y = negate(x); // [2, 3]
 */
export const negate = (x: Value): Value => affine(x, -1);
