import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ndarray } from "../../src/base/index.ts";
import { classificationMetrics, matchClasses } from "../../src/evaluate/index.ts";

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
}

const { cases } = JSON.parse(readFileSync(new URL("../golden/metrics.json", import.meta.url), "utf8")) as {
  readonly cases: readonly Golden[];
};

describe.each(cases)("metrics agree with scikit-learn: $name", (golden) => {
  const classNames = golden.support.map((_, i) => `class ${i}`);
  const metrics = classificationMetrics(
    ndarray(Float64Array.from(golden.probabilities.data), golden.probabilities.shape),
    golden.yTrue,
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
  });
});

describe("classificationMetrics", () => {
  const classNames = ["a", "b", "c"];
  const rows = ndarray(Float32Array.of(0.5, 0.3, 0.2, 0.5, 0.3, 0.2, 0.5, 0.3, 0.2, 0.5, 0.3, 0.2), [4, 3]);

  test("top-k counts pictures whose class is among the k most probable", () => {
    const { accuracy, topK } = classificationMetrics(rows, [0, 1, 1, 2], { classNames });
    expect({ accuracy, topK }).toEqual({ accuracy: 0.25, topK: { 2: 0.75, 3: 1 } });
  });

  test("of equal probabilities the first class counts", () => {
    const even = ndarray(Float32Array.of(0.5, 0.5, 0.5, 0.5), [2, 2]);
    const { accuracy } = classificationMetrics(even, [0, 1], { classNames: ["a", "b"] });
    expect(accuracy).toBe(0.5);
  });

  test("a probability of zero for the right class costs much and not infinity", () => {
    const sure = ndarray(Float32Array.of(1, 0), [1, 2]);
    expect(classificationMetrics(sure, [1], { classNames: ["a", "b"] }).loss).toBeCloseTo(87.336, 2);
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
    ["nothing", ndarray(new Float32Array(0), [0, 3]), [], /1 picture or more/],
  ])("%s are refused", (_, probabilities, labels, message) => {
    expect(() => classificationMetrics(probabilities, labels, { classNames })).toThrow(message);
  });
});

describe("matchClasses", () => {
  test("classes are matched by name, in any order and with some absent", () => {
    expect([...matchClasses(["cat", "dog", "eel"], ["eel", "cat"], "data")]).toEqual([2, 0]);
  });

  test("unknown names are an error that lists both sides", () => {
    expect(() => matchClasses(["cat", "dog"], ["dog", "fox"], "pets")).toThrow(
      "pets: expected classes the model knows (cat, dog), received fox among dog, fox; rename or remove those folders",
    );
  });
});
