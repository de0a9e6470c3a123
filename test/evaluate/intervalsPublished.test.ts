import { describe, expect, test } from "vitest";
import { type Random, ndarray, seeded } from "../../src/base/index.ts";
import { type Measurement, groupsOf, intervalsOf, measure } from "../../src/evaluate/index.ts";
import { spreadsOf } from "../../src/evaluate/intervals/bootstrap.ts";
import { blocksOf, drawBlocks, intraclassCorrelation } from "../../src/evaluate/intervals/groups.ts";
import { wilson } from "../../src/evaluate/intervals/intervals.ts";
import { studentT } from "../../src/evaluate/intervals/quantile.ts";
import { labelsOf } from "./labels.ts";

const z = 1.959963984540054;

/** Two classes in turn, each predicted with confidence 0.9; `correct` says which predictions are. */
function binary(correct: readonly boolean[]): Measurement {
  const labels = correct.map((_, i) => i % 2);
  const rows = correct.flatMap((one, i) => (one === (i % 2 === 0) ? [0.9, 0.1] : [0.1, 0.9]));
  return measure(ndarray(Float64Array.from(rows), [correct.length, 2]), labelsOf(labels), {
    classNames: ["a", "b"],
  });
}

describe("Wilson's interval", () => {
  // Newcombe 1998, "Two-sided confidence intervals for the single proportion", Table I, method 3.
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("of %i of %i is Newcombe's", (k, n, lower, upper) => {
    const found = wilson(k / n, n, z);
    expect(found[0]).toBeCloseTo(lower, 4);
    expect(found[1]).toBeCloseTo(upper, 4);
  });

  test("its bounds are the fractions from which the observed one is z standard errors away", () => {
    for (const [k, n] of [
      [3, 10],
      [50, 60],
      [1, 200],
    ] as const)
      for (const bound of wilson(k / n, n, z))
        expect(Math.abs(k / n - bound)).toBeCloseTo(z * Math.sqrt((bound * (1 - bound)) / n), 12);
  });

  test("mirrors: the errors' interval is that of the correct ones, turned over", () => {
    const [lower, upper] = wilson(0.9, 40, z);
    const [lowerError, upperError] = wilson(1 - 0.9, 40, z);
    expect(lowerError).toBeCloseTo(1 - upper, 12);
    expect(upperError).toBeCloseTo(1 - lower, 12);
  });

  test("covers close to 95% on average over the fractions, by summing the binomial distribution", () => {
    const n = 30;
    const intervals = Array.from({ length: n + 1 }, (_, k) => wilson(k / n, n, z));
    const coverageAt = (p: number): number => {
      let chance = (1 - p) ** n;
      let covered = 0;
      for (const [k, [lower, upper]] of intervals.entries()) {
        if (lower <= p && p <= upper) covered += chance;
        chance *= ((n - k) / (k + 1)) * (p / (1 - p));
      }
      return covered;
    };
    const all = Array.from({ length: 199 }, (_, i) => coverageAt((i + 1) / 200));
    expect(all.reduce((sum, one) => sum + one, 0) / 199).toBeCloseTo(0.953, 2);
    // Its known dips lie near 0 and 1 (Brown, Cai & DasGupta 2001).
    expect(Math.min(...all)).toBeGreaterThan(0.83);
    expect(Math.min(...all.slice(20, 179))).toBeGreaterThan(0.92);
  });
});

describe("Student's t", () => {
  test("falls with every degree of freedom, towards the normal distribution's 1.96", () => {
    for (let freedom = 1; freedom < 60; freedom++)
      expect(studentT(freedom + 1)).toBeLessThan(studentT(freedom));
    expect(studentT(1e6)).toBeCloseTo(z, 5);
  });

  test("leaves 2.5% above it, by integrating the density", () => {
    for (const freedom of [1, 2, 5, 9, 10, 12, 40]) {
      // Unnormalised density (1 + t² / f)^(-(f + 1) / 2), substituted by t = √f tan u: cos(u)^(f - 1) du.
      const density = (u: number): number => Math.cos(u) ** (freedom - 1);
      const integral = (from: number, to: number): number => {
        const step = (to - from) / 2000;
        let sum = 0;
        for (let i = 0; i < 2000; i++) sum += density(from + (i + 0.5) * step) * step;
        return sum;
      };
      const cut = Math.atan(studentT(freedom) / Math.sqrt(freedom));
      expect(integral(cut, Math.PI / 2) / integral(-Math.PI / 2, Math.PI / 2)).toBeCloseTo(0.025, 4);
    }
  });
});

describe("the cluster bootstrap", () => {
  test("has the variance of all 27 draws of three groups", () => {
    const correct = [true, true, true, false, true, false];
    const of = [0, 0, 0, 1, 1, 2];
    const groups = groupsOf(of);
    const perGroup = [
      { size: 3, correct: 3 },
      { size: 2, correct: 1 },
      { size: 1, correct: 0 },
    ];
    const all = perGroup.flatMap((a) =>
      perGroup.flatMap((b) =>
        perGroup.map((c) => (a.correct + b.correct + c.correct) / (a.size + b.size + c.size)),
      ),
    );
    const mean = all.reduce((sum, x) => sum + x, 0) / 27;
    const variance = all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 27;
    const { accuracy } = spreadsOf({ ...binary(correct), rankings: [] }, groups, {
      replicates: 20_000,
      random: seeded(2),
    });
    // The standard error of the mean is 0.002, that of the variance about 1%.
    expect(Math.abs((accuracy?.mean ?? 0) - mean)).toBeLessThan(0.008);
    expect((accuracy?.variance ?? 0) / variance).toBeCloseTo(1, 1);
  });

  test("draws every group as often as the others", () => {
    const counts = new Float64Array(8);
    const totals = new Float64Array(8);
    const random = seeded(4);
    for (let draw = 0; draw < 2000; draw++) {
      drawBlocks(counts, random);
      for (const [block, times] of counts.entries()) totals[block] = (totals[block] ?? 0) + times;
    }
    // 2,000 expected of each, with a standard deviation of 42.
    for (const total of totals) expect(Math.abs(total - 2000)).toBeLessThan(170);
  });

  test("of few groups that are all alike has no variance, and the interval keeps a width", () => {
    const measurement = binary(Array.from({ length: 24 }, (_, i) => i % 4 > 0));
    const groups = groupsOf(Array.from({ length: 24 }, (_, i) => Math.floor(i / 4)));
    const { accuracy } = spreadsOf(measurement, groups, { replicates: 60, random: seeded(1) });
    expect(accuracy).toEqual({ mean: 0.75, variance: 0 });
    const interval = intervalsOf(measurement, groups).accuracy;
    expect(interval[0]).toBeLessThan(0.6);
    expect(interval[1]).toBeGreaterThan(0.85);
  });

  test("groups of one correctness each count as one case each", () => {
    // 12 groups of 10 images: 9 groups correct as a whole, 3 wrong.
    const correct = Array.from({ length: 120 }, (_, i) => Math.floor(i / 10) % 4 > 0);
    const groups = groupsOf(correct.map((_, i) => Math.floor(i / 10)));
    const { accuracy } = intervalsOf(binary(correct), groups);
    const [lower, upper] = wilson(0.75, 12, studentT(11));
    // The bootstrap's variance of 12 groups is known to a few percent.
    expect(Math.abs(accuracy[0] - lower)).toBeLessThan(0.02);
    expect(Math.abs(accuracy[1] - upper)).toBeLessThan(0.02);
  });

  test("takes at most so many blocks: the variance of 3,000 independent images stays that of 3,000", () => {
    const random = seeded(7);
    const measurement = binary(Array.from({ length: 3000 }, () => random.next() < 0.8));
    const groups = groupsOf(Array.from({ length: 3000 }, (_, i) => i));
    expect(blocksOf(groups, 2000, seeded(1)).count).toBe(2000);
    const { accuracy } = spreadsOf({ ...measurement, rankings: [] }, groups, {
      replicates: 1000,
      random: seeded(3),
    });
    const p = measurement.metrics.accuracy;
    expect((accuracy?.variance ?? 0) / ((p * (1 - p)) / 3000)).toBeGreaterThan(0.85);
    expect((accuracy?.variance ?? 0) / ((p * (1 - p)) / 3000)).toBeLessThan(1.15);
  });
});

describe("intraclass correlation", () => {
  const predictedOf = (correct: readonly number[]): Int32Array => Int32Array.from(correct, (one) => 1 - one);

  test("by the analysis of variance, by hand", () => {
    // Three groups of two: (1, 1), (1, 0), (0, 0). Mean 1/2.
    // Between: 2 · (1/4 + 0 + 1/4) / 2 = 1/2. Within: (0 + 1/2 + 0) / 3 = 1/6. (1/2 - 1/6) / (1/2 + 1/6) = 1/2.
    const found = intraclassCorrelation(groupsOf([0, 0, 1, 1, 2, 2]), {
      labels: new Int32Array(6),
      predicted: predictedOf([1, 1, 1, 0, 0, 0]),
    });
    expect(found).toBeCloseTo(0.5, 12);
  });

  test("of groups of several sizes takes the mean size of the analysis of variance", () => {
    // (1, 1, 1), (0), (1, 0): mean 4/6. Σ n² / n = 14/6, so that n₀ = (6 - 14/6) / 2 = 11/6.
    const between = (3 * (1 / 3) ** 2 + (2 / 3) ** 2 + 2 * (1 / 6) ** 2) / 2;
    const within = 0.5 / 3;
    const found = intraclassCorrelation(groupsOf([0, 0, 0, 1, 2, 2]), {
      labels: new Int32Array(6),
      predicted: predictedOf([1, 1, 1, 0, 1, 0]),
    });
    expect(found).toBeCloseTo((between - within) / (between + (11 / 6 - 1) * within), 12);
  });

  test("recovers the correlation of many simulated groups", () => {
    const random: Random = seeded(12);
    // A group is correct throughout, or wrong throughout, with chance ρ; else its images are independent.
    const correlation = 0.4;
    const correct: number[] = [];
    const of: number[] = [];
    for (let group = 0; group < 3000; group++) {
      const shared = random.next() < correlation ? Number(random.next() < 0.7) : undefined;
      for (let n = 0; n < 2 + (group % 4); n++) {
        of.push(group);
        correct.push(shared ?? Number(random.next() < 0.7));
      }
    }
    const labels = new Int32Array(correct.length);
    const found = intraclassCorrelation(groupsOf(of), { labels, predicted: predictedOf(correct) });
    // The standard error is about 0.012.
    expect(Math.abs(found - correlation)).toBeLessThan(0.04);
  });
});

describe("intervals of the other metrics", () => {
  const random = seeded(21);
  const correct = Array.from({ length: 300 }, () => random.next() < 0.8);
  const measurement = binary(correct);
  const alone = groupsOf(correct.map((_, i) => i));
  const intervals = intervalsOf(measurement, alone);

  test("kappa's is that of a fraction on the scale from -1 to 1: of balanced classes twice the accuracy's", () => {
    // With two classes of equal size that are predicted equally often, kappa is close to 2 accuracy - 1.
    expect(intervals.kappa?.[0]).toBeCloseTo(2 * intervals.accuracy[0] - 1, 1);
    expect(intervals.kappa?.[1]).toBeCloseTo(2 * intervals.accuracy[1] - 1, 1);
  });

  test("loss and Brier score reach what the lower bound of the accuracy costs", () => {
    const cost = (accuracy: number): number => -accuracy * Math.log(0.9) - (1 - accuracy) * Math.log(0.1);
    const brier = (accuracy: number): number => accuracy * 0.01 + (1 - accuracy) * 0.81;
    expect(measurement.metrics.loss).toBeCloseTo(cost(measurement.metrics.accuracy), 9);
    expect(intervals.loss?.[1]).toBeGreaterThanOrEqual(cost(intervals.accuracy[0]) - 1e-12);
    expect(intervals.brier?.[1]).toBeGreaterThanOrEqual(brier(intervals.accuracy[0]) - 1e-12);
  });

  test("where no image is wrong, the unobserved error costs what the mean confidence implies", () => {
    // Confidences that differ, so that the loss has a variance over the draws.
    const rows = Array.from({ length: 60 }, (_, i) => [0.8 + (i % 5) / 50, 0.2 - (i % 5) / 50]).flat();
    const varied = measure(ndarray(Float64Array.from(rows), [60, 2]), labelsOf(new Int32Array(60)), {
      classNames: ["a", "b"],
    });
    const groups = groupsOf(Array.from({ length: 60 }, (_, i) => i));
    const { accuracy, loss } = intervalsOf(varied, groups);
    const confidence = 0.84;
    const wrong = -Math.log(1 - confidence);
    const atBound = accuracy[0] * varied.metrics.loss + (1 - accuracy[0]) * wrong;
    expect(loss?.[1]).toBeCloseTo(atBound, 6);
  });

  test("a loss of 0 has no interval, since nothing is known of how it varies", () => {
    const certain = Array.from({ length: 20 }, () => [1, 0]).flat();
    const none = measure(ndarray(Float64Array.from(certain), [20, 2]), labelsOf(new Int32Array(20)), {
      classNames: ["a", "b"],
    });
    const { loss, brier, ece } = intervalsOf(none, groupsOf(Array.from({ length: 20 }, (_, i) => i)));
    expect([none.metrics.loss, loss, brier, ece]).toEqual([0, null, null, null]);
  });

  test("the calibration error's upper bound allows for errors that were not observed", () => {
    const { ece } = intervals;
    const reach = measurement.metrics.accuracy - intervals.accuracy[0];
    expect(ece?.[0]).toBeGreaterThanOrEqual(0);
    expect(ece?.[1]).toBeGreaterThanOrEqual(measurement.metrics.ece + reach - 1e-12);
  });
});
