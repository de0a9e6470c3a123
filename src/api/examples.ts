import type { ArrayInput } from "../base/index.ts";

/**
 * x [n, …] and y: class indices [n], or rows [n, classes].
 * @example
 * const validationData: Examples = [x, y];
 */
export type Examples = readonly [x: ArrayInput, y: ArrayInput];

/**
 * Images or other rows with their labels, such as `imageFolder` gives.
 * @example
 * model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
 * const folder: LabelledArrays = { x, y, classNames: ["cat", "dog"] };
 * await model.fit(folder, { epochs: 2, verbose: false });
 */
export interface LabelledArrays {
  /** [n, …] */
  readonly x: ArrayInput;
  /** Class indices [n], or rows [n, classes]. */
  readonly y: ArrayInput;
  /** Position = class index. */
  readonly classNames?: readonly string[];
}
