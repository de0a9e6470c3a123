import { addAt, at } from "../../base/index.ts";
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
  const label = at(scored.labels, i);
  const predicted = at(scored.predicted, i);
  const confidence = at(scored.confidence, i);
  const correct = label === predicted ? 1 : 0;
  const bins = offset + 3 * classes;
  addAt(row, offset + label, 1);
  addAt(row, offset + classes + predicted, 1);
  addAt(row, offset + 2 * classes + label, correct);
  addAt(row, bins + binOf(confidence), confidence - correct);
  addAt(row, bins + calibrationBins, at(scored.loss, i));
  addAt(row, bins + calibrationBins + 1, at(scored.brier, i));
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
    const support = at(row, c);
    const predicted = at(row, classes + c);
    const hits = at(row, 2 * classes + c);
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
  for (let b = 0; b < calibrationBins; b++) gap += Math.abs(at(row, bins + b));
  const chance = byChance / (count * count);
  return {
    accuracy: correct / count,
    balancedAccuracy: recalls / present,
    macroF1: f1 / classes,
    loss: at(row, bins + calibrationBins) / count,
    brier: at(row, bins + calibrationBins + 1) / count / (classes === 2 ? 2 : 1),
    kappa: chance === 1 ? null : (correct / count - chance) / (1 - chance),
    ece: gap / count,
  };
}
