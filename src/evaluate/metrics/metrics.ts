import { type ArrayInput, type NdArray, at, checkOptions, toNdArray } from "../../base/index.ts";
import { reliabilityOf } from "./calibration.ts";
import { type Ranking, areasUnder, curvesOf, rankingOf } from "./ranking.ts";
import { type Scored, scoreImages } from "./scored.ts";
import { addImage, summedMetrics, tallyWidth } from "./tally.ts";
import type { Areas, ClassMetrics, Metrics } from "./types.ts";

/**
 * Names and settings for `classificationMetrics`.
 * @example
 * const options: MetricsOptions = { classNames: ["cat", "dog"], topK: [2] };
 */
export interface MetricsOptions {
  /** Position = class index. */
  readonly classNames: readonly string[];
  /** Values of k for top-k accuracy, each at most the number of classes; others are ignored. @default [2, 3] */
  readonly topK?: readonly number[];
}

/** Metrics with the per-image columns and rankings that they are computed from. */
export interface Measurement {
  readonly metrics: Metrics;
  readonly scored: Scored;
  /** Of each class. */
  readonly rankings: readonly Ranking[];
}

// Chosen by eye: a curve of 200 points looks like the whole; with many classes all curves together stay below 4,000.
const curvePoints = (classes: number): number => Math.max(Math.min(200, Math.floor(4000 / classes)), 20);

/**
 * Computes metrics of probabilities [n, classes] against the class index of each row, [n]. @throws when sizes or labels do not fit.
 * @example
 * const probabilities = ndarray(Float32Array.of(0.9, 0.1, 0.2, 0.8, 0.6, 0.4), [3, 2]);
 * const labels = ndarray(Int32Array.of(0, 1, 1), [3]);
 * const { accuracy, confusionMatrix } = classificationMetrics(probabilities, labels, { classNames: ["cat", "dog"] });
 * confusionMatrix; // → [[1, 0], [1, 1]]
 */
export function classificationMetrics(
  probabilities: ArrayInput,
  labels: ArrayInput,
  options: MetricsOptions,
): Metrics {
  const who = "classificationMetrics";
  checkOptions(who, options, { classNames: true, topK: true });
  const rows = toNdArray(`${who}: probabilities`, probabilities);
  return measure(rows, toNdArray(`${who}: labels`, labels), options).metrics;
}

/** {@link classificationMetrics}, with the columns and rankings they come from. */
export function measure(
  probabilities: NdArray,
  labels: NdArray,
  { classNames, topK = [2, 3] }: MetricsOptions,
): Measurement {
  const classes = classNames.length;
  const scored = scoreImages(probabilities, labels, classes);
  const rankings = classNames.map((_, of) => rankingOf(probabilities.data, labels.data, { classes, of }));
  const sums = new Float64Array(tallyWidth(classes));
  for (let i = 0; i < scored.count; i++) addImage(sums, scored, i);
  const ones = new Float64Array(scored.count).fill(1);
  const areas = rankings.map((ranking) => areasUnder(ranking, ones));
  const confusion = confusionOf(scored);
  const perClass = classNames.map((name, c) => ({
    ...measureClass(name, confusion, c),
    ...at(areas, c),
  }));
  const mean = (key: "precision" | "recall" | "f1"): number => sum(perClass.map((one) => one[key])) / classes;
  const metrics: Metrics = {
    count: scored.count,
    ...summedMetrics(sums, classes),
    ...meanAreas(areas),
    topK: Object.fromEntries(topK.filter((k) => k <= classes).map((k) => [k, within(scored, k)])),
    confusionMatrix: confusion,
    perClass,
    macro: { precision: mean("precision"), recall: mean("recall"), f1: mean("f1") },
    reliability: reliabilityOf(scored),
    curves: rankings.map((ranking) => curvesOf(ranking, curvePoints(classes))),
  };
  return { metrics, scored, rankings };
}

/** Unweighted means over the classes that have the metric; null where none has. */
export const meanAreas = (areas: readonly Areas[]): Areas => ({
  rocAuc: meanOf(areas.map(({ rocAuc }) => rocAuc)),
  averagePrecision: meanOf(areas.map(({ averagePrecision }) => averagePrecision)),
});

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : sum(known) / known.length;
}

function confusionOf({ count, classes, labels, predicted }: Scored): number[][] {
  const confusion = Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0));
  for (let i = 0; i < count; i++) {
    const line = at(confusion, at(labels, i));
    const column = at(predicted, i);
    line[column] = at(line, column) + 1;
  }
  return confusion;
}

const within = ({ rank, count }: Scored, k: number): number =>
  rank.reduce((hits, one) => hits + (one < k ? 1 : 0), 0) / count;

function measureClass(
  name: string,
  confusion: readonly (readonly number[])[],
  c: number,
): Omit<ClassMetrics, keyof Areas> {
  const support = sum(confusion[c] ?? []);
  const predicted = sum(confusion.map((row) => at(row, c)));
  const correct = confusion[c]?.[c] ?? 0;
  return {
    name,
    precision: fraction(correct, predicted),
    recall: fraction(correct, support),
    f1: fraction(2 * correct, predicted + support),
    support,
    predicted,
  };
}

const fraction = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, x) => total + x, 0);
