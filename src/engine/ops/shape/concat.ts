import { type Shape, at, fault, showShape, sizeOf } from "../../../base/index.ts";
import { type Op, type Value, applyOne, defineOp } from "../../graph/graph.ts";
import { load, nest } from "../../kernels/index.ts";
import { axisOf, axisSlices } from "../axisSlices.ts";
import { slice } from "./slice.ts";

interface Axis {
  readonly axis: number;
}

/** Where each of the arrays begins and ends along the axis of the result. */
function spans(
  arrays: readonly { readonly shape: Shape }[],
  axis: number,
): readonly { readonly start: number; readonly end: number }[] {
  let end = 0;
  return arrays.map(({ shape }) => {
    const start = end;
    end += at(shape, axis);
    return { start, end };
  });
}

/** The inputs one behind the other along `axis`; each dx is its part of dy. */
const concatOp: Op<Axis, number> = defineOp<Axis, number>({
  name: "concat",
  infer: (inputs, { axis }) => {
    const first = at(inputs, 0);
    const others = ({ shape }: { shape: Shape }): string => showShape(shape.with(axis, 0));
    const odd = inputs.find((x) => x.shape.length !== first.shape.length || others(x) !== others(first));
    if (odd) {
      throw fault("concat: values", {
        expected: `shapes as ${showShape(first.shape)} but for axis ${axis}`,
        received: showShape(odd.shape),
      });
    }
    const { end } = at(spans(inputs, axis), inputs.length - 1);
    return [{ shape: first.shape.with(axis, end), dtype: "f32" }];
  },
  gradient: ({ inputs, attributes: { axis }, gradients: [dy] }) =>
    spans(inputs, axis).map(({ start, end }) => {
      const starts = dy.shape.map(() => 0);
      return slice(dy, starts.with(axis, start), dy.shape.with(axis, end));
    }),
  reference: ({ inputs, attributes: { axis }, outputs: [y] }) => {
    const out = new Float64Array(sizeOf(y.shape));
    const { outer, extent, inner } = axisSlices(y.shape, axis);
    spans(inputs, axis).forEach(({ start, end }, i) => {
      const { data } = at(inputs, i);
      const run = (end - start) * inner;
      for (let o = 0; o < outer; o++)
        out.set(data.subarray(o * run, (o + 1) * run), (o * extent + start) * inner);
    });
    return [out];
  },
  lower: ({ inputs, outputs: [y], attributes: { axis } }) => {
    const { outer, extent, inner } = axisSlices(y.shape, axis);
    return spans(inputs, axis).map(({ start, end }, i) => {
      const run = (end - start) * inner;
      return nest({
        label: "concat",
        axes: [outer, run],
        writes: [
          {
            access: { buffer: y, offset: start * inner, strides: [extent * inner, 1] },
            value: load({ buffer: at(inputs, i), offset: 0, strides: [run, 1] }),
          },
        ],
      });
    });
  },
});

/**
 * Joins values along one axis; the others must agree. @param axis default: the last
 * @example
 * const y = concat([x, x], 1); // [2, 6]
 */
export function concat(values: readonly Value[], axis = -1): Value {
  const [first] = values;
  if (!first) throw fault("concat: values", { expected: "at least one value", received: "none" });
  return applyOne(concatOp, values, { axis: axisOf("concat", first.shape, axis) });
}
