import { type NdArray, fault, portableLog, showShape } from "../base/index.ts";

/** How one class fared. A fraction without cases (0/0) is 0, as scikit-learn's zero_division=0. */
export interface ClassMetrics {
  readonly name: string;
  /** Of the pictures said to be of this class, the fraction that are. */
  readonly precision: number;
  /** Of the pictures of this class, the fraction that were found. */
  readonly recall: number;
  /** Harmonic mean of precision and recall. */
  readonly f1: number;
  /** Pictures of this class. */
  readonly support: number;
  /** Pictures said to be of this class. */
  readonly predicted: number;
}

/** What is known of predictions when the truth is at hand. */
export interface Metrics {
  readonly count: number;
  /** Mean cross-entropy, in nats. */
  readonly loss: number;
  /** Fraction of pictures whose most probable class is the right one. */
  readonly accuracy: number;
  /** Fraction whose right class is among the k most probable: topK[k]. */
  readonly topK: Readonly<Record<number, number>>;
  /** Pictures by true class (row) and predicted class (column). */
  readonly confusionMatrix: readonly (readonly number[])[];
  readonly perClass: readonly ClassMetrics[];
  /** Plain means over all classes. */
  readonly macro: { readonly precision: number; readonly recall: number; readonly f1: number };
}

export interface MetricsOptions {
  /** Position = class index. */
  readonly classNames: readonly string[];
  /** Each at most the number of classes; others are left out. @default [2, 3] */
  readonly topK?: readonly number[];
}

/** Measures probabilities [n, classes] against the class index of each row. @throws when sizes or labels do not fit. */
export function classificationMetrics(
  probabilities: NdArray,
  labels: ArrayLike<number>,
  { classNames, topK = [2, 3] }: MetricsOptions,
): Metrics {
  const classes = classNames.length;
  check(probabilities, labels, classes);
  const confusion = classNames.map(() => classNames.map(() => 0));
  const hits = classNames.map(() => 0);
  let loss = 0;
  for (let i = 0; i < labels.length; i++) {
    const row = probabilities.data.subarray(i * classes, (i + 1) * classes);
    const label = labels[i] as number;
    loss += crossEntropy(row[label] as number);
    const place = rankOf(row, label);
    hits[place] = (hits[place] ?? 0) + 1;
    const line = confusion[label] as number[];
    const said = largestAt(row);
    line[said] = (line[said] ?? 0) + 1;
  }
  const within = (k: number): number => sum(hits.slice(0, k)) / labels.length;
  const perClass = classNames.map((name, c) => measureClass(name, confusion, c));
  const mean = (key: "precision" | "recall" | "f1"): number => sum(perClass.map((one) => one[key])) / classes;
  return {
    count: labels.length,
    loss: loss / labels.length,
    accuracy: sum(confusion.map((row, c) => row[c] as number)) / labels.length,
    topK: Object.fromEntries(topK.filter((k) => k <= classes).map((k) => [k, within(k)])),
    confusionMatrix: confusion,
    perClass,
    macro: { precision: mean("precision"), recall: mean("recall"), f1: mean("f1") },
  };
}

/** Place of the largest number; the first one where several are equal. */
export function largestAt(row: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < row.length; i++) if ((row[i] as number) > (row[best] as number)) best = i;
  return best;
}

/** -ln p in nats; p below float32's smallest normal number counts as that, so that 0 costs 87.3 and not infinity. */
export const crossEntropy = (p: number): number => -portableLog(Math.max(p, 2 ** -126));

/** How many classes stand before this one when sorted by probability; equal ones in class order. */
function rankOf(row: ArrayLike<number>, label: number): number {
  const own = row[label] as number;
  let place = 0;
  for (let i = 0; i < row.length; i++) {
    const other = row[i] as number;
    if (other > own || (other === own && i < label)) place++;
  }
  return place;
}

function measureClass(name: string, confusion: readonly (readonly number[])[], c: number): ClassMetrics {
  const support = sum(confusion[c] ?? []);
  const predicted = sum(confusion.map((row) => row[c] as number));
  const right = confusion[c]?.[c] ?? 0;
  return {
    name,
    precision: fraction(right, predicted),
    recall: fraction(right, support),
    f1: fraction(2 * right, predicted + support),
    support,
    predicted,
  };
}

const fraction = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, x) => total + x, 0);

function check({ shape, data }: NdArray, labels: ArrayLike<number>, classes: number): void {
  if (shape.length !== 2 || shape[1] !== classes || shape[0] !== labels.length) {
    throw fault("evaluate: probabilities", {
      expected: `shape [${labels.length}, ${classes}], a row for each label and a column for each class`,
      received: showShape(shape),
    });
  }
  if (labels.length === 0) throw fault("evaluate", { expected: "1 picture or more", received: "none" });
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (Number.isInteger(label) && label >= 0 && label < classes) continue;
    throw fault(`evaluate: labels[${i}]`, {
      expected: `a class index from 0 to ${classes - 1}`,
      received: `${label}`,
    });
  }
  const bad = data.findIndex((p) => Number.isNaN(p));
  if (bad >= 0) {
    throw fault("evaluate: probabilities", {
      expected: "numbers",
      received: `NaN in row ${Math.floor(bad / classes)}`,
      fix: "the model has broken weights; train it again with a smaller learning rate",
    });
  }
}
