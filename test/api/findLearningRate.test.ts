import { describe, expect, test } from "vitest";
import type { FindLearningRateOptions, LabelledArrays } from "../../src/api/index.ts";
import { ndarray } from "../../src/base/index.ts";
import { dense, sgd } from "../../src/nn/index.ts";
import { toyPlatform } from "./platform.ts";

// Eight points on a line; those from 4 on are of class 1.
const x = ndarray(
  Float32Array.from({ length: 8 }, (_, i) => i - 3.5),
  [8, 1],
);
const y = ndarray(Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1), [8]);

test("finds a rate for the compiled optimiser and leaves the model as it is", async () => {
  const { api, opened } = toyPlatform();
  const model = api.sequential([dense({ units: 2, activation: "softmax" })]);
  const options = { batchSize: 8, steps: 30, runs: 2, minLearningRate: 1e-4 } as const;
  await expect(model.findLearningRate(x, y, options)).rejects.toThrow(/compile/);
  model.compile({ optimizer: sgd({ learningRate: 0.1 }) });
  const { runs, suggestion } = await model.findLearningRate(x, y, options);
  expect(runs.map(({ steps }) => steps.length)).toEqual([30, 30]);
  // One line separates the classes: the loss falls with every step, and the more the faster.
  expect(suggestion).toMatchObject({ runs: 2, isEdge: true });
  expect(model.weights).toBeUndefined();
  expect(opened.at(-1)).toBe("close");

  await model.fit(x, y, { verbose: false });
  const before = model.weights;
  const again = await model.findLearningRate(x, y, { ...options, runs: 1 });
  expect(model.weights).toEqual(before);
  expect(again.runs[0]?.steps[0]?.loss).not.toBe(runs[0]?.steps[0]?.loss);
});

test("an unknown option is named, and one out of range", async () => {
  const model = toyPlatform().api.sequential([dense({ units: 2, activation: "softmax" })]);
  model.compile();
  const wrong = { stepps: 3 } as object;
  await expect(model.findLearningRate(x, y, wrong)).rejects.toThrow(/stepps.*steps/);
  await expect(model.findLearningRate(x, y, { steps: 3 })).rejects.toThrow(/^findLearningRate: steps: /);
});

describe("the examples are those of fit:", () => {
  const short = { batchSize: 8, steps: 10, runs: 1, minLearningRate: 1e-4, maxLearningRate: 1 } as const;
  const weights = [2, 2, 2, 2, 0.5, 0.5, 0.5, 0.5];
  const losses = async (options: FindLearningRateOptions, data?: unknown): Promise<unknown> => {
    const model = toyPlatform().api.sequential([dense({ units: 2, activation: "softmax" })]);
    model.compile({ optimizer: sgd({ learningRate: 0.1 }) });
    const all = { ...short, ...options };
    const { runs } = await (data === undefined
      ? model.findLearningRate(x, y, all)
      : model.findLearningRate(data as LabelledArrays, all));
    return runs[0]?.steps.map(({ loss }) => loss);
  };

  test("the first loss is that of fit with the same weights, by example, class or folder", async () => {
    const model = toyPlatform().api.sequential([dense({ units: 2, activation: "softmax" })]);
    model.compile({ optimizer: sgd({ learningRate: 1e-9 }) });
    const options = { sampleWeight: weights, batchSize: 8, epochs: 1, verbose: false };
    const { loss } = await model.fit(x, y, options);
    const byExample = (await losses({ sampleWeight: weights })) as number[];
    expect(byExample[0]).toBeCloseTo(loss[0]!, 6);
    expect(byExample).not.toEqual(await losses({}));
    expect(await losses({ classWeight: { 0: 2, 1: 0.5 } })).toEqual(byExample);
    expect(await losses({ classWeight: { no: 2, yes: 0.5 }, classNames: ["no", "yes"] })).toEqual(byExample);
    expect(await losses({}, { x, y, sampleWeight: weights })).toEqual(byExample);
    expect(await losses({ classWeight: { no: 2, yes: 0.5 } }, { x, y, classNames: ["no", "yes"] })).toEqual(
      byExample,
    );
  });

  test("mixing and sampling change them", async () => {
    const plain = await losses({ batchSize: 4 });
    expect(await losses({ batchSize: 4, mixup: 1 })).not.toEqual(plain);
    expect(await losses({ batchSize: 4, sampling: "balanced" })).not.toEqual(plain);
  });

  test.each<[object, RegExp]>([
    [{ sampleWeight: [1] }, /^model\.findLearningRate: sampleWeight: /],
    [{ classWeight: { 5: 1 } }, /^model\.findLearningRate: classWeight: 5: /],
    [{ mixup: 0 }, /^model\.findLearningRate: mixup: /],
    [{ sampling: "fair" }, /^model\.findLearningRate: sampling: /],
    [{ augment: "hevy" }, /^model\.findLearningRate: augment: .*use heavy/],
  ])("%j is refused", async (options, message) => {
    await expect(losses(options)).rejects.toThrow(message);
  });

  test("a stream is refused, since its examples come but once", async () => {
    await expect(losses({}, [[x, y]].values())).rejects.toThrow(/^model\.findLearningRate: .*a stream/);
  });
});
