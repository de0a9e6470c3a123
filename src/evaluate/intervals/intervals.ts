import { type Random, seeded } from "../../base/index.ts";
import { type MetricName, type Spreads, spreadsOf } from "./bootstrap.ts";
import { type Groups, likenessOf, typicalSize } from "./groups.ts";
import type { Measurement } from "../metrics/metrics.ts";
import { studentT } from "./quantile.ts";
import { crossEntropy } from "../metrics/scored.ts";

/** Lower and upper bound of a figure, 95 %. */
export type Interval = readonly [number, number];

/** An interval for every figure; null where the figure is not defined, or nothing is known of its spread. */
export type Intervals = { readonly accuracy: Interval } & {
  readonly [figure in MetricName]: Interval | null;
};

export interface IntervalOptions {
  /** @default 2000 */
  readonly replicates?: number;
  /** @default from seed 0 */
  readonly random?: Random;
}

/**
 * 95 % intervals by bootstrap over groups: whole groups are drawn with replacement, and the spread of each figure
 * over the draws becomes a score interval (Wilson 1927) with Student's t for the number of groups. A percentile of
 * the draws would promise too much: it is too narrow for few groups, and has no width where all images are right.
 */
export function intervalsOf(
  measurement: Measurement,
  groups: Groups,
  { replicates = 2000, random = seeded(0).fork("bootstrap") }: IntervalOptions = {},
): Intervals {
  const spreads = spreadsOf(measurement, groups, { replicates, random });
  const { metrics } = measurement;
  const known = knowledgeOf(measurement, groups, spreads);
  const accuracy = wilson(metrics.accuracy, known.images, known.t);
  const atWorst = costAt(accuracy[0], measurement);
  return {
    accuracy,
    balancedAccuracy: fractionInterval(metrics.balancedAccuracy, spreads.balancedAccuracy, known.ofClasses),
    macroF1: fractionInterval(metrics.macroF1, spreads.macroF1, known.ofClasses),
    loss: reaching(atWorst.loss, costInterval(metrics.loss, spreads.loss, known)),
    brier: reaching(atWorst.brier, costInterval(metrics.brier, spreads.brier, known)),
    kappa: kappaInterval(metrics.kappa, spreads.kappa, known),
    ece: eceInterval(metrics.ece, spreads.ece, { ...known, least: metrics.accuracy - accuracy[0] }),
    rocAuc: fractionInterval(metrics.rocAuc, spreads.rocAuc, known.ofClasses),
    averagePrecision: fractionInterval(metrics.averagePrecision, spreads.averagePrecision, known.ofClasses),
  };
}

/** How much the images at hand can tell. */
interface Knowledge {
  /** Independent images that would tell as much. */
  readonly images: number;
  /** What the spread of the draws has to be multiplied by. */
  readonly factor: number;
  readonly t: number;
}

/** Half an image's worth of doubt: this much counts for groups that are right or wrong as a whole. */
const doubt = 0.5;

function knowledgeOf(
  { metrics, scored }: Measurement,
  groups: Groups,
  spreads: Spreads,
): Knowledge & { readonly ofClasses: Knowledge } {
  const { count, accuracy } = metrics;
  const size = typicalSize(groups);
  const lost = groups.count / Math.max(groups.count - 1, 1);
  const chance = accuracy * (1 - accuracy);
  const drawn = chance > 0 ? (spreads.accuracy?.variance ?? 0) * lost * (count / chance) : 0;
  const effect = Math.max(drawn, 1 + (size - 1) * likenessOf(groups, scored), 1);
  // Few wrong images cannot tell whether the next ones will come in whole groups; then groups count as one image.
  const fewest = Math.min(accuracy, 1 - accuracy) * count;
  const doubted = Math.max(effect, (fewest * effect + doubt * size) / (fewest + doubt));
  const caution = drawn > 0 ? doubted / drawn : 1;
  const images = count / doubted;
  const perClass = classGroups(groups, scored);
  const lostPerClass = perClass.reduce((sum, n) => sum + n / Math.max(n - 1, 0.5), 0) / perClass.length;
  return {
    images,
    factor: lost * caution,
    t: studentT(groups.count - 1),
    ofClasses: {
      images,
      factor: lostPerClass * caution,
      t: studentT(groups.count - perClass.length),
    },
  };
}

/** Groups that hold images of each class that has any. */
function classGroups({ of }: Groups, { labels, classes }: Measurement["scored"]): readonly number[] {
  const seen = Array.from({ length: classes }, () => new Set<number>());
  of.forEach((group, i) => seen[labels[i]!]!.add(group));
  return seen.map(({ size }) => size).filter((size) => size > 0);
}

type Spread = Spreads[MetricName];

/** Where a fraction lies that came out so in this many independent cases (Wilson 1927). */
export function wilson(fraction: number, cases: number, t: number): Interval {
  const middle = fraction + (t * t) / (2 * cases);
  const reach = t * Math.sqrt((fraction * (1 - fraction)) / cases + (t * t) / (4 * cases * cases));
  const scale = 1 + (t * t) / cases;
  return [Math.max((middle - reach) / scale, 0), Math.min((middle + reach) / scale, 1)];
}

/** A figure in [0, 1]: as a fraction of so many cases as have its spread. */
function fractionInterval(
  figure: number | null,
  spread: Spread,
  { images, factor, t }: Knowledge,
): Interval | null {
  if (figure === null || !spread) return null;
  const chance = figure * (1 - figure);
  const variance = spread.variance * factor;
  return wilson(figure, chance > 0 && variance > 0 ? chance / variance : images, t);
}

/** Kappa lies in [-1, 1]. */
function kappaInterval(kappa: number | null, spread: Spread, known: Knowledge): Interval | null {
  if (kappa === null || !spread) return null;
  const half = fractionInterval((kappa + 1) / 2, { ...spread, variance: spread.variance / 4 }, known);
  return half && [2 * half[0] - 1, 2 * half[1] - 1];
}

/** A mean of costs of 0 or more, whose variance grows with it: |figure - mean| = t * sqrt(variance * mean / figure). */
function costInterval(figure: number, spread: Spread, { factor, t }: Knowledge): Interval | null {
  if (!spread || spread.variance === 0 || figure <= 0) return null;
  const half = (t * t * spread.variance * factor) / figure / 2;
  const reach = Math.sqrt(2 * half * figure + half * half);
  return [Math.max(figure + half - reach, 0), figure + half + reach];
}

const reaching = (least: number, interval: Interval | null): Interval | null =>
  interval && [interval[0], Math.max(interval[1], least)];

interface Cost {
  readonly loss: number;
  readonly brier: number;
}

/**
 * Loss and Brier score if only so many images were right: nearly all of both comes from the wrong ones, and where
 * few were seen their spread over the draws knows nothing of those that were not.
 */
function costAt(accuracy: number, { metrics, scored }: Measurement): Cost {
  const scale = scored.classes === 2 ? 2 : 1;
  const right = { count: 0, loss: 0, brier: 0 };
  for (let i = 0; i < scored.count; i++) {
    if (scored.labels[i] !== scored.predicted[i]) continue;
    right.count++;
    right.loss += scored.loss[i]!;
    right.brier += scored.brier[i]! / scale;
  }
  const { count } = scored;
  const wrong = count - right.count;
  const costOfWrong =
    wrong > 0
      ? {
          loss: (metrics.loss * count - right.loss) / wrong,
          brier: (metrics.brier * count - right.brier) / wrong,
        }
      : costIfWrong(scored);
  const ofRight = accuracy / Math.max(right.count, 1);
  return {
    loss: ofRight * right.loss + (1 - accuracy) * costOfWrong.loss,
    brier: ofRight * right.brier + (1 - accuracy) * costOfWrong.brier,
  };
}

/** Of a wrong image where none was seen: as sure as on average, the rest shared evenly by the other classes. */
function costIfWrong({ confidence, count, classes }: Measurement["scored"]): Cost {
  const sure = confidence.reduce((sum, one) => sum + one, 0) / count;
  const other = (1 - sure) / Math.max(classes - 1, 1);
  return {
    loss: crossEntropy(other),
    brier: (sure ** 2 + (1 - other) ** 2 + (classes - 2) * other ** 2) / (classes === 2 ? 2 : 1),
  };
}

/**
 * Chance alone parts confidence and accuracy in every bin, and parts them further in the draws: that much comes off
 * the lower bound; the upper one keeps it, since the correction is itself uncertain. Either bound reaches as far as
 * the accuracy's, which knows of wrong images that were not seen.
 */
function eceInterval(
  ece: number,
  spread: Spread,
  known: Knowledge & { readonly least: number },
): Interval | null {
  if (!spread || spread.variance === 0) return null;
  const reach = Math.max(known.t * Math.sqrt(spread.variance * known.factor), known.least);
  return [Math.max(2 * ece - spread.mean - reach, 0), Math.min(ece + reach, 1)];
}
