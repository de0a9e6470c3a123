import type { Random } from "../../base/index.ts";
import { type Stepped, mostSteps, steppedOf } from "./steps.ts";

/** A classification tree as arrays over its nodes; node 0 is the root (Breiman et al. 1984). */
export interface Tree {
  /** Feature that a node asks about; -1 at a leaf. */
  readonly feature: readonly number[];
  /** Values up to it go to `below`, larger ones to `above`. */
  readonly threshold: readonly number[];
  readonly below: readonly number[];
  readonly above: readonly number[];
  /** Of each node, the share of each class among the examples that came to it. */
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
  const classes = tree.shares[0]?.length ?? 0;
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
    const best = bestSplit(stepped, { rows, labels, counts, asked, minLeaf, featureCount });
    if (!best) return node;
    const isBelow = (row: number): boolean => stepped.steps[row * featureCount + best.feature]! <= best.step;
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
  readonly featureCount: number;
}

/** The cut that leaves the purest two sides; nothing where none is purer than the whole. */
function bestSplit(
  { steps, cuts }: Stepped,
  { rows, labels, counts, asked, minLeaf, featureCount }: NodeRows,
): { readonly feature: number; readonly step: number } | undefined {
  const classes = counts.length;
  const table = new Float64Array((mostSteps + 1) * classes);
  const below = new Float64Array(classes);
  let best: { readonly feature: number; readonly step: number } | undefined;
  let purest = purity(counts, rows.length) + 1e-9;
  for (const feature of asked) {
    table.fill(0);
    for (const row of rows) table[steps[row * featureCount + feature]! * classes + labels[row]!]! += 1;
    below.fill(0);
    let size = 0;
    for (let step = 0; step < cuts[feature]!.length; step++) {
      let here = 0;
      for (let c = 0; c < classes; c++) {
        below[c]! += table[step * classes + c]!;
        here += table[step * classes + c]!;
      }
      size += here;
      if (here === 0 || size < minLeaf || rows.length - size < minLeaf) continue;
      const pure = purity(below, size) + restPurity(counts, below, rows.length - size);
      if (pure <= purest) continue;
      purest = pure;
      best = { feature, step };
    }
  }
  return best;
}

/** Number of examples less their Gini impurity: Σ n² / N; the larger, the purer. */
function purity(counts: Float64Array, size: number): number {
  let squares = 0;
  for (const n of counts) squares += n * n;
  return squares / size;
}

function restPurity(counts: Float64Array, below: Float64Array, size: number): number {
  let squares = 0;
  for (let c = 0; c < counts.length; c++) squares += (counts[c]! - below[c]!) ** 2;
  return squares / size;
}
