import { type NdArray, addAt, at, fault } from "../base/index.ts";
import { indexOfLargest, scoreImages } from "./metrics/scored.ts";

/** One image's label under out-of-fold probabilities. */
export interface LabelReview {
  /** Row of the probabilities. */
  readonly index: number;
  readonly label: number;
  /** Suggested class: the confident one for a suspected label error, else the most probable one. */
  readonly suggested: number;
  /** Probability of the given label, in [0, 1]: the smaller, the more it looks wrong. */
  readonly selfConfidence: number;
  /** A label error by the confident joint. */
  readonly suspect: boolean;
}

/** Label errors estimated by confident learning (Northcutt, Jiang & Chuang 2021). */
export interface LabelFindings {
  /** All images, the most suspicious label first. */
  readonly ranked: readonly LabelReview[];
  /** Expected number of label errors; not necessarily a whole number. */
  readonly expectedWrong: number;
  /** Mean probability of its own label over the images of each class; null for a class without images. */
  readonly thresholds: readonly (number | null)[];
  /** Expected images by given label (row) and true class (column). */
  readonly joint: readonly (readonly number[])[];
}

/**
 * Ranks images by label quality, from out-of-fold probabilities [n, classes] and the class index of each row, [n].
 * @throws when sizes, labels or numbers do not fit.
 */
export function confidentLearning(probabilities: NdArray, given: NdArray): LabelFindings {
  const classes = probabilities.shape[1] ?? 0;
  if (classes < 2)
    throw fault("confidentLearning", { expected: "2 classes or more", received: `${classes}` });
  const { data } = probabilities;
  const { labels } = scoreImages(probabilities, given, classes);
  const thresholds = thresholdsOf(data, labels, classes);
  const confident = Array.from(labels, (_, i) =>
    confidentClass(data.subarray(i * classes, (i + 1) * classes), thresholds),
  );
  const joint = jointOf(confident, labels, classes);
  const reviews = Array.from(labels, (label, index) => {
    const row = data.subarray(index * classes, (index + 1) * classes);
    return {
      review: reviewOf(row, { index, label, confident: confident[index] }),
      bestOther: bestOtherOf(row, label),
    };
  });
  const expectedCorrect = joint.reduce((sum, row, c) => sum + at(row, c), 0);
  return {
    // Ties: the larger probability of another class first, then the earlier image.
    ranked: reviews
      .toSorted(
        (a, b) =>
          a.review.selfConfidence - b.review.selfConfidence ||
          b.bestOther - a.bestOther ||
          a.review.index - b.review.index,
      )
      .map(({ review }) => review),
    expectedWrong: labels.length - expectedCorrect,
    thresholds,
    joint,
  };
}

function thresholdsOf(
  data: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): readonly (number | null)[] {
  const sums = new Float64Array(classes);
  const counts = new Float64Array(classes);
  for (let i = 0; i < labels.length; i++) {
    const label = at(labels, i);
    addAt(sums, label, at(data, i * classes + label));
    addAt(counts, label, 1);
  }
  return Array.from(sums, (sum, c) => (counts[c] === 0 ? null : sum / at(counts, c)));
}

/** The most probable of the classes whose threshold the image reaches; nothing where it reaches none. */
function confidentClass(row: ArrayLike<number>, thresholds: readonly (number | null)[]): number | undefined {
  let best: number | undefined;
  thresholds.forEach((threshold, c) => {
    if (threshold === null || at(row, c) < threshold) return;
    if (best === undefined || at(row, c) > at(row, best)) best = c;
  });
  return best;
}

/** The confident joint, each row scaled to the images that bear the label. */
function jointOf(
  confident: readonly (number | undefined)[],
  labels: ArrayLike<number>,
  classes: number,
): readonly (readonly number[])[] {
  const counts = Array.from({ length: classes }, () => new Float64Array(classes));
  const totals = new Float64Array(classes);
  confident.forEach((truth, i) => {
    const label = at(labels, i);
    addAt(totals, label, 1);
    if (truth !== undefined) addAt(at(counts, label), truth, 1);
  });
  return counts.map((row, c) => {
    const confidentCount = row.reduce((sum, n) => sum + n, 0);
    // Where no image of a class is confident, its labels are kept.
    if (confidentCount === 0) row[c] = 1;
    return Array.from(row, (n) => (n * at(totals, c)) / Math.max(confidentCount, 1));
  });
}

function reviewOf(
  row: ArrayLike<number>,
  { index, label, confident }: { index: number; label: number; confident: number | undefined },
): LabelReview {
  const suspect = confident !== undefined && confident !== label;
  return {
    index,
    label,
    suggested: suspect ? confident : indexOfLargest(row),
    selfConfidence: at(row, label),
    suspect,
  };
}

/** The largest probability of another class. */
function bestOtherOf(row: ArrayLike<number>, label: number): number {
  let bestOther = Number.NEGATIVE_INFINITY;
  for (let c = 0; c < row.length; c++) if (c !== label) bestOther = Math.max(bestOther, at(row, c));
  return bestOther;
}
