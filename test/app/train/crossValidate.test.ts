import { parse } from "csv-parse/sync";
import { beforeAll, describe, expect, test } from "vitest";
import { type TrainEvent, type TrainRequest, type TrainResult, train } from "../../../src/app/index.ts";
import { foldsAdvice, foldsResult } from "../../../src/app/train/crossValidate.ts";
import type { FoldOutcome } from "../../../src/app/train/types.ts";
import { seeded } from "../../../src/base/index.ts";
import { learningRateAt, plateau } from "../../../src/nn/index.ts";
import { written } from "../../../src/messages/index.ts";
import type { TrainingAdvice } from "../../../src/train/index.ts";
import {
  type FakeServices,
  type Recorded,
  colourImages,
  fakeServices,
  filesBelow,
  never,
  recorded,
  request,
} from "../fakeServices.ts";

const trained = (
  services: FakeServices,
  changes: Partial<TrainRequest> = {},
): Promise<Recorded<TrainEvent, TrainResult>> =>
  recorded(train({ ...request, epochs: 1, ...changes }, services, never));

const rowsOf = (services: FakeServices, name: string, run = "run"): readonly Record<string, string>[] =>
  parse(services.files.text(`${run}/${name}`), { columns: true });

/** Five groups of three images in each class. */
const images = colourImages(15, (i) => `p${Math.floor(i / 3)}-${i % 3}.png`);
const groupPattern = "[a-z]+/p\\d+";

describe("a cross-validation", () => {
  const services = fakeServices(images);
  let { events, result }: Partial<Recorded<TrainEvent, TrainResult>> = {};
  beforeAll(async () => {
    ({ events, result } = await trained(services, { groupPattern, folds: 3, epochs: 2 }));
  });

  test("holds every image out once, and keeps every group in one fold", () => {
    const rows = rowsOf(services, "split.csv");
    const folds = new Map<string, Set<string>>();
    for (const { group = "", fold = "" } of rows) folds.set(group, (folds.get(group) ?? new Set()).add(fold));
    expect(rows.map(({ path = "" }) => path).toSorted()).toEqual(Object.keys(images).toSorted());
    expect(new Set(rows.map(({ fold }) => fold))).toEqual(new Set(["1", "2", "3"]));
    expect([...folds.values()].every((found) => found.size === 1)).toBe(true);
    const predicted = rowsOf(services, "predictions.csv");
    expect(predicted.map(({ path = "" }) => path).toSorted()).toEqual(Object.keys(images).toSorted());
    expect(result?.images).toEqual({ train: 45, validation: 45, test: 0 });
  });

  test("tells each fold with what it trains on, then the training on all images, and is ready once", () => {
    const rows = rowsOf(services, "split.csv");
    const held = ["1", "2", "3"].map((name) => rows.filter(({ fold }) => fold === name).length);
    const told = (events ?? []).filter((event) => event.type === "fold" || event.type === "ready");
    expect(told).toEqual([
      expect.objectContaining({ type: "ready", folds: 3 }),
      ...held.map((count, i) => ({
        type: "fold",
        fold: i + 1,
        folds: 3,
        trainCount: 45 - count,
        validationCount: count,
      })),
      { type: "fold", folds: 3, trainCount: 45, validationCount: 0 },
    ]);
    expect(events?.filter(({ type }) => type === "epoch")).toHaveLength(2 * (3 + 1));
  });

  test("reports as its accuracy the share of held-out images that are predicted as labelled", () => {
    const predicted = rowsOf(services, "predictions.csv");
    const correct = predicted.filter((row) => row["predicted"] === row["label"]);
    expect(result?.accuracy).toBeCloseTo(correct.length / 45, 12);
    const foldOf = new Map(rowsOf(services, "split.csv").map(({ path, fold }) => [path, fold]));
    const accuracies = ["1", "2", "3"].map((name) => {
      const own = predicted.filter(({ path }) => foldOf.get(path) === name);
      return own.filter((row) => row["predicted"] === row["label"]).length / own.length;
    });
    for (const [i, accuracy] of accuracies.entries())
      expect(result?.folds?.accuracies[i]).toBeCloseTo(accuracy, 12);
  });

  test("writes a history for each fold and the labels to review, and no checkpoint", () => {
    const names = filesBelow(services, "run");
    expect(names).toEqual([
      "config.json",
      "folds/1/history.csv",
      "folds/2/history.csv",
      "folds/3/history.csv",
      "history.csv",
      "labels-to-review.csv",
      "metrics.json",
      "model.safetensors",
      "predictions.csv",
      "report.html",
      "split.csv",
    ]);
    expect(rowsOf(services, "folds/2/history.csv").map(({ epoch }) => epoch)).toEqual(["1", "2"]);
    // The last training has nothing to validate on.
    expect(rowsOf(services, "history.csv").map((row) => row["validation_loss"])).toEqual(["", ""]);
  });

  test("names in its result the list of labels, how long it is, and what it is worth", () => {
    const listed = rowsOf(services, "labels-to-review.csv");
    expect(listed.length).toBeGreaterThan(0);
    expect(listed.filter((row) => row["suggested"] === row["label"])).toEqual([]);
    expect(result?.labels).toMatchObject({ review: "run/labels-to-review.csv", images: listed.length });
    const { text } = written({
      code: "labels-to-review",
      data: { path: "labels-to-review.csv", images: listed.length },
    });
    expect(services.files.text("run/report.html")).toContain(text);
    expect(result?.labels?.outcome.code).toMatch(
      /^(labels-not-reviewable|suspect-labels|no-suspect-labels)$/,
    );
  });

  test("is run again from its split.csv with the same metrics", async () => {
    const again = await trained(services, { split: "run/split.csv", out: "again", epochs: 2 });
    expect(again.result).toMatchObject({ split: "file", accuracy: result?.accuracy, loss: result?.loss });
    expect(rowsOf(services, "split.csv", "again")).toEqual(rowsOf(services, "split.csv"));
  });
});

test("a plateau follows the training set in every fold, which decides nothing about its own model", async () => {
  // Labels that are drawn: what is learned of them does not hold on others.
  const shown = seeded(1).shuffle(Object.values(images));
  const services = fakeServices(
    Object.fromEntries(Object.keys(images).map((path, i) => [path, shown[i] ?? ""])),
  );
  const schedule = {
    type: "plateau",
    patience: 1,
    minDelta: 0,
    cooldown: 0,
    minLearningRate: 0,
    factor: 0.5,
  } as const;
  await trained(services, {
    folds: 2,
    epochs: 12,
    learningRate: 0.5,
    schedule: { ...schedule, monitor: "valLoss" },
  });
  const rateAfter = (monitor: "loss" | "valLoss", history: readonly Record<string, string>[]): number =>
    learningRateAt(
      plateau({ ...schedule, monitor }),
      0.5,
      1,
      history.map((row) => ({
        loss: Number(row["loss"]),
        accuracy: 0,
        validation: { loss: Number(row["validation_loss"]), accuracy: 0 },
      })),
    );
  const folds = [1, 2].map((fold) => rowsOf(services, `folds/${fold}/history.csv`));
  const ratesBy = (monitor: "loss" | "valLoss"): readonly (readonly number[])[] =>
    folds.map((rows) => rows.map((_, i) => rateAfter(monitor, rows.slice(0, i))));
  const rates = folds.map((rows) => rows.map((row) => Number(row["learning_rate"])));
  expect(rates).toEqual(ratesBy("loss"));
  expect(rates).not.toEqual(ratesBy("valLoss"));
});

describe("a cross-validation is refused", () => {
  test.each<[string, Partial<TrainRequest>, RegExp]>([
    ["for more folds than there are groups", { folds: 16, groupPattern }, /^--folds: .*16/],
    ["beside a validation fraction", { folds: 3, validation: 0.1 }, /^--validation: /],
    ["beside the data's own parts", { folds: 3, split: "folders" }, /^--split folders: /],
    ["beside a file with a single split", { folds: 3, split: "split.csv" }, /^--folds 3: /],
  ])("%s, before an image is read", async (_, wrong, says) => {
    const services = fakeServices(images);
    const path = Object.keys(images)[0] ?? "";
    await services.files.write("split.csv", `path,part\n${path},train\n`);
    const codec = { decode: () => Promise.reject(new Error("no image has to be read")) };
    await expect(trained({ ...services, codec }, wrong)).rejects.toThrow(says);
    expect(filesBelow(services, "run")).toEqual([]);
    expect([...services.open]).toEqual([]);
  });
});

const fold = (number: number, changes: Partial<FoldOutcome> = {}): FoldOutcome => ({
  fold: number,
  count: 10,
  accuracy: 0.5,
  history: [],
  advice: [],
  ...changes,
});

describe("the folds together", () => {
  test("have the mean of their accuracies, and the standard deviation with n - 1", () => {
    const folds = [0.5, 0.7, 0.9].map((accuracy, i) => fold(i + 1, { accuracy }));
    const { count, accuracies, mean, deviation } = foldsResult({ folds });
    expect([count, accuracies]).toEqual([3, [0.5, 0.7, 0.9]]);
    expect(mean).toBeCloseTo(0.7, 12);
    // Squares of -0.2, 0 and 0.2, over 2.
    expect(deviation).toBeCloseTo(0.2, 12);
  });

  const longer = (epoch: number): TrainingAdvice => ({
    code: "loss-still-falling",
    action: "train-longer",
    data: { epoch, set: "validation", from: 1, to: 0.5 },
  });
  const dead: TrainingAdvice = {
    code: "dead-layer",
    action: "change-learning-rate",
    data: { epoch: 2, layer: "conv2d" },
  };
  const waiting: TrainingAdvice = {
    code: "input-bound",
    action: "speed-up-input",
    data: { epoch: 1, stallFraction: 0.5 },
  };
  const listed = (...advice: readonly (readonly TrainingAdvice[])[]): readonly unknown[] =>
    foldsAdvice({ folds: advice.map((one, i) => fold(i + 1, { advice: one })) }).map(
      ({ code, fold: own }) => [code, own],
    );

  test("give each advice once, with the first fold it comes from", () => {
    const folds = [fold(1), fold(2, { advice: [longer(3)] }), fold(3, { advice: [longer(4)] })];
    expect(foldsAdvice({ folds })).toEqual([
      expect.objectContaining({ code: "loss-still-falling", fold: 2, data: longer(3).data }),
    ]);
  });

  test("say the most serious first, whichever fold it comes from, and nothing that contradicts it", () => {
    expect(listed([waiting], [dead])).toEqual([
      ["dead-layer", 2],
      ["input-bound", 1],
    ]);
    expect(listed([longer(2)], [], [dead])).toEqual([["dead-layer", 3]]);
  });

  test("say nothing where nothing was noticed", () => {
    expect(listed([], [])).toEqual([]);
  });
});
