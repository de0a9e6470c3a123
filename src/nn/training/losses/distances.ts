import {
  type Value,
  add,
  affine,
  multiply,
  negate,
  reduceMax,
  reduceSum,
  relu,
  subtract,
} from "../../../engine/index.ts";

/** |x|, with the slope 0 where x is 0, as PyTorch has it. */
const magnitude = (x: Value): Value => add(relu(x), relu(negate(x)));

/** |y - t|. */
export const absoluteTerms = (outputs: Value, targets: Value): Value => magnitude(subtract(outputs, targets));

/** With a = |y - t|, over = max(a - delta, 0) and q = a - over: q² / 2 + delta·over. */
export function huberTerms(outputs: Value, targets: Value, delta: number): Value {
  const distance = absoluteTerms(outputs, targets);
  const over = relu(affine(distance, 1, -delta));
  const inside = subtract(distance, over);
  return add(affine(multiply(inside, inside), 0.5), affine(over, delta));
}

/** max(0, 1 + max((1 - t)·y) - Σ t·y), [B] from outputs and rows [B, C]. */
export function hingeTerms(outputs: Value, rows: Value): Value {
  const own = reduceSum(multiply(rows, outputs), { axes: [1] });
  const other = reduceMax(multiply(affine(rows, -1, 1), outputs), { axes: [1] });
  return relu(affine(subtract(other, own), 1, 1));
}
