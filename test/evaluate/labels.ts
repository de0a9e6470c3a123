import { type NdArray, ndarray } from "../../src/base/index.ts";

/** Class indices as the column that metrics take. */
export const labelsOf = (classes: ArrayLike<number>): NdArray<Float64Array> =>
  ndarray(Float64Array.from(classes), [classes.length]);
