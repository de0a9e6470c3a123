import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { plus } from "../../kernels/index.ts";
import { defineBinary } from "./binary.ts";

/** y = a + b, broadcast; da = dy, db = dy. */
const addOp: Op<null, 2> = defineBinary("add", {
  value: (a, b) => a + b,
  expression: plus,
  gradient: (dy) => [dy, dy],
});

/**
 * a + b, broadcast from the right as in NumPy.
 * @example
 * const y = add(x, ones(x)); // [2, 3]
 */
export const add = (a: Value, b: Value): Value => applyOne(addOp, [a, b], null);
