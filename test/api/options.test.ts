import { describe, expect, test } from "vitest";
import type { Model } from "../../src/api/index.ts";
import { ndarray, toNdArray } from "../../src/base/index.ts";
import { rescale, resize, toCategorical, trainTestSplit } from "../../src/data/index.ts";
import { classificationMetrics } from "../../src/evaluate/index.ts";
import { overlay } from "../../src/explain/index.ts";
import { buildModel } from "../../src/models/index.ts";
import { adam, conv2d, dense, flatten, globalAveragePooling2d, input, sgd } from "../../src/nn/index.ts";
import { fillFolder, toyPlatform } from "./platform.ts";

// What plain JavaScript may hand over: TypeScript refuses most of it before.

/** Four points on a line; those above 0 are of class 1. */
const x = [[-3], [-1], [1], [3]];
const y = [0, 0, 1, 1];

function line(units: 1 | 2, toy = toyPlatform()): Model {
  const model = toy.api.sequential([dense({ units, activation: units === 1 ? "sigmoid" : "softmax" })]);
  model.compile({
    optimizer: adam({ learningRate: 0.2 }),
    loss: units === 1 ? "binaryCrossentropy" : "sparseCategoricalCrossentropy",
  });
  return model;
}
const loose = (options: Readonly<Record<string, unknown>>): object => options;

describe("an option that there is not", () => {
  test.each<[string, (model: Model) => unknown, RegExp]>([
    [
      "fit: batch_size",
      (m) => m.fit(x, y, loose({ batch_size: 2 })),
      /^model\.fit: batch_size: .*; use batchSize$/,
    ],
    ["fit: random_state", (m) => m.fit(x, y, loose({ random_state: 2 })), /; use seed$/],
    [
      "fit: validation_split",
      (m) => m.fit(x, y, loose({ validation_split: 0.2 })),
      /by trainTestSplit and give validationData/,
    ],
    [
      "fit: callbacks that are none",
      (m) => m.fit(x, y, loose({ callbacks: { onEpochEnd: () => undefined } })),
      /^model\.fit: callbacks: expected a list of callbacks/,
    ],
    [
      "fit: a callback by Keras's name",
      (m) => m.fit(x, y, loose({ callbacks: [{ on_epoch_end: () => undefined }] })),
      /^model\.fit: callbacks\[0\]: on_epoch_end: expected one of .*; use onEpochEnd$/,
    ],
    [
      "fit: a callback that is never called",
      (m) => m.fit(x, y, loose({ callbacks: [{ stop: true }] })),
      /^model\.fit: callbacks\[0\]: expected an object with one of onTrainBegin/,
    ],
    [
      "fit: stepsPerEpoch beside arrays",
      (m) => m.fit(x, y, { stepsPerEpoch: 3 }),
      /^model\.fit: stepsPerEpoch: expected no such option beside arrays, received 3; an epoch is one pass over x$/,
    ],
    ["fit: class_weight", (m) => m.fit(x, y, loose({ class_weight: {} })), /; use classWeight$/],
    [
      "fit: an unlike word",
      (m) => m.fit(x, y, loose({ quux: 1 })),
      /^model\.fit: quux: expected one of epochs, batchSize, .*"quux"$/,
    ],
    [
      "fit: a number for options",
      (m) => m.fit(x, y, 5 as never),
      /^model\.fit: expected an object of options, such as \{ epochs: 5 \}/,
    ],
    ["evaluate", (m) => m.evaluate(x, y, loose({ batch: 2 })), /^model\.evaluate: batch: .*use batchSize$/],
    ["predict", (m) => m.predict(x, loose({ thread: 2 })), /^model\.predict: thread: .*use threads$/],
    ["gradCam", (m) => m.gradCam(x, loose({ layers: "a" })), /^model\.gradCam: layers: .*use layer$/],
    ["save", (m) => m.save("m", loose({ class_names: [] })), /^model\.save: class_names: .*use classNames$/],
    [
      "compile",
      async (m) => m.compile(loose({ learning_rate: 1 })),
      /^model\.compile: learning_rate: .*adam\(\{ learningRate/,
    ],
    [
      "imageFolder",
      () => toyPlatform().api.imageFolder("pets", loose({ image_size: 8 })),
      /^imageFolder: image_size: .*use size$/,
    ],
    [
      "imageFolder without any",
      () => toyPlatform().api.imageFolder("pets", undefined as unknown as object),
      /^imageFolder: expected an object of options, such as \{ size: … \}, received nothing$/,
    ],
    [
      "loadModel",
      () => toyPlatform().api.loadModel("m", loose({ thread: 1 })),
      /^loadModel: thread: .*use threads$/,
    ],
    [
      "predictImages",
      () => toyPlatform().api.predictImages("m", [], loose({ top_k: 1 })),
      /^predictImages: top_k: .*use top$/,
    ],
    [
      "sequential",
      async () => toyPlatform().api.sequential([flatten()], loose({ nam: "a" })),
      /^sequential: nam: .*use name$/,
    ],
    [
      "trainTestSplit",
      async () => trainTestSplit(x, y, loose({ test_size: 1 })),
      /^trainTestSplit: test_size: .*use testSize$/,
    ],
    [
      "buildModel",
      async () => buildModel("plain3", loose({ inputShape: [64, 64, 3], num_classes: 3 }) as never),
      /^buildModel: num_classes: .*use classes$/,
    ],
    [
      "classificationMetrics",
      async () =>
        classificationMetrics(
          toCategorical([0, 1]),
          toNdArray("y", [0, 1]),
          loose({ class_names: [] }) as never,
        ),
      /^classificationMetrics: class_names: .*use classNames$/,
    ],
    [
      "overlay",
      async () =>
        overlay(
          { width: 1, height: 1, data: new Uint8Array(3) },
          ndarray(new Float32Array(1), [1, 1]),
          loose({ peek: 1 }),
        ),
      /^overlay: peek: .*use peak$/,
    ],
    [
      "toCategorical",
      async () => toCategorical([0, 1], loose({ numClasses: 2 }) as never),
      /^toCategorical: classCount: expected a whole number/,
    ],
    ["resize", async () => resize(loose({ height: 2, widt: 2 }) as never), /^resize: widt: .*use width$/],
    ["rescale", async () => rescale(loose({ factor: 2 })), /^rescale: factor: expected one of scale, offset/],
    ["dense", async () => dense(loose({ unit: 3 }) as { units: number }), /^dense: unit: .*use units$/],
    [
      "conv2d",
      async () => conv2d(loose({ filters: 1, kernel_size: 3 }) as never),
      /^conv2d: kernel_size: .*use kernelSize$/,
    ],
    ["input", async () => input(loose({ shap: [3] }) as never), /^input: shap: .*use shape$/],
    ["sgd", async () => sgd(loose({ learning_rate: 1 })), /^sgd: learning_rate: .*use learningRate$/],
    [
      "globalAveragePooling2d",
      async () => globalAveragePooling2d(loose({ keepDim: true })),
      /^globalAveragePooling2d: keepDim: expected one of keepdims, .*use keepdims$/,
    ],
  ])("%s: is an error that names what is meant", async (_, call, message) => {
    await expect(async () => call(line(2))).rejects.toThrow(message);
  });

  test.each([
    [() => dense(10 as never), "dense: expected an object of options, such as { units: 10 }, received 10"],
    [
      () => conv2d(32 as never),
      "conv2d: expected an object of options, such as { filters: 32 }, received 32",
    ],
    [
      () => flatten("f" as never),
      'flatten: expected an object of options, such as { name: "f" }, received "f"',
    ],
    [() => toyPlatform().api.sequential(flatten() as never), "sequential: layers: expected a list of layers"],
    [() => toyPlatform().api.sequential([dense as never]), "sequential: layers[0]: expected a layer"],
  ])("arguments by position are one as well (%#)", (call, message) => {
    expect(call).toThrow(message);
  });
});

describe("labels and inputs as lists", () => {
  test("train, evaluate and predict as arrays do", async () => {
    const [listed, arrays] = [line(2), line(2)];
    await listed.fit(x, y, { epochs: 3, verbose: false, validationData: [x, y] });
    const [xs, ys] = [toNdArray("x", x), ndarray(Int32Array.from(y), [4])];
    await arrays.fit(xs, ys, { epochs: 3, verbose: false, validationData: [xs, ys] });
    expect(listed.weights).toEqual(arrays.weights);
    expect(await listed.predict(x)).toEqual(await arrays.predict(xs));
    expect(await listed.evaluate(x, y)).toEqual(await arrays.evaluate(xs, ys));
  });

  test("of one shape are split as arrays are", () => {
    const { xTrain, yTest } = trainTestSplit(x, y, { testSize: 0.25, randomState: 1 });
    expect([xTrain.shape, yTest.shape]).toEqual([[3, 1], [1]]);
  });

  test.each<[string, unknown, RegExp]>([
    [
      "names of classes",
      ["a", "b", "a", "b"],
      /^model\.fit: y\[0\]: expected a number, received "a"; for names of classes/,
    ],
    [
      "one-hot rows for class indices",
      toCategorical([0, 0, 1, 1]),
      /^model\.fit: y: .*give class indices, or use categoricalCrossentropy/,
    ],
    ["nothing", undefined, /^model\.fit: y: expected an array/],
    ["too few", [0, 1], /^model\.fit: y: expected shape \[4\]/],
  ])("%s as labels are an error that says what to give", async (_, labels, message) => {
    await expect(line(2).fit(x, labels as number[])).rejects.toThrow(message);
  });

  test("validationData that is no pair is refused", async () => {
    for (const given of [{ x }, [x], x])
      await expect(line(2).fit(x, y, { validationData: given as never })).rejects.toThrow(
        /^model\.fit: validationData/,
      );
  });
});

test("labels [n] train one sigmoid unit, whose class is 1 above a half", async () => {
  const model = line(1);
  const { accuracy, valAccuracy } = await model.fit(x, y, {
    epochs: 30,
    verbose: false,
    validationData: [x, y],
  });
  expect([accuracy.at(-1), valAccuracy.at(-1)]).toEqual([1, 1]);
  const { shape, data } = await model.predict(x);
  expect(shape).toEqual([4, 1]);
  expect([...data].map((p) => Number(p > 0.5))).toEqual(y);
  // Mean of -ln p where the label is 1, of -ln(1 - p) where it is 0.
  const losses = [...data].map((p, i) => -Math.log(y[i] === 1 ? p : 1 - p));
  const { loss } = await model.evaluate(x, y);
  expect(loss).toBeCloseTo(losses.reduce((a, b) => a + b) / 4, 5);
});

describe("the groups of a folder", () => {
  test("stay whole in a split of the folder, and of its x, also of a part's", async () => {
    const { api, files } = toyPlatform();
    fillFolder(files, "pets", 12);
    const folder = await api.imageFolder("pets", { size: 6, groupPattern: /(\w+\/0\d\d?)\d/ });
    const rows = ndarray(Int32Array.from(folder.y.data.keys()), [folder.y.data.length]);
    const groupsIn = (part: { readonly data: ArrayLike<number> }): ReadonlySet<number> =>
      new Set(Array.from(part.data, (row) => folder.groups.data[row] ?? -1));
    const disjoint = (a: ReadonlySet<number>, b: ReadonlySet<number>): boolean =>
      [...a].every((one) => !b.has(one));
    const options = { testSize: 0.4, randomState: 3 };
    const whole = trainTestSplit({ ...folder, y: rows }, options);
    expect(disjoint(groupsIn(whole.yTrain), groupsIn(whole.yTest))).toBe(true);
    const parts = trainTestSplit(folder.x, rows, options);
    expect(parts).toEqual(whole);
    const again = trainTestSplit(parts.xTrain, parts.yTrain, options);
    expect(disjoint(groupsIn(again.yTrain), groupsIn(again.yTest))).toBe(true);
    const byRow = trainTestSplit(folder.x, rows, { ...options, groups: false });
    expect(disjoint(groupsIn(byRow.yTrain), groupsIn(byRow.yTest))).toBe(false);
    expect(() => trainTestSplit(folder, folder.y as object)).toThrow(/^trainTestSplit: shape/);
  });
});
