import { float64At, int32At } from "../../base/index.ts";
import type { Scored } from "./scored.ts";
import type { SummedMetrics } from "./types.ts";

/** Bins of equal width that the confidences are sorted into (Guo et al. 2017). */
export const calibrationBins = 15;

/** Bin of a confidence: bin b holds (b / 15, (b + 1) / 15], and 0 goes to the first. */
export const binOf = (confidence: number): number =>
  Math.min(Math.max(Math.ceil(confidence * calibrationBins) - 1, 0), calibrationBins - 1);

/**
 * Sums over images from which these metrics follow, as one row of numbers:
 * images of each class, predictions of each class, correct of each class, (confidence - correct) of each bin, loss, Brier.
 * Rows of several sets of images add up to the row of their union.
 */
export const tallyWidth = (classes: number): number => 3 * classes + calibrationBins + 2;

/** Adds an image to a row that starts at `offset`. */
export function addImage(row: Float64Array, scored: Scored, i: number, offset: number = 0): void {
  const { classes } = scored;
  const label = int32At(scored.labels, i);
  const predicted = int32At(scored.predicted, i);
  const confidence = float64At(scored.confidence, i);
  const correct = label === predicted ? 1 : 0;
  const bins = offset + 3 * classes;
  const add = (index: number, value: number): void => {
    row[index] = float64At(row, index) + value;
  };
  add(offset + label, 1);
  add(offset + classes + predicted, 1);
  add(offset + 2 * classes + label, correct);
  add(bins + binOf(confidence), confidence - correct);
  add(bins + calibrationBins, float64At(scored.loss, i));
  add(bins + calibrationBins + 1, float64At(scored.brier, i));
}

/** The metrics of a row of sums. */
export function summedMetrics(row: Float64Array, classes: number): SummedMetrics {
  let count = 0;
  let correct = 0;
  let recalls = 0;
  let present = 0;
  let f1 = 0;
  let byChance = 0;
  for (let c = 0; c < classes; c++) {
    const support = float64At(row, c);
    const predicted = float64At(row, classes + c);
    const hits = float64At(row, 2 * classes + c);
    count += support;
    correct += hits;
    byChance += support * predicted;
    if (support + predicted > 0) f1 += (2 * hits) / (support + predicted);
    if (support === 0) continue;
    present++;
    recalls += hits / support;
  }
  const bins = 3 * classes;
  let gap = 0;
  for (let b = 0; b < calibrationBins; b++) gap += Math.abs(float64At(row, bins + b));
  const chance = byChance / (count * count);
  return {
    accuracy: correct / count,
    balancedAccuracy: recalls / present,
    macroF1: f1 / classes,
    loss: float64At(row, bins + calibrationBins) / count,
    brier: float64At(row, bins + calibrationBins + 1) / count / (classes === 2 ? 2 : 1),
    kappa: chance === 1 ? null : (correct / count - chance) / (1 - chance),
    ece: gap / count,
  };
}
