import { beforeEach, describe, expect, test, vi } from "vitest";
import type { FakeServices } from "../../app/fakeServices.ts";
import { quick, useServices } from "../fakeCommandLine.ts";
import { ran } from "../inProcess.ts";

vi.mock("../../../src/cli/services.ts", async () => await import("../fakeCommandLine.ts"));

let services: FakeServices;
beforeEach(() => {
  services = useServices();
});

const put = (path: string, settings: object): void =>
  void services.files.held.set(path, new TextEncoder().encode(JSON.stringify(settings)));

const settingsOf = (run: string): Record<string, unknown> =>
  JSON.parse(services.files.text(`${run}/config.json`)) as Record<string, unknown>;

/** Runs a command that is to end well. @returns the JSON document that it prints */
async function printed(...args: readonly string[]): Promise<Record<string, unknown>> {
  const { code, out, err } = await ran([...args, "--json"]);
  expect(err).not.toContain("fovea: ");
  expect(code).toBe(0);
  return JSON.parse(out) as Record<string, unknown>;
}

describe("a run's config.json, whose validation set, stopping and averages are its own,", () => {
  beforeEach(async () => {
    const ofTrain = ["--validation", "0.3", "--patience", "2", "--monitor", "loss", "--ema"];
    const shared = ["--optimizer", "nadam", "--lr", "0.02", "--mixup", "0.3", "--seed", "5"];
    await printed("train", "cells", "--out", "new", ...quick, ...ofTrain, ...shared);
  });

  test("gives labels the recipe and the images", async () => {
    await printed("labels", "--config", "new/config.json", "--out", "review", "--folds", "2");
    const kept = ["data", "model", "size", "epochs", "batchSize", "optimizer", "schedule", "mixup", "seed"];
    const [run, review] = [settingsOf("new"), settingsOf("review")];
    for (const key of kept) expect(review[key], key).toEqual(run[key]);
    expect(review).toMatchObject({ folds: 2 });
    expect(Object.keys(review)).not.toEqual(expect.arrayContaining(["patience"]));
  });

  test("gives find-lr the model, the optimizer, the batches and the training set", async () => {
    const steps = ["--runs", "1", "--steps", "10", "--max-lr", "1e-5"];
    const found = await printed("find-lr", "--config", "new", "--out", "rates", ...steps);
    expect(found).toMatchObject({ optimizer: "nadam", batchSize: 8, model: "tiny" });
    expect(services.files.text("rates/split.csv")).toBe(services.files.text("new/split.csv"));
    expect(settingsOf("rates")).toMatchObject({ mixup: 0.3, seed: 5, validation: 0.3 });
  });

  test.each([
    ["labels", ["--folds", "2", "--epochs", "1"]],
    ["find-lr", ["--runs", "1", "--steps", "10", "--max-lr", "1e-5"]],
  ])("gives way to the options of %s", async (verb, options) => {
    const own = ["--batch", "4", "--optimizer", "sgd", "--out", "other"];
    await printed(verb, "elsewhere", "--config", "new", ...own, ...options);
    expect(settingsOf("other")).toMatchObject({
      data: "elsewhere",
      batchSize: 4,
      optimizer: { type: "sgd" },
      mixup: 0.3,
    });
  });
});

test("labels draws folds where a run kept the data's own parts, and so does train --folds", async () => {
  put("own.json", { data: "cells", split: "folders", model: "tiny.json", size: 8, epochs: 1, detect: false });
  await printed("labels", "--config", "own.json", "--out", "review", "--folds", "2");
  await printed("train", "--config", "own.json", "--out", "folds", "--folds", "2");
  for (const run of ["review", "folds"]) expect(settingsOf(run)).toMatchObject({ split: "grouped" });
});

describe("an option with all of its settings takes the place of the file's parts of them:", () => {
  test.each([
    [
      { learningRate: 0.5, ema: true, lookahead: true, clipNorm: 1 },
      "optimizer",
      { type: "sgd", learningRate: 0.1 },
    ],
    [{ warmupEpochs: 2 }, "schedule", { type: "cosine", warmupEpochs: 1 }],
  ] as const)("%j beside --%s", async (settings, option, value) => {
    put("mine.json", settings);
    const asked = [`--${option}`, JSON.stringify(value), "--print-config"];
    const wanted = await printed("train", "cells", ...quick, ...asked);
    expect(await printed("train", "cells", "--config", "mine.json", ...quick, ...asked)).toEqual(wanted);
  });
});

test.each(["labels", "find-lr"])("a wrong setting of train alone is refused by %s too", async (verb) => {
  put("mine.json", { patience: 0 });
  const { code, err } = await ran([verb, "cells", "--config", "mine.json"]);
  expect([code, err]).toEqual([2, expect.stringMatching(/^fovea: mine\.json: patience: /)]);
});

test("--no-… takes back what a file sets, in its optimizer and beside it", async () => {
  const optimizer = { type: "adam", globalClipNorm: 1, useEma: true, emaMomentum: 0.9, lookahead: {} };
  put("mine.json", {
    optimizer,
    mixup: 0.2,
    cutmix: 1,
    classWeights: "balanced",
    detect: false,
    patience: 2,
  });
  const back = ["clip-norm", "ema", "lookahead", "mixup", "cutmix", "class-weights", "patience"];
  const asked = [...back.map((name) => `--no-${name}`), "--detect", "--print-config"];
  const own = quick.filter((word) => word !== "--no-detect");
  const wanted = await printed("train", "cells", ...own, "--optimizer", "adam", "--print-config");
  expect(await printed("train", "cells", "--config", "mine.json", ...own, ...asked)).toEqual(wanted);
});
