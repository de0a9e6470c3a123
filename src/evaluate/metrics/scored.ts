import { type NdArray, type Numbers, at, fault, showShape } from "../../base/index.ts";
import { logProbability } from "../../nn/index.ts";

/** Predictions scored against the labels: one entry per image in every column. */
export interface Scored {
  readonly count: number;
  readonly classes: number;
  /** True class. */
  readonly labels: Int32Array;
  /** Most probable class; the first one where several are equal. */
  readonly predicted: Int32Array;
  /** Rank of the true class by falling probability, from 0; ties in class order. */
  readonly rank: Int32Array;
  /** Cross-entropy, in nats. */
  readonly loss: Float64Array;
  /** Squared distance of the probabilities from the truth, summed over the classes. */
  readonly brier: Float64Array;
  /** Probability of the most probable class. */
  readonly confidence: Float64Array;
}

/** Scores probabilities [n, classes] against the class index of each row, [n]. @throws when sizes, labels or numbers do not fit. */
export function scoreImages(probabilities: NdArray, labels: NdArray, classes: number): Scored {
  check(probabilities, labels, classes);
  const count = labels.data.length;
  const scored: Scored = {
    count,
    classes,
    labels: Int32Array.from(labels.data),
    predicted: new Int32Array(count),
    rank: new Int32Array(count),
    loss: new Float64Array(count),
    brier: new Float64Array(count),
    confidence: new Float64Array(count),
  };
  for (const [i, label] of scored.labels.entries()) {
    const row = probabilities.data.subarray(i * classes, (i + 1) * classes);
    const predicted = indexOfLargest(row);
    scored.predicted[i] = predicted;
    scored.rank[i] = rankOf(row, label);
    scored.loss[i] = crossEntropy(at(row, label));
    scored.brier[i] = squaredDistance(row, label);
    scored.confidence[i] = at(row, predicted);
  }
  return scored;
}

/** Index of the largest number; the first of equal ones. */
export function indexOfLargest(row: ArrayLike<number>): number {
  let best = 0;
  let largest = row[0] ?? Number.NaN;
  for (let i = 1; i < row.length; i++) {
    const value = row[i] ?? Number.NaN;
    if (value > largest) [best, largest] = [i, value];
  }
  return best;
}

/** -ln p in nats; p below float32's smallest normal number counts as that, so that 0 costs 87.3 and not infinity. */
export const crossEntropy = (p: number): number => -logProbability(p);

function rankOf(row: Numbers, label: number): number {
  const own = at(row, label);
  let rank = 0;
  row.forEach((other, c) => {
    if (other > own || (other === own && c < label)) rank++;
  });
  return rank;
}

function squaredDistance(row: Numbers, label: number): number {
  let sum = 0;
  row.forEach((probability, c) => {
    const difference = probability - (c === label ? 1 : 0);
    sum += difference * difference;
  });
  return sum;
}

function check({ shape, data }: NdArray, labels: NdArray, classes: number): void {
  const count = labels.data.length;
  if (labels.shape.length !== 1) {
    throw fault("evaluate: labels", {
      expected: "shape [n], the class index of each row",
      received: showShape(labels.shape),
    });
  }
  if (shape.length !== 2 || shape[1] !== classes || shape[0] !== count) {
    throw fault("evaluate: probabilities", {
      expected: `shape [${count}, ${classes}], a row for each label and a column for each class`,
      received: showShape(shape),
    });
  }
  if (count === 0) throw fault("evaluate", { expected: "1 image or more", received: "none" });
  labels.data.forEach((label, i) => {
    if (Number.isInteger(label) && label >= 0 && label < classes) return;
    throw fault(`evaluate: labels[${i}]`, {
      expected: `a class index from 0 to ${classes - 1}`,
      received: `${label}`,
    });
  });
  const bad = data.findIndex((p) => Number.isNaN(p));
  if (bad >= 0) {
    throw fault("evaluate: probabilities", {
      expected: "numbers",
      received: `NaN in row ${Math.floor(bad / classes)}`,
      fix: "the model has broken weights; train it again with a smaller learning rate",
    });
  }
}
