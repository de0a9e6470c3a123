import { describe, expect, test } from "vitest";
import type { Model } from "../../src/api/index.ts";
import { asClassifier, classifierIn, readBundle } from "../../src/bundle/index.ts";
import {
  type Layer,
  activation,
  conv2d,
  dense,
  flatten,
  inferenceProgram,
  sequential,
} from "../../src/nn/index.ts";
import { referenceBackend } from "../../src/engine/index.ts";
import { fillFolder, toyPlatform } from "./platform.ts";

/** Two classes of images, told apart by one unit of a sigmoid. */
async function binaryModel(
  last: readonly Layer[],
): Promise<{ toy: ReturnType<typeof toyPlatform>; model: Model; x: unknown; names: readonly string[] }> {
  const toy = toyPlatform();
  fillFolder(toy.files, "pets", 10);
  const folder = await toy.api.imageFolder("pets", { size: 6 });
  const two = folder.classNames.slice(0, 2);
  const rows = [...folder.y.data].flatMap((label, i) => (label < 2 ? [i] : []));
  const size = 6 * 6 * 3;
  const x = {
    shape: [rows.length, 6, 6, 3],
    data: Uint8Array.from(rows.flatMap((row) => [...folder.x.data.subarray(row * size, (row + 1) * size)])),
  };
  const y = rows.map((row) => folder.y.data[row] ?? 0);
  const model = toy.api.sequential([conv2d({ filters: 2, kernelSize: 3, name: "maps" }), flatten(), ...last]);
  model.compile({ loss: "binaryCrossentropy" });
  await model.fit(x, y, { epochs: 2, verbose: false });
  await model.save("model.safetensors", { classNames: two, transforms: folder.transforms });
  return { toy, model, x, names: two };
}

const ends: readonly [string, readonly Layer[]][] = [
  ["dense", [dense({ units: 1, activation: "sigmoid" })]],
  ["dense and activation", [dense({ units: 1, useBias: false }), activation("sigmoid")]],
];

describe.each(ends)("a file of one sigmoid unit, %s", (_, last) => {
  test("has two class names, and predicts 1 - p and p", async () => {
    const { toy, model, names } = await binaryModel(last);
    expect(model.classNames).toEqual(names);
    const predictor = await toy.api.openPredictor("model.safetensors");
    expect(predictor.classNames).toEqual(names);
    const path = [...toy.files.keys()].find((file) => file.startsWith(`pets/${names[1]}/`)) ?? "";
    const { label, probability, top } = await predictor.predict(path);
    const image = await toy.api.decodeImage(path);
    await predictor.close();
    const folder = await toy.api.imageFolder("pets", { size: 6 });
    const row = [...folder.paths].indexOf(path.slice("pets/".length));
    const pixels = folder.x.data.subarray(row * 108, (row + 1) * 108);
    expect(image.width).toBe(10);
    const [p = 0] = (await model.predict({ shape: [1, 6, 6, 3], data: pixels })).data;
    expect(top.map((one) => one.label).sort()).toEqual([...names].sort());
    expect(Object.fromEntries(top.map((one) => [one.label, one.probability]))[names[1] ?? ""]).toBeCloseTo(
      p,
      5,
    );
    expect(probability).toBeCloseTo(Math.max(p, 1 - p), 5);
    expect(label).toBe(names[p > 0.5 ? 1 : 0]);
  });

  test("comes back with one unit, and the same predictions and metrics", async () => {
    const { toy, model, x } = await binaryModel(last);
    const loaded = await toy.api.loadModel("model.safetensors");
    const before = await model.predict(x as never);
    const after = await loaded.predict(x as never);
    expect(after.shape).toEqual([20, 1]);
    expect([...after.data]).toEqual([...before.data]);
    const y = Array.from(before.data, (p) => (p > 0.5 ? 1 : 0));
    expect(await loaded.evaluate(x as never, y)).toEqual(await model.evaluate(x as never, y));
    expect((await loaded.evaluate(x as never, y)).accuracy).toBe(1);
  });

  test("is explained for either class", async () => {
    const { model } = await binaryModel(last);
    const pixels = { shape: [1, 6, 6, 3], data: Uint8Array.from({ length: 108 }, (_, i) => (i * 37) % 256) };
    const maps = await Promise.all(
      [0, 1].map((label) => model.gradCam(pixels, { classes: [label], layer: "maps" })),
    );
    const [p = 0] = (await model.predict(pixels)).data;
    const predicted = await model.gradCam(pixels, { layer: "maps" });
    expect([...predicted.data]).toEqual([...(maps[p > 0.5 ? 1 : 0]?.data ?? [])]);
    await expect(model.gradCam(pixels, { classes: [2] })).rejects.toThrow(/0 to 1/);
  });
});

test("one name, or three, for the two classes of one unit are refused", async () => {
  const { model } = await binaryModel([dense({ units: 1, activation: "sigmoid" })]);
  for (const classNames of [["a"], ["a", "b", "c"]])
    await expect(model.save("other", { classNames })).rejects.toThrow(
      /^model\.save: classNames: expected 2 names/,
    );
});

test("as a classifier a sigmoid's p is the second of two probabilities, exactly where p is a half", async () => {
  const model = sequential([dense({ units: 1, activation: "sigmoid" })]);
  const weights = { "dense/kernel": Float32Array.of(2, -1), "dense/bias": Float32Array.of(0.5) };
  const wide = asClassifier({ model, weights, inputShape: [2] });
  const session = await referenceBackend().open({
    run: inferenceProgram(wide.model, { inputShape: [2], batchSize: 3 }),
  });
  for (const [name, data] of Object.entries(wide.weights)) await session.write(name, data);
  // Logits 2·x - y + 0.5: 0, 3 and -40.
  const { predictions } = await session.run("run", { x: [0, 0.5, 2, 1.5, -20, 0.5] });
  const sigmoid = [0, 3, -40].map((z) => 1 / (1 + Math.exp(-z)));
  expect([...(predictions ?? [])].slice(0, 2)).toEqual([0.5, 0.5]);
  sigmoid.forEach((p, i) => {
    expect(predictions?.[2 * i + 1]).toBeCloseTo(p, 6);
    expect(predictions?.[2 * i]).toBeCloseTo(1 - p, 6);
  });
});

test("a file with one class name keeps its one output", async () => {
  const { toy } = await binaryModel([dense({ units: 1, activation: "sigmoid" })]);
  const bundle = readBundle(toy.files.get("model.safetensors") ?? new Uint8Array(), "file");
  const single = { ...bundle, classNames: ["yes"] };
  expect(classifierIn(single)).toBe(single);
  expect(classifierIn(bundle).model.layers.at(-1)).toMatchObject({ units: 2, activation: "softmax" });
});
