import type { Random } from "../../base/index.ts";
import type { BinnedFeatures } from "./bins.ts";

/** A classification tree as arrays over its nodes; node 0 is the root (Breiman et al. 1984). */
export interface Tree {
  /** Feature that a node splits on; -1 at a leaf. */
  readonly feature: readonly number[];
  /** Values up to it go to `below`, larger ones to `above`. */
  readonly threshold: readonly number[];
  readonly below: readonly number[];
  readonly above: readonly number[];
  readonly classes: number;
  /** Of each leaf, the share of each class in the weight of the examples that came to it; empty at other nodes. */
  readonly shares: readonly Float64Array[];
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
  const tree = {
    classes,
    feature: [] as number[],
    threshold: [] as number[],
    below: [] as number[],
    above: [] as number[],
    shares: [] as Float64Array[],
  };
  const all = [...binned.bins.keys()];
  const candidateCount = Math.ceil(Math.sqrt(all.length));
  const examples = options.rows ?? Int32Array.from({ length: labels.length }, (_, i) => i);
  const ones = new Float64Array(classes).fill(1);
  const weights = balanced ? evenWeights(countsOf(examples, { labels, weights: ones })) : ones;
  const grow = (rows: Int32Array, left: number): number => {
    const node = tree.feature.length;
    const counts = countsOf(rows, { labels, weights });
    const whole = sumOf(counts);
    tree.feature.push(-1);
    tree.threshold.push(0);
    tree.below.push(-1);
    tree.above.push(-1);
    tree.shares.push(counts.map((n) => n / whole));
    const isPure = counts.filter((n) => n > 0).length === 1;
    if (left === 0 || rows.length < 2 * minLeaf || isPure) return node;
    const candidates = random ? random.shuffle(all).slice(0, candidateCount) : all;
    const best = bestSplit(binned, { rows, labels, weights, counts, candidates, minLeaf, balanced });
    if (!best) return node;
    const column = binned.bins[best.feature]!;
    const isBelow = (row: number): boolean => column[row]! <= best.bin;
    tree.shares[node] = new Float64Array(0);
    tree.feature[node] = best.feature;
    tree.threshold[node] = binned.edges[best.feature]![best.bin]!;
    tree.below[node] = grow(rows.filter(isBelow), left - 1);
    tree.above[node] = grow(
      rows.filter((row) => !isBelow(row)),
      left - 1,
    );
    return node;
  };
  grow(examples, depth);
  return tree;
}

/** Class shares, [n, classes], at the leaf of each row of features. */
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

interface Weighed {
  readonly labels: ArrayLike<number>;
  /** Of one example of each class. */
  readonly weights: Float64Array;
}

/** Weight of the examples of each class. */
function countsOf(rows: Int32Array, { labels, weights }: Weighed): Float64Array {
  const counts = new Float64Array(weights.length);
  for (const row of rows) counts[labels[row]!]! += weights[labels[row]!]!;
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
  { bins: steps, edges: cuts }: BinnedFeatures,
  { rows, labels, weights, counts, candidates, minLeaf, balanced }: NodeRows,
): { readonly feature: number; readonly bin: number } | undefined {
  const [total, whole] = [squaresOf(counts), sumOf(counts)];
  const even = balanced ? (evenness * whole) / rows.length : 0;
  let best: { readonly feature: number; readonly bin: number } | undefined;
  let purest = total / whole + (balanced ? minGainShare * whole : minGain);
  const below = new Float64Array(counts.length);
  for (const feature of candidates) {
    const column = steps[feature]!;
    const sorted = sortedBy(rows, column, cuts[feature]!.length + 1);
    below.fill(0);
    // Weight below, and Σ n² of either side, kept up to date as one example after the other changes sides.
    let [light, squaresBelow, squaresAbove] = [0, 0, total];
    for (let size = 1; size < sorted.length; size++) {
      const row = sorted[size - 1]!;
      const label = labels[row]!;
      const weight = weights[label]!;
      squaresBelow += weight * (2 * below[label]! + weight);
      squaresAbove -= weight * (2 * (counts[label]! - below[label]!) - weight);
      below[label]! += weight;
      light += weight;
      const smaller = Math.min(size, sorted.length - size);
      if (smaller < minLeaf) continue;
      const bin = column[row]!;
      if (bin === column[sorted[size]!]) continue;
      // Examples less their Gini impurity, of both sides together: the larger, the purer.
      const pure = squaresBelow / light + squaresAbove / (whole - light) + even * smaller;
      if (pure <= purest) continue;
      purest = pure;
      best = { feature, bin };
    }
  }
  return best;
}

/** Rows by rising step, by counting. */
function sortedBy(rows: Int32Array, column: Uint8Array, binCount: number): Int32Array {
  const from = new Int32Array(binCount + 1);
  for (const row of rows) from[column[row]! + 1]! += 1;
  for (let bin = 0; bin < binCount; bin++) from[bin + 1]! += from[bin]!;
  const sorted = new Int32Array(rows.length);
  for (const row of rows) sorted[from[column[row]!]!++] = row;
  return sorted;
}

const squaresOf = (counts: Float64Array): number => counts.reduce((sum, n) => sum + n * n, 0);
const sumOf = (counts: Float64Array): number => counts.reduce((sum, n) => sum + n, 0);
