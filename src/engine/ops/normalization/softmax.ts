import { float64At, sizeOf } from "../../../base/index.ts";
import { type LowerCall, type Op, type Value, applyOne, defineOp } from "../../graph/graph.ts";
import {
  type Access,
  type ArrayType,
  type Buffer,
  type Expr,
  type LoweredOp,
  elementwise,
  expExpr,
  load,
  logExpr,
  minus,
  nest,
  over,
  reduction,
} from "../../kernels/index.ts";
import { clampExpr, expUpTo0 } from "../activation/curves.ts";
import { reduceSum } from "../reduction/reduceSum.ts";
import { exp as exponential } from "../elementwise/exp.ts";
import { axisOf, forEachAxisSlice, axisSlices } from "../axisSlices.ts";
import { multiply } from "../elementwise/multiply.ts";
import { subtract } from "../elementwise/subtract.ts";

interface Axis {
  readonly axis: number;
}

/** Float64 along every slice: `result` of x - max and of Σ exp(x - max). */
function referenceSlices(
  x: Float64Array,
  shape: readonly number[],
  axis: number,
  result: (shifted: number, sum: number) => number,
): Float64Array {
  const out = new Float64Array(sizeOf(shape));
  const slices = axisSlices(shape, axis);
  forEachAxisSlice(slices, (first) => {
    const indices = Array.from({ length: slices.extent }, (_, i) => first + i * slices.inner);
    const values = indices.map((index) => float64At(x, index));
    const peak = Math.max(...values);
    const sum = values.reduce((total, value) => total + Math.exp(value - peak), 0);
    for (const index of indices) out[index] = result(float64At(x, index) - peak, sum);
  });
  return out;
}

/** Nests for the max of each slice, Σ exp(x - max), what `total` makes of it, then `result` for every element. */
function lowerSlices(
  { inputs, outputs, attributes: { axis }, temporary }: LowerCall<Axis, 1>,
  label: string,
  {
    total,
    result,
  }: { readonly total?: (sum: Expr) => Expr; readonly result: (shifted: Expr, total: Expr) => Expr },
): LoweredOp[] {
  const [[x], [y]] = [inputs, outputs];
  const { outer, extent, inner } = axisSlices(x.shape, axis);
  const perSlice: ArrayType = { shape: [outer, inner], dtype: "f32" };
  const [peak, sum] = [temporary("max", perSlice), temporary("sum of exp", perSlice)];
  const made = total ? temporary("total", perSlice) : sum;
  const inSlice = (buffer: Buffer): Access => ({ buffer, offset: 0, strides: [inner, 1, 0] });
  const along = load({ buffer: x, offset: 0, strides: [extent * inner, 1, inner] });
  // At most 0, and one of the terms is 1: what is below exp(-86) adds nothing to it, and an exponential within bounds is quicker.
  const shifted = clampExpr(minus(along, load(inSlice(peak))), -86, 0);
  const folded = { axes: [outer, inner], reduce: [extent] };
  const byLanes = inner === 1;
  // The element loops run outer, along the slice, inner: row-major.
  const each = (buffer: Buffer): Access => ({ buffer, offset: 0, strides: [extent * inner, inner, 1] });
  const broadcast = (buffer: Buffer): Expr => load({ buffer, offset: 0, strides: [inner, 0, 1] });
  return [
    nest({
      label: `${label} max`,
      ...folded,
      reductions: [{ combine: "max", initial: -Infinity, byLanes, term: along }],
      writes: [{ access: inSlice(peak), value: reduction(0) }],
    }),
    nest({
      label: `${label} sum`,
      ...folded,
      reductions: [{ combine: "sum", initial: 0, byLanes, term: expExpr(shifted) }],
      writes: [{ access: inSlice(sum), value: reduction(0) }],
    }),
    ...(total ? [elementwise(`${label} total`, made, [sum], total)] : []),
    nest({
      label,
      axes: [outer, extent, inner],
      writes: [{ access: each(y), value: result(minus(load(each(x)), broadcast(peak)), broadcast(made)) }],
    }),
  ];
}

// Both shift by the max of the slice first: exp(89) overflows float32, and neither function sees the shift.

/** y = exp(x) / Σ exp(x) along `axis`; dx = y·(dy - Σ dy·y). */
const softmaxOp: Op<Axis, 1> = defineOp<Axis, 1>({
  name: "softmax",
  infer: ([x]) => [x],
  gradient: ({ outputs: [y], attributes: { axis }, gradients: [dy] }) => [
    multiply(y, subtract(dy, reduceSum(multiply(dy, y), { axes: [axis], keepDims: true }))),
  ],
  reference: ({ inputs: [x], attributes: { axis } }) => [
    referenceSlices(x.data, x.shape, axis, (shifted, sum) => Math.exp(shifted) / sum),
  ],
  lower: (call) => lowerSlices(call, "softmax", { result: (shifted, sum) => over(expUpTo0(shifted), sum) }),
});

/** y = x - log Σ exp(x) along `axis`; dx = dy - exp(y)·Σ dy. */
const logSoftmaxOp: Op<Axis, 1> = defineOp<Axis, 1>({
  name: "logSoftmax",
  infer: ([x]) => [x],
  gradient: ({ outputs: [y], attributes: { axis }, gradients: [dy] }) => [
    subtract(dy, multiply(exponential(y), reduceSum(dy, { axes: [axis], keepDims: true }))),
  ],
  reference: ({ inputs: [x], attributes: { axis } }) => [
    referenceSlices(x.data, x.shape, axis, (shifted, sum) => shifted - Math.log(sum)),
  ],
  lower: (call) => lowerSlices(call, "logSoftmax", { total: logExpr, result: minus }),
});

/**
 * Probabilities along an axis: positive, with sum 1. @param axis default: the last
 * @example
 * const y = softmax(x); // [2, 3]
 */
export const softmax = (x: Value, axis = -1): Value =>
  applyOne(softmaxOp, [x], { axis: axisOf("softmax", x.shape, axis) });

/**
 * Logarithms of {@link softmax}, exact where it would round to 0. @param axis default: the last
 * @example
 * const y = logSoftmax(x); // [2, 3]
 */
export const logSoftmax = (x: Value, axis = -1): Value =>
  applyOne(logSoftmaxOp, [x], { axis: axisOf("logSoftmax", x.shape, axis) });
