import {
  type BinnedFeatures,
  type Tree,
  indexOfLargest,
  predictTree,
  binFeatures,
  trainTree,
} from "../../evaluate/index.ts";
import type { FlagProperty, NumberProperty } from "../statements.ts";

/** One number of each image, by which images can be told apart; a flag is 1 where it holds, else 0. */
export type PropertyColumn = { readonly values: Float64Array } & (
  | { readonly property: NumberProperty; readonly isFlag: false }
  | { readonly property: FlagProperty; readonly isFlag: true; readonly value?: string }
);

/** What a tree is trained on. */
export interface Table {
  readonly columns: readonly PropertyColumn[];
  /** Class index of each row. */
  readonly labels: Int32Array;
  readonly classes: number;
  /** The values of the columns, [rows, columns]. */
  readonly features: Float64Array;
  readonly stepped: BinnedFeatures;
}

export function tableOf(columns: readonly PropertyColumn[], labels: Int32Array, classes: number): Table {
  const features = new Float64Array(labels.length * columns.length);
  for (const [c, { values }] of columns.entries())
    for (const [row, value] of values.entries()) features[row * columns.length + c] = value;
  return { columns, labels, classes, features, stepped: binFeatures(features, columns.length) };
}

/** A small tree for as many classes, each weighing the same: as deep as separates them, and one level more; the limits are chosen, not measured. */
export function treeOf(
  { stepped, labels, classes }: Table,
  rows: Int32Array,
  classesToSeparate = classes,
): Tree {
  const depth = Math.min(32 - Math.clz32(Math.max(classesToSeparate - 1, 1)) + 1, 6);
  const minLeaf = Math.max(3, Math.floor(rows.length / 200));
  return trainTree(stepped, labels, { classes, rows, depth, minLeaf, balanced: true });
}

/** The class that a tree predicts for each row. */
export function predictedBy(tree: Tree, { columns, classes, features }: Table): Int32Array {
  const shares = predictTree(tree, features, columns.length);
  return Int32Array.from({ length: shares.length / classes }, (_, row) =>
    indexOfLargest(shares.subarray(row * classes, (row + 1) * classes)),
  );
}
