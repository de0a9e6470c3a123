import { describe, expect, test } from "vitest";
import { summary } from "../../src/app/index.ts";
import { readBundle, writeEnsemble } from "../../src/bundle/index.ts";
import { globalAveragePooling2d } from "../../src/nn/index.ts";
import { faultsOf } from "../docs/validator.ts";
import { fakeServices } from "./fakeServices.ts";
import { modelBytes } from "./smallModel.ts";

const network = {
  name: "net",
  layers: [
    { type: "conv2d", filters: 4, kernelSize: 3, padding: "same" },
    { type: "batchNormalization" },
    { type: "flatten" },
    { type: "dense", units: 2, activation: "softmax" },
  ],
};

function servicesWith(): ReturnType<typeof fakeServices> {
  const services = fakeServices();
  const put = (path: string, text: string): void =>
    void services.files.held.set(path, new TextEncoder().encode(text));
  put("net.json", JSON.stringify(network));
  put(
    "run/config.json",
    JSON.stringify({
      format: "fovea-run",
      modelName: "net",
      model: network,
      size: 8,
      classNames: ["a", "b"],
    }),
  );
  put("folder/notes.txt", "words");
  const classNames = ["a", "b", "c"];
  const model = modelBytes([globalAveragePooling2d()], { side: 6, classNames });
  services.files.held.set("kept/model.safetensors", model);
  const net = readBundle(model, "m");
  services.files.held.set("three.safetensors", writeEnsemble([net, net, net]));
  return services;
}

describe("a summary", () => {
  test("counts parameters, shapes and work of each layer", async () => {
    const services = servicesWith();
    const document = await summary({ model: "net.json", size: 8, batch: 16 }, services);
    expect(document).toMatchObject({ model: "net", inputShape: [8, 8, 3], classes: 2 });
    expect(document.layers).toMatchObject([
      // 3 · 3 · 3 · 4 weights and 4 biases; two operations for each weight at each of 64 places.
      { outputShape: [8, 8, 4], parameters: { total: 112, trainable: 112 }, flops: 2 * 108 * 64 },
      // Scale and shift, and two moving averages.
      { outputShape: [8, 8, 4], parameters: { total: 16, trainable: 8 }, flops: 0 },
      { outputShape: [256], parameters: { total: 0, trainable: 0 } },
      { outputShape: [2], parameters: { total: 514, trainable: 514 }, flops: 2 * 512 },
    ]);
    expect(document.parameters).toEqual({ total: 642, trainable: 634 });
    // Forward, and twice as much backward, but for the gradient of the first layer's input.
    expect(document.flops).toEqual({ prediction: 14_848, training: 3 * 14_848 - 13_824 });
    expect(document.memory.training.batchSize).toBe(16);
    expect(document.memory.prediction.batchSize).toBe(1);
    expect([...services.open]).toEqual([]);
  });

  test.each([
    ["net.json", 96, 2, "network"],
    ["run", 8, 2, "run"],
    ["run/config.json", 8, 2, "run"],
    ["kept", 6, 3, "model"],
    ["kept/model.safetensors", 6, 3, "model"],
  ])("of %s has its size %i and %i classes", async (model, size, classes, origin) => {
    const document = await summary({ model }, servicesWith());
    expect(document).toMatchObject({
      inputShape: [size, size, 3],
      classes,
      source: { code: "summary-of-file", data: { origin } },
    });
  });

  test("of a run or a model file may be for another number of classes", async () => {
    for (const model of ["run", "kept"])
      expect((await summary({ model, classes: 7 }, servicesWith())).layers.at(-1)).toMatchObject({
        outputShape: [7],
      });
  });

  test("of an ensemble is that of one net and says how many there are, by its model file and by its run", async () => {
    const services = servicesWith();
    const config = { format: "fovea-run", modelName: "net", model: network, size: 8, folds: 3 };
    const put = (path: string, json: object): void =>
      void services.files.held.set(path, new TextEncoder().encode(JSON.stringify(json)));
    put("averaged/config.json", { ...config, ensemble: true });
    put("folds/config.json", config);
    const [one, file, run, folds] = await Promise.all(
      ["kept", "three.safetensors", "averaged", "folds"].map((model) => summary({ model }, services)),
    );
    expect(file?.parameters).toEqual(one?.parameters);
    for (const found of [file, run]) expect(found?.source.data).toMatchObject({ nets: 3 });
    for (const found of [one, folds]) expect(found?.source.data).not.toHaveProperty("nets");
  });

  test("of an architecture says what it assumes", async () => {
    const document = await summary({ model: "plain3", classes: 9 }, servicesWith());
    expect(document.source).toMatchObject({
      code: "summary-of-architecture",
      data: { name: "plain3", size: 32, classes: 9, assumed: { size: true, classes: false } },
    });
  });

  test.each([
    ["nonsense", /^--model: .*"nonsense"$/],
    ["plian4", /^--model: .*did you mean plain4\?$/],
    ["folder", /^folder: /],
    ["gone.json", /^gone\.json: /],
  ])("of %s is refused by name", async (model, says) => {
    await expect(summary({ model }, servicesWith())).rejects.toThrow(says);
  });
});

test("of a graph, each layer that takes another than the one before it says which, as its schema wants it", async () => {
  const services = servicesWith();
  const layers = [
    { ...network.layers[0], name: "stem" },
    { type: "activation", activation: "relu", name: "curve" },
    { type: "add", inputs: ["stem", "curve"] },
    ...network.layers.slice(2),
  ];
  services.files.held.set("graph.json", new TextEncoder().encode(JSON.stringify({ layers })));
  const result = await summary({ model: "graph.json", size: 8 }, services);
  expect(result.layers.map(({ inputs }) => inputs)).toEqual([
    undefined,
    undefined,
    ["stem", "curve"],
    undefined,
    undefined,
  ]);
  expect(faultsOf("summary", { schema: 1, ...JSON.parse(JSON.stringify(result)) })).toEqual([]);
});
