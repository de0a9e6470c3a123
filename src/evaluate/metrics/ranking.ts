import { at, int32At, lowerBound } from "../../base/index.ts";
import { simplifyPolyline } from "./simplifyPolyline.ts";
import type { Areas, ClassCurves } from "./types.ts";

/** The images in falling order of one class's probability. */
export interface Ranking {
  /** Index of each image, most probable first. */
  readonly order: Int32Array;
  /** By rank: 1 where the image is of the class. */
  readonly positive: Uint8Array;
  /** By rank: 1 where the next image's probability differs, so that a threshold fits between. */
  readonly ends: Uint8Array;
}

/** Sorts images by their probability for one class. probabilities [n, classes] */
export function rankingOf(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  { classes, of }: { readonly classes: number; readonly of: number },
): Ranking {
  const scores = Float64Array.from(labels, (_, i) => at(probabilities, i * classes + of));
  const order = fallingOrder(scores);
  return {
    order,
    positive: Uint8Array.from(order, (i) => (labels[i] === of ? 1 : 0)),
    ends: Uint8Array.from(order, (i, rank) => (scores[i] === scores[order[rank + 1] ?? -1] ? 0 : 1)),
  };
}

/** Indices from the largest score to the smallest, equal ones in their order. Numbers alone sort faster than by a comparison. */
function fallingOrder(scores: Float64Array): Int32Array {
  const rising = scores.map((score) => -score).sort();
  const taken = new Int32Array(scores.length);
  const order = new Int32Array(scores.length);
  scores.forEach((score, i) => {
    const first = lowerBound(rising, -score);
    const before = int32At(taken, first);
    order[first + before] = i;
    taken[first] = before + 1;
  });
  return order;
}

/** Areas under the curves with a weight for each rank. */
export function areasUnder({ positive, ends }: Ranking, weights: Float64Array): Areas {
  let truePositives = 0;
  let falsePositives = 0;
  let truePositivesHere = 0;
  let falsePositivesHere = 0;
  let pairs = 0;
  let precision = 0;
  for (let rank = 0; rank < positive.length; rank++) {
    const weight = weights[rank]!;
    if (positive[rank] === 1) truePositivesHere += weight;
    else falsePositivesHere += weight;
    if (ends[rank] === 0) continue;
    pairs += falsePositivesHere * (truePositives + truePositivesHere / 2);
    truePositives += truePositivesHere;
    falsePositives += falsePositivesHere;
    if (truePositivesHere > 0)
      precision += (truePositivesHere * truePositives) / (truePositives + falsePositives);
    truePositivesHere = 0;
    falsePositivesHere = 0;
  }
  return {
    rocAuc: truePositives > 0 && falsePositives > 0 ? pairs / (truePositives * falsePositives) : null,
    averagePrecision: truePositives > 0 ? precision / truePositives : null,
  };
}

/** At most `limit` points a curve; null where the class has no images, or all of them. */
export function curvesOf({ positive, ends }: Ranking, limit: number): ClassCurves | null {
  const positives = positive.reduce((sum, one) => sum + one, 0);
  const negatives = positive.length - positives;
  if (positives === 0 || negatives === 0) return null;
  const falsePositiveRate = [0];
  const recall = [0];
  const precision = [1];
  let truePositives = 0;
  positive.forEach((one, rank) => {
    truePositives += one;
    if (ends[rank] === 0) return;
    falsePositiveRate.push((rank + 1 - truePositives) / negatives);
    recall.push(truePositives / positives);
    precision.push(truePositives / (rank + 1));
  });
  const roc = simplifyPolyline(falsePositiveRate, recall, limit);
  const precisionRecall = simplifyPolyline(recall, precision, limit);
  return {
    roc: { falsePositiveRate: roc.x, truePositiveRate: roc.y },
    precisionRecall: { recall: precisionRecall.x, precision: precisionRecall.y },
  };
}
