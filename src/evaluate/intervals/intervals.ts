import { type Random, at, seeded } from "../../base/index.ts";
import { type MetricName, type Spreads, spreadsOf } from "./bootstrap.ts";
import { type Groups, intraclassCorrelation, pseudoCount, typicalSize } from "./groups.ts";
import type { Measurement } from "../metrics/metrics.ts";
import { studentT } from "./quantile.ts";
import { crossEntropy } from "../metrics/scored.ts";

/** Lower and upper bound of a 95% confidence interval. */
export type Interval = readonly [number, number];

/** An interval for every metric; null where the metric or its variance is undefined. */
export type Intervals = { readonly accuracy: Interval } & {
  readonly [metric in MetricName]: Interval | null;
};

export interface IntervalOptions {
  /** @default 2000 */
  readonly replicates?: number;
  /** @default from seed 0 */
  readonly random?: Random;
}

/**
 * 95% confidence intervals by cluster bootstrap: whole groups are drawn with replacement, and the variance of each metric
 * over the draws becomes a score interval (Wilson 1927) with Student's t for the number of groups. A percentile of
 * the draws is anticonservative: it is too narrow for few groups, and has no width where all images are correct.
 */
export function intervalsOf(
  measurement: Measurement,
  groups: Groups,
  { replicates = 2000, random = seeded(0).fork("bootstrap") }: IntervalOptions = {},
): Intervals {
  const spreads = spreadsOf(measurement, groups, { replicates, random });
  const { metrics } = measurement;
  const sample = effectiveSampleOf(measurement, groups, spreads);
  const accuracy = wilson(metrics.accuracy, sample.images, sample.t);
  const costAtLowerBound = costAt(accuracy[0], measurement);
  return {
    accuracy,
    balancedAccuracy: fractionInterval(metrics.balancedAccuracy, spreads.balancedAccuracy, sample.ofClasses),
    macroF1: fractionInterval(metrics.macroF1, spreads.macroF1, sample.ofClasses),
    loss: withMinUpper(costAtLowerBound.loss, costInterval(metrics.loss, spreads.loss, sample)),
    brier: withMinUpper(costAtLowerBound.brier, costInterval(metrics.brier, spreads.brier, sample)),
    kappa: kappaInterval(metrics.kappa, spreads.kappa, sample),
    ece: eceInterval(metrics.ece, spreads.ece, { ...sample, minHalfWidth: metrics.accuracy - accuracy[0] }),
    rocAuc: fractionInterval(metrics.rocAuc, spreads.rocAuc, sample.ofClasses),
    averagePrecision: fractionInterval(metrics.averagePrecision, spreads.averagePrecision, sample.ofClasses),
  };
}

/** Effective sample size and the factors that go with it. */
interface EffectiveSample {
  /** Number of independent images with the same information: count / design effect. */
  readonly images: number;
  /** Factor on the variance of the draws. */
  readonly factor: number;
  readonly t: number;
}

function effectiveSampleOf(
  { metrics, scored }: Measurement,
  groups: Groups,
  spreads: Spreads,
): EffectiveSample & { readonly ofClasses: EffectiveSample } {
  const { count, accuracy } = metrics;
  const size = typicalSize(groups);
  const correction = groups.count / Math.max(groups.count - 1, 1);
  const chance = accuracy * (1 - accuracy);
  const bootstrapEffect = chance > 0 ? (spreads.accuracy?.variance ?? 0) * correction * (count / chance) : 0;
  const observedEffect = Math.max(bootstrapEffect, 1 + (size - 1) * intraclassCorrelation(groups, scored), 1);
  // With few errors observed the design effect is drawn towards the group size: errors may cluster by group.
  const minorityCount = Math.min(accuracy, 1 - accuracy) * count;
  const designEffect = Math.max(
    observedEffect,
    (minorityCount * observedEffect + pseudoCount * size) / (minorityCount + pseudoCount),
  );
  const widening = bootstrapEffect > 0 ? designEffect / bootstrapEffect : 1;
  const images = count / designEffect;
  const perClass = classGroups(groups, scored);
  const correctionPerClass = perClass.reduce((sum, n) => sum + n / Math.max(n - 1, 0.5), 0) / perClass.length;
  return {
    images,
    factor: correction * widening,
    t: studentT(groups.count - 1),
    ofClasses: {
      images,
      factor: correctionPerClass * widening,
      t: studentT(groups.count - perClass.length),
    },
  };
}

/** Groups that hold images of each class that has any. */
function classGroups({ of }: Groups, { labels, classes }: Measurement["scored"]): readonly number[] {
  const seen = Array.from({ length: classes }, () => new Set<number>());
  of.forEach((group, i) => at(seen, at(labels, i)).add(group));
  return seen.map(({ size }) => size).filter((size) => size > 0);
}

type Spread = Spreads[MetricName];

/** Wilson score interval of a fraction over `cases` independent cases (Wilson 1927). */
export function wilson(fraction: number, cases: number, t: number): Interval {
  const centre = fraction + (t * t) / (2 * cases);
  const halfWidth = t * Math.sqrt((fraction * (1 - fraction)) / cases + (t * t) / (4 * cases * cases));
  const scale = 1 + (t * t) / cases;
  return [Math.max((centre - halfWidth) / scale, 0), Math.min((centre + halfWidth) / scale, 1)];
}

/** Interval of a metric in [0, 1]: as a fraction of as many cases as have its variance. */
function fractionInterval(
  metric: number | null,
  spread: Spread,
  { images, factor, t }: EffectiveSample,
): Interval | null {
  if (metric === null || !spread) return null;
  const chance = metric * (1 - metric);
  const variance = spread.variance * factor;
  return wilson(metric, chance > 0 && variance > 0 ? chance / variance : images, t);
}

/** Kappa lies in [-1, 1]. */
function kappaInterval(kappa: number | null, spread: Spread, sample: EffectiveSample): Interval | null {
  if (kappa === null || !spread) return null;
  const half = fractionInterval((kappa + 1) / 2, { ...spread, variance: spread.variance / 4 }, sample);
  return half && [2 * half[0] - 1, 2 * half[1] - 1];
}

/** Interval of a mean cost of 0 or more whose variance grows with it: |metric - mean| = t * sqrt(variance * mean / metric). */
function costInterval(metric: number, spread: Spread, { factor, t }: EffectiveSample): Interval | null {
  if (!spread || spread.variance === 0 || metric <= 0) return null;
  const shift = (t * t * spread.variance * factor) / metric / 2;
  const halfWidth = Math.sqrt(2 * shift * metric + shift * shift);
  return [Math.max(metric + shift - halfWidth, 0), metric + shift + halfWidth];
}

const withMinUpper = (minUpper: number, interval: Interval | null): Interval | null =>
  interval && [interval[0], Math.max(interval[1], minUpper)];

interface Cost {
  readonly loss: number;
  readonly brier: number;
}

/**
 * Loss and Brier score at that accuracy: nearly all of both comes from the errors, and where
 * few were observed their variance over the draws misses the unobserved ones.
 */
function costAt(accuracy: number, { metrics, scored }: Measurement): Cost {
  const scale = scored.classes === 2 ? 2 : 1;
  const correct = { count: 0, loss: 0, brier: 0 };
  for (let i = 0; i < scored.count; i++) {
    if (scored.labels[i] !== scored.predicted[i]) continue;
    correct.count++;
    correct.loss += at(scored.loss, i);
    correct.brier += at(scored.brier, i) / scale;
  }
  const { count } = scored;
  const wrong = count - correct.count;
  const costOfWrong =
    wrong > 0
      ? {
          loss: (metrics.loss * count - correct.loss) / wrong,
          brier: (metrics.brier * count - correct.brier) / wrong,
        }
      : costIfWrong(scored);
  const perCorrect = accuracy / Math.max(correct.count, 1);
  return {
    loss: perCorrect * correct.loss + (1 - accuracy) * costOfWrong.loss,
    brier: perCorrect * correct.brier + (1 - accuracy) * costOfWrong.brier,
  };
}

/** Cost of an error where none was observed: mean confidence, the rest shared evenly by the other classes. */
function costIfWrong({ confidence, count, classes }: Measurement["scored"]): Cost {
  const confident = confidence.reduce((sum, one) => sum + one, 0) / count;
  const other = (1 - confident) / Math.max(classes - 1, 1);
  return {
    loss: crossEntropy(other),
    brier: (confident ** 2 + (1 - other) ** 2 + (classes - 2) * other ** 2) / (classes === 2 ? 2 : 1),
  };
}

/**
 * Chance alone parts confidence and accuracy in every bin, and parts them further in the draws: that much comes off
 * the lower bound; the upper one keeps it, since the correction is itself uncertain. Either bound reaches as far as
 * the accuracy's, which allows for unobserved errors.
 */
function eceInterval(
  ece: number,
  spread: Spread,
  sample: EffectiveSample & { readonly minHalfWidth: number },
): Interval | null {
  if (!spread || spread.variance === 0) return null;
  const halfWidth = Math.max(sample.t * Math.sqrt(spread.variance * sample.factor), sample.minHalfWidth);
  return [Math.max(2 * ece - spread.mean - halfWidth, 0), Math.min(ece + halfWidth, 1)];
}
