import { type Random, float64At, yieldToEventLoop } from "../../base/index.ts";
import { binFeatures } from "./bins.ts";
import { type Tree, leafOf, trainTree } from "./tree.ts";

export interface ForestOptions {
  readonly featureCount: number;
  readonly classes: number;
  readonly random: Random;
  /** Called after each tree. */
  readonly onTree?: ((done: number, total: number) => void) | undefined;
}

// Chosen, not measured: with very many classes the shares of the leaves would fill the memory. So are trees and depths.
const manyClasses = 100;

/** Trains a random forest (Breiman 2001): bootstrap samples, √features candidates per node. */
export async function trainForest(
  features: Float64Array,
  labels: ArrayLike<number>,
  { featureCount, classes, random, onTree }: ForestOptions,
): Promise<readonly Tree[]> {
  const { trees: count, depth } = classes > manyClasses ? { trees: 10, depth: 10 } : { trees: 40, depth: 12 };
  const binned = binFeatures(features, featureCount);
  const trees: Tree[] = [];
  while (trees.length < count) {
    const own = random.fork(`tree ${trees.length}`);
    const rows = Int32Array.from({ length: labels.length }, () => own.integer(labels.length));
    trees.push(trainTree(binned, labels, { classes, rows, random: own, depth, minLeaf: 2 }));
    onTree?.(trees.length, count);
    await yieldToEventLoop();
  }
  return trees;
}

/** Mean class shares over the trees, [n, classes]. */
export function predictForest(
  forest: readonly Tree[],
  features: Float64Array,
  featureCount: number,
): Float64Array {
  const classes = forest[0]?.classes ?? 0;
  const count = features.length / featureCount;
  const sums = new Float64Array(count * classes);
  // Tree by tree, since one stays in the processor's cache and all of them do not.
  for (const { root } of forest) {
    for (let i = 0, from = 0, to = 0; i < count; i++, from += featureCount) {
      const shares = leafOf(root, features, from);
      for (let c = 0; c < classes; c++, to++) sums[to] = float64At(sums, to) + float64At(shares, c);
    }
  }
  return sums.map((sum) => sum / forest.length);
}
