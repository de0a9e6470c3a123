import type { ArrayInput } from "../../base/index.ts";

/**
 * x [n, …] and y: class indices [n], or rows [n, classes]; where examples count differently in the loss, their weights [n].
 * @example
 * const validationData: Examples = [x, y];
 */
export type Examples = readonly [x: ArrayInput, y: ArrayInput, sampleWeight?: ArrayInput];

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
  /** Factor of each example's loss, [n], each 0 or more. @default 1 each */
  readonly sampleWeight?: ArrayInput;
}
