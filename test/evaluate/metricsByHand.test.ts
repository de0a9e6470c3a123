import { describe, expect, test } from "vitest";
import { at, ndarray } from "../../src/base/index.ts";
import { type Metrics, classificationMetrics, measure, scoreOf } from "../../src/evaluate/index.ts";
import { labelsOf } from "./labels.ts";

const metricsOf = (
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  topK?: readonly number[],
): Metrics => {
  const classes = rows[0]?.length ?? 0;
  return classificationMetrics(
    ndarray(Float64Array.from(rows.flat()), [rows.length, classes]),
    labelsOf(labels),
    {
      classNames: Array.from({ length: classes }, (_, c) => "abcdef"[c] ?? ""),
      ...(topK && { topK }),
    },
  );
};

/** Ten images of three classes; in the comment the predicted class. */
const rows = [
  [0.7, 0.2, 0.1], // a
  [0.6, 0.3, 0.1], // a
  [0.5, 0.4, 0.1], // a
  [0.3, 0.6, 0.1], // b
  [0.2, 0.7, 0.1], // b
  [0.1, 0.8, 0.1], // b
  [0.5, 0.3, 0.2], // a
  [0.1, 0.1, 0.8], // c
  [0.2, 0.2, 0.6], // c
  [0.1, 0.6, 0.3], // b
] as const;
const labels = [0, 0, 0, 0, 1, 1, 1, 2, 2, 2] as const;

describe("ten images of three classes, by hand", () => {
  const metrics = metricsOf(rows, labels);

  test("confusion matrix: rows are true classes, columns predicted ones", () => {
    expect(metrics.confusionMatrix).toEqual([
      [3, 1, 0],
      [1, 2, 0],
      [0, 1, 2],
    ]);
    expect(metrics.count).toBe(10);
  });

  test("precision = tp / predicted, recall = tp / support, F1 their harmonic mean", () => {
    const [a, b, c] = metrics.perClass;
    expect(a).toMatchObject({ name: "a", precision: 3 / 4, recall: 3 / 4, support: 4, predicted: 4 });
    expect(b).toMatchObject({ name: "b", precision: 2 / 4, recall: 2 / 3, support: 3, predicted: 4 });
    expect(c).toMatchObject({ name: "c", precision: 1, recall: 2 / 3, support: 3, predicted: 2 });
    for (const { precision, recall, f1 } of metrics.perClass)
      expect(f1).toBeCloseTo(2 / (1 / precision + 1 / recall), 12);
    expect(b?.f1).toBeCloseTo(4 / 7, 12);
    expect(c?.f1).toBeCloseTo(4 / 5, 12);
  });

  test("macro means are plain means; accuracy is the mean of the recalls weighted by support", () => {
    expect(metrics.macro.precision).toBeCloseTo((3 / 4 + 2 / 4 + 1) / 3, 12);
    expect(metrics.macro.recall).toBeCloseTo((3 / 4 + 2 / 3 + 2 / 3) / 3, 12);
    expect(metrics.macro.f1).toBeCloseTo((3 / 4 + 4 / 7 + 4 / 5) / 3, 12);
    expect(metrics.macroF1).toBe(metrics.macro.f1);
    expect(metrics.balancedAccuracy).toBeCloseTo(metrics.macro.recall, 12);
    const weighted = metrics.perClass.reduce((sum, { recall, support }) => sum + recall * support, 0) / 10;
    expect(metrics.accuracy).toBe(0.7);
    expect(weighted).toBeCloseTo(0.7, 12);
  });

  test("kappa = (p - e) / (1 - e) with e = Σ support · predicted / n²", () => {
    const chance = (4 * 4 + 3 * 4 + 3 * 2) / 100;
    expect(metrics.kappa).toBeCloseTo((0.7 - chance) / (1 - chance), 12);
  });

  test("log loss is the mean of -ln of the true class's probability", () => {
    const product = 0.7 * 0.6 * 0.5 * 0.3 * 0.7 * 0.8 * 0.3 * 0.8 * 0.6 * 0.3;
    expect(metrics.loss).toBeCloseTo(-Math.log(product) / 10, 12);
  });

  test("Brier score sums squared distances over all classes", () => {
    // 0.3² + 0.2² + 0.1² = 0.14 for the first image, and so on.
    const each = [0.14, 0.26, 0.42, 0.86, 0.14, 0.06, 0.78, 0.06, 0.24, 0.86];
    expect(metrics.brier).toBeCloseTo(each.reduce((sum, one) => sum + one, 0) / 10, 12);
  });

  test("top-k counts the true class among the k most probable", () => {
    // Wrong are images 4, 7 and 10; the true class of each is the second most probable.
    expect(metrics.topK).toEqual({ 2: 1, 3: 1 });
    expect(metricsOf(rows, labels, [1, 2, 7]).topK).toEqual({ 1: 0.7, 2: 1 });
  });

  test("ROC AUC is the share of pairs in order, ties counting half", () => {
    // Class c: 0.8, 0.6, 0.3 against six of 0.1 and one of 0.2: every pair is in order.
    expect(metrics.perClass[2]?.rocAuc).toBe(1);
    // Class a: 0.7, 0.6, 0.5, 0.3 against 0.2, 0.1, 0.5, 0.1, 0.2, 0.1. The 0.5 ties with one, the 0.3 is below it.
    expect(metrics.perClass[0]?.rocAuc).toBeCloseTo((6 + 6 + 5.5 + 5) / 24, 12);
    // Class b: 0.7, 0.8, 0.3 against 0.2, 0.3, 0.4, 0.6, 0.1, 0.2, 0.6. The 0.3 ties with one and is above three.
    expect(metrics.perClass[1]?.rocAuc).toBeCloseTo((7 + 7 + 3.5) / 21, 12);
    expect(metrics.rocAuc).toBeCloseTo((1 + 22.5 / 24 + 17.5 / 21) / 3, 12);
  });

  test("average precision sums precision at each threshold, weighted by the recall it adds", () => {
    expect(metrics.perClass[2]?.averagePrecision).toBe(1);
    // Class a: 0.7 and 0.6 at precision 1; at 0.5 three of four; at 0.3 four of five.
    expect(metrics.perClass[0]?.averagePrecision).toBeCloseTo((1 + 1 + 3 / 4 + 4 / 5) / 4, 12);
    // Class b: 0.8 and 0.7 at precision 1; the third is found at 0.3, where seven of ten are at or above it.
    expect(metrics.perClass[1]?.averagePrecision).toBeCloseTo((1 + 1 + 3 / 7) / 3, 12);
  });

  test("the ROC curve has its corners at the thresholds", () => {
    const { roc, precisionRecall } = metrics.curves[0] ?? {};
    expect(roc?.falsePositiveRate.map((x) => Math.round(x * 6))).toEqual([0, 0, 1, 1, 6]);
    expect(roc?.truePositiveRate).toEqual([0, 0.5, 0.75, 1, 1]);
    expect(precisionRecall?.recall[0]).toBe(0);
    expect(precisionRecall?.precision.at(-1)).toBe(0.4);
  });
});

describe("classes without images, and images of one class", () => {
  test("a class that never occurs and is never predicted has 0 for 0/0 and no areas", () => {
    const { perClass, balancedAccuracy, macroF1, macro, rocAuc } = metricsOf(
      [
        [0.8, 0.2, 0],
        [0.3, 0.7, 0],
      ],
      [0, 1],
    );
    expect(perClass[2]).toEqual({
      name: "c",
      precision: 0,
      recall: 0,
      f1: 0,
      support: 0,
      predicted: 0,
      rocAuc: null,
      averagePrecision: null,
    });
    // Balanced accuracy leaves the class out; the macro means count it.
    expect(balancedAccuracy).toBe(1);
    expect(macroF1).toBeCloseTo(2 / 3, 12);
    expect(macro.recall).toBeCloseTo(2 / 3, 12);
    expect(rocAuc).toBe(1);
  });

  test("a class that is predicted and never occurs has precision 0", () => {
    const { perClass, kappa } = metricsOf(
      [
        [0.1, 0.9],
        [0.9, 0.1],
      ],
      [0, 0],
    );
    expect(perClass[1]).toMatchObject({ precision: 0, recall: 0, support: 0, predicted: 1 });
    expect(perClass[0]).toMatchObject({ precision: 1, recall: 0.5 });
    // All images are of one class, so that chance agrees as often as the predictions.
    expect(kappa).toBe(0);
  });

  test("images of one class alone have no ROC, and an average precision of 1 for that class", () => {
    const { perClass, curves, rocAuc, averagePrecision } = metricsOf(
      [
        [0.6, 0.4],
        [0.2, 0.8],
      ],
      [0, 0],
    );
    expect(perClass.map((one) => one.rocAuc)).toEqual([null, null]);
    expect(perClass.map((one) => one.averagePrecision)).toEqual([1, null]);
    expect([rocAuc, averagePrecision]).toEqual([null, 1]);
    expect(curves).toEqual([null, null]);
  });

  test("a single image", () => {
    const { accuracy, ece, brier, reliability } = metricsOf([[0.25, 0.75]], [1]);
    expect([accuracy, ece, brier]).toEqual([1, 0.25, 0.0625]);
    expect(reliability).toEqual([{ from: 11 / 15, to: 12 / 15, count: 1, confidence: 0.75, accuracy: 1 }]);
  });
});

describe("ties", () => {
  test("all probabilities equal: the first class is predicted, areas are those of chance", () => {
    const even = Array.from({ length: 4 }, () => [0.25, 0.25, 0.25, 0.25]);
    const { accuracy, perClass, topK, kappa } = metricsOf(even, [0, 1, 2, 3], [1, 2, 3, 4]);
    expect(accuracy).toBe(0.25);
    expect(kappa).toBe(0);
    expect(perClass.map((one) => one.rocAuc)).toEqual([0.5, 0.5, 0.5, 0.5]);
    // One threshold, at which all four are taken: the share of the class.
    expect(perClass.map((one) => one.averagePrecision)).toEqual([0.25, 0.25, 0.25, 0.25]);
    // Ties rank in class order, so that class k - 1 is just among the first k.
    expect(topK).toEqual({ 1: 0.25, 2: 0.5, 3: 0.75, 4: 1 });
  });

  test("the Brier score of two classes is halved, so that a coin's is 1/4", () => {
    expect(metricsOf([[0.5, 0.5]], [0]).brier).toBe(0.25);
    expect(metricsOf([[0, 1]], [0]).brier).toBe(1);
    expect(metricsOf([[0, 1, 0]], [0]).brier).toBe(2);
  });
});

test("per-image columns follow the order of the images", () => {
  const { scored } = measure(ndarray(Float64Array.from(rows.flat()), [10, 3]), labelsOf(labels), {
    classNames: ["a", "b", "c"],
  });
  expect([...scored.predicted]).toEqual([0, 0, 0, 1, 1, 1, 0, 2, 2, 1]);
  expect([...scored.rank]).toEqual([0, 0, 0, 1, 0, 0, 1, 0, 0, 1]);
  expect([...scored.confidence]).toEqual([0.7, 0.6, 0.5, 0.6, 0.7, 0.8, 0.5, 0.8, 0.6, 0.6]);
});

test("the short score agrees with the metrics: loss, accuracy and counts", () => {
  const probabilities = ndarray(Float32Array.from(rows.flat()), [10, 3]);
  const losses = Float32Array.from(labels, (label, i) => -Math.log(at(at(rows, i), label)));
  const score = scoreOf({ probabilities, targets: ndarray(Float32Array.from(labels), [10]), losses });
  const metrics = classificationMetrics(probabilities, labelsOf(labels), { classNames: ["a", "b", "c"] });
  expect(score.loss).toBeCloseTo(metrics.loss, 6);
  expect(score.accuracy).toBe(0.7);
  expect(score.predicted).toEqual([4, 4, 2]);
  expect(score.actual).toEqual([4, 3, 3]);
});
