import { at, float64At, sizeOf } from "../../../base/index.ts";
import { type Op, type Value, applyOne, defineOp } from "../../graph/graph.ts";
import { load, nest, argmaxExpr } from "../../kernels/index.ts";
import { axisOf, forEachAxisSlice, axisSlices } from "../axisSlices.ts";
import { outranks } from "../indexing.ts";

/** y = index of the maximum along `axis`, the first of equals or of NaNs; the axis goes; no gradient flows. */
const argmaxOp: Op<{ readonly axis: number }, 1> = defineOp<{ readonly axis: number }, 1>({
  name: "argmax",
  infer: ([x], { axis }) => [{ shape: x.shape.toSpliced(axis, 1), dtype: "f32" }],
  gradient: () => [undefined],
  reference: ({ inputs: [x], attributes: { axis }, outputs: [y] }) => {
    const out = new Float64Array(sizeOf(y.shape));
    const slices = axisSlices(x.shape, axis);
    forEachAxisSlice(slices, (first, slice) => {
      const value = (i: number): number => float64At(x.data, first + i * slices.inner);
      for (let i = 1; i < slices.extent; i++) if (outranks(value(i), value(at(out, slice)))) out[slice] = i;
    });
    return [out];
  },
  lower: ({ inputs: [x], outputs: [y], attributes: { axis } }) => {
    const { outer, extent, inner } = axisSlices(x.shape, axis);
    const term = load({ buffer: x, offset: 0, strides: [extent * inner, 1, inner] });
    const indexExpr = { kind: "index", index: { offset: 0, strides: [0, 0, 1] } } as const;
    return [
      nest({
        label: "argmax",
        axes: [outer, inner],
        reduce: [extent],
        reductions: [{ combine: "max", initial: -Infinity, byLanes: inner === 1, term, indexExpr }],
        writes: [{ access: { buffer: y, offset: 0, strides: [inner, 1, 0] }, value: argmaxExpr(0) }],
      }),
    ];
  },
});

/**
 * Index of the maximum along an axis, as a float, exact below 2^24; of the first NaN where there is one. @param axis default: the last
 * @example
 * const y = argmax(x, 1); // [2]
 */
export const argmax = (x: Value, axis = -1): Value =>
  applyOne(argmaxOp, [x], { axis: axisOf("argmax", x.shape, axis) });
