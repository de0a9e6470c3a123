import { type Random, at, float64At, int32At, uint8At } from "../../base/index.ts";
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
export function trainTree(binned: BinnedFeatures, classOf: ArrayLike<number>, options: TreeOptions): Tree {
  const { classes, depth = 6, minLeaf = 5, balanced = false, random } = options;
  const all = [...binned.bins.keys()];
  const candidateCount = Math.ceil(Math.sqrt(all.length));
  const labels = Int32Array.from(classOf);
  const examples = options.rows ?? labels.map((_, i) => i);
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
    const isBelow = (row: number): boolean => uint8At(column, row) <= bin;
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
  for (let i = 0; i < count; i++) predicted.set(leafOf(root, features, i * featureCount), i * classes);
  return predicted;
}

/** Class shares at the leaf of the row of features that starts at `from`. */
export function leafOf(root: TreeNode, features: Float64Array, from: number): Float64Array {
  let node = root;
  while (node.type === "split")
    node = float64At(features, from + node.feature) <= node.threshold ? node.below : node.above;
  return node.shares;
}

interface Weighed {
  readonly labels: Int32Array;
  /** Of one example of each class. */
  readonly weights: Float64Array;
}

/** Weight of the examples of each class. */
function countsOf(rows: Int32Array, { labels, weights }: Weighed): Float64Array {
  const counts = new Float64Array(weights.length);
  for (let i = 0; i < rows.length; i++) {
    const label = int32At(labels, int32At(rows, i));
    counts[label] = float64At(counts, label) + float64At(weights, label);
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

// Chosen, not measured: above rounding errors; with weights as a share of their sum; and the bonus for each example on the
// smaller side, too small to outweigh any gain.
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
    let bin = -1;
    const sorted = sortedBy(rows, column, at(edges, feature).length + 1);
    for (let i = 0; i < sorted.length; i++) {
      const row = sorted[i]!;
      const next = column[row]!;
      const smaller = Math.min(i, sorted.length - i);
      if (i > 0 && next !== bin && smaller >= minLeaf) {
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
      bin = next;
    }
  }
  return best;
}

/** Rows by rising bin (counting sort); rows of one bin keep their order. */
function sortedBy(rows: Int32Array, column: Uint8Array, binCount: number): Int32Array {
  const sizes = new Int32Array(binCount);
  for (let i = 0; i < rows.length; i++) sizes[column[rows[i]!]!]! += 1;
  const next = new Int32Array(binCount);
  for (let bin = 1; bin < binCount; bin++) next[bin] = int32At(next, bin - 1) + int32At(sizes, bin - 1);
  const sorted = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    sorted[next[column[row]!]!++] = row;
  }
  return sorted;
}

const squaresOf = (counts: Float64Array): number => counts.reduce((sum, n) => sum + n * n, 0);
const sumOf = (counts: Float64Array): number => counts.reduce((sum, n) => sum + n, 0);
