import { at, float64At, sizeOf, stridesOf } from "../../../base/index.ts";
import { type Op, type Value, applyOne, defineOp } from "../../graph/graph.ts";
import { affine } from "../elementwise/affine.ts";
import {
  type ReduceAxes,
  type ReduceOptions,
  droppedAxes,
  foldedAxes,
  keptShape,
  reduceNest,
  reduceSum,
} from "./reduceSum.ts";
import { divide } from "../elementwise/divide.ts";
import { equal } from "../elementwise/equal.ts";
import { dot, forEachIndex } from "../indexing.ts";
import { multiply } from "../elementwise/multiply.ts";

/** y = the greatest of x over `axes`, which stay as 1; dy goes in equal parts to all elements that are greatest. */
const reduceMaxOp: Op<ReduceAxes, 1> = defineOp<ReduceAxes, 1>({
  name: "reduceMax",
  infer: ([x], { axes }) => [{ shape: keptShape(x.shape, axes), dtype: "f32" }],
  gradient: ({ inputs: [x], outputs: [y], attributes: { axes }, gradients: [dy] }) => {
    const greatest = equal(x, y);
    return [multiply(greatest, divide(dy, reduceSum(greatest, { axes, keepDims: true })))];
  },
  reference: ({ inputs: [x], attributes: { axes }, outputs: [y] }) => {
    const out = new Float64Array(sizeOf(y.shape)).fill(-Infinity);
    const strides = stridesOf(y.shape).map((stride, i) => (axes.includes(i) ? 0 : stride));
    forEachIndex(x.shape, (index, i) => {
      const target = dot(strides, index);
      out[target] = Math.max(float64At(out, target), float64At(x.data, i));
    });
    return [out];
  },
  lower: ({ inputs: [x], outputs: [y], attributes: { axes } }) => [
    reduceNest("reduceMax", x, y, { axes, combine: "max", initial: -Infinity }),
  ],
});

/**
 * The greatest over `axes`; -Infinity of no elements, NaN where one is.
 * @example
 * const y = reduceMax(x, { axes: [1] }); // [2]
 */
export function reduceMax(x: Value, options: ReduceOptions = {}): Value {
  const axes = foldedAxes("reduceMax", x, options);
  return droppedAxes(applyOne(reduceMaxOp, [x], { axes }), axes, options);
}

/**
 * Mean over `axes`.
 * @example
 * const y = reduceMean(images, { axes: [1, 2] }); // [1, 3]
 */
export function reduceMean(x: Value, options: ReduceOptions = {}): Value {
  const count = sizeOf(foldedAxes("reduceMean", x, options).map((axis) => at(x.shape, axis)));
  return affine(reduceSum(x, options), 1 / count);
}

/**
 * Sum of squares over `axes`.
 * @example
 * const y = reduceSumSquare(x); // []
 */
export function reduceSumSquare(x: Value, options: ReduceOptions = {}): Value {
  foldedAxes("reduceSumSquare", x, options);
  return reduceSum(multiply(x, x), options);
}
