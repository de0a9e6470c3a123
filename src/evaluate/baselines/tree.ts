import type { Random } from "../../base/index.ts";
import { type Stepped, steppedOf } from "./steps.ts";

/** A classification tree as arrays over its nodes; node 0 is the root (Breiman et al. 1984). */
export interface Tree {
  /** Feature that a node asks about; -1 at a leaf. */
  readonly feature: readonly number[];
  /** Values up to it go to `below`, larger ones to `above`. */
  readonly threshold: readonly number[];
  readonly below: readonly number[];
  readonly above: readonly number[];
  readonly classes: number;
  /** Of each leaf, the share of each class among the examples that came to it; empty at other nodes. */
  readonly shares: readonly Float64Array[];
}

export interface TreeOptions {
  /** Numbers of one example. */
  readonly featureCount: number;
  readonly classes: number;
  /** Questions at most on the way to a leaf. @default 6 */
  readonly depth?: number;
  /** Fewest examples of a leaf. @default 5 */
  readonly minLeaf?: number;
  /** Examples to learn from, by index; one that is named twice counts twice. @default all */
  readonly rows?: Int32Array;
  /** Asks each node about a random few of the features, as many as the root of their number. @default all of them */
  readonly random?: Random;
}

/** Learns a tree by Gini impurity from features [n, featureCount] and the class index of each row. */
export function trainTree(features: Float64Array, labels: ArrayLike<number>, options: TreeOptions): Tree {
  return growTree(steppedOf(features, options.featureCount), labels, options);
}

/** Shares of the classes, [n, classes], at the leaves that the rows of features fall to. */
export function predictTree(tree: Tree, features: Float64Array, featureCount: number): Float64Array {
  const { classes } = tree;
  const count = features.length / featureCount;
  const predicted = new Float64Array(count * classes);
  for (let i = 0; i < count; i++) {
    let node = 0;
    while (tree.feature[node]! >= 0) {
      const value = features[i * featureCount + tree.feature[node]!]!;
      node = (value <= tree.threshold[node]! ? tree.below : tree.above)[node]!;
    }
    predicted.set(tree.shares[node]!, i * classes);
  }
  return predicted;
}

/** {@link trainTree} on features that are already in steps. */
export function growTree(stepped: Stepped, labels: ArrayLike<number>, options: TreeOptions): Tree {
  const { featureCount, classes, depth = 6, minLeaf = 5, random } = options;
  const tree = {
    classes,
    feature: [] as number[],
    threshold: [] as number[],
    below: [] as number[],
    above: [] as number[],
    shares: [] as Float64Array[],
  };
  const all = Array.from({ length: featureCount }, (_, f) => f);
  const few = Math.ceil(Math.sqrt(featureCount));
  const grow = (rows: Int32Array, left: number): number => {
    const node = tree.feature.length;
    const counts = countsOf(rows, labels, classes);
    tree.feature.push(-1);
    tree.threshold.push(0);
    tree.below.push(-1);
    tree.above.push(-1);
    tree.shares.push(counts.map((n) => n / rows.length));
    if (left === 0 || rows.length < 2 * minLeaf || counts.includes(rows.length)) return node;
    const asked = random ? random.shuffle(all).slice(0, few) : all;
    const best = bestSplit(stepped, { rows, labels, counts, asked, minLeaf });
    if (!best) return node;
    const column = stepped.steps[best.feature]!;
    const isBelow = (row: number): boolean => column[row]! <= best.step;
    tree.shares[node] = new Float64Array(0);
    tree.feature[node] = best.feature;
    tree.threshold[node] = stepped.cuts[best.feature]![best.step]!;
    tree.below[node] = grow(rows.filter(isBelow), left - 1);
    tree.above[node] = grow(
      rows.filter((row) => !isBelow(row)),
      left - 1,
    );
    return node;
  };
  grow(options.rows ?? Int32Array.from({ length: labels.length }, (_, i) => i), depth);
  return tree;
}

function countsOf(rows: Int32Array, labels: ArrayLike<number>, classes: number): Float64Array {
  const counts = new Float64Array(classes);
  for (const row of rows) counts[labels[row]!]! += 1;
  return counts;
}

interface NodeRows {
  readonly rows: Int32Array;
  readonly labels: ArrayLike<number>;
  readonly counts: Float64Array;
  readonly asked: readonly number[];
  readonly minLeaf: number;
}

/** The cut that leaves the purest two sides; nothing where none is purer than the whole. */
function bestSplit(
  { steps, cuts }: Stepped,
  { rows, labels, counts, asked, minLeaf }: NodeRows,
): { readonly feature: number; readonly step: number } | undefined {
  const total = squaresOf(counts);
  let best: { readonly feature: number; readonly step: number } | undefined;
  let purest = total / rows.length + 1e-9;
  const below = new Float64Array(counts.length);
  for (const feature of asked) {
    const column = steps[feature]!;
    const sorted = sortedBy(rows, column, cuts[feature]!.length + 1);
    below.fill(0);
    // Σ n² of either side, kept up to date as one example after the other changes sides.
    let [squaresBelow, squaresAbove] = [0, total];
    for (let size = 1; size < sorted.length; size++) {
      const row = sorted[size - 1]!;
      const label = labels[row]!;
      squaresBelow += 2 * below[label]! + 1;
      squaresAbove -= 2 * (counts[label]! - below[label]!) - 1;
      below[label]! += 1;
      if (size < minLeaf || sorted.length - size < minLeaf) continue;
      const step = column[row]!;
      if (step === column[sorted[size]!]) continue;
      // Examples less their Gini impurity, of both sides together: the larger, the purer.
      const pure = squaresBelow / size + squaresAbove / (sorted.length - size);
      if (pure <= purest) continue;
      purest = pure;
      best = { feature, step };
    }
  }
  return best;
}

/** Rows by rising step, by counting. */
function sortedBy(rows: Int32Array, column: Uint8Array, stepCount: number): Int32Array {
  const from = new Int32Array(stepCount + 1);
  for (const row of rows) from[column[row]! + 1]! += 1;
  for (let step = 0; step < stepCount; step++) from[step + 1]! += from[step]!;
  const sorted = new Int32Array(rows.length);
  for (const row of rows) sorted[from[column[row]!]!++] = row;
  return sorted;
}

const squaresOf = (counts: Float64Array): number => counts.reduce((sum, n) => sum + n * n, 0);
