import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { times } from "../../kernels/index.ts";
import { defineBinary } from "./binary.ts";

/** y = a·b, broadcast; da = dy·b, db = dy·a. */
const multiplyOp: Op<null, 2> = defineBinary("multiply", {
  value: (a, b) => a * b,
  expression: times,
  gradient: (dy, { inputs: [a, b] }) => [multiply(dy, b), multiply(dy, a)],
});

/**
 * a · b, broadcast from the right as in NumPy.
 * @example
 * const y = multiply(x, x); // [2, 3]
 */
export const multiply = (a: Value, b: Value): Value => applyOne(multiplyOp, [a, b], null);
