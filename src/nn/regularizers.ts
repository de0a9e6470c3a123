import { fault, isObject, showValue, unknownOption } from "../base/index.ts";
import { type Value, absoluteValue, add, affine, reduceSum, reduceSumSquare } from "../engine/index.ts";
import { readFields } from "./model/fields.ts";

/**
 * A penalty on weights: adds l1 · Σ |w| + l2 · Σ w² to the loss (Keras: L1, L2, L1L2).
 * @example
 * const penalty: Regularizer = { l2: 1e-4 };
 */
export interface Regularizer {
  /** Factor of the sum of absolute values, 0 or more. @default 0 */
  readonly l1?: number;
  /** Factor of the sum of squares, 0 or more. @default 0 */
  readonly l2?: number;
}

/**
 * Regularizer: l1 · Σ |w|, which brings weights to 0 (Keras: L1). @default 0.01
 * @example
 * const layer = dense({ units: 2, kernelRegularizer: l1(1e-4) });
 */
export const l1 = (factor = 0.01): Regularizer => parseRegularizer("l1", { l1: factor });

/**
 * Regularizer: l2 · Σ w², which keeps weights small (Keras: L2). @default 0.01
 * @example
 * const layer = dense({ units: 2, kernelRegularizer: l2(1e-4) });
 */
export const l2 = (factor = 0.01): Regularizer => parseRegularizer("l2", { l2: factor });

/**
 * Regularizer: l1 · Σ |w| + l2 · Σ w² (Keras: L1L2). @default l1 0, l2 0
 * @example
 * const layer = dense({ units: 2, kernelRegularizer: l1L2({ l1: 1e-5, l2: 1e-4 }) });
 */
export const l1L2 = (options: Regularizer = {}): Regularizer => parseRegularizer("l1L2", options);

/** Checks a regulariser that may come from a file. */
export function parseRegularizer(who: string, value: unknown): Regularizer {
  if (!isObject(value)) {
    throw fault(who, {
      expected: "factors of penalties, such as { l2: 1e-4 }",
      received: showValue(value),
      exitCode: 2,
    });
  }
  // In other data a type says what is meant; here it would leave the penalty out without a word.
  if ("type" in value)
    throw unknownOption(who, "type", { known: ["l1", "l2"], hints: { type: "give the factors alone" } });
  return readFields(who, value, (f) => ({ ...f.maybe("l1", parseFactor), ...f.maybe("l2", parseFactor) }));
}

function parseFactor(who: string, value: unknown): number {
  if (typeof value === "number" && value >= 0 && value < Infinity) return value;
  throw fault(who, { expected: "a number from 0", received: showValue(value), exitCode: 2 });
}

/** What a regulariser adds to the loss for a weight; undefined where that is nothing. */
export function penaltyOf({ l1: first, l2: second }: Regularizer, weight: Value): Value | undefined {
  const squares = second === undefined ? undefined : affine(reduceSumSquare(weight), second);
  const sizes = first === undefined ? undefined : affine(reduceSum(absoluteValue(weight)), first);
  return squares && sizes ? add(sizes, squares) : (squares ?? sizes);
}
