import { type Op, type Value, applyOne } from "../../graph/graph.ts";
import { equalExpr } from "../../kernels/index.ts";
import { defineBinary } from "./binary.ts";

/** y = 1 where a = b, else 0, broadcast; no gradient flows. */
const equalOp: Op<null, 2> = {
  ...defineBinary("equal", { value: (a, b) => (a === b ? 1 : 0), expression: equalExpr }),
  gradient: () => [undefined, undefined],
};

/**
 * 1 where a equals b, else 0; broadcast. No gradient flows.
 * @example
 * const y = equal(x, ones(x)); // [2, 3]
 */
export const equal = (a: Value, b: Value): Value => applyOne(equalOp, [a, b], null);
