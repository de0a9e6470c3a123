import { describe, expect, test } from "vitest";
import {
  type ConfiguredRequest,
  type TrainRequest,
  plannedConfig,
  readConfig,
  resultOf,
  train,
} from "../../../src/app/index.ts";
import { randomFlip } from "../../../src/data/index.ts";
import { type FakeServices, fakeServices, never, request, tiny } from "../fakeServices.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Reads a file of that text. */
function read(text: string, path = "my.json"): Promise<ConfiguredRequest> {
  const { files } = fakeServices();
  files.held.set(path, bytesOf(text));
  return readConfig(path, files);
}

const trained = (services: FakeServices, changes: Partial<TrainRequest>): Promise<unknown> =>
  resultOf(train({ ...request, ...changes }, services, never));

const planned = (services: FakeServices, changes: Partial<TrainRequest>): Promise<object> =>
  resultOf(plannedConfig({ ...request, ...changes }, services));

describe("a run's config.json", () => {
  test("trains the same model to the bit, with the steps and the network that files held then", async () => {
    const services = fakeServices();
    const { held } = services.files;
    held.set("steps.json", bytesOf(JSON.stringify([{ type: "randomFlip", vertical: true }])));
    await trained(services, { out: "first", augment: "steps.json", seed: 3, learningRate: 0.02 });
    held.delete("steps.json");
    held.delete(tiny);
    const config = await readConfig("first/config.json", services.files);
    await resultOf(train({ ...config, data: "cells", out: "second" }, services, never));
    for (const name of ["history.csv", "split.csv", "predictions.csv"])
      expect(withoutSeconds(services.files.text(`second/${name}`))).toBe(
        withoutSeconds(services.files.text(`first/${name}`)),
      );
  });

  test("may be named by its folder", async () => {
    const services = fakeServices();
    await trained(services, { out: "first" });
    expect(await readConfig("first", services.files)).toEqual(
      await readConfig("first/config.json", services.files),
    );
  });

  test("asks for folds and no fraction where the run had folds", async () => {
    const services = fakeServices();
    await trained(services, { out: "first", folds: 2 });
    const config = await readConfig("first", services.files);
    expect(config).toMatchObject({ folds: 2 });
    expect(config).not.toHaveProperty("validation");
  });
});

/** Durations differ from run to run. */
const withoutSeconds = (csv: string): string => csv.replaceAll(/,\d+\.\d+(?=\r?\n)/g, "");

describe("what would be used", () => {
  const asked: readonly Partial<TrainRequest>[] = [
    {},
    { model: "plain3", size: 16, epochs: 3, ema: true, accumulate: 2, clipNorm: 1 },
    { optimizer: "lion", schedule: "oneCycle", weightDecay: 0.1, augment: "light" },
    { augment: [randomFlip({ vertical: true })], range: { min: 0, max: 4095 }, detect: false },
    { folds: 3, split: "random", classFolders: "outer", mergeClasses: true, exact: true },
  ];

  test.each(asked)("is a file that comes to the same again: %j", async (changes) => {
    const services = fakeServices();
    const first = await planned(services, changes);
    services.files.held.set("printed.json", bytesOf(JSON.stringify({ schema: 1, ...first })));
    const config = await readConfig("printed.json", services.files);
    expect(await resultOf(plannedConfig({ data: "cells", ...config, out: "run" }, services))).toEqual(first);
  });

  test("names an architecture, and holds any other network", async () => {
    expect(await planned(fakeServices(), { model: "plain3", size: 16 })).toMatchObject({ model: "plain3" });
    expect(await planned(fakeServices(), {})).toMatchObject({ model: { name: "tiny" } });
  });

  test("is found out without writing or training", async () => {
    const services = fakeServices();
    const openBackend = (): never => {
      throw new Error("opened");
    };
    await planned({ ...services, openBackend }, {});
    expect(services.files.written).toEqual([]);
    expect(services.open.size).toBe(0);
  });
});

describe("a file of one's own", () => {
  test("says as much as it likes, in the words of config.json", async () => {
    expect(await read('{"epochs": 20, "batchSize": 8, "learningRate": 0.01, "augment": "light"}')).toEqual({
      epochs: 20,
      batch: 8,
      learningRate: 0.01,
      augment: "light",
    });
    expect(await read("{}")).toEqual({});
  });

  test("may be YAML", async () => {
    const yaml = "# mine\ndata: cells\nmodel: resnet9\noptimizer: { type: sgd, momentum: 0.9 }\nfolds: 5\n";
    expect(await read(yaml, "my.yaml")).toMatchObject({
      data: "cells",
      model: "resnet9",
      optimizer: { type: "sgd", momentum: 0.9 },
      folds: 5,
    });
  });

  test("may hold the network and the steps", async () => {
    const network = { layers: [{ type: "flatten" }, { type: "dense", units: 3, activation: "softmax" }] };
    const config = await read(JSON.stringify({ model: network, augment: [{ type: "randomFlip" }] }));
    expect(config).toMatchObject({
      model: { origin: "network", model: { layers: [{ type: "flatten" }, { type: "dense", units: 3 }] } },
      augment: [{ type: "randomFlip", horizontal: true }],
    });
  });

  test.each([
    ['{"epoch": 3}', "my.json: epoch: ", "use epochs"],
    ['{"batch": 3}', "my.json: batch: ", "use batchSize"],
    ['{"lr": 3}', "my.json: lr: ", "use learningRate"],
    ['{"epochs": "3"}', "my.json: epochs: ", "a whole number from 1"],
    ['{"epochs": 0}', "my.json: epochs: ", "a whole number from 1"],
    ['{"validation": 1}', "my.json: validation: ", "below 1"],
    ['{"folds": 1}', "my.json: folds: ", "from 2 to 100"],
    ['{"ema": 1}', "my.json: ema: ", "below 1"],
    ['{"detect": "no"}', "my.json: detect: ", "true or false"],
    ['{"normalise": "none"}', "my.json: normalise: ", "one of standardize, rescale"],
    ['{"classFolders": "middle"}', "my.json: classFolders: ", "one of outer, inner"],
    ['{"range": {"min": 5, "max": 2}}', "my.json: range: ", "the lower one first"],
    ['{"optimizer": {"type": "sgd", "momentun": 0.9}}', "momentun", "use momentum"],
    ['{"schedule": "cosin"}', "my.json: schedule", "cosine"],
    ['{"augment": [{"type": "randomHue", "factor": 3}]}', "my.json: augment[0].factor", "0.5"],
    ['{"model": {"layers": [{"type": "conv2"}]}}', "my.json: model: layers[0]", "use conv2d"],
    ["[1]", "my.json: ", "settings"],
    ["{", "my.json: ", "a JSON file"],
  ])("%s is refused, naming the field and what it takes", async (text, field, takes) => {
    const error = await read(text).catch((error: unknown) => String(error));
    expect(error).toContain(field);
    expect(error).toContain(takes);
  });

  test.each(["epochs: [1", "epochs: 1\nepochs: 2\n"])("that is no YAML is named: %j", async (text) => {
    await expect(read(text, "my.yml")).rejects.toThrow(/^my\.yml: expected a YAML file/);
  });
});
