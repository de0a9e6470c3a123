import { type Shape, fault, showShape, sizeOf } from "../../../base/index.ts";
import { type Op, type Value, applyOne, defineOp } from "../../graph/graph.ts";

/** The same elements in the same order under another shape. */
const reshapeOp: Op<{ readonly shape: Shape }, 1> = defineOp<{ readonly shape: Shape }, 1>({
  name: "reshape",
  infer: ([x], { shape }) => {
    if (sizeOf(x.shape) !== sizeOf(shape)) {
      throw fault("reshape", {
        expected: `${sizeOf(x.shape)} elements, as in ${showShape(x.shape)}`,
        received: showShape(shape),
      });
    }
    return [{ shape, dtype: x.dtype }];
  },
  gradient: ({ inputs: [x], gradients: [dy] }) => [reshape(dy, x.shape)],
  reference: ({ inputs: [x] }) => [x.data],
  lower: ({ inputs: [input], outputs: [output] }) => [{ kind: "alias", input: input, output: output }],
});

/**
 * The same elements under another shape. @throws FoveaError when the sizes differ
 * @example
 * const y = reshape(x, [3, 2]); // [3, 2]
 */
export const reshape = (x: Value, shape: Shape): Value => applyOne(reshapeOp, [x], { shape });

/**
 * [N, …] to [N, the rest].
 * @example
 * const y = flatten(images); // [1, 192]
 */
export const flatten = (x: Value): Value => reshape(x, [x.shape[0] ?? 1, sizeOf(x.shape.slice(1))]);
