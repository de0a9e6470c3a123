import { describe, expect, test } from "vitest";
import { constantRate, cosine, exponentialDecay, learningRateAt, stepDecay } from "../../../src/nn/index.ts";
import type { LearningRateSchedule } from "../../../src/nn/index.ts";

const rates = (schedule: LearningRateSchedule, steps: readonly number[]): number[] =>
  steps.map((step) => learningRateAt(schedule, 0.1, step));

describe("the learning rate", () => {
  test("stays where it is when constant", () => expect(rates(constantRate(), [1, 1000])).toEqual([0.1, 0.1]));

  test("follows half a cosine wave, as Keras's CosineDecay does", () => {
    const schedule = cosine({ totalSteps: 100, alpha: 0.1 });
    for (const step of [1, 2, 26, 51, 76, 100, 101, 500]) {
      const progress = Math.min(1, (step - 1) / 100);
      const expected = 0.1 * (0.9 * 0.5 * (1 + Math.cos(Math.PI * progress)) + 0.1);
      expect(learningRateAt(schedule, 0.1, step)).toBeCloseTo(expected, 14);
    }
  });

  test("warms up in a straight line, is full once, and falls to nearly nothing", () => {
    const found = rates(cosine({ warmupSteps: 4, totalSteps: 24 }), [1, 2, 4, 5, 15, 24]);
    expect(found.slice(0, 4)).toEqual([0.025, 0.05, 0.1, 0.1]);
    expect(found[4]).toBeCloseTo(0.05, 14);
    expect(found[5]).toBeGreaterThan(0);
    expect(found[5]).toBeLessThan(0.001);
  });

  test("decays exponentially, smoothly or in stairs", () => {
    const smooth = exponentialDecay({ decaySteps: 10, decayRate: 0.96 });
    for (const step of [1, 6, 11, 1234]) {
      expect(learningRateAt(smooth, 0.1, step) / (0.1 * 0.96 ** ((step - 1) / 10))).toBeCloseTo(1, 12);
    }
    expect(rates({ ...smooth, staircase: true }, [10, 11])).toEqual([0.1, 0.1 * 0.96]);
  });

  test("drops by a factor after every so many steps", () => {
    expect(rates(stepDecay({ every: 10, factor: 0.5 }), [10, 11, 21])).toEqual([0.1, 0.05, 0.025]);
  });
});

test("schedules survive JSON and refuse nonsense", () => {
  const schedule = cosine({ warmupSteps: 4, totalSteps: 24 });
  expect(JSON.parse(JSON.stringify(schedule))).toEqual(schedule);
  expect(() => cosine({ totalSteps: 0 })).toThrow(
    "cosine: totalSteps: expected a whole number from 1, received 0",
  );
});
