import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { BatchEvent, EpochEvent, ReadyEvent, TrainEvent } from "../../../src/app/index.ts";
import { trainingView } from "../../../src/cli/views/training.ts";
import { withText, written } from "../../../src/messages/index.ts";
import { marked, recorded, trained } from "./samples.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

const ready: ReadyEvent = {
  type: "ready",
  run: "runs/x-1",
  model: "cnn",
  parameters: { total: 390884, trainable: 389924 },
  size: 100,
  epochs: 3,
  batchSize: 16,
  trainCount: 800,
  validationCount: 200,
  testCount: 0,
  folds: 0,
  split: {
    ...trained().splitReport,
    source: "content",
    groups: { train: 400, validation: 100, test: 0 },
  },
  memory: { parameters: 1e6, working: 2e6, code: 1e4, total: 5e6 },
  notes: [],
  monitor: "accuracy",
  averaged: false,
  firstEpoch: 1,
  views: 1,
};

const epoch: EpochEvent = {
  type: "epoch",
  epoch: 1,
  epochs: 3,
  loss: 1.2345,
  accuracy: 0.5125,
  validationLoss: 0.9996,
  validationAccuracy: 1,
  seconds: 12,
};

const batch: BatchEvent = {
  type: "batch",
  epoch: 1,
  epochs: 3,
  done: 0.5,
  loss: 1.2,
  accuracy: 0.4,
  imagesPerSecond: 1234.5,
  secondsLeft: 30,
};

function shown(...events: readonly TrainEvent[]): ReturnType<typeof recorded> {
  const progress = recorded({ paint: marked });
  const show = trainingView(progress);
  for (const event of events) show(event);
  return progress;
}

describe("a figure that epochs are compared by", () => {
  test("has a column where it is neither loss nor accuracy", () => {
    const { lines } = shown(
      { ...ready, monitor: "balancedAccuracy" },
      { ...epoch, monitored: { metric: "balancedAccuracy", value: 0.8125 } },
      { ...epoch, epoch: 2, monitored: { metric: "macroF1", value: 0.8125 } },
    );
    const [head, first, second] = lines.slice(-3);
    expect(head).toContain("accuracy  balanced accuracy    time");
    expect(first).toMatch(/ 100\.0% +81\.3% +12 s$/);
    expect(second).toMatch(/ 100\.0% +0\.813 +12 s$/);
  });
});

describe("before the first epoch", () => {
  test("sizes of the sets, with groups where they are known", () => {
    const [sets] = shown(ready).lines;
    const data = {
      source: "content",
      images: { training: 800, validation: 200, test: 0 },
      groups: { training: 400, validation: 100, test: 0 },
      leakShare: 0,
    } as const;
    expect(sets).toBe(written({ code: "set-sizes", data }).text);
  });

  test("a test set is counted where there is one", () => {
    const [sets] = shown({
      ...ready,
      testCount: 50,
      split: { ...ready.split, groups: { train: 400, validation: 100, test: 1 } },
    }).lines;
    expect(sets).toContain("Test: 50 images (1 group).");
  });

  test("cross-validation names its folds", () => {
    const { lines } = shown({ ...ready, folds: 5 });
    expect(lines[0]).toMatch(/^Cross-validation in 5 folds: 800 images \(400 groups\)\./);
    expect(lines.join("\n")).toContain("3 epochs per fold");
  });

  test("parameters in total and trainable, input and memory", () => {
    const parameters = { total: 390_884, trainable: 389_924 };
    const data = { model: "cnn", parameters, size: 100, bytes: ready.memory.total };
    expect(shown(ready).lines).toContain(written({ code: "model", data }).text);
  });

  test("a resumed run says at which epoch it goes on", () => {
    expect(shown({ ...ready, firstEpoch: 3 }).lines.join("\n")).toContain("Resuming at epoch 3 of 3");
  });

  test("warnings on the split are painted as such", () => {
    const warning = withText({ code: "mixed-groups", data: { groups: 2 } } as never);
    const { lines } = shown({ ...ready, split: { ...ready.split, warnings: [warning] } });
    expect(lines.filter((line) => line.startsWith("<w>"))).toHaveLength(1);
  });

  test("what became of the data's own parts is said where it brings any", () => {
    const ownParts = { outcome: "pooled", test: 9, pooled: 7, folds: false } as const;
    const { text } = written({ code: "own-parts", data: ownParts });
    const split = { ...ready.split, ownParts };
    expect(shown({ ...ready, split }).lines.join("\n")).toContain(text);
    expect(shown(ready).lines.join("\n")).not.toContain("own");
  });
});

describe("during training", () => {
  test("an epoch is a row under the heads of its columns", () => {
    const { lines } = shown(ready, epoch);
    const row = lines.at(-1) ?? "";
    const head = (lines.at(-2) ?? "").replaceAll(/<\/?d>/g, "");
    expect(row.trim().split(/\s+/)).toEqual(["1/3", "1.235", "51.3%", "1.000", "100.0%", "12", "s"]);
    // Numbers end where the head of their column ends.
    const ends = [...head.matchAll(/loss|accuracy/g)].map(({ index, 0: word }) => index + word.length);
    const numbers = ["1.235", "51.3%", "1.000", "100.0%"].map(
      (number) => row.indexOf(number) + number.length,
    );
    expect(numbers).toEqual(ends);
  });

  test("a batch redraws one line, not more often than every 80 ms", () => {
    const progress = recorded();
    const show = trainingView(progress);
    show(batch);
    show(batch);
    expect(progress.drawn).toHaveLength(1);
    vi.advanceTimersByTime(100);
    show(batch);
    expect(progress.drawn).toHaveLength(2);
    expect(progress.drawn[0]).toMatch(
      /█+░+ {2}1,235 images\/s {2}30 s left {2}loss 1\.200 {2}accuracy 40\.0%$/,
    );
  });

  test.each([40, 80, 200])("a batch fits a terminal of %i columns or leaves the bar at 5", (width) => {
    const progress = recorded({ width });
    trainingView(progress)(batch);
    const [line = ""] = progress.drawn;
    const bar = /[█░]+/.exec(line)?.[0].length ?? 0;
    expect(line.length < width || bar === 5).toBe(true);
  });

  test("a fold is announced with its sizes, the final model with all images", () => {
    const { lines } = shown(
      { type: "fold", fold: 2, folds: 5, trainCount: 80, validationCount: 20 },
      { type: "fold", folds: 5, trainCount: 100, validationCount: 0 },
    );
    expect(lines).toEqual([
      `<b>${written({ code: "fold-begins", data: { fold: 2, folds: 5, training: 80, validation: 20 } }).text}</b>`,
      `<b>${written({ code: "final-model-begins", data: { images: 100 } }).text}</b>`,
    ]);
  });

  test("advice is shown once training goes on; after the last epoch, planned or not, it is left to the result", () => {
    const advice = { type: "advice", code: "x", data: {}, text: "Look." } as never;
    expect(shown(epoch, advice, batch).lines).toContain("<w>  Look.</w>");
    expect(shown(epoch, advice, { type: "working", on: "predicting" }).lines.join()).not.toContain("Look.");
  });

  test("the final model of a cross-validation is not said to be evaluated on a validation set", () => {
    const done = { ...batch, done: 1 };
    expect(shown(done).drawn.join()).toContain("validation set");
    const final = { type: "fold", folds: 5, trainCount: 100, validationCount: 0 } as const;
    expect(shown(final, done).drawn.join()).not.toContain("validation set");
  });
});
