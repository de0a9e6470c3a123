import { type Shape, fault, showShape, sizeOf } from "../../../base/index.ts";
import { type Op, type Value, applyOne, defineOp } from "../../graph/graph.ts";
import { load, nest } from "../../kernels/index.ts";
import { axisOf, axisSlices } from "../axisSlices.ts";
import { slice } from "./slice.ts";

interface Axis {
  readonly axis: number;
}

/** Where each of the shapes begins along the axis, and where the last ends. */
function bounds(shapes: readonly Shape[], axis: number): number[] {
  const found = [0];
  for (const shape of shapes) found.push(found.at(-1)! + shape[axis]!);
  return found;
}

/** The inputs one behind the other along `axis`; each dx is its part of dy. */
const concatOp: Op<Axis, number> = defineOp<Axis, number>({
  name: "concat",
  infer: (inputs, { axis }) => {
    const [first] = inputs;
    const others = ({ shape }: { shape: Shape }): string => showShape(shape.with(axis, 0));
    const odd = inputs.find((x) => x.shape.length !== first!.shape.length || others(x) !== others(first!));
    if (odd) {
      throw fault("concat: values", {
        expected: `shapes as ${showShape(first!.shape)} but for axis ${axis}`,
        received: showShape(odd.shape),
      });
    }
    return [
      {
        shape: first!.shape.with(
          axis,
          bounds(
            inputs.map((x) => x.shape),
            axis,
          ).at(-1)!,
        ),
        dtype: "f32",
      },
    ];
  },
  gradient: ({ inputs, attributes: { axis }, gradients: [dy] }) => {
    const at = bounds(
      inputs.map((x) => x.shape),
      axis,
    );
    return inputs.map(
      (x, i) =>
        dy &&
        slice(
          dy,
          x.shape.map((_, j) => (j === axis ? at[i]! : 0)),
          x.shape.map((extent, j) => (j === axis ? at[i + 1]! : extent)),
        ),
    );
  },
  reference: ({ inputs, attributes: { axis }, outputs: [y] }) => {
    const out = new Float64Array(sizeOf(y.shape));
    const { outer, extent, inner } = axisSlices(y.shape, axis);
    const at = bounds(
      inputs.map((x) => x.shape),
      axis,
    );
    inputs.forEach((x, i) => {
      const run = x.shape[axis]! * inner;
      for (let o = 0; o < outer; o++)
        out.set(x.data.subarray(o * run, (o + 1) * run), (o * extent + at[i]!) * inner);
    });
    return [out];
  },
  lower: ({ inputs, outputs: [y], attributes: { axis } }) => {
    const { outer, extent, inner } = axisSlices(y.shape, axis);
    const at = bounds(
      inputs.map((x) => x.shape),
      axis,
    );
    return inputs.map((x, i) => {
      const run = x.shape[axis]! * inner;
      return nest({
        label: "concat",
        axes: [outer, run],
        writes: [
          {
            access: { buffer: y, offset: at[i]! * inner, strides: [extent * inner, 1] },
            value: load({ buffer: x, offset: 0, strides: [run, 1] }),
          },
        ],
      });
    });
  },
});

/** Joins values along one axis; the others must agree. @param axis default: the last */
export function concat(values: readonly Value[], axis = -1): Value {
  const [first] = values;
  if (!first) throw fault("concat: values", { expected: "at least one value", received: "none" });
  return applyOne(concatOp, values, { axis: axisOf("concat", first.shape, axis) });
}
