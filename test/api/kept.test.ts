import { describe, expect, test } from "vitest";
import type { Model } from "../../src/api/index.ts";
import { ndarray } from "../../src/base/index.ts";
import { dense, sgd } from "../../src/nn/index.ts";
import { toyPlatform } from "./platform.ts";

const x = ndarray(Float32Array.of(-2, -1, 1, 2), [4, 1]);
const y = ndarray(Int32Array.of(0, 0, 1, 1), [4]);

async function fitted(toy: ReturnType<typeof toyPlatform>): Promise<Model> {
  const model = toy.api.sequential([dense({ units: 2, activation: "softmax" })]);
  model.compile({ optimizer: sgd({ learningRate: 0.5 }) });
  await model.fit(x, y, { verbose: false });
  toy.opened.length = 0;
  return model;
}

describe("predict keeps its threads", () => {
  test("from call to call, also of calls that overlap, until close; then it starts anew", async () => {
    const toy = toyPlatform();
    const model = await fitted(toy);
    const first = await model.predict(x);
    const calls = await Promise.all([model.predict(x), model.predict(x), model.predict([[2]])]);
    expect(calls.slice(0, 2)).toEqual([first, first]);
    expect([...(calls[2]?.data ?? [])]).toEqual([...first.data.subarray(6)]);
    expect(toy.opened).toEqual(["open {}"]);
    await model.close();
    expect(toy.opened).toEqual(["open {}", "close"]);
    expect(await model.predict(x)).toEqual(first);
    await model[Symbol.asyncDispose]();
    expect(toy.opened).toEqual(["open {}", "close", "open {}", "close"]);
  });

  test("and sees other weights: those of another fit, and numbers changed in place", async () => {
    const toy = toyPlatform();
    const model = await fitted(toy);
    const before = await model.predict(x);
    await model.fit(x, y, { epochs: 3, verbose: false });
    const after = await model.predict(x);
    expect(after).not.toEqual(before);
    model.weights?.["dense/kernel"]?.fill(0);
    model.weights?.["dense/bias"]?.fill(0);
    expect([...(await model.predict(x)).data]).toEqual(Array.from({ length: 8 }, () => 0.5));
    await model.close();
    expect(toy.opened.filter((line) => line === "close")).toHaveLength(toy.opened.length / 2);
  });

  test("of the four models used last alone", async () => {
    const toy = toyPlatform();
    const models = [];
    for (let i = 0; i < 6; i++) models.push(await fitted(toy));
    for (const model of models) await model.predict(x);
    await models[5]?.predict(x);
    expect(toy.opened.filter((line) => line !== "close")).toHaveLength(6);
    expect(toy.opened.filter((line) => line === "close")).toHaveLength(2);
    await Promise.all(models.map((model) => model.close()));
    expect(toy.opened.filter((line) => line === "close")).toHaveLength(6);
  });

  test("in programs of few sizes, whatever the number of rows", async () => {
    const toy = toyPlatform();
    const model = await fitted(toy);
    const wanted = await model.predict(x);
    for (const count of [1, 2, 3, 4]) {
      const rows = ndarray(x.data.slice(0, count), [count, 1]);
      expect((await model.predict(rows)).data).toEqual(wanted.data.subarray(0, 2 * count));
      expect((await model.predict(rows, { batchSize: 1000 })).data).toEqual(
        wanted.data.subarray(0, 2 * count),
      );
    }
    // One by default, and for 1000 at a time those of 1, 2 and 4 rows.
    expect(toy.opened.filter((line) => line !== "close")).toHaveLength(4);
    await expect(model.predict(x, { batchSize: 0 })).rejects.toThrow(
      "model.predict: batchSize: expected a whole number",
    );
    await model.close();
  });
});
