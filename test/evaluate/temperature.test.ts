import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ndarray, portableExp, seeded } from "../../src/base/index.ts";
import { classificationMetrics, fitTemperature, temperedBy } from "../../src/evaluate/index.ts";
import { atTemperature } from "../../src/nn/index.ts";
import { labelsOf } from "./labels.ts";

interface Golden {
  readonly name: string;
  readonly yTrue: readonly number[];
  readonly probabilities: { readonly shape: readonly number[]; readonly data: readonly number[] };
}

const { cases } = JSON.parse(readFileSync(new URL("../golden/metrics.json", import.meta.url), "utf8")) as {
  readonly cases: readonly Golden[];
};

// scipy 1.17.1: minimize_scalar(log loss of softmax(log p / T), bounds=(0.25, 10), method="bounded")
const fitted: Readonly<Record<string, number>> = {
  "four classes, even": 0.69035199,
  "three classes, one never predicted": 1.97309943,
  "five classes, one that never occurs": 3.77385918,
  "equal probabilities": 1.03721296,
  "images of one class only": 0.52516195,
};

describe("fitTemperature", () => {
  test.each(cases.filter(({ name }) => name in fitted))(
    "agrees with SciPy: $name",
    ({ name, yTrue, probabilities }) => {
      const rows = ndarray(Float64Array.from(probabilities.data), probabilities.shape);
      expect(fitTemperature(rows, labelsOf(yTrue))).toBeCloseTo(fitted[name]!, 5);
    },
  );

  test("asks for no more confidence where every image is correct, and leaves what is no probability alone", () => {
    const sure = ndarray(Float32Array.of(0.9, 0.1, 0.2, 0.8), [2, 2]);
    expect(fitTemperature(sure, labelsOf([0, 1]))).toBe(1);
    expect(fitTemperature(ndarray(Float32Array.of(3, -1, 0, 2), [2, 2]), labelsOf([1, 1]))).toBe(1);
  });
});

describe("atTemperature", () => {
  const random = seeded(2);
  const raw = Float32Array.from({ length: 3000 }, () => random.next() ** 8);
  for (let i = 0; i < raw.length; i += 3) {
    const sum = raw[i]! + raw[i + 1]! + raw[i + 2]!;
    for (let c = 0; c < 3; c++) raw[i + c] = raw[i + c]! / sum;
  }
  const probabilities = ndarray(raw, [1000, 3]);
  const labels = Array.from({ length: 1000 }, () => random.integer(3));

  test.each([0.3, 1, 2.5, 10])("sums to 1 and keeps the most probable class: %f", (temperature) => {
    const targets = ndarray(Float32Array.from(labels), [1000]);
    const scaled = temperedBy({ probabilities, targets }, temperature).probabilities;
    for (let i = 0; i < 3000; i += 3)
      expect(scaled.data[i]! + scaled.data[i + 1]! + scaled.data[i + 2]!).toBeCloseTo(1, 5);
    const options = { classNames: ["a", "b", "c"] };
    expect(classificationMetrics(scaled, labelsOf(labels), options).confusionMatrix).toEqual(
      classificationMetrics(probabilities, labelsOf(labels), options).confusionMatrix,
    );
  });

  test("of two that would round to the same number the larger one stays the larger", () => {
    const [a = 0, b = 0] = atTemperature(Float32Array.of(0.49999997, 0.5), 2, 10);
    expect(b).toBeGreaterThan(a);
  });

  test("by hand: squares at a temperature of one half, roots at 2", () => {
    const row = Float32Array.of(0.64, 0.36);
    expect([...atTemperature(row, 2, 0.5)].map((p) => p.toFixed(5))).toEqual(["0.75964", "0.24036"]);
    expect([...atTemperature(row, 2, 2)].map((p) => p.toFixed(5))).toEqual(["0.57143", "0.42857"]);
  });
});

test("the portable exponential is the exponential", () => {
  for (const x of [0, 1, -1, 0.3465, -87.3, 88.7, -300.25, 1e-9])
    expect(portableExp(x) / Math.exp(x)).toBeCloseTo(1, 13);
});
