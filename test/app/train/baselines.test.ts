import { describe, expect, test } from "vitest";
import { adviceOn, besideBaselines } from "../../../src/app/train/baselines.ts";
import type { BaselineReport } from "../../../src/app/results.ts";
import type { PreparedImages } from "../../../src/data/index.ts";
import { groupsOf } from "../../../src/evaluate/index.ts";
import { written } from "../../../src/messages/index.ts";
import { withoutContradictions } from "../../../src/train/index.ts";

const perClass = 60;
const count = 2 * perClass;
const labels = Int32Array.from({ length: count }, (_, i) => i % 2);

/** Grey images of 4 x 4 pixels, each of one tone. */
const imagesOf = (toneOf: (i: number) => number): PreparedImages => ({
  count,
  shape: [4, 4, 3],
  images: Array.from(labels, (label, i) => ({ path: `${i}.png`, label: `${label}` })),
  paths: Array.from(labels, (_, i) => `${i}.png`),
  labels,
  sha256: Array.from(labels, String),
  channelSums: new Float64Array(6 * count),
  skipped: [],
  spilled: false,
  copyInto: (index, target, offset) => void target.fill(toneOf(index), offset, offset + 48),
  close: async () => undefined,
});

// Class 0 is dark and class 1 bright, or the tone has nothing to do with the class.
const byTone = imagesOf((i) => (labels[i] === 1 ? 200 : 40) + (i % 7));
const toneless = imagesOf((i) => 20 * ((i >> 1) % 10));

// In the first half dark is class 0, in the second class 1: whoever has learned one is wrong on the other.
const turned = imagesOf((i) => (labels[i] === (i < perClass ? 1 : 0) ? 200 : 40) + (i % 7));

const half = {
  train: Int32Array.from({ length: perClass }, (_, i) => i),
  validation: Int32Array.from({ length: perClass }, (_, i) => perClass + i),
};

/** The report on a model that predicts so many of the 60 validation images correctly. */
async function against(prepared: PreparedImages, correct: number): Promise<BaselineReport> {
  const predicted = half.validation.map((index, i) => {
    const label = labels[index] ?? 0;
    return i < correct ? label : 1 - label;
  });
  const groups = groupsOf(Array.from(half.validation.keys()));
  return besideBaselines(
    {
      task: { settings: { classNames: ["dark", "bright"], seed: 0 } },
      dataset: { prepared },
      split: { parts: half },
    },
    { validation: { indices: half.validation, predicted, groups, result: { accuracy: correct / perClass } } },
  );
}

describe("the model beside the baselines", () => {
  test("is better where the colours tell nothing and the model is right", async () => {
    const report = await against(toneless, 60);
    expect(report.comparison).toMatchObject({ code: "better-than-baseline", data: { accuracy: 1 } });
    expect(report.comparison.suggestion).toBeUndefined();
    expect(adviceOn(report)).toEqual([]);
  });

  test("is significantly worse where the colours tell all and the model guesses: another architecture is due", async () => {
    const report = await against(byTone, 30);
    expect(report.colour.accuracy).toBe(1);
    expect(report.comparison).toMatchObject({
      code: "worse-than-baseline",
      action: "change-model",
      data: { baseline: "colour", accuracy: 0.5, baselineAccuracy: 1, difference: -0.5 },
    });
    expect(report.comparison.data.interval[1]).toBeLessThan(0);
    expect(report.comparison.suggestion).toContain("--model");
    expect(report.comparison.suggestion).not.toMatch(/longer|--epochs/);
    expect(adviceOn(report)).toEqual([report.comparison]);
    // A loss that still falls asks for more epochs of the same, which is not what this result asks for.
    const falling = { code: "loss-still-falling", action: "train-longer" } as const;
    expect(withoutContradictions([falling, ...adviceOn(report)])).toEqual([report.comparison]);
  });

  test("cannot be told from the colours where both are right: more images are due", async () => {
    const report = await against(byTone, 60);
    expect(report.comparison).toMatchObject({
      code: "not-distinguishable-from-baseline",
      action: "add-data",
      data: { difference: 0 },
    });
    expect(adviceOn(report)).toEqual([report.comparison]);
  });

  test("is compared with the majority class where that is the stronger of the two", async () => {
    const { majority, colour, comparison } = await against(turned, 20);
    expect([colour.accuracy, majority.accuracy]).toEqual([0, 0.5]);
    expect(comparison.data).toMatchObject({ baseline: "majority", baselineAccuracy: 0.5, accuracy: 1 / 3 });
    expect(majority.label).toBe("dark");
  });

  test("has its words from the catalogue", async () => {
    const { comparison } = await against(byTone, 30);
    expect(comparison).toMatchObject(written(comparison));
  });
});

test("in a cross-validation each fold is predicted by a baseline of the other folds", async () => {
  const foldOf = Int32Array.from({ length: count }, (_, i) => (i < perClass ? 0 : 1));
  const all = Int32Array.from(labels.keys());
  const fold = (number: number) => ({ fold: number, count: perClass, accuracy: 1, history: [], advice: [] });
  const report = await besideBaselines(
    {
      task: { settings: { classNames: ["dark", "bright"], seed: 0 } },
      dataset: { prepared: turned },
      split: { parts: { train: all, validation: all } },
    },
    {
      validation: {
        indices: all,
        predicted: labels,
        groups: groupsOf(Array.from(all)),
        result: { accuracy: 1 },
      },
      crossValidation: { indices: all, foldOf, folds: [fold(1), fold(2)] },
    },
  );
  expect(report.colour.accuracy).toBe(0);
  expect(report.comparison.code).toBe("better-than-baseline");
});
