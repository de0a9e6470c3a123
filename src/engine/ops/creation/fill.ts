import { sizeOf } from "../../../base/index.ts";
import { type Op, type Value, applyOne, defineOp } from "../../graph/graph.ts";
import { constantExpr, nest, whole } from "../../kernels/index.ts";

/** Every element is `value`; the input gives the shape alone. */
const fillOp: Op<{ readonly value: number }, 1> = defineOp<{ readonly value: number }, 1>({
  name: "fill",
  infer: ([like]) => [{ shape: like.shape, dtype: "f32" }],
  gradient: () => [undefined],
  reference: ({ outputs: [y], attributes: { value } }) => [new Float64Array(sizeOf(y.shape)).fill(value)],
  lower: ({ outputs: [y], attributes: { value } }) => [
    nest({ label: "fill", axes: y.shape, writes: [{ access: whole(y), value: constantExpr(value) }] }),
  ],
});

/**
 * An array of ones of the shape of `like`.
 * @example
 * const y = ones(x); // [2, 3]
 */
export const ones = (like: Value): Value => applyOne(fillOp, [like], { value: 1 });
