import { type Random, addAt, at } from "../../base/index.ts";
import type { BinnedFeatures } from "./bins.ts";

/** A classification tree (Breiman et al. 1984). */
export interface Tree {
  readonly classes: number;
  readonly root: TreeNode;
}

/** A split on one feature, or a leaf. */
export type TreeNode = Split | Leaf;

interface Split {
  readonly type: "split";
  readonly feature: number;
  /** Values up to it go to `below`, larger ones to `above`. */
  readonly threshold: number;
  readonly below: TreeNode;
  readonly above: TreeNode;
}

interface Leaf {
  readonly type: "leaf";
  /** Share of each class in the weight of the training examples that came here. */
  readonly shares: Float64Array;
}

export interface TreeOptions {
  readonly classes: number;
  /** Maximum depth. @default 6 */
  readonly depth?: number;
  /** Minimum number of examples in a leaf. @default 5 */
  readonly minLeaf?: number;
  /** Training examples, by index; a repeated index counts as often as it occurs. @default all */
  readonly rows?: Int32Array;
  /** Every class weighs the same, however many examples it has; of equally good splits the most even is taken. @default false */
  readonly balanced?: boolean;
  /** Draws √features candidate features for each node, as a random forest. @default all features */
  readonly random?: Random;
}

/** Trains a classification tree (Gini impurity) on binned features and the class index of each example. */
export function trainTree(binned: BinnedFeatures, labels: ArrayLike<number>, options: TreeOptions): Tree {
  const { classes, depth = 6, minLeaf = 5, balanced = false, random } = options;
  const all = [...binned.bins.keys()];
  const candidateCount = Math.ceil(Math.sqrt(all.length));
  const examples = options.rows ?? Int32Array.from({ length: labels.length }, (_, i) => i);
  const ones = new Float64Array(classes).fill(1);
  const weights = balanced ? evenWeights(countsOf(examples, { labels, weights: ones })) : ones;
  const grow = (rows: Int32Array, left: number): TreeNode => {
    const counts = countsOf(rows, { labels, weights });
    const whole = sumOf(counts);
    const leaf: Leaf = { type: "leaf", shares: counts.map((n) => n / whole) };
    const isPure = counts.filter((n) => n > 0).length === 1;
    if (left === 0 || rows.length < 2 * minLeaf || isPure) return leaf;
    const candidates = random ? random.shuffle(all).slice(0, candidateCount) : all;
    const best = bestSplit(binned, { rows, labels, weights, counts, candidates, minLeaf, balanced });
    if (!best) return leaf;
    const { feature, bin } = best;
    const column = at(binned.bins, feature);
    const isBelow = (row: number): boolean => at(column, row) <= bin;
    return {
      type: "split",
      feature,
      threshold: at(at(binned.edges, feature), bin),
      below: grow(rows.filter(isBelow), left - 1),
      above: grow(
        rows.filter((row) => !isBelow(row)),
        left - 1,
      ),
    };
  };
  return { classes, root: grow(examples, depth) };
}

/** Class shares, [n, classes], at the leaf of each row of features. */
export function predictTree(
  { classes, root }: Tree,
  features: Float64Array,
  featureCount: number,
): Float64Array {
  const count = features.length / featureCount;
  const predicted = new Float64Array(count * classes);
  for (let i = 0; i < count; i++) {
    let node = root;
    while (node.type === "split") {
      const value = at(features, i * featureCount + node.feature);
      node = value <= node.threshold ? node.below : node.above;
    }
    predicted.set(node.shares, i * classes);
  }
  return predicted;
}

interface Weighed {
  readonly labels: ArrayLike<number>;
  /** Of one example of each class. */
  readonly weights: Float64Array;
}

/** Weight of the examples of each class. */
function countsOf(rows: Int32Array, { labels, weights }: Weighed): Float64Array {
  const counts = new Float64Array(weights.length);
  for (const row of rows) {
    const label = at(labels, row);
    addAt(counts, label, at(weights, label));
  }
  return counts;
}

/** Weights that make classes of so many examples alike, and leave the sum over all examples as it is. */
function evenWeights(counts: Float64Array): Float64Array {
  const share = sumOf(counts) / counts.filter((n) => n > 0).length;
  return counts.map((n) => (n > 0 ? share / n : 0));
}

interface NodeRows extends Weighed {
  readonly rows: Int32Array;
  /** Weight of the rows of each class. */
  readonly counts: Float64Array;
  readonly candidates: readonly number[];
  readonly minLeaf: number;
  readonly balanced: boolean;
}

// Above rounding errors; with weights as a share of their sum; and the bonus for each example on the smaller side.
const minGain = 1e-9;
const minGainShare = 1e-6;
const evenness = 1e-7;

/** The split with the lowest impurity; undefined where none lowers it. */
function bestSplit(
  { bins, edges }: BinnedFeatures,
  { rows, labels, weights, counts, candidates, minLeaf, balanced }: NodeRows,
): { readonly feature: number; readonly bin: number } | undefined {
  const [total, whole] = [squaresOf(counts), sumOf(counts)];
  const even = balanced ? (evenness * whole) / rows.length : 0;
  let best: { readonly feature: number; readonly bin: number } | undefined;
  let purest = total / whole + (balanced ? minGainShare * whole : minGain);
  const below = new Float64Array(counts.length);
  for (const feature of candidates) {
    const column = at(bins, feature);
    below.fill(0);
    // Weight below, and Σ n² of either side, kept up to date as one example after the other changes sides.
    let [light, squaresBelow, squaresAbove] = [0, 0, total];
    let [size, bin] = [0, -1];
    for (const row of sortedBy(rows, column, at(edges, feature).length + 1)) {
      const next = column[row]!;
      const smaller = Math.min(size, rows.length - size);
      if (size > 0 && next !== bin && smaller >= minLeaf) {
        // Examples less their Gini impurity, of both sides together: the larger, the purer.
        const pure = squaresBelow / light + squaresAbove / (whole - light) + even * smaller;
        if (pure > purest) {
          purest = pure;
          best = { feature, bin };
        }
      }
      const label = labels[row]!;
      const weight = weights[label]!;
      const already = below[label]!;
      squaresBelow += weight * (2 * already + weight);
      squaresAbove -= weight * (2 * (counts[label]! - already) - weight);
      below[label] = already + weight;
      light += weight;
      size += 1;
      bin = next;
    }
  }
  return best;
}

/** Rows by rising bin (counting sort); rows of one bin keep their order. */
function sortedBy(rows: Int32Array, column: Uint8Array, binCount: number): Int32Array {
  const sizes = new Int32Array(binCount);
  for (const row of rows) sizes[column[row]!]! += 1;
  let start = 0;
  const next = sizes.map((size) => (start += size) - size);
  const sorted = new Int32Array(rows.length);
  for (const row of rows) sorted[next[column[row]!]!++] = row;
  return sorted;
}

const squaresOf = (counts: Float64Array): number => counts.reduce((sum, n) => sum + n * n, 0);
const sumOf = (counts: Float64Array): number => counts.reduce((sum, n) => sum + n, 0);
