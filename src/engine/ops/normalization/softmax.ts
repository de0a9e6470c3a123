import { sizeOf } from "../../../base/index.ts";
import { type LowerCall, type Op, type Value, applyOne, defineOp } from "../../graph/graph.ts";
import {
  type Access,
  type Expr,
  type Kernel,
  exp,
  load,
  log,
  minus,
  nest,
  over,
  total,
} from "../../kernels/index.ts";
import { reduceSum } from "../reduction/reduceSum.ts";
import { exp as exponential } from "../elementwise/exp.ts";
import { axisOf, forEachLine, linesAlong } from "../axisSlices.ts";
import { multiply } from "../elementwise/multiply.ts";
import { subtract } from "../elementwise/subtract.ts";

interface Axis {
  readonly axis: number;
}

/** Float64 along every line: `result` of x - max and of Σ exp(x - max). */
function referenceLines(
  x: Float64Array,
  shape: readonly number[],
  axis: number,
  result: (shifted: number, sum: number) => number,
): Float64Array {
  const out = new Float64Array(sizeOf(shape));
  const lines = linesAlong(shape, axis);
  forEachLine(lines, (first) => {
    const places = Array.from({ length: lines.extent }, (_, i) => first + i * lines.inner);
    const peak = Math.max(...places.map((place) => x[place]!));
    const sum = places.reduce((total, place) => total + Math.exp(x[place]! - peak), 0);
    for (const place of places) out[place] = result(x[place]! - peak, sum);
  });
  return out;
}

/** Three nests: the greatest of each line, Σ exp(x - greatest), then `result` for every element. */
function lowerLines(
  { inputs, outputs, attributes: { axis }, temporary }: LowerCall<Axis>,
  label: string,
  result: (shifted: Expr, sum: Expr) => Expr,
): Kernel[] {
  const [x, y] = [inputs[0]!, outputs[0]!];
  const { outer, extent, inner } = linesAlong(x.shape, axis);
  const [peak, sum] = [0, 0].map(() => temporary({ shape: [outer, inner], dtype: "f32" })) as [Value, Value];
  const line = (buffer: Value): Access => ({ buffer, offset: 0, strides: [inner, 1, 0] });
  const along = load({ buffer: x, offset: 0, strides: [extent * inner, 1, inner] });
  const folded = { axes: [outer, inner], reduce: [extent] };
  // The element loops run outer, along the line, inner: row-major.
  const each = (buffer: Value): Access => ({ buffer, offset: 0, strides: [extent * inner, inner, 1] });
  const perLine = (buffer: Value): Expr => load({ buffer, offset: 0, strides: [inner, 0, 1] });
  return [
    nest({
      label: `${label} max`,
      ...folded,
      totals: [{ combine: "max", initial: -Infinity, term: along }],
      writes: [{ access: line(peak), value: total(0) }],
    }),
    nest({
      label: `${label} sum`,
      ...folded,
      totals: [{ combine: "sum", initial: 0, term: exp(minus(along, load(line(peak)))) }],
      writes: [{ access: line(sum), value: total(0) }],
    }),
    nest({
      label,
      axes: [outer, extent, inner],
      writes: [{ access: each(y), value: result(minus(load(each(x)), perLine(peak)), perLine(sum)) }],
    }),
  ];
}

// Both shift by the greatest of the line first: exp(89) overflows float32, and neither function sees the shift.

/** y = exp(x) / Σ exp(x) along `axis`; dx = y·(dy - Σ dy·y). */
const softmaxOp: Op<Axis> = defineOp<Axis>({
  name: "softmax",
  infer: ([x]) => [x!],
  gradient: ({ outputs: [y], attributes: { axis }, gradients: [dy] }) => [
    dy && multiply(y!, subtract(dy, reduceSum(multiply(dy, y!), { axes: [axis], keepDims: true }))),
  ],
  reference: ({ inputs: [x], attributes: { axis } }) => [
    referenceLines(x!.data, x!.shape, axis, (shifted, sum) => Math.exp(shifted) / sum),
  ],
  lower: (call) => lowerLines(call, "softmax", (shifted, sum) => over(exp(shifted), sum)),
});

/** y = x - log Σ exp(x) along `axis`; dx = dy - exp(y)·Σ dy. */
const logSoftmaxOp: Op<Axis> = defineOp<Axis>({
  name: "logSoftmax",
  infer: ([x]) => [x!],
  gradient: ({ outputs: [y], attributes: { axis }, gradients: [dy] }) => [
    dy && subtract(dy, multiply(exponential(y!), reduceSum(dy, { axes: [axis], keepDims: true }))),
  ],
  reference: ({ inputs: [x], attributes: { axis } }) => [
    referenceLines(x!.data, x!.shape, axis, (shifted, sum) => shifted - Math.log(sum)),
  ],
  lower: (call) => lowerLines(call, "logSoftmax", (shifted, sum) => minus(shifted, log(sum))),
});

/** Probabilities along an axis: positive, with sum 1. @param axis default: the last */
export const softmax = (x: Value, axis = -1): Value =>
  applyOne(softmaxOp, [x], { axis: axisOf("softmax", x.shape, axis) });

/** Logarithms of {@link softmax}, exact where it would round to 0. @param axis default: the last */
export const logSoftmax = (x: Value, axis = -1): Value =>
  applyOne(logSoftmaxOp, [x], { axis: axisOf("logSoftmax", x.shape, axis) });
