import { describe, expect, test } from "vitest";
import { ndarray, seeded } from "../../src/base/index.ts";
import { groupsOf, intervalsOf, measure } from "../../src/evaluate/index.ts";
import { coverage, drawWorld } from "./simulated.ts";
import { labelsOf } from "./labels.ts";

const classNames = ["0", "1", "2", "3"];

/** Two classes; `right` says of each image whether its prediction is correct. */
function twoClasses(right: readonly boolean[]): ReturnType<typeof measure> {
  const labels = right.map((_, i) => i % 2);
  const rows = right.flatMap((one, i) => (one === (i % 2 === 0) ? [0.9, 0.1] : [0.1, 0.9]));
  return measure(ndarray(Float64Array.from(rows), [right.length, 2]), labelsOf(labels), {
    classNames: ["a", "b"],
  });
}

const names = (images: number, groups: number): number[] =>
  Array.from({ length: images }, (_, i) => i % groups);

describe("95% intervals", () => {
  test.each([
    { groups: 30, correlation: 0.6, accuracy: 0.85 },
    { groups: 60, correlation: 0.3, accuracy: 0.97, largest: 20 },
    { groups: 100, correlation: 0, accuracy: 0.7, largest: 5 },
  ])("hold the truth in about 95% of simulated worlds: %j", (world) => {
    const options = { draws: 400, replicates: 250, random: seeded(5), areas: false };
    const held = coverage({ ...world, classes: 2 }, options);
    // Of 400 worlds 95% give or take 2.2 points in 95 of 100 tries; the whole table is made by bench/coverage.ts.
    for (const figure of ["accuracy", "balancedAccuracy", "kappa", "loss", "brier"] as const) {
      expect(held[figure]).toBeGreaterThan(0.92);
      expect(held[figure]).toBeLessThan(0.985);
    }
  });

  test("are wider where the images come from few groups", () => {
    const measurement = twoClasses(Array.from({ length: 400 }, (_, i) => (i % 20) % 5 !== 0));
    const wide = intervalsOf(measurement, groupsOf(names(400, 20))).accuracy;
    const narrow = intervalsOf(measurement, groupsOf(names(400, 400))).accuracy;
    expect(wide[1] - wide[0]).toBeGreaterThan(3 * (narrow[1] - narrow[0]));
  });

  test("of independent images are Wilson's", () => {
    const measurement = twoClasses(Array.from({ length: 1000 }, (_, i) => i % 10 !== 0));
    const [low, high] = intervalsOf(measurement, groupsOf(names(1000, 1000))).accuracy;
    // statsmodels: proportion_confint(900, 1000, method="wilson") -> 0.8798 0.9170
    expect(low).toBeCloseTo(0.8798, 2);
    expect(high).toBeCloseTo(0.917, 2);
  });

  test("have a width where all images are right: that of as many cases as there are groups", () => {
    const all = twoClasses(Array.from({ length: 300 }, () => true));
    const intervals = intervalsOf(all, groupsOf(names(300, 30)));
    // Of 30 independent cases all right: 0.887 (Wilson), a little less with Student's t.
    expect(intervals.accuracy[0]).toBeGreaterThan(0.85);
    expect(intervals.accuracy[0]).toBeLessThan(0.89);
    expect(intervals.accuracy[1]).toBe(1);
    for (const figure of ["balancedAccuracy", "macroF1", "kappa", "rocAuc"] as const) {
      expect(intervals[figure]?.[0]).toBeLessThan(0.95);
      expect(intervals[figure]?.[1]).toBe(1);
    }
  });

  test("of one group say next to nothing", () => {
    const { accuracy } = intervalsOf(
      twoClasses(Array.from({ length: 40 }, (_, i) => i % 4 > 0)),
      groupsOf(names(40, 1)),
    );
    expect(accuracy[0]).toBeLessThan(0.05);
    expect(accuracy[1]).toBeGreaterThan(0.95);
  });

  test("hold their figure, and a figure that is not defined has none", () => {
    const {
      probabilities,
      labels,
      names: groups,
    } = drawWorld({ groups: 25, correlation: 0.5, accuracy: 0.8 }, seeded(3));
    const measurement = measure(probabilities, labelsOf(labels), { classNames });
    const intervals = intervalsOf(measurement, groupsOf(groups));
    for (const [name, interval] of Object.entries(intervals)) {
      const figure = measurement.metrics[name as keyof typeof intervals];
      expect(interval![0]).toBeLessThan(figure!);
      expect(interval![1]).toBeGreaterThan(figure!);
    }
    const one = measure(ndarray(Float64Array.of(1, 0, 1, 0), [2, 2]), labelsOf([0, 0]), {
      classNames: ["a", "b"],
    });
    expect(intervalsOf(one, groupsOf([1, 2]))).toMatchObject({ rocAuc: null, kappa: null });
  });

  test("are the same for the same predictions, however the groups are numbered", () => {
    const measurement = twoClasses(Array.from({ length: 60 }, (_, i) => i % 7 > 0));
    const renamed = groupsOf(names(60, 15).map((n) => 900 - n * 7));
    expect(renamed.count).toBe(15);
    expect(intervalsOf(measurement, renamed)).toEqual(intervalsOf(measurement, groupsOf(names(60, 15))));
  });
});
