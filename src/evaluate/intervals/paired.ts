import { type Random, at, seeded } from "../../base/index.ts";
import { type Groups, blocksOf, pseudoCount, typicalSize } from "./groups.ts";
import { type Interval, wilson } from "./intervals.ts";
import { studentT } from "./quantile.ts";

/** Paired comparison of two sets of predictions on the same images. */
export interface PairedComparison {
  /** Accuracy of the second less that of the first. */
  readonly difference: number;
  /** 95% confidence interval of the difference, by cluster bootstrap. */
  readonly interval: Interval;
  /** Images that only the first, and only the second classified correctly. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Exact two-sided p of McNemar's test, which takes the images for independent. */
  readonly mcnemar: number;
}

export interface PairedOptions {
  /** @default 2000 */
  readonly replicates?: number;
  /** @default from seed 0 */
  readonly random?: Random;
}

/**
 * Compares two sets of predictions, correct (1) or not (0) on each image. Gains and losses get an interval each from the
 * draws of whole groups, and the difference one from both (Zou & Donner 2008): gains that come in a few groups are lopsided.
 */
export function comparePaired(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  groups: Groups,
  { replicates = 2000, random = seeded(0).fork("paired") }: PairedOptions = {},
): PairedComparison {
  const blocks = blocksOf(groups, 2000, random.fork("blocks"));
  const changes = Array.from(blocks.sizes, (size) => ({ gains: 0, losses: 0, size }));
  blocks.of.forEach((block, i) => {
    const gain = at(second, i) - at(first, i);
    if (gain > 0) at(changes, block).gains += 1;
    if (gain < 0) at(changes, block).losses += 1;
  });
  const onlyFirst = changes.reduce((sum, { losses }) => sum + losses, 0);
  const onlySecond = changes.reduce((sum, { gains }) => sum + gains, 0);
  const total = blocks.of.length;
  const [gain, loss] = [onlySecond / total, onlyFirst / total];
  const spread = spreadOver(changes, { gain, loss }, { replicates, random });
  const difference = gain - loss;
  const ofGain = shareInterval(gain, spread.gain, groups);
  const ofLoss = shareInterval(loss, spread.loss, groups);
  const both = Math.sqrt(spread.gain * spread.loss);
  const correlation = both > 0 ? spread.covariance / both : 0;
  const halfWidth = (x: number, y: number): number =>
    Math.sqrt(Math.max(x * x + y * y - 2 * correlation * x * y, 0));
  return {
    difference,
    interval: [
      Math.max(difference - halfWidth(gain - ofGain[0], ofLoss[1] - loss), -1),
      Math.min(difference + halfWidth(ofGain[1] - gain, loss - ofLoss[0]), 1),
    ],
    onlyFirst,
    onlySecond,
    mcnemar: exactMcNemar(onlyFirst, onlySecond),
  };
}

/** Images of a block, and those that only the second, and only the first classified correctly. */
interface Changes {
  readonly size: number;
  readonly gains: number;
  readonly losses: number;
}

interface Shares {
  readonly gain: number;
  readonly loss: number;
}

/** Variances of both shares over the draws, and their covariance; `of` is what they are of all images. */
function spreadOver(
  blocks: readonly Changes[],
  of: Shares,
  { replicates, random }: Required<PairedOptions>,
): Shares & { readonly covariance: number } {
  const squares = { gain: 0, loss: 0, together: 0 };
  for (let i = 0; i < replicates; i++) {
    let [gained, lost, size] = [0, 0, 0];
    for (let draw = 0; draw < blocks.length; draw++) {
      const block = blocks[random.integer(blocks.length)]!;
      gained += block.gains;
      lost += block.losses;
      size += block.size;
    }
    const [x, y] = [gained / size - of.gain, lost / size - of.loss];
    squares.gain += x * x;
    squares.loss += y * y;
    squares.together += x * y;
  }
  return {
    gain: squares.gain / replicates,
    loss: squares.loss / replicates,
    covariance: squares.together / replicates,
  };
}

/** Interval of a share of the images, with the same prior on the design effect as the accuracy. */
function shareInterval(share: number, variance: number, groups: Groups): Interval {
  const total = groups.of.length;
  const size = typicalSize(groups);
  const correction = groups.count / Math.max(groups.count - 1, 1);
  const minorityCount = Math.min(share, 1 - share) * total;
  const observedEffect =
    minorityCount > 0 ? Math.max((variance * correction * total) / (share * (1 - share)), 1) : size;
  const designEffect = Math.max(
    observedEffect,
    (minorityCount * observedEffect + pseudoCount * size) / (minorityCount + pseudoCount),
  );
  return wilson(share, total / designEffect, studentT(groups.count - 1));
}

/**
 * Chance that of so many images on which two differ the split would be as uneven or more if both were equally good
 * (McNemar 1947, exact): 2 P(X <= min), X binomial with p = 1/2; 1 where they never differ.
 */
export function exactMcNemar(onlyFirst: number, onlySecond: number): number {
  const n = onlyFirst + onlySecond;
  const smaller = Math.min(onlyFirst, onlySecond);
  const middle = Math.floor(n / 2);
  // Terms relative to the middle one, so that none of them that matters is too small for a number.
  let term = 1;
  let tail = 0;
  let half = 0;
  for (let k = middle; k >= 0 && term > 0; k--) {
    half += term;
    if (k <= smaller) tail += term;
    term *= k / (n - k + 1);
  }
  const whole = n % 2 === 0 ? 2 * half - 1 : 2 * half;
  return Math.min((2 * tail) / whole, 1);
}
