import { type Shape, sizeOf, stridesOf } from "../../base/index.ts";
import { type Op, type Value, applyOne, defineOp } from "../graph/graph.ts";
import { type Nest, type Total, broadcastStrides, elementwise, load, nest, total, whole } from "../kernels/index.ts";
import { broadcastShapes, dot, forEachIndex } from "./indexing.ts";
import { reshape } from "./reshape.ts";

// Summing and repeating are each other's gradient, so the two ops share a file.

/** Which axes a reduction folds; whole numbers from 0, ascending. */
export interface ReduceAxes {
  readonly axes: readonly number[];
}

/** The shape with the folded axes kept as 1. */
export const keptShape = (shape: Shape, axes: readonly number[]): Shape =>
  shape.map((extent, i) => (axes.includes(i) ? 1 : extent));

/** A nest that folds `x` over `axes` into `output`, whose shape keeps them as 1. */
export function reduceNest(label: string, x: Value, output: Value, { axes, ...fold }: ReduceAxes & Omit<Total, "term">): Nest {
  const strides = stridesOf(x.shape);
  const inner = [...strides.map((stride, i) => (axes.includes(i) ? 0 : stride)), ...axes.map((axis) => strides[axis]!)];
  return nest({
    label,
    axes: output.shape,
    reduce: axes.map((axis) => x.shape[axis]!),
    totals: [{ ...fold, term: load({ buffer: x, offset: 0, strides: inner }) }],
    writes: [{ access: whole(output, axes.length), value: total(0) }],
  });
}

/** y = Σ x over `axes`, which stay as 1; dx = dy, repeated. */
export const reduceSumOp: Op<ReduceAxes> = defineOp<ReduceAxes>({
  name: "reduceSum",
  infer: ([x], { axes }) => [{ shape: keptShape(x!.shape, axes), dtype: "f32" }],
  gradient: ({ inputs: [x], gradients: [dy] }) => [dy && broadcastTo(dy, x!.shape)],
  reference: ({ inputs: [x], attributes: { axes }, outputs: [y] }) => {
    const out = new Float64Array(sizeOf(y!.shape));
    const strides = stridesOf(y!.shape).map((stride, i) => (axes.includes(i) ? 0 : stride));
    forEachIndex(x!.shape, (index, i) => {
      const at = dot(strides, index);
      out[at]! += x!.data[i]!;
    });
    return [out];
  },
  lower: ({ inputs: [x], outputs: [y], attributes: { axes } }) => [
    reduceNest("reduceSum", x!, y!, { axes, combine: "sum", initial: 0 }),
  ],
});

/** Sum over `axes` (default: all of them). @default keepDims false */
export function reduceSum(x: Value, options: { readonly axes?: readonly number[]; readonly keepDims?: boolean } = {}): Value {
  const axes = options.axes ?? x.shape.map((_, i) => i);
  const y = applyOne(reduceSumOp, [x], { axes });
  return options.keepDims ? y : reshape(y, x.shape.filter((_, i) => !axes.includes(i)));
}

/** x repeated along axes of 1 (and new leading ones) up to `shape`; dx = dy summed over them. */
export const broadcastToOp: Op<{ readonly shape: Shape }> = defineOp<{ readonly shape: Shape }>({
  name: "broadcastTo",
  infer: ([x], { shape }) => [{ shape: broadcastShapes("broadcastTo", x!.shape, shape), dtype: "f32" }],
  gradient: ({ inputs: [x], gradients: [dy] }) => [dy && unbroadcast(dy, x!.shape)],
  reference: ({ inputs: [x], outputs: [y] }) => {
    const out = new Float64Array(sizeOf(y!.shape));
    const strides = broadcastStrides(x!.shape, y!.shape);
    forEachIndex(y!.shape, (index, i) => {
      out[i] = x!.data[dot(strides, index)]!;
    });
    return [out];
  },
  lower: ({ inputs, outputs: [y] }) => [elementwise("broadcastTo", y!, inputs, (x) => x!)],
});

export const broadcastTo = (x: Value, shape: Shape): Value => applyOne(broadcastToOp, [x], { shape });

/** Sums a gradient over the axes along which its value was repeated. */
export function unbroadcast(gradient: Value, shape: Shape): Value {
  const lead = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((extent, i) => (i < lead || (shape[i - lead] === 1 && extent !== 1) ? [i] : []));
  const summed = axes.length > 0 ? reduceSum(gradient, { axes, keepDims: true }) : gradient;
  return lead > 0 ? reshape(summed, shape) : summed;
}
