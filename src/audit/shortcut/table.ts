import {
  type BinnedFeatures,
  type Tree,
  argmax,
  predictTree,
  binFeatures,
  trainTree,
} from "../../evaluate/index.ts";

/** One number of each image, by which images can be told apart. */
export interface Column {
  /** "width" */
  readonly name: string;
  readonly values: Float64Array;
  /** How a value is said: "64 pixels". */
  readonly show: (value: number) => string;
  /** Says that a yes-or-no property holds or does not; its values are 1 and 0. */
  readonly isNot?: readonly [is: string, isNot: string];
}

/** What to learn from. */
export interface Table {
  readonly columns: readonly Column[];
  /** Class index of each row. */
  readonly labels: Int32Array;
  readonly classes: number;
  /** The values of the columns, [rows, columns]. */
  readonly features: Float64Array;
  readonly stepped: BinnedFeatures;
}

export function tableOf(columns: readonly Column[], labels: Int32Array, classes: number): Table {
  const features = new Float64Array(labels.length * columns.length);
  for (const [c, { values }] of columns.entries())
    for (let row = 0; row < labels.length; row++) features[row * columns.length + c] = values[row]!;
  return { columns, labels, classes, features, stepped: binFeatures(features, columns.length) };
}

/** A small tree for as many classes, each weighing the same: as many questions as tell them apart, and one more. */
export function treeOf(
  { stepped, labels, classes }: Table,
  rows: Int32Array,
  classesToSeparate = classes,
): Tree {
  const depth = Math.min(32 - Math.clz32(Math.max(classesToSeparate - 1, 1)) + 1, 6);
  const minLeaf = Math.max(3, Math.floor(rows.length / 200));
  return trainTree(stepped, labels, { classes, rows, depth, minLeaf, balanced: true });
}

/** The class that a tree names for each row. */
export function predictedBy(tree: Tree, { columns, classes, features }: Table): Int32Array {
  const shares = predictTree(tree, features, columns.length);
  return Int32Array.from({ length: shares.length / classes }, (_, row) =>
    argmax(shares.subarray(row * classes, (row + 1) * classes)),
  );
}
