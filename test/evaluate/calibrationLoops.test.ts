import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type NdArray, ndarray, seeded } from "../../src/base/index.ts";
import { groupsOf, intervalsOf, measure } from "../../src/evaluate/index.ts";
import { spreadsOf } from "../../src/evaluate/intervals/bootstrap.ts";
import {
  blocksOf,
  drawBlocks,
  intraclassCorrelation,
  typicalSize,
} from "../../src/evaluate/intervals/groups.ts";
import { wilson } from "../../src/evaluate/intervals/intervals.ts";
import { studentT } from "../../src/evaluate/intervals/quantile.ts";
import { addImage, binOf, summedMetrics, tallyWidth } from "../../src/evaluate/metrics/tally.ts";
import { indexOfLargest, scoreImages } from "../../src/evaluate/metrics/scored.ts";
import { countCorrect } from "../../src/evaluate/metrics/score.ts";
import { labelsOf } from "./labels.ts";

interface Made {
  readonly probabilities: NdArray<Float64Array>;
  readonly labels: readonly number[];
  readonly classNames: readonly string[];
}

/** Random probabilities with labels that follow them. */
function make(count: number, classes: number, seed: number): Made {
  const random = seeded(seed);
  const data = new Float64Array(count * classes);
  const labels = Array.from({ length: count }, (_, i) => {
    const raw = Array.from({ length: classes }, () => random.next() ** 3);
    const sum = raw.reduce((total, p) => total + p, 0);
    raw.forEach((p, c) => (data[i * classes + c] = p / sum));
    return random.next() < 0.6 ? indexOfLargest(raw) : random.integer(classes);
  });
  return {
    probabilities: ndarray(data, [count, classes]),
    labels,
    classNames: Array.from({ length: classes }, (_, c) => `class ${c}`),
  };
}

const worlds = fc
  .tuple(fc.integer({ min: 2, max: 60 }), fc.integer({ min: 2, max: 5 }), fc.integer({ min: 0, max: 1e6 }))
  .map(([count, classes, seed]) => make(count, classes, seed));

describe("calibration", () => {
  test("a confidence falls into the bin (b / 15, (b + 1) / 15], and 0 into the first", () => {
    expect([0, 1e-9, 1 / 15, 0.0667, 0.5, 14 / 15, 0.94, 1].map(binOf)).toEqual([0, 0, 0, 1, 7, 13, 14, 14]);
  });

  test("the calibration error is Σ |confidence - accuracy| · share over the bins", () => {
    fc.assert(
      fc.property(worlds, ({ probabilities, labels, classNames }) => {
        const { metrics, scored } = measure(probabilities, labelsOf(labels), { classNames });
        let ece = 0;
        for (let bin = 0; bin < 15; bin++) {
          const inside = labels.flatMap((_, i) => (binOf(scored.confidence[i]!) === bin ? [i] : []));
          const confidence = inside.reduce((sum, i) => sum + scored.confidence[i]!, 0);
          const correct = inside.filter((i) => scored.predicted[i] === labels[i]).length;
          ece += Math.abs(confidence - correct) / labels.length;
        }
        expect(metrics.ece).toBeCloseTo(ece, 12);
        const again = metrics.reliability.reduce(
          (sum, one) => sum + (one.count / labels.length) * Math.abs(one.confidence - one.accuracy),
          0,
        );
        expect(again).toBeCloseTo(ece, 12);
        expect(metrics.reliability.reduce((sum, one) => sum + one.count, 0)).toBe(labels.length);
      }),
    );
  });
});

describe("scored images", () => {
  test("rank of the true class, Brier score and loss agree with loops", () => {
    fc.assert(
      fc.property(worlds, ({ probabilities: { data, shape }, labels, classNames }) => {
        const classes = classNames.length;
        const scored = scoreImages(ndarray(data, shape), labelsOf(labels), classes);
        labels.forEach((label, i) => {
          const row = Array.from(data.subarray(i * classes, (i + 1) * classes));
          const order = [...row.keys()].toSorted((a, b) => row[b]! - row[a]! || a - b);
          expect(scored.predicted[i]).toBe(order[0]);
          expect(scored.rank[i]).toBe(order.indexOf(label));
          expect(scored.confidence[i]).toBe(Math.max(...row));
          expect(scored.loss[i]).toBeCloseTo(-Math.log(row[label]!), 10);
          const brier = row.reduce((sum, p, c) => sum + (p - (c === label ? 1 : 0)) ** 2, 0);
          expect(scored.brier[i]).toBeCloseTo(brier, 12);
        });
      }),
    );
  });

  test("of no images, other shapes, labels out of range or NaN are refused", () => {
    const two = ndarray(Float64Array.of(0.4, 0.6), [1, 2]);
    expect(() => scoreImages(two, labelsOf([0, 1]), 2)).toThrow("expected shape [2, 2]");
    expect(() => scoreImages(ndarray(new Float64Array(0), [0, 2]), labelsOf([]), 2)).toThrow(
      "1 image or more",
    );
    expect(() => scoreImages(two, labelsOf([2]), 2)).toThrow(
      "evaluate: labels[0]: expected a class index from 0 to 1",
    );
    expect(() => scoreImages(two, labelsOf([0.5]), 2)).toThrow("received 0.5");
    expect(() => scoreImages(ndarray(Float64Array.of(0.4, Number.NaN), [1, 2]), labelsOf([0]), 2)).toThrow(
      "NaN in row 0",
    );
  });

  test("argmax is the first of equal ones", () => {
    expect([[3], [1, 2, 2], [-1, -2], [0, 0, 0]].map(indexOfLargest)).toEqual([0, 1, 0, 0]);
  });

  test("countCorrect takes indices, one-hot rows and a single sigmoid output", () => {
    const rows = Float32Array.of(0.1, 0.9, 0.8, 0.2);
    expect(countCorrect(rows, Float32Array.of(1, 1), 2)).toBe(1);
    expect(countCorrect(rows, Float32Array.of(0, 1, 1, 0), 2)).toBe(2);
    expect(countCorrect(Float32Array.of(0.5, 0.51), Float32Array.of(0, 1), 2)).toBe(2);
  });
});

describe("tallies", () => {
  test("of two sets of images add up to that of their union", () => {
    fc.assert(
      fc.property(worlds, ({ probabilities, labels, classNames }) => {
        const classes = classNames.length;
        const scored = scoreImages(probabilities, labelsOf(labels), classes);
        const width = tallyWidth(classes);
        const rows = new Float64Array(2 * width);
        const whole = new Float64Array(width);
        labels.forEach((_, i) => {
          addImage(rows, scored, i, (i % 2) * width);
          addImage(whole, scored, i);
        });
        const sum = whole.map((_, k) => rows[k]! + rows[width + k]!);
        const [parts, all] = [summedMetrics(sum, classes), summedMetrics(whole, classes)];
        for (const key of ["accuracy", "balancedAccuracy", "macroF1", "loss", "brier", "ece"] as const)
          expect(parts[key]).toBeCloseTo(all[key], 12);
      }),
    );
  });

  test("kappa is undefined where chance alone agrees always", () => {
    const only = ndarray(Float64Array.of(0.9, 0.1, 0.8, 0.2), [2, 2]);
    expect(measure(only, labelsOf([0, 0]), { classNames: ["a", "b"] }).metrics.kappa).toBeNull();
  });
});

describe("the bootstrap", () => {
  const world = make(80, 3, 5);
  const measurement = measure(world.probabilities, labelsOf(world.labels), { classNames: world.classNames });
  const groups = groupsOf(world.labels.map((_, i) => Math.floor(i / 4)));

  test("gives the same spreads for the same seed, and others for another", () => {
    const run = (seed: number): ReturnType<typeof spreadsOf> =>
      spreadsOf(measurement, groups, { replicates: 200, random: seeded(seed) });
    expect(run(1)).toEqual(run(1));
    expect(run(1).accuracy).not.toEqual(run(2).accuracy);
  });

  test("spreads the accuracy of independent images by √(p (1 - p) / n)", () => {
    const apart = groupsOf(world.labels.map((_, i) => i));
    const { accuracy } = spreadsOf(measurement, apart, { replicates: 4000, random: seeded(1) });
    const p = measurement.metrics.accuracy;
    // The deviation of a variance over 4,000 draws is about 2.2% of it.
    expect(accuracy!.variance / ((p * (1 - p)) / 80)).toBeCloseTo(1, 0.9);
    expect(accuracy!.mean).toBeCloseTo(p, 2);
  });

  test("makes no interval from fewer draws than say anything", () => {
    const { accuracy, loss } = intervalsOf(measurement, groups, { replicates: 20 });
    expect(loss).toBeNull();
    expect(accuracy[0]).toBeLessThan(measurement.metrics.accuracy);
  });

  test("draws as many blocks as there are", () => {
    const counts = new Float64Array(7).fill(9);
    drawBlocks(counts, seeded(3));
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(7);
  });
});

describe("groups", () => {
  test("are numbered by their first member and counted", () => {
    expect(groupsOf([7, 3, 7, -1])).toEqual({
      count: 3,
      of: Int32Array.of(0, 1, 0, 2),
      sizes: Float64Array.of(2, 1, 1),
    });
  });

  test("more than the limit are dealt whole into blocks of about equal numbers", () => {
    const groups = groupsOf(Array.from({ length: 90 }, (_, i) => Math.floor(i / 3)));
    expect(blocksOf(groups, 30, seeded(1))).toBe(groups);
    const blocks = blocksOf(groups, 10, seeded(1));
    expect(blocks.count).toBe(10);
    expect(Array.from(blocks.sizes)).toEqual(Array.from({ length: 10 }, () => 9));
    groups.of.forEach((group, i) => expect(blocks.of[i]).toBe(blocks.of[group * 3]));
  });

  test("the typical size is the mean over images, not over groups", () => {
    expect(typicalSize(groupsOf([0, 0, 0, 1]))).toBe((3 * 3 + 1) / 4);
  });

  test("intraclass correlation: 1 where groups are correct or wrong as a whole, 0 where they are alike", () => {
    const groups = groupsOf([0, 0, 1, 1, 2, 2, 3, 3]);
    const labels = new Int32Array(8);
    const whole = Int32Array.of(0, 0, 1, 1, 0, 0, 1, 1);
    const alike = Int32Array.of(0, 1, 0, 1, 0, 1, 0, 1);
    expect(intraclassCorrelation(groups, { labels, predicted: whole })).toBe(1);
    expect(intraclassCorrelation(groups, { labels, predicted: alike })).toBe(0);
    expect(intraclassCorrelation(groupsOf([0, 1, 2]), { labels, predicted: whole })).toBe(0);
    expect(intraclassCorrelation(groupsOf([0, 0, 0]), { labels, predicted: whole })).toBe(1);
  });
});

describe("quantiles and score intervals", () => {
  // scipy 1.17: scipy.stats.t.ppf(0.975, df)
  test.each([
    [1, 12.7062047],
    [2, 4.3026527],
    [9, 2.2621572],
    [10, 2.2281389],
    [15, 2.1314495],
    [30, 2.0422725],
    [100, 1.9839715],
    [1e9, 1.959964],
  ])("Student's t with %i degrees of freedom", (freedom, t) => {
    expect(Math.abs(studentT(freedom) - t)).toBeLessThan(2e-4);
  });

  test("below one degree of freedom counts as one", () => {
    expect([0, -3, 0.5].map(studentT)).toEqual([studentT(1), studentT(1), studentT(1)]);
  });

  // statsmodels 0.15: proportion_confint(k, n, method="wilson")
  test.each([
    [8, 10, 0.4901625, 0.9433178],
    [0, 20, 0, 0.1611252],
    [20, 20, 0.8388748, 1],
  ])("Wilson's interval of %i of %i", (k, n, low, high) => {
    const [from, to] = wilson(k / n, n, studentT(1e12));
    expect(from).toBeCloseTo(low, 4);
    expect(to).toBeCloseTo(high, 4);
  });

  test("Wilson's interval holds its fraction and narrows with more cases", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 1000 }), (p, n) => {
        const [low, high] = wilson(p, n, 2);
        const [lower, higher] = wilson(p, 2 * n, 2);
        expect(low).toBeLessThanOrEqual(p + 1e-12);
        expect(high).toBeGreaterThanOrEqual(p - 1e-12);
        expect(higher - lower).toBeLessThan(high - low);
      }),
    );
  });
});
