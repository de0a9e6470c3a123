import * as fc from "fast-check";
import { expect, test } from "vitest";
import { written } from "../../src/messages/index.ts";
import {
  type EpochRecord,
  type TrainingAdvice,
  type TrainingSummary,
  diagnose,
} from "../../src/train/index.ts";

const classes = 4;
const counts = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: classes, maxLength: classes });

/** Losses near ln(4) as often as elsewhere: there the printed digits decide. */
const loss = fc.oneof(
  fc.double({ min: 0, max: 3, noNaN: true }),
  fc.integer({ min: -30, max: 30 }).map((n) => Math.log(classes) + n / 10_000),
);

const epochs = fc
  .array(
    fc.record({
      loss,
      correct: fc.integer({ min: 0, max: 400 }),
      validationLoss: loss,
      validationCorrect: fc.double({ min: 0, max: 1, noNaN: true }),
      actual: counts.filter((all) => all.some((count) => count > 0)),
      predicted: counts,
      seconds: fc.integer({ min: 1, max: 100 }),
      stallFraction: fc.double({ min: 0, max: 1, noNaN: true }),
      dead: fc.integer({ min: 0, max: 9 }),
    }),
    { minLength: 1, maxLength: 9 },
  )
  .map((rows) =>
    rows.map((row, i): EpochRecord => {
      const total = row.actual.reduce((sum, count) => sum + count, 0);
      return {
        epoch: i + 1,
        loss: row.loss,
        accuracy: row.correct / 400,
        validation: {
          loss: row.validationLoss,
          accuracy: Math.round(row.validationCorrect * total) / total,
          predicted: row.predicted,
          actual: row.actual,
        },
        learningRate: 0.001,
        seconds: row.seconds,
        stallFraction: row.stallFraction,
        deadLayers: row.dead === 0 ? ["conv2d"] : [],
      };
    }),
  );

const summaries: fc.Arbitrary<TrainingSummary> = fc
  .record({ history: epochs, finished: fc.boolean(), more: fc.integer({ min: 1, max: 9 }), kept: fc.nat() })
  .map(({ history, finished, more, kept }) => {
    const keptEpoch = history[kept % history.length];
    return {
      history,
      finished,
      epochs: finished ? history.length : history.length + more,
      classCounts: [100, 100, 100, 100],
      ...(finished && keptEpoch && { kept: keptEpoch }),
    };
  });

function check(advice: TrainingAdvice): void {
  const { text } = written(advice);
  const numbers = (pattern: RegExp): readonly number[] => pattern.exec(text)?.slice(1).map(Number) ?? [];
  expect(text).not.toMatch(/NaN|undefined|–/);
  switch (advice.code) {
    case "not-learning": {
      const [p = 0] = numbers(/p = ([\d.]+)/);
      const [shown = -1, limit = 0] = numbers(/loss ([\d.]+) is not below .*?([\d.]+): the model/);
      expect(p, text).toBeGreaterThanOrEqual(0.05);
      expect(shown, text).toBeGreaterThanOrEqual(limit);
      return;
    }
    case "overfitting":
    case "generalization-gap": {
      const [training = 0, validation = 1] = numbers(
        /training accuracy ([\d.]+)%, validation accuracy ([\d.]+)%/,
      );
      expect(training, text).toBeGreaterThan(validation);
      return;
    }
    case "loss-still-falling": {
      const [from = 0, to = 1] = numbers(/from ([\d.]+) to (\d+\.\d+)/);
      expect(to, text).toBeLessThan(from);
      return;
    }
    case "class-never-predicted":
      expect(numbers(/though ([\d]+) /)[0], text).toBeGreaterThan(0);
      return;
    case "input-bound":
      expect(numbers(/data ([\d.]+)% of the time/)[0], text).toBeGreaterThanOrEqual(25);
      return;
    case "not-finite":
    case "diverged":
    case "dead-layer":
      return;
    default:
      advice satisfies never;
  }
}

test("whatever a training did, its advice is true of the printed numbers, and never asks for opposites", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(summaries, (summary) => {
      const advice = diagnose(summary);
      for (const one of advice) {
        seen.add(one.code);
        check(one);
        const { data } = one;
        // While it runs it is about the last epoch, afterwards about one of those that were trained.
        if ("keptEpoch" in data) expect(data.keptEpoch).toBe(summary.kept?.epoch);
        expect(data.epoch).toBeLessThanOrEqual(summary.history.length);
      }
      const actions = new Set(advice.map(({ action }) => action));
      expect(
        actions.has("train-longer") && (actions.has("regularize") || actions.has("change-learning-rate")),
      ).toBe(false);
    }),
    { numRuns: 1000, seed: 1 },
  );
  expect([...seen].toSorted()).toEqual([
    "class-never-predicted",
    "dead-layer",
    "generalization-gap",
    "input-bound",
    "loss-still-falling",
    "not-learning",
    "overfitting",
  ]);
});
