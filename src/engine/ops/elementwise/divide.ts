import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { over } from "../../kernels/index.ts";
import { negate } from "./affine.ts";
import { defineBinary } from "./binary.ts";
import { multiply } from "./multiply.ts";

/** y = a/b, broadcast; da = dy/b, db = -y·dy/b. */
const divideOp: Op<null, 2> = defineBinary("divide", {
  value: (a, b) => a / b,
  expression: over,
  gradient: (dy, { inputs: [, b], outputs: [y] }) => {
    const da = divide(dy, b);
    return [da, negate(multiply(y, da))];
  },
});

/**
 * a / b, broadcast from the right as in NumPy.
 * @example
 * const y = divide(x, reduceMax(x, { axes: [1], keepDims: true })); // [2, 3]
 */
export const divide = (a: Value, b: Value): Value => applyOne(divideOp, [a, b], null);
