import { describe, expect, test } from "vitest";
import { ndarray, seeded } from "../../src/base/index.ts";
import { type Metrics, classificationMetrics } from "../../src/evaluate/index.ts";
import { labelsOf } from "./labels.ts";

/** Two classes; the first is predicted with each confidence, correctly or not. */
function binary(predictions: readonly (readonly [confidence: number, correct: boolean])[]): Metrics {
  const rows = predictions.flatMap(([confidence]) => [confidence, 1 - confidence]);
  return classificationMetrics(
    ndarray(Float64Array.from(rows), [predictions.length, 2]),
    labelsOf(predictions.map(([, correct]) => (correct ? 0 : 1))),
    { classNames: ["a", "b"] },
  );
}

describe("the calibration error, by hand", () => {
  test("is 0 where every bin's accuracy is its confidence, and the distance where it is not", () => {
    const four = (confidence: number, correct: number): readonly (readonly [number, boolean])[] =>
      Array.from({ length: 4 }, (_, i) => [confidence, i < correct] as const);
    expect(binary([...four(0.75, 3), ...four(1, 4)]).ece).toBeCloseTo(0, 12);
    expect(binary(four(0.75, 2)).ece).toBeCloseTo(0.25, 12);
    // Of eight images half miss by 0.25 and half by 0.5.
    expect(binary([...four(0.75, 2), ...four(1, 2)]).ece).toBeCloseTo((0.25 + 0.5) / 2, 12);
  });

  test("within a bin too high and too low cancel; between bins they do not", () => {
    // 0.94 and 0.96 lie on either side of 14/15 = 0.933 alike, in the last bin; 0.9 lies in the one before.
    expect(
      binary([
        [0.94, false],
        [0.96, true],
      ]).ece,
    ).toBeCloseTo(Math.abs((0.94 + 0.96 - 1) / 2), 12);
    expect(
      binary([
        [0.9, false],
        [0.96, true],
      ]).ece,
    ).toBeCloseTo((0.9 + 0.04) / 2, 12);
  });

  test("bins are closed above: 12/15 belongs to the bin that ends there", () => {
    const { reliability } = binary([
      [0.8, true],
      [0.8 + 1e-9, false],
    ]);
    expect(reliability.map(({ from, to, count, accuracy }) => [from, to, count, accuracy])).toEqual([
      [11 / 15, 12 / 15, 1, 1],
      [12 / 15, 13 / 15, 1, 0],
    ]);
  });

  test("each point of the reliability diagram lies within its bin", () => {
    const random = seeded(6);
    const { reliability } = binary(
      Array.from({ length: 500 }, () => [0.5 + random.next() / 2, random.next() < 0.7] as const),
    );
    expect(reliability).toHaveLength(8);
    for (const { from, to, confidence } of reliability) {
      expect(confidence).toBeGreaterThan(from);
      expect(confidence).toBeLessThanOrEqual(to);
    }
    for (const [i, bin] of reliability.entries())
      expect(bin.from).toBeGreaterThan(reliability[i - 1]?.from ?? -1);
  });

  test("of a calibrated model vanishes with more images, of an overconfident one it does not", () => {
    const random = seeded(8);
    const errorOf = (n: number, truth: (confidence: number) => number): number =>
      binary(
        Array.from({ length: n }, () => {
          const confidence = 0.5 + random.next() / 2;
          return [confidence, random.next() < truth(confidence)] as const;
        }),
      ).ece;
    const calibrated = [100, 20_000].map((n) => errorOf(n, (confidence) => confidence));
    expect(calibrated[1]).toBeLessThan(0.02);
    expect(calibrated[0]).toBeGreaterThan(2 * (calibrated[1] ?? 1));
    // Correct 0.15 less often than its confidence, everywhere.
    expect(errorOf(20_000, (confidence) => confidence - 0.15)).toBeCloseTo(0.15, 1);
  });
});
