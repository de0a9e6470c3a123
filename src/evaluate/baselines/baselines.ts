import { type Random, addAt, at, ndarray } from "../../base/index.ts";
import type { PreparedImages } from "../../data/index.ts";
import type { Groups } from "../intervals/groups.ts";
import { type Interval, intervalsOf } from "../intervals/intervals.ts";
import { measure } from "../metrics/metrics.ts";
import { indexOfLargest } from "../metrics/scored.ts";
import { colourFeatureCount, colourFeatures } from "./colour.ts";
import { predictForest, trainForest } from "./forest.ts";

/** Metrics of a baseline on the same images. */
export interface Baseline {
  readonly accuracy: number;
  readonly balancedAccuracy: number;
  /** 95% confidence interval of the accuracy. */
  readonly interval: Interval;
}

export interface Baselines {
  /** Majority class: always predicts the most frequent class of the training set. */
  readonly majority: Baseline & { readonly label: string };
  /** A random forest on colour histograms: uses colours, never shapes. */
  readonly colour: Baseline;
}

/** Training and validation images of one round, as indices of the prepared images. */
export interface BaselineRound {
  readonly train: Int32Array;
  readonly validation: Int32Array;
}

export interface BaselineOptions {
  /** Images to evaluate on, as indices of the prepared images; each is in the validation part of one round. */
  readonly measured: Int32Array;
  /** Of those images. */
  readonly groups: Groups;
  readonly classNames: readonly string[];
  readonly random: Random;
  /** How much of the training of the baselines is done, in [0, 1]. */
  readonly onProgress?: (done: number) => void;
}

/** Baselines, and the class predicted by the colour baseline for each evaluated image. */
export interface BaselineFindings {
  readonly baselines: Baselines;
  readonly colourPredicted: Int32Array;
}

/** Evaluates the baselines on the network's validation images: one round, or one for each fold. */
export async function baselinesOf(
  prepared: PreparedImages,
  rounds: readonly BaselineRound[],
  options: BaselineOptions,
): Promise<BaselineFindings> {
  const { classNames, random, onProgress } = options;
  const classes = classNames.length;
  const byColour = new Float64Array(prepared.count * classes);
  const byCount = new Float64Array(prepared.count * classes);
  const counts = classNames.map(() => 0);
  for (const [i, { train, validation }] of rounds.entries()) {
    const labels = train.map((index) => at(prepared.labels, index));
    const own = classNames.map((_, c) => labels.reduce((n, label) => n + (label === c ? 1 : 0), 0));
    own.forEach((n, c) => addAt(counts, c, n));
    const forest = await trainForest(await colourFeatures(prepared, train), labels, {
      featureCount: colourFeatureCount,
      classes,
      random: random.fork(`forest ${i}`),
      onTree: (done, total) => onProgress?.((i + done / total) / rounds.length),
    });
    const predicted = predictForest(forest, await colourFeatures(prepared, validation), colourFeatureCount);
    const majorityClass = indexOfLargest(own);
    validation.forEach((index, row) => {
      byColour.set(predicted.subarray(row * classes, (row + 1) * classes), index * classes);
      byCount[index * classes + majorityClass] = 1;
    });
  }
  const colour = scoreOf(byColour, prepared, options);
  const majority = scoreOf(byCount, prepared, options);
  return {
    baselines: {
      majority: { ...majority.baseline, label: classNames[indexOfLargest(counts)] ?? "" },
      colour: colour.baseline,
    },
    colourPredicted: colour.predicted,
  };
}

/** Measures probabilities [all prepared images, classes] on the images to measure on. */
function scoreOf(
  probabilities: Float64Array,
  { labels }: PreparedImages,
  { measured, groups, classNames, random }: BaselineOptions,
): { readonly baseline: Baseline; readonly predicted: Int32Array } {
  const classes = classNames.length;
  const rows = new Float64Array(measured.length * classes);
  measured.forEach((index, row) =>
    rows.set(probabilities.subarray(index * classes, (index + 1) * classes), row * classes),
  );
  const truth = measured.map((index) => at(labels, index));
  const measurement = measure(ndarray(rows, [truth.length, classes]), ndarray(truth, [truth.length]), {
    classNames,
  });
  const { accuracy, balancedAccuracy } = measurement.metrics;
  const interval = intervalsOf({ ...measurement, rankings: [] }, groups, {
    random: random.fork("bootstrap"),
  }).accuracy;
  return { baseline: { accuracy, balancedAccuracy, interval }, predicted: measurement.scored.predicted };
}
