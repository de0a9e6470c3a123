import { sizeOf } from "../../../base/index.ts";
import { type Op, type Value, applyOne, defineOp } from "../../graph/graph.ts";
import { equalExpr, load, nest } from "../../kernels/index.ts";

interface Classes {
  readonly classes: number;
}

/** y[…, c] = 1 where x[…] = c, else 0; no gradient flows. */
const oneHotOp: Op<Classes, 1> = defineOp<Classes, 1>({
  name: "oneHot",
  infer: ([x], { classes }) => [{ shape: [...x.shape, classes], dtype: "f32" }],
  gradient: () => [undefined],
  reference: ({ inputs: [x], attributes: { classes }, outputs: [y] }) => {
    const out = new Float64Array(sizeOf(y.shape));
    x.data.forEach((label, i) => {
      if (Number.isInteger(label) && label >= 0 && label < classes) out[i * classes + label] = 1;
    });
    return [out];
  },
  lower: ({ inputs: [x], outputs: [y], attributes: { classes } }) => [
    nest({
      label: "oneHot",
      axes: [sizeOf(x.shape), classes],
      writes: [
        {
          access: { buffer: y, offset: 0, strides: [classes, 1] },
          value: equalExpr(load({ buffer: x, offset: 0, strides: [1, 0] }), {
            kind: "index",
            index: { offset: 0, strides: [0, 1] },
          }),
        },
      ],
    }),
  ],
});

/**
 * Class indices […] to rows […, classes] with a single 1; an index that is no class gives zeros.
 * @example
 * const y = oneHot(input(graph, "labels", [5]), 4); // [5, 4]
 */
export const oneHot = (labels: Value, classes: number): Value => applyOne(oneHotOp, [labels], { classes });
