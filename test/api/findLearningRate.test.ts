import { expect, test } from "vitest";
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
