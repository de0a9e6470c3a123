import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ndarray, seeded } from "../../src/base/index.ts";
import { classificationMetrics, matchClasses } from "../../src/evaluate/index.ts";
import { labelsOf } from "./labels.ts";

interface Golden {
  readonly name: string;
  readonly classes: number;
  readonly yTrue: readonly number[];
  readonly probabilities: { readonly shape: readonly number[]; readonly data: readonly number[] };
  readonly accuracy: number;
  readonly precision: readonly number[];
  readonly recall: readonly number[];
  readonly f1: readonly number[];
  readonly support: readonly number[];
  readonly macro: { readonly precision: number; readonly recall: number; readonly f1: number };
  readonly confusionMatrix: readonly (readonly number[])[];
  readonly logLoss: number;
  readonly balancedAccuracy: number;
  readonly brier: number;
  readonly kappa: number | null;
  readonly ece: number;
  readonly top2: number | null;
  readonly areas: readonly { readonly rocAuc: number | null; readonly averagePrecision: number | null }[];
  readonly curvesOfFirst: {
    readonly roc: readonly [readonly number[], readonly number[]];
    readonly precisionRecall: readonly [readonly number[], readonly number[]];
  } | null;
}

/** Of a figure that may be undefined: null stays null. */
const rounded = (value: number | null): number | null => value && Number(value.toFixed(9));

const { cases } = JSON.parse(readFileSync(new URL("../golden/metrics.json", import.meta.url), "utf8")) as {
  readonly cases: readonly Golden[];
};

describe.each(cases)("metrics agree with scikit-learn: $name", (golden) => {
  const classNames = golden.support.map((_, i) => `class ${i}`);
  const metrics = classificationMetrics(
    ndarray(Float64Array.from(golden.probabilities.data), golden.probabilities.shape),
    labelsOf(golden.yTrue),
    { classNames },
  );

  test("accuracy, cross-entropy and the confusion matrix", () => {
    expect(metrics.accuracy).toBe(golden.accuracy);
    expect(metrics.loss).toBeCloseTo(golden.logLoss, 8);
    expect(metrics.confusionMatrix).toEqual(golden.confusionMatrix);
    expect(metrics.count).toBe(golden.yTrue.length);
  });

  test("precision, recall, F1 and support of each class, and their means", () => {
    metrics.perClass.forEach((one, c) => {
      expect(one.name).toBe(`class ${c}`);
      expect(one.precision).toBeCloseTo(golden.precision[c] ?? NaN, 8);
      expect(one.recall).toBeCloseTo(golden.recall[c] ?? NaN, 8);
      expect(one.f1).toBeCloseTo(golden.f1[c] ?? NaN, 8);
      expect(one.support).toBe(golden.support[c]);
    });
    expect(metrics.macro.precision).toBeCloseTo(golden.macro.precision, 8);
    expect(metrics.macro.recall).toBeCloseTo(golden.macro.recall, 8);
    expect(metrics.macro.f1).toBeCloseTo(golden.macro.f1, 8);
    expect(metrics.macroF1).toBeCloseTo(golden.macro.f1, 8);
  });

  test("balanced accuracy, kappa, Brier score, calibration error and top 2", () => {
    expect(metrics.balancedAccuracy).toBeCloseTo(golden.balancedAccuracy, 8);
    expect(rounded(metrics.kappa)).toBe(rounded(golden.kappa));
    expect(metrics.brier).toBeCloseTo(golden.brier, 8);
    expect(metrics.ece).toBeCloseTo(golden.ece, 8);
    if (golden.top2 !== null) expect(metrics.topK[2]).toBeCloseTo(golden.top2, 8);
  });

  test("areas under the curves of each class; where there is none, null", () => {
    metrics.perClass.forEach(({ rocAuc, averagePrecision }, c) => {
      expect(rounded(rocAuc)).toBe(rounded(golden.areas[c]?.rocAuc ?? null));
      expect(rounded(averagePrecision)).toBe(rounded(golden.areas[c]?.averagePrecision ?? null));
    });
    const known = golden.areas.map((one) => one.rocAuc).filter((area) => area !== null);
    const mean = known.reduce((sum, area) => sum + area, 0) / known.length;
    expect(rounded(metrics.rocAuc)).toBe(known.length === 0 ? null : rounded(mean));
  });

  test("the curves to draw pass through every corner and enclose the same area", () => {
    const drawn = metrics.curves[0];
    if (!golden.curvesOfFirst || !drawn) {
      expect(drawn).toBe(golden.curvesOfFirst);
      return;
    }
    const { falsePositiveRate: x, truePositiveRate: y } = drawn.roc;
    const area = x.slice(1).reduce((sum, at, i) => sum + ((at - x[i]!) * (y[i + 1]! + y[i]!)) / 2, 0);
    expect(area).toBeCloseTo(golden.areas[0]?.rocAuc ?? NaN, 4);
    const [recall, precision] = golden.curvesOfFirst.precisionRecall;
    drawn.precisionRecall.recall.forEach((at, i) => {
      const misses = recall.map((x, j) =>
        Math.max(Math.abs(x - at), Math.abs(precision[j]! - drawn.precisionRecall.precision[i]!)),
      );
      expect(Math.min(...misses)).toBeLessThan(1e-5);
    });
    expect(x.length).toBeLessThanOrEqual(golden.curvesOfFirst.roc[0].length);
  });
});

describe("classificationMetrics", () => {
  const classNames = ["a", "b", "c"];
  const rows = ndarray(Float32Array.of(0.5, 0.3, 0.2, 0.5, 0.3, 0.2, 0.5, 0.3, 0.2, 0.5, 0.3, 0.2), [4, 3]);

  test("top-k counts images whose class is among the k most probable", () => {
    const { accuracy, topK } = classificationMetrics(rows, labelsOf([0, 1, 1, 2]), { classNames });
    expect({ accuracy, topK }).toEqual({ accuracy: 0.25, topK: { 2: 0.75, 3: 1 } });
  });

  test("of equal probabilities the first class counts", () => {
    const even = ndarray(Float32Array.of(0.5, 0.5, 0.5, 0.5), [2, 2]);
    const { accuracy } = classificationMetrics(even, labelsOf([0, 1]), { classNames: ["a", "b"] });
    expect(accuracy).toBe(0.5);
  });

  test("a probability of zero for the right class costs much and not infinity", () => {
    const sure = ndarray(Float32Array.of(1, 0), [1, 2]);
    expect(classificationMetrics(sure, labelsOf([1]), { classNames: ["a", "b"] }).loss).toBeCloseTo(
      87.336,
      2,
    );
  });

  test("a curve of many images is thinned without a visible change of its area", () => {
    const random = seeded(3);
    const labels = Array.from({ length: 20_000 }, () => random.integer(2));
    const chances = Float64Array.from(
      labels.flatMap((label) => {
        const p = Math.min(Math.max(0.5 + (label - 0.5) * 0.3 + (random.next() - 0.5) * 0.6, 0), 1);
        return [1 - p, p];
      }),
    );
    const { curves, perClass } = classificationMetrics(ndarray(chances, [20_000, 2]), labelsOf(labels), {
      classNames: ["a", "b"],
    });
    const { falsePositiveRate: x, truePositiveRate: y } = curves[1]!.roc;
    expect(x.length).toBeLessThanOrEqual(200);
    const area = x.slice(1).reduce((sum, at, i) => sum + ((at - x[i]!) * (y[i + 1]! + y[i]!)) / 2, 0);
    expect(Math.abs(area - perClass[1]!.rocAuc!)).toBeLessThan(1e-4);
  });

  test("the reliability curve sorts by confidence and leaves empty bins out", () => {
    const sure = ndarray(Float64Array.of(0.96, 0.04, 0.98, 0.02, 0.6, 0.4), [3, 2]);
    const { reliability, ece } = classificationMetrics(sure, labelsOf([0, 1, 0]), { classNames: ["a", "b"] });
    expect(reliability.map(({ count, accuracy }) => ({ count, accuracy }))).toEqual([
      { count: 1, accuracy: 1 },
      { count: 2, accuracy: 0.5 },
    ]);
    // (|0.6 - 1| + |0.96 + 0.98 - 1|) / 3
    expect(ece).toBeCloseTo(1.34 / 3, 12);
  });

  test.each([
    ["rows that differ", rows, [0, 1], /expected shape \[2, 3\].*received \[4, 3\]/],
    [
      "a label that is no class",
      rows,
      [0, 1, 2, 3],
      /labels\[3\]: expected a class index from 0 to 2, received 3/,
    ],
    ["broken numbers", ndarray(Float32Array.of(NaN, 0, 1), [1, 3]), [0], /received NaN in row 0/],
    ["nothing", ndarray(new Float32Array(0), [0, 3]), [], /1 image or more/],
  ])("%s are refused", (_, probabilities, labels, message) => {
    expect(() => classificationMetrics(probabilities, labelsOf(labels), { classNames })).toThrow(message);
  });
});

test("labels as one-hot rows are refused, with what is wanted", () => {
  const rows = ndarray(Float64Array.of(0.6, 0.4, 0.3, 0.7), [2, 2]);
  const oneHot = ndarray(Uint8Array.of(1, 0, 0, 1), [2, 2]);
  expect(() => classificationMetrics(rows, oneHot, { classNames: ["a", "b"] })).toThrow(
    "evaluate: labels: expected shape [n], the class index of each row, received [2, 2]",
  );
});

describe("matchClasses", () => {
  test("classes are matched by name, in any order and with some absent", () => {
    expect([...matchClasses(["cat", "dog", "eel"], ["eel", "cat"], "data")]).toEqual([2, 0]);
  });

  test("names that only look otherwise suggest to merge them, and others do not", () => {
    expect(() => matchClasses(["cat", "dog"], ["Cat", "dog"], "pets")).toThrow(/--merge-classes/);
    expect(() => matchClasses(["cat", "dog"], ["Cat", "fox"], "pets")).toThrow(/rename or remove/);
  });

  test("unknown names are an error that lists both sides", () => {
    expect(() => matchClasses(["cat", "dog"], ["dog", "fox"], "pets")).toThrow(
      "pets: expected classes the model knows (cat and dog), received fox among dog and fox; rename or remove those folders",
    );
  });

  test("of many names the error lists 20, and says how many follow", () => {
    const known = Array.from({ length: 1000 }, (_, i) => `c${i}`);
    expect(() => matchClasses(known, ["fox"], "pets")).toThrow(
      /c18, c19 and 980 more\), received fox among fox;/,
    );
  });
});
