import { describe, expect, test } from "vitest";
import { ndarray, seeded } from "../../src/base/index.ts";
import { confidentLearning } from "../../src/evaluate/index.ts";
import { labelsOf } from "./labels.ts";

/** Images of three classes that a fairly good model names, of which every 20th bears another label. */
function flipped(count: number): {
  readonly probabilities: Float32Array;
  readonly labels: Int32Array;
  readonly wrong: ReadonlySet<number>;
} {
  const random = seeded(11);
  const probabilities = new Float32Array(count * 3);
  const wrong = new Set<number>();
  const labels = Int32Array.from({ length: count }, (_, i) => {
    const truth = i % 3;
    const scores = [0, 1, 2].map((c) => (c === truth ? 2 : 0) + random.normal());
    const total = scores.reduce((sum, score) => sum + Math.exp(score), 0);
    probabilities.set(
      scores.map((score) => Math.exp(score) / total),
      i * 3,
    );
    if (i % 20 !== 0) return truth;
    wrong.add(i);
    return (truth + 1 + random.integer(2)) % 3;
  });
  return { probabilities, labels, wrong };
}

describe("confidentLearning", () => {
  test("ranks every image, flipped labels first, and says about how many are wrong", () => {
    const { probabilities, labels, wrong } = flipped(3000);
    const { ranked, expectedWrong } = confidentLearning(ndarray(probabilities, [3000, 3]), labelsOf(labels));
    expect(new Set(ranked.map(({ index }) => index)).size).toBe(3000);
    const found = ranked.slice(0, wrong.size).filter(({ index }) => wrong.has(index)).length;
    expect(found / wrong.size).toBeGreaterThan(0.5);
    expect(expectedWrong).toBeGreaterThan(wrong.size / 2);
    expect(expectedWrong).toBeLessThan(wrong.size * 3);
  });

  // By hand: thresholds are (0.9 + 0.8 + 0.1) / 3 = 0.6 and (0.7 + 0.9) / 2 = 0.8; the third image reaches that of
  // class 1 only, the fourth reaches none.
  const rows = Float64Array.of(0.9, 0.1, 0.8, 0.2, 0.1, 0.9, 0.3, 0.7, 0.1, 0.9);

  test("thresholds, joint and suggestions, by hand", () => {
    const { ranked, thresholds, joint, expectedWrong } = confidentLearning(
      ndarray(rows, [5, 2]),
      labelsOf([0, 0, 0, 1, 1]),
    );
    expect(thresholds.map((one) => Number(one?.toFixed(12)))).toEqual([0.6, 0.8]);
    expect(joint).toEqual([
      [2, 1],
      [0, 2],
    ]);
    expect(expectedWrong).toBe(1);
    expect(ranked[0]).toEqual({ index: 2, label: 0, suggested: 1, selfConfidence: 0.1, suspect: true });
    expect(ranked.filter(({ suspect }) => suspect)).toHaveLength(1);
    expect(ranked.map(({ index }) => index)).toEqual([2, 3, 1, 0, 4]);
  });

  test("a class without images has no threshold and takes none", () => {
    const { thresholds, expectedWrong } = confidentLearning(
      ndarray(Float64Array.of(0.2, 0.3, 0.5, 0.6, 0.3, 0.1), [2, 3]),
      labelsOf([0, 0]),
    );
    expect(thresholds.slice(1)).toEqual([null, null]);
    expect(expectedWrong).toBe(0);
  });

  test("broken numbers and a single class are refused", () => {
    expect(() => confidentLearning(ndarray(Float64Array.of(NaN, 1), [1, 2]), labelsOf([0]))).toThrow(
      /NaN in row 0/,
    );
    expect(() => confidentLearning(ndarray(Float64Array.of(1), [1, 1]), labelsOf([0]))).toThrow(
      /2 classes or more/,
    );
  });
});
