import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { minus } from "../../kernels/index.ts";
import { negate } from "./affine.ts";
import { defineBinary } from "./binary.ts";

/** y = a - b, broadcast; da = dy, db = -dy. */
const subtractOp: Op<null, 2> = defineBinary("subtract", {
  value: (a, b) => a - b,
  expression: minus,
  gradient: (dy) => [dy, negate(dy)],
});

/**
 * a - b, broadcast from the right as in NumPy.
 * @example
 * const y = subtract(x, reduceMean(x, { axes: [1], keepDims: true })); // [2, 3]
 */
export const subtract = (a: Value, b: Value): Value => applyOne(subtractOp, [a, b], null);
