import { describe, expect, test } from "vitest";
import type { Model } from "../../src/api/index.ts";
import { ndarray } from "../../src/base/index.ts";
import { readBundle, writeBundle } from "../../src/bundle/index.ts";
import { centerCrop, resize } from "../../src/data/index.ts";
import { adam, dense, sgd } from "../../src/nn/index.ts";
import type { FitEvent } from "../../src/train/index.ts";
import { fillFolder, toyPlatform } from "./platform.ts";

// Eight points on a line; those from 4 on are of class 1.
const x = ndarray(
  Float32Array.from({ length: 8 }, (_, i) => i - 3.5),
  [8, 1],
);
const y = ndarray(Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1), [8]);

type Toy = ReturnType<typeof toyPlatform>;

function compiled(toy: Toy = toyPlatform()): { readonly toy: Toy; readonly model: Model } {
  const model = toy.api.sequential([dense({ units: 2, activation: "softmax" })]);
  model.compile({ optimizer: sgd({ learningRate: 0.1 }) });
  return { toy, model };
}
const balance = (opened: readonly string[]): number =>
  opened.filter((line) => line !== "close").length - opened.filter((line) => line === "close").length;

describe("fit tells what happens", () => {
  test("from the start over each batch and epoch to the end, with its options", async () => {
    const { model, toy } = compiled();
    const events: FitEvent[] = [];
    const history = await model.fit(x, y, {
      batchSize: 3,
      epochs: 2,
      threads: 2,
      validationData: [x, y],
      onEvent: (event) => events.push(event),
    });
    expect(toy.opened).toEqual(['open {"threads":2}', "close"]);
    const types = events.map(({ type }) => type).filter((type) => !type.startsWith("advice"));
    const epoch = ["batch", "batch", "batch", "epoch"];
    expect(types).toEqual(["start", ...epoch, ...epoch, "end"]);
    expect(events[0]).toMatchObject({ epochs: 2, steps: 3, parameters: 4 });
    const images = events.flatMap((event) => (event.type === "batch" ? [event.images] : []));
    expect(images).toEqual([3, 6, 8, 3, 6, 8]);
    expect(toy.lines.filter((line) => line.startsWith("Epoch "))).toHaveLength(2);
    expect(history).toMatchObject({ reason: "done" });
    expect(history.epochs.map(({ loss }) => loss)).toEqual(history.loss);
    expect(history.valLoss).toHaveLength(2);
  });

  test("passes on an error of whoever listens, and frees the threads", async () => {
    const { model, toy } = compiled();
    const onEvent = (): never => {
      throw new Error("the listener broke");
    };
    await expect(model.fit(x, y, { onEvent })).rejects.toThrow("the listener broke");
    expect(balance(toy.opened)).toBe(0);
    expect(model.weights).toBeUndefined();
  });

  test("frees the threads when an option is refused", async () => {
    const { model, toy } = compiled();
    await expect(model.fit(x, y, { epochs: 0 })).rejects.toThrow("fit: epochs: expected a whole number");
    await expect(model.fit(x, y, { batchSize: 1.5 })).rejects.toThrow("fit: batchSize");
    expect(balance(toy.opened)).toBe(0);
  });
});

describe("a signal", () => {
  test("stops fit after the running step; the model is of use, and a second fit goes on from there", async () => {
    const { model } = compiled();
    const controller = new AbortController();
    const seen: string[] = [];
    const history = await model.fit(x, y, {
      batchSize: 2,
      epochs: 50,
      signal: controller.signal,
      onEvent: (event) => {
        seen.push(event.type);
        if (event.type === "batch" && event.epoch === 1 && event.step === 2) controller.abort();
      },
    });
    expect(seen.filter((type) => type === "batch")).toHaveLength(2);
    expect(history).toMatchObject({ reason: "interrupted", bestEpoch: 0, loss: [] });
    const before = await model.evaluate(x, y);
    await model.fit(x, y, { batchSize: 2, epochs: 5, verbose: false });
    expect((await model.evaluate(x, y)).loss).toBeLessThan(before.loss);
  });

  test("that has fired before leaves the first step alone", async () => {
    const { model } = compiled();
    let batches = 0;
    const onEvent = ({ type }: FitEvent): void => void (batches += Number(type === "batch"));
    const history = await model.fit(x, y, { batchSize: 4, epochs: 3, signal: AbortSignal.abort(), onEvent });
    expect(history.reason).toBe("interrupted");
    expect(batches).toBe(1);
  });

  test("stops the reading of a folder with its reason", async () => {
    const { api, files } = toyPlatform();
    fillFolder(files, "pets", 3);
    const signal = AbortSignal.abort(new Error("no more"));
    await expect(api.imageFolder("pets", { size: 6, signal })).rejects.toThrow("no more");
  });
});

describe("the weights that fit leaves", () => {
  test("are the last step's, or with restoreBestWeights the best epoch's", async () => {
    const ends = { last: false, best: true };
    for (const [kind, restoreBestWeights] of Object.entries(ends)) {
      const { model } = compiled();
      // A rate so high that the last epoch is not the best.
      model.compile({ optimizer: sgd({ learningRate: 40 }) });
      let end: FitEvent | undefined;
      const onEvent = (event: FitEvent): void => void (end = event);
      const turned = ndarray(
        Int32Array.from(y.data, (label) => 1 - label),
        [8],
      );
      await model.fit(x, y, { epochs: 4, validationData: [x, turned], restoreBestWeights, onEvent, seed: 1 });
      if (end?.type !== "end") throw new Error("no end");
      expect(end.weights).not.toEqual(end.lastWeights);
      expect(model.weights, kind).toEqual(restoreBestWeights ? end.weights : end.lastWeights);
    }
  });

  test("do not depend on whether anybody validates or listens", async () => {
    const [alone, watched] = [compiled().model, compiled().model];
    await alone.fit(x, y, { epochs: 3, seed: 2, verbose: false });
    await watched.fit(x, y, { epochs: 3, seed: 2, validationData: [x, y], onEvent: () => undefined });
    expect(watched.weights).toEqual(alone.weights);
  });
});

describe("evaluate and predict", () => {
  test.each([Number.NaN, Infinity])("refuse %d among the inputs, by its place", async (value) => {
    const { model } = compiled();
    await model.fit(x, y);
    const spoiled = ndarray(Float32Array.from(x.data), [8, 1]);
    spoiled.data[5] = value;
    const complaint = `x[5, 0]: expected a finite number, received ${value}`;
    await expect(model.predict(spoiled)).rejects.toThrow(`model.predict: ${complaint}`);
    await expect(model.evaluate(spoiled, y)).rejects.toThrow(`model.evaluate: ${complaint}`);
  });

  test("give the definition's numbers, in batches of any size", async () => {
    const { model } = compiled();
    await model.fit(x, y, { epochs: 3, verbose: false });
    const { data } = await model.predict(x);
    const correct = [...y.data].filter(
      (label, i) => (data[2 * i + 1]! > data[2 * i]! ? 1 : 0) === label,
    ).length;
    const losses = [...y.data].map((label, i) => -Math.log(data[2 * i + label]!));
    for (const batchSize of [1, 3, 64]) {
      expect((await model.predict(x, { batchSize })).data).toEqual(data);
      const { loss, accuracy } = await model.evaluate(x, y, { batchSize });
      expect(accuracy).toBe(correct / 8);
      expect(loss).toBeCloseTo(losses.reduce((a, b) => a + b, 0) / 8, 6);
    }
  });

  test("use the loss that the model was compiled with", async () => {
    const { api } = toyPlatform();
    const model = api.sequential([dense({ units: 1 })]);
    model.compile({ optimizer: adam(), loss: "meanSquaredError" });
    const line = ndarray(
      Float32Array.from(x.data, (value) => 2 * value),
      [8, 1],
    );
    await model.fit(x, line, { verbose: false });
    const { data } = await model.predict(x);
    const squares = [...data].map((value, i) => (value - line.data[i]!) ** 2);
    expect((await model.evaluate(x, line)).loss).toBeCloseTo(squares.reduce((a, b) => a + b, 0) / 8, 4);
  });
});

describe("save and load", () => {
  test("names classes by what save is given, else fit, else by number", async () => {
    const { model, toy } = compiled();
    await model.fit(x, y, { verbose: false });
    const namesIn = (path: string): readonly string[] => readBundle(toy.files.get(path)!, path).classNames;
    await model.save("numbered");
    const named = compiled(toy).model;
    await named.fit(x, y, { verbose: false, classNames: ["low", "high"] });
    await named.save("fitted");
    await named.save("given", { classNames: ["below", "above"] });
    expect(["numbered", "fitted", "given"].map(namesIn)).toEqual([
      ["0", "1"],
      ["low", "high"],
      ["below", "above"],
    ]);
    await expect(named.save("short", { classNames: ["one"] })).rejects.toThrow(
      "model.save: classNames: expected 2 names, as the last layer has units, received 1",
    );
    expect(toy.files.has("short")).toBe(false);
  });

  test("keep optimiser and loss, so that a loaded model trains on and evaluates at once", async () => {
    const { model, toy } = compiled();
    await model.fit(x, y, { verbose: false });
    await model.save("m");
    const again = await toy.api.loadModel("m");
    expect(await again.evaluate(x, y)).toEqual(await model.evaluate(x, y));
    await Promise.all([again, model].map((one) => one.fit(x, y, { epochs: 2, seed: 5, verbose: false })));
    expect(again.weights).toEqual(model.weights);
  });

  test("refuse a record of training that names no optimiser, with the file", async () => {
    const { model, toy } = compiled();
    await model.fit(x, y, { verbose: false });
    await model.save("m");
    const bundle = readBundle(toy.files.get("m")!, "m");
    for (const [training, message] of [
      [{ optimizer: "adamm", loss: "meanSquaredError" }, /^m: training: optimizer: expected one of sgd/],
      [{ optimizer: "adam", loss: "cross" }, /^m: training: loss: expected one of/],
    ] as const) {
      toy.files.set("m", writeBundle({ ...bundle, training }));
      await expect(toy.api.loadModel("m")).rejects.toThrow(message);
    }
    // The command line records its own settings there: those are no reason to refuse.
    toy.files.set("m", writeBundle({ ...bundle, training: { data: "pets" } }));
    await expect((await toy.api.loadModel("m")).evaluate(x, y)).rejects.toThrow("expected a compiled model");
  });
});

describe("imageFolder", () => {
  test("tells how many images are read of how many, to the last", async () => {
    const { api, files } = toyPlatform();
    fillFolder(files, "pets", 2);
    const told: (readonly [number, number])[] = [];
    await api.imageFolder("pets", { size: 6, onProgress: (done, total) => told.push([done, total]) });
    expect(told.at(-1)).toEqual([6, 6]);
    expect(told.every(([done, total], i) => total === 6 && done >= (told[i - 1]?.[0] ?? 0))).toBe(true);
  });

  test("takes steps instead of a size, and gives them back for the model file", async () => {
    const { api, files } = toyPlatform();
    fillFolder(files, "pets", 2);
    const transforms = [resize({ height: 8, width: 8 }), centerCrop({ height: 4, width: 6 })];
    const folder = await api.imageFolder("pets", { transforms });
    expect(folder.x.shape).toEqual([6, 4, 6, 3]);
    expect(folder.transforms).toEqual(transforms);
    // The crop's rows are those of the whole image: two from the top, one from the left.
    const whole = await api.imageFolder("pets", { size: 8 });
    expect(folder.x.data.subarray(0, 18)).toEqual(whole.x.data.subarray((2 * 8 + 1) * 3, (2 * 8 + 7) * 3));
    await expect(api.imageFolder("pets", { size: 8, transforms })).rejects.toThrow("not both, received both");
  });
});

test("predictImages ends its threads, also where the file is no model", async () => {
  const { api, files, opened } = toyPlatform();
  fillFolder(files, "pets", 1);
  await expect(api.predictImages("pets/red/000.png", ["a.png"])).rejects.toThrow("expected a model file");
  const { model } = compiled();
  expect(model.classNames).toBeUndefined();
  expect(balance(opened)).toBe(0);
});
