import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type NdArray, ndarray, seeded } from "../../src/base/index.ts";
import { fitTemperature, temperedBy } from "../../src/evaluate/index.ts";
import { labelsOf } from "./labels.ts";

interface Drawn {
  readonly probabilities: NdArray<Float32Array>;
  readonly targets: NdArray<Float32Array>;
}

/** n images of four classes, their labels drawn from the very probabilities: calibrated by construction. */
function calibrated(n: number, seed: number): Drawn {
  const random = seeded(seed);
  const data = new Float32Array(n * 4);
  const labels = Float32Array.from({ length: n }, (_, i) => {
    const powers = [0, 1, 2, 3].map(() => Math.exp(1.2 * random.normal()));
    const sum = powers.reduce((total, p) => total + p, 0);
    data.set(
      powers.map((p) => p / sum),
      i * 4,
    );
    let left = random.next() * sum;
    const drawn = powers.findIndex((p) => (left -= p) < 0);
    return Math.max(drawn, 0);
  });
  return { probabilities: ndarray(data, [n, 4]), targets: ndarray(labels, [n]) };
}

/** Mean log loss of logits log p at 1 / T, plainly. */
function lossAt({ probabilities, targets }: Drawn, inverse: number): number {
  let sum = 0;
  const { data } = probabilities;
  for (const [i, label] of targets.data.entries()) {
    const powers = Array.from(data.subarray(i * 4, i * 4 + 4), (p) => p ** inverse);
    sum -= Math.log((powers[label] ?? 0) / powers.reduce((total, p) => total + p, 0));
  }
  return sum / targets.data.length;
}

const maxOf = (row: ArrayLike<number>): number => Math.max(...Array.from(row));

describe("a temperature that is known", () => {
  const truth = calibrated(4000, 3);

  test.each([0.5, 1, 1.7, 4])("is found again: %f", (temperature) => {
    // At 1 / T everything is sharper by T, and T brings it back.
    const sharpened = temperedBy(truth, 1 / temperature);
    const fitted = fitTemperature(sharpened.probabilities, truth.targets);
    // 4,000 images settle it to about 3%.
    expect(fitted / temperature).toBeGreaterThan(0.93);
    expect(fitted / temperature).toBeLessThan(1.07);
  });

  test("scales with the logits: of the logits over a the fit is the first fit over a", () => {
    const fitted = fitTemperature(truth.probabilities, truth.targets);
    for (const a of [0.8, 1.25, 2]) {
      const scaled = temperedBy(truth, a);
      expect(fitTemperature(scaled.probabilities, truth.targets)).toBeCloseTo(fitted / a, 3);
    }
  });

  test("has the smallest log loss of all, and slope 0 there by finite differences", () => {
    const small = temperedBy(calibrated(300, 5), 0.4);
    const inverse = 1 / fitTemperature(small.probabilities, small.targets);
    const best = lossAt(small, inverse);
    for (const other of [0.1, 0.25, 0.5, 0.8, 1, 1.5, 3])
      expect(lossAt(small, other)).toBeGreaterThanOrEqual(best - 1e-9);
    const slope = (lossAt(small, inverse + 1e-4) - lossAt(small, inverse - 1e-4)) / 2e-4;
    expect(Math.abs(slope)).toBeLessThan(1e-5);
  });
});

describe("the bounds of the temperature", () => {
  test("labels that contradict every prediction give the highest, 10", () => {
    const { probabilities } = calibrated(50, 1);
    const worst = Float64Array.from({ length: 50 }, (_, i) => {
      const row = Array.from(probabilities.data.subarray(i * 4, i * 4 + 4));
      return row.indexOf(Math.min(...row));
    });
    expect(fitTemperature(probabilities, labelsOf(worst))).toBeCloseTo(10, 4);
  });

  test("one error among many timid predictions lets them be sharpened, down to 1/4 at most", () => {
    // 400 images at 0.4 against 0.3 and 0.3, one of them wrong: the fit would be 0.05.
    const rows = Array.from({ length: 400 }, () => [0.4, 0.3, 0.3]).flat();
    const labels = Array.from({ length: 400 }, (_, i) => Number(i === 0));
    expect(fitTemperature(ndarray(Float64Array.from(rows), [400, 3]), labelsOf(labels))).toBeCloseTo(0.25, 4);
  });

  test("where all are correct nothing is sharpened, and too-high confidence needs an error to show", () => {
    const rows = Array.from({ length: 400 }, () => [0.4, 0.3, 0.3]).flat();
    expect(fitTemperature(ndarray(Float64Array.from(rows), [400, 3]), labelsOf(new Int32Array(400)))).toBe(1);
  });

  test("of two classes by hand: confidence p correct in a share q has T = logit p / logit q", () => {
    const logit = (p: number): number => Math.log(p / (1 - p));
    for (const [confidence, correct] of [
      [0.9, 70],
      [0.99, 80],
      [0.6, 75],
    ] as const) {
      const rows = Array.from({ length: 100 }, () => [confidence, 1 - confidence]).flat();
      const labels = Array.from({ length: 100 }, (_, i) => Number(i >= correct));
      const fitted = fitTemperature(ndarray(Float64Array.from(rows), [100, 2]), labelsOf(labels));
      expect(fitted).toBeCloseTo(logit(confidence) / logit(correct / 100), 4);
    }
  });
});

describe("tempered predictions", () => {
  const rowsOf = fc
    .tuple(fc.integer({ min: 0, max: 1e6 }), fc.double({ min: 0.25, max: 10, noNaN: true }))
    .map(([seed, temperature]) => ({ drawn: calibrated(8, seed), temperature }));

  test("keep the order of the classes of every image", () => {
    fc.assert(
      fc.property(rowsOf, ({ drawn, temperature }) => {
        const before = drawn.probabilities.data;
        const after = temperedBy(drawn, temperature).probabilities.data;
        for (let i = 0; i < 32; i += 4)
          for (let a = i; a < i + 4; a++)
            for (let b = i; b < i + 4; b++)
              if ((before[a] ?? 0) > (before[b] ?? 0))
                expect(after[a]).toBeGreaterThanOrEqual(after[b] ?? Number.NaN);
      }),
      { numRuns: 60 },
    );
  });

  test("are less confident the higher the temperature", () => {
    fc.assert(
      fc.property(rowsOf, ({ drawn }) => {
        const confidenceAt = (temperature: number): readonly number[] => {
          const { data } = temperedBy(drawn, temperature).probabilities;
          return Array.from({ length: 8 }, (_, i) => maxOf(data.subarray(i * 4, i * 4 + 4)));
        };
        const [cold, even, hot] = [confidenceAt(0.5), confidenceAt(1), confidenceAt(3)];
        for (const [i, one] of even.entries()) {
          expect(one).toBeLessThanOrEqual((cold[i] ?? 0) + 1e-6);
          expect(one).toBeGreaterThanOrEqual((hot[i] ?? 1) - 1e-6);
        }
      }),
      { numRuns: 40 },
    );
  });

  test("at 1 are the very numbers", () => {
    const drawn = calibrated(20, 9);
    expect(temperedBy(drawn, 1).probabilities.data).toEqual(drawn.probabilities.data);
  });
});
