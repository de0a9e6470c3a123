import { describe, expect, test } from "vitest";
import type { Model } from "../../src/api/index.ts";
import { ndarray } from "../../src/base/index.ts";
import { readBundle, writeBundle } from "../../src/bundle/index.ts";
import { toCategorical, trainTestSplit } from "../../src/data/index.ts";
import {
  adam,
  atTemperature,
  conv2d,
  dense,
  flatten,
  input,
  maxPooling2d,
  rescaling,
} from "../../src/nn/index.ts";
import type { FitEvent } from "../../src/train/index.ts";
import { fillFolder, toyPlatform } from "./platform.ts";

const layers = [
  input({ shape: [6, 6, 3] }),
  rescaling({ scale: 1 / 255 }),
  conv2d({ filters: 4, kernelSize: 3, activation: "relu" }),
  maxPooling2d(),
  flatten(),
  dense({ units: 3, activation: "softmax" }),
];
const byRate = { optimizer: adam({ learningRate: 0.02 }) };

describe("imageFolder", () => {
  test("reads a folder into bytes, class indices and names", async () => {
    const { api, files } = toyPlatform();
    fillFolder(files, "pets", 4);
    const { x, y, classNames, paths, skipped } = await api.imageFolder("pets", { size: 6 });
    expect(x.shape).toEqual([12, 6, 6, 3]);
    expect(x.data).toBeInstanceOf(Uint8Array);
    expect(classNames).toEqual(["blue", "green", "red"]);
    expect([...y.data]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
    expect(paths[4]).toBe("green/000.png");
    expect(skipped).toEqual([]);
  });

  test("an image that cannot be read leaves no gap in the arrays", async () => {
    const { api, files } = toyPlatform();
    fillFolder(files, "pets", 3);
    const whole = await api.imageFolder("pets", { size: 6 });
    files.set("pets/blue/001.png", Uint8Array.of(1, 2, 3));
    const { x, y, paths, skipped } = await api.imageFolder("pets", { size: 6 });
    expect(skipped).toEqual([{ path: "blue/001.png", reason: "expected an image, received a text" }]);
    expect(paths).toEqual(whole.paths.filter((path) => path !== "blue/001.png"));
    expect([...y.data]).toEqual([0, 0, 1, 1, 1, 2, 2, 2]);
    const size = 6 * 6 * 3;
    expect([...x.data]).toEqual([...whole.x.data.subarray(0, size), ...whole.x.data.subarray(2 * size)]);
  });

  test("numbers the groups, and trainTestSplit keeps them whole", async () => {
    const { api, files } = toyPlatform();
    fillFolder(files, "pets", 12);
    const tens = /(\w+\/0\d)\d/g;
    const { x, y, groups, groupSource, paths } = await api.imageFolder("pets", {
      size: 6,
      groupPattern: tens,
    });
    expect(groupSource).toBe("pattern");
    expect(paths[9]).toBe("blue/009.png");
    expect(groups.data.slice(8, 13)).toEqual(Int32Array.of(0, 0, 1, 1, 2));
    const rows = ndarray(Int32Array.from(y.data.keys()), [y.data.length]);
    const { yTest, yTrain } = trainTestSplit(x, rows, { testSize: 0.2, groups, stratify: y });
    const tested = new Set(Array.from(yTest.data, (row) => groups.data[row]));
    expect(Array.from(yTrain.data).some((row) => tested.has(groups.data[row]))).toBe(false);
    expect(yTest.data).toHaveLength(6);

    // A near-duplicate joins the groups that the pattern names, as on the command line.
    files.set("pets/red/copy05.png", Uint8Array.of(3, 0));
    const joined = await api.imageFolder("pets", { size: 6, groupPattern: /(\w+\/[a-z]*0\d)\d?/ });
    const groupOf = (path: string): number | undefined => joined.groups.data[joined.paths.indexOf(path)];
    expect(joined.groupSource).toBe("pattern");
    expect(groupOf("red/copy05.png")).toBe(groupOf("red/003.png"));
    expect(groupOf("red/copy05.png")).not.toBe(groupOf("red/010.png"));
    files.delete("pets/red/copy05.png");

    const alone = await api.imageFolder("pets", { size: 6, detect: false });
    expect([alone.groupSource, ...alone.groups.data.slice(0, 3)]).toEqual(["none", 0, 1, 2]);
    files.set("pets/red/copy.png", Uint8Array.of(3, 0));
    const found = await api.imageFolder("pets", { size: 6 });
    expect(found.groupSource).toBe("content");
    const copy = found.paths.indexOf("red/copy.png");
    expect(found.groups.data[copy]).toBe(found.groups.data[found.paths.indexOf("red/003.png")]);
  });

  test("carries the data's own parts, and trainTestSplit holds out its test part", async () => {
    const { api, files } = toyPlatform();
    for (const [part, count] of [
      ["train", 5],
      ["val", 2],
      ["test", 3],
    ] as const)
      fillFolder(files, `pets/${part}`, count);
    const folder = await api.imageFolder("pets", { size: 6, detect: false });
    const rows = ndarray(Int32Array.from(folder.y.data.keys()), [folder.y.data.length]);
    const partsIn = (split: readonly number[]): ReadonlySet<string> =>
      new Set(split.map((row) => (folder.paths[row] ?? "").replace(/\/.*/, "")));
    for (const { yTrain, yTest } of [
      trainTestSplit({ ...folder, y: rows }),
      trainTestSplit(folder.x, rows),
    ]) {
      expect([yTrain.data.length, yTest.data.length]).toEqual([21, 9]);
      expect([partsIn([...yTrain.data]), partsIn([...yTest.data])]).toEqual([
        new Set(["train", "val"]),
        new Set(["test"]),
      ]);
    }
    expect(() => trainTestSplit(folder, { testSize: 0.2 })).toThrow(/its own test part.*parts: false/);
    expect(trainTestSplit(folder, { testSize: 0.2, parts: false }).yTest.data).toHaveLength(6);
  });

  test("limitPerClass keeps the first of each class", async () => {
    const { api, files } = toyPlatform();
    fillFolder(files, "pets", 5);
    const { paths } = await api.imageFolder("pets", { size: { height: 4, width: 8 }, limitPerClass: 2 });
    expect(paths).toEqual(["blue", "green", "red"].flatMap((name) => [`${name}/000.png`, `${name}/001.png`]));
  });

  test("asks for a size", async () => {
    const { api } = toyPlatform();
    await expect(api.imageFolder("pets", {})).rejects.toThrow(
      /size or transforms, not both, received neither/,
    );
    await expect(api.imageFolder("pets", { size: 0 })).rejects.toThrow(
      /imageFolder: size: expected a whole number/,
    );
  });
});

describe("a model", () => {
  const toy = toyPlatform();
  fillFolder(toy.files, "pets", 12);

  test("goes through the tutorial's steps: folder, split, fit, evaluate, predict, save, load", async () => {
    const { api, files, lines, opened } = toy;
    const images = await api.imageFolder("pets", { size: 6 });
    const { xTrain, xTest, yTrain, yTest } = trainTestSplit(images.x, images.y, {
      testSize: 0.25,
      randomState: 4,
    });
    const model = api.sequential(layers);
    model.compile({ ...byRate, loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
    const events: FitEvent[] = [];
    const history = await model.fit(xTrain, yTrain, {
      batchSize: 8,
      epochs: 6,
      validationData: [xTest, yTest],
      seed: 4,
      onEvent: (event) => events.push(event),
    });
    expect(history.loss).toHaveLength(6);
    expect(history.valAccuracy.at(-1)).toBeGreaterThan(0.9);
    expect(events.at(-1)?.type).toBe("end");
    expect(lines[0]).toMatch(
      /^Epoch 1\/6 - [\d.]+ s - loss: \d\.\d{4} - accuracy: \d\.\d{4} - valLoss: \d\.\d{4} - valAccuracy: \d\.\d{4}$/,
    );

    const score = await model.evaluate(xTest, yTest);
    expect(score.accuracy).toBe(history.valAccuracy.at(-1));
    expect(score.loss).toBeCloseTo(history.valLoss.at(-1) ?? 0, 6);

    const probabilities = await model.predict(xTest, { batchSize: 4 });
    expect(probabilities.shape).toEqual([9, 3]);
    expect(probabilities.data[0]! + probabilities.data[1]! + probabilities.data[2]!).toBeCloseTo(1, 5);

    await model.save("pets.safetensors", images);
    const again: Model = await api.loadModel("pets.safetensors");
    expect(again.classNames).toEqual(["blue", "green", "red"]);
    expect(await again.predict(xTest)).toEqual(probabilities);
    expect(await again.evaluate(xTest, yTest)).toEqual(score);
    expect(readBundle(files.get("pets.safetensors")!, "m").proof?.images.shape).toEqual([4, 6, 6, 3]);

    const [first] = await api.predictImages("pets.safetensors", ["pets/green/000.png"], { top: 2 });
    expect(first).toMatchObject({ path: "pets/green/000.png", label: "green" });
    // Every backend that was opened is closed, those that predict keeps included.
    await Promise.all([model.close(), again.close()]);
    expect(opened.filter((line) => line === "close")).toHaveLength(opened.length / 2);
  });

  test("a file's temperature is applied after load, kept by save, and gone after more training", async () => {
    const { api, files } = toyPlatform();
    fillFolder(files, "pets", 4);
    const { x, y, ...names } = await api.imageFolder("pets", { size: 6 });
    const model = api.sequential(layers);
    model.compile(byRate);
    await model.fit(x, y, { verbose: false });
    await model.save("m.safetensors", names);
    const plain = await model.predict(x);
    const bundle = readBundle(files.get("m.safetensors")!, "m");
    files.set("warm.safetensors", writeBundle({ ...bundle, temperature: 2 }));
    const warm = await api.loadModel("warm.safetensors");
    const said = await warm.predict(x);
    expect(said.data).toEqual(atTemperature(plain.data, 3, 2));
    await warm.save("again.safetensors");
    expect(await (await api.loadModel("again.safetensors")).predict(x)).toEqual(said);
    warm.compile(byRate);
    await warm.fit(x, y, { verbose: false });
    await warm.save("trained.safetensors");
    expect(readBundle(files.get("trained.safetensors")!, "m").temperature).toBeUndefined();
  });

  test("a damaged model file is refused on load, by its proof images", async () => {
    const { api, files } = toyPlatform();
    fillFolder(files, "pets", 4);
    const { x, y, ...names } = await api.imageFolder("pets", { size: 6 });
    const model = api.sequential(layers);
    model.compile(byRate);
    await model.fit(x, y, { verbose: false });
    await model.save("m.safetensors", names);
    const bytes = files.get("m.safetensors")!;
    const { weights } = model;
    const at = Buffer.from(bytes).indexOf(Buffer.from(weights!["dense/kernel"]!.buffer));
    const damaged = bytes.slice();
    new DataView(damaged.buffer).setFloat32(at, 100, true);
    files.set("m.safetensors", damaged);
    await expect(api.loadModel("m.safetensors")).rejects.toThrow(
      /^m\.safetensors: expected the probabilities stored/,
    );
  });

  test("works on arrays in memory, without any folder or names", async () => {
    const { api, lines } = toyPlatform();
    const x = ndarray(Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), [4, 2]);
    const y = ndarray(Int32Array.of(0, 1, 1, 0), [4]);
    const model = api.sequential([
      dense({ units: 8, activation: "tanh" }),
      dense({ units: 2, activation: "softmax" }),
    ]);
    model.compile({ optimizer: adam({ learningRate: 0.1 }) });
    const { accuracy, valLoss } = await model.fit(x, y, { epochs: 60, seed: 4, verbose: false });
    expect(accuracy.at(-1)).toBe(1);
    expect(valLoss).toEqual([]);
    expect(lines).toEqual([]);
    await model.save("xor.safetensors");
    const again = await api.loadModel("xor.safetensors");
    expect(again.classNames).toEqual(["0", "1"]);
    expect(await again.predict(x)).toEqual(await model.predict(x));
    await expect(api.predictImages("xor.safetensors", [])).rejects.toThrow(/trained on images/);
  });

  test("a second fit goes on from the first, and one seed gives the same weights", async () => {
    const { api, files } = toyPlatform();
    fillFolder(files, "pets", 4);
    const { x, y } = await api.imageFolder("pets", { size: 6 });
    const trained = async (times: number): Promise<Model> => {
      const model = api.sequential(layers);
      model.compile(byRate);
      for (let i = 0; i < times; i++) await model.fit(x, y, { epochs: 2, seed: 1, verbose: false });
      return model;
    };
    const [once, again, twice] = [await trained(1), await trained(1), await trained(2)];
    expect(once.weights).toEqual(again.weights);
    expect((await twice.evaluate(x, y)).loss).toBeLessThan((await once.evaluate(x, y)).loss);
  });

  test("one-hot rows train like class indices", async () => {
    const { api, files } = toyPlatform();
    fillFolder(files, "pets", 4);
    const { x, y } = await api.imageFolder("pets", { size: 6 });
    const sparse = api.sequential(layers);
    sparse.compile(byRate);
    await sparse.fit(x, y, { epochs: 2 });
    const rows = api.sequential(layers);
    rows.compile({ ...byRate, loss: "categoricalCrossentropy" });
    await rows.fit(x, toCategorical(y), { epochs: 2 });
    expect(rows.weights).toEqual(sparse.weights);
  });

  test("prints itself with shapes and parameter counts", () => {
    const { api } = toyPlatform();
    const model = api.sequential(layers);
    expect(String(model)).toBe(model.summary());
    expect(model.summary()).toMatch(/Total parameters: 163/);
    const shapeless = api.sequential([dense({ units: 1 })]);
    expect(String(shapeless)).toBe('Model: "sequential"');
    expect(shapeless.summary([5])).toMatch(/Total parameters: 6/);
  });

  test.each([
    [
      "fit before compile",
      (model: Model) => model.fit(rows(2), labels(0, 1)),
      /model\.fit: expected a compiled model/,
    ],
    [
      "evaluate before fit",
      (model: Model) => model.evaluate(rows(2), labels(0, 1)),
      /model\.evaluate: expected a trained model/,
    ],
    ["save before fit", (model: Model) => model.save("m"), /model\.save: expected a trained model/],
  ])("%s is refused", async (_, call, message) => {
    await expect(call(toyPlatform().api.sequential(layers))).rejects.toThrow(message);
  });

  test.each([
    [
      "images of another size",
      ndarray(new Uint8Array(150), [2, 5, 5, 3]),
      labels(0, 1),
      /model\.fit: x: expected shape \[n, 6, 6, 3\], n 1 or more, received \[2, 5, 5, 3\]/,
    ],
    ["fewer labels than rows", rows(2), labels(0), /model\.fit: y: expected shape \[2\] .* received \[1\]/],
    [
      "a label past the last class",
      rows(2),
      labels(0, 3),
      /model\.fit: y\[1\]: expected a class index from 0 to 2, since the last layer has 3 units, received 3/,
    ],
    [
      "one-hot rows for indices",
      rows(2),
      toCategorical(labels(0, 1), 3),
      /received \[2, 3\]; give class indices, or use categoricalCrossentropy/,
    ],
  ])("fit refuses %s before anything is opened", async (_, x, y, message) => {
    const { api, opened } = toyPlatform();
    const model = api.sequential(layers);
    model.compile();
    await expect(model.fit(x, y)).rejects.toThrow(message);
    await expect(model.fit(rows(1), labels(0), { validationData: [x, y] })).rejects.toThrow(
      /model\.fit: validationData/,
    );
    expect(opened).toEqual([]);
  });

  test("compile names an option that it does not know", () => {
    const model = toyPlatform().api.sequential(layers);
    expect(() => model.compile({ optimizer: "adamm" as "adam" })).toThrow(
      /compile: optimizer: expected one of sgd, rmsprop, adam, adamw/,
    );
    expect(() => model.compile({ metrics: ["auc" as "accuracy"] })).toThrow(
      /compile: metrics\[0\]: expected "accuracy" or \{ name, of: \(predictions, labels\) => number \}, with direction "max" or "min" to monitor it, received "auc"/,
    );
  });
});

function rows(n: number): ReturnType<typeof ndarray<Uint8Array>> {
  return ndarray(new Uint8Array(n * 108), [n, 6, 6, 3]);
}
function labels(...values: number[]): ReturnType<typeof ndarray<Int32Array>> {
  return ndarray(Int32Array.from(values), [values.length]);
}
