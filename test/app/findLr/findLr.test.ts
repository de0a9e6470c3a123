import { parse } from "csv-parse/sync";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type FindLearningRateRequest,
  type FindLearningRateResult,
  findLearningRate,
} from "../../../src/app/index.ts";
import { colourImages, fakeServices, filesBelow, never, recorded, request } from "../fakeServices.ts";

const { model = "", size = 6 } = request;
const asked: FindLearningRateRequest = {
  data: "cells",
  out: "found",
  model,
  size,
  batch: 4,
  steps: 20,
  runs: 2,
  detect: false,
};

describe("find-lr", () => {
  const services = fakeServices(colourImages(8));
  let result: FindLearningRateResult;
  beforeAll(async () => {
    ({ result } = await recorded(findLearningRate(asked, services, never)));
  });

  test("tests rates on the training set with the model's optimiser and the batch size of a training", () => {
    expect(result).toMatchObject({ optimizer: "adam", batchSize: 4, steps: 20, minLearningRate: 1e-6 });
    expect(result.images).toBeLessThan(24);
    expect(result.runs.map(({ seed }) => seed)).toEqual([0, 1]);
    expect(["learning-rate-suggested", "learning-rate-not-found"]).toContain(result.outcome.code);
    expect(result.suggestion !== undefined).toBe(result.outcome.code === "learning-rate-suggested");
  });

  test("writes the steps as a table, the metrics, and a page with the chart; no weights", async () => {
    const names = filesBelow(services, "found");
    expect(names).toEqual(expect.arrayContaining(["learning-rates.csv", "metrics.json", "report.html"]));
    expect(names.filter((name) => name.endsWith(".safetensors"))).toEqual([]);
    const decoder = new TextDecoder();
    const rows: readonly Record<string, string>[] = parse(
      decoder.decode(await services.files.read("found/learning-rates.csv")),
      { columns: true },
    );
    expect(rows).toHaveLength(result.runs.reduce((sum, { steps }) => sum + steps.length, 0));
    expect(Object.keys(rows[0] ?? {})).toEqual(["seed", "step", "learning_rate", "loss", "smoothed_loss"]);
    const page = decoder.decode(await services.files.read("found/report.html"));
    expect(page).toContain("<svg");
    expect(page).toContain(result.outcome.text);
  });

  test("refuses rates that do not rise, before any image is read", async () => {
    const wrong = findLearningRate({ ...asked, out: "other", minLearningRate: 20 }, services, never);
    await expect(recorded(wrong)).rejects.toThrow(/^--min-lr: .*--max-lr 10/);
    expect(filesBelow(services, "other")).toEqual([]);
  });
});
