import { at, float64At, fault, showShape, sizeOf, stridesOf } from "../../../base/index.ts";
import { type Op, type Value, applyOne, defineOp } from "../../graph/graph.ts";
import { load, nest, whole } from "../../kernels/index.ts";
import { dot, forEachIndex } from "../indexing.ts";

interface Permutation {
  readonly permutation: readonly number[];
}

/** Axis i of y is axis permutation[i] of x; dx = dy permuted back. */
const transposeOp: Op<Permutation, 1> = defineOp<Permutation, 1>({
  name: "transpose",
  infer: ([x], { permutation }) => {
    if (permutation.toSorted((a, b) => a - b).join() !== x.shape.map((_, i) => i).join()) {
      throw fault("transpose: permutation", {
        expected: `each axis of x ${showShape(x.shape)} once`,
        received: `[${permutation.join(", ")}]`,
      });
    }
    return [{ shape: permutation.map((axis) => at(x.shape, axis)), dtype: "f32" }];
  },
  gradient: ({ attributes: { permutation }, gradients: [dy] }) => [
    transpose(
      dy,
      permutation.map((_, axis) => permutation.indexOf(axis)),
    ),
  ],
  reference: ({ inputs: [x], attributes: { permutation }, outputs: [y] }) => {
    const out = new Float64Array(sizeOf(y.shape));
    const strides = stridesOf(y.shape);
    forEachIndex(x.shape, (index, i) => {
      out[
        dot(
          strides,
          permutation.map((axis) => at(index, axis)),
        )
      ] = float64At(x.data, i);
    });
    return [out];
  },
  lower: ({ inputs: [x], outputs: [y], attributes: { permutation } }) => {
    const strides = stridesOf(x.shape);
    const value = load({ buffer: x, offset: 0, strides: permutation.map((axis) => at(strides, axis)) });
    return [nest({ label: "transpose", axes: y.shape, writes: [{ access: whole(y), value }] })];
  },
});

/**
 * x with its axes in another order. @param permutation default: the axes in reverse
 * @example
 * const y = transpose(images, [0, 3, 1, 2]); // [1, 3, 8, 8]
 */
export const transpose = (
  x: Value,
  permutation: readonly number[] = x.shape.map((_, i) => i).toReversed(),
): Value => applyOne(transposeOp, [x], { permutation });
