import { sizeOf } from "../../../base/index.ts";
import { type Op, type Value, applyOne, defineOp } from "../../graph/graph.ts";
import { load, nest, position } from "../../kernels/index.ts";
import { axisOf, forEachLine, linesAlong } from "../axisSlices.ts";

/** y = index of the greatest element along `axis`, the first of equals; the axis goes; no gradient flows. */
const argmaxOp: Op<{ readonly axis: number }> = defineOp<{ readonly axis: number }>({
  name: "argmax",
  infer: ([x], { axis }) => [{ shape: x!.shape.toSpliced(axis, 1), dtype: "f32" }],
  gradient: () => [undefined],
  reference: ({ inputs: [x], attributes: { axis }, outputs: [y] }) => {
    const out = new Float64Array(sizeOf(y!.shape));
    const lines = linesAlong(x!.shape, axis);
    forEachLine(lines, (first, line) => {
      for (let i = 1; i < lines.extent; i++) {
        if (x!.data[first + i * lines.inner]! > x!.data[first + out[line]! * lines.inner]!) out[line] = i;
      }
    });
    return [out];
  },
  lower: ({ inputs: [x], outputs: [y], attributes: { axis } }) => {
    const { outer, extent, inner } = linesAlong(x!.shape, axis);
    const term = load({ buffer: x!, offset: 0, strides: [extent * inner, 1, inner] });
    const at = { kind: "index", index: { offset: 0, strides: [0, 0, 1] } } as const;
    return [
      nest({
        label: "argmax",
        axes: [outer, inner],
        reduce: [extent],
        totals: [{ combine: "max", initial: -Infinity, term, at }],
        writes: [{ access: { buffer: y!, offset: 0, strides: [inner, 1, 0] }, value: position(0) }],
      }),
    ];
  },
});

/** Index of the greatest element along an axis, as a float, exact below 2^24. @param axis default: the last */
export const argmax = (x: Value, axis = -1): Value =>
  applyOne(argmaxOp, [x], { axis: axisOf("argmax", x.shape, axis) });
