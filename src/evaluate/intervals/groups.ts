import { type Random, addAt, at, float64At } from "../../base/index.ts";
import type { Scored } from "../metrics/scored.ts";

/** Images that are not independent of each other, numbered from 0 in the order of their first member. */
export interface Groups {
  readonly count: number;
  /** Group of each image. */
  readonly of: Int32Array;
  /** Images of each group. */
  readonly sizes: Float64Array;
}

/** The groups that some images fall into, from the number of each image's group; any whole numbers. */
export function groupsOf(numbers: ArrayLike<number>): Groups {
  const known = new Map<number, number>();
  const of = Int32Array.from(numbers, (number) => {
    const index = known.get(number) ?? known.size;
    known.set(number, index);
    return index;
  });
  return numbered(of, known.size);
}

function numbered(of: Int32Array, count: number): Groups {
  const sizes = new Float64Array(count);
  for (const group of of) addAt(sizes, group, 1);
  return { count, of, sizes };
}

/**
 * The groups themselves; where they are more than `maxBlocks`, whole groups dealt at random into so many blocks, which
 * are as independent of each other: the spread of 2,000 blocks is known to 2%, and more of them cost time only.
 */
export function blocksOf(groups: Groups, maxBlocks: number, random: Random): Groups {
  if (groups.count <= maxBlocks) return groups;
  const block = new Int32Array(groups.count);
  random.shuffle(Array.from(groups.sizes.keys())).forEach((group, i) => (block[group] = i % maxBlocks));
  return numbered(
    groups.of.map((group) => at(block, group)),
    maxBlocks,
  );
}

/** How often each block is drawn when as many as there are are drawn with replacement. */
export function drawBlocks(counts: Float64Array, random: Random): void {
  counts.fill(0);
  for (let i = 0; i < counts.length; i++) {
    const block = random.integer(counts.length);
    counts[block] = float64At(counts, block) + 1;
  }
}

/**
 * Prior on the design effect: pseudo-count of errors that come as whole groups. Chosen, as Jeffreys' prior adds half a case;
 * bench/coverage.ts counts how often the intervals that it leads to hold the truth.
 */
export const pseudoCount = 0.5;

/** Size of the group that an image finds itself in, on average over the images. */
export const typicalSize = ({ sizes, of }: Groups): number =>
  sizes.reduce((sum, n) => sum + n * n, 0) / of.length;

/**
 * Intraclass correlation of correctness within groups, by analysis of variance, in [0, 1]
 * (Donner 1986); 0 where every image is its own group, 1 where all are in one.
 */
export function intraclassCorrelation(
  groups: Groups,
  { labels, predicted }: Pick<Scored, "labels" | "predicted">,
): number {
  const total = groups.of.length;
  const correct = new Float64Array(groups.count);
  groups.of.forEach((group, i) => addAt(correct, group, labels[i] === predicted[i] ? 1 : 0));
  if (total === groups.count) return 0;
  if (groups.count < 2) return 1;
  const mean = correct.reduce((sum, n) => sum + n, 0) / total;
  let between = 0;
  let within = 0;
  groups.sizes.forEach((n, group) => {
    const hits = at(correct, group);
    between += (hits - mean * n) ** 2 / n;
    within += (hits * (n - hits)) / n;
  });
  between /= groups.count - 1;
  within /= total - groups.count;
  const size = (total - typicalSize(groups)) / (groups.count - 1);
  const whole = between + (size - 1) * within;
  return whole > 0 ? Math.min(Math.max((between - within) / whole, 0), 1) : 0;
}
