import { describe, expect, test } from "vitest";
import type { CompileOptions, Model, ModelEvaluateOptions } from "../../src/api/index.ts";
import { reduceMean, softmaxCrossEntropy } from "../../src/engine/index.ts";
import { dense, input, sgd } from "../../src/nn/index.ts";
import type { CustomMetric } from "../../src/train/index.ts";
import golden from "../golden/examples/weighted-figures.json" with { type: "json" };
import given from "../golden/examples/weights.json" with { type: "json" };
import { toyPlatform } from "./platform.ts";

const { x, y, samples } = given;

/** The layer of the golden values. */
function layer(options: CompileOptions = { weightedMetrics: ["accuracy"] }): Model {
  const model = toyPlatform().api.sequential([
    input({ shape: [2] }),
    dense({ units: 3, activation: "softmax" }),
  ]);
  model.compile({ optimizer: sgd({ learningRate: 0.1 }), ...options });
  model.setWeights({ "dense/kernel": given.kernel, "dense/bias": given.bias });
  return model;
}

describe("with Keras's values,", () => {
  test.each<[string, ModelEvaluateOptions, typeof golden.evaluated]>([
    [
      "evaluate weighs the loss by sampleWeight, and weightedMetrics",
      { sampleWeight: samples },
      golden.evaluated,
    ],
    ["evaluate counts every example once without it", {}, golden.plain],
  ])("%s", async (_, options, wanted) => {
    const { loss, accuracy, metrics } = await layer().evaluate(x, y, { ...options, batchSize: 4 });
    expect(loss).toBeCloseTo(wanted.loss, 6);
    expect(accuracy).toBeCloseTo(wanted.accuracy, 6);
    expect(metrics).toEqual({ weightedAccuracy: expect.closeTo(wanted.weighted_accuracy, 6) });
  });

  test("fit weighs the figures of training and validation, each by its own weights", async () => {
    const { history: wanted } = golden;
    const validationData = [x, y, samples.toReversed()] as const;
    const options = { sampleWeight: samples, batchSize: 6, epochs: 1, verbose: false, validationData };
    const { loss, accuracy, valLoss, valAccuracy, metrics, valMetrics } = await layer().fit(x, y, options);
    const pairs = [
      [loss, wanted.loss],
      [accuracy, wanted.accuracy],
      [metrics["weightedAccuracy"], wanted.weighted_accuracy],
      [valLoss, wanted.val_loss],
      [valAccuracy, wanted.val_accuracy],
      [valMetrics["weightedAccuracy"], wanted.val_weighted_accuracy],
    ] as const;
    for (const [found, value] of pairs) expect(found?.[0]).toBeCloseTo(value, 6);
  });
});

test("weightedAccuracy can decide which epoch is the best", async () => {
  const options = { validationData: [x, y, samples] as const, monitor: "weightedAccuracy" };
  const { bestEpoch, valMetrics } = await layer().fit(x, y, { ...options, epochs: 3, verbose: false });
  const values = valMetrics["weightedAccuracy"] ?? [];
  expect(values[bestEpoch - 1]).toBe(Math.max(...values));
});

test("a figure of one's own gets the weights, in batches of any size, and nothing where there are none", async () => {
  const seen: (readonly number[] | undefined)[] = [];
  const looking: CustomMetric = {
    name: "looking",
    of: (_, labels, weights) => {
      expect([...labels.data]).toEqual(y);
      seen.push(weights && [...weights.data]);
      return 0;
    },
  };
  const model = layer({ metrics: [looking] });
  await model.evaluate(x, y, { sampleWeight: samples, batchSize: 4 });
  await model.evaluate(x, y);
  expect(seen).toEqual([samples, undefined]);
});

describe("evaluate refuses", () => {
  test.each<[ModelEvaluateOptions, RegExp]>([
    [{ sampleWeight: [1, 2] }, /^model\.evaluate: sampleWeight: expected shape \[6\].*received \[2\]$/],
    [{ sampleWeight: [1, 1, 1, 1, 1, -1] }, /^model\.evaluate: sampleWeight\[5\]: .*received -1$/],
    [{ sampleweight: samples } as object, /sampleweight.*use sampleWeight/],
  ])("%j", async (options, message) => {
    await expect(layer().evaluate(x, y, options)).rejects.toThrow(message);
  });

  test("weights beside a loss of the whole batch, which they cannot multiply; so does fit for validation", async () => {
    const model = layer({ loss: ({ logits, labels }) => reduceMean(softmaxCrossEntropy(logits, labels)) });
    await expect(model.evaluate(x, y, { sampleWeight: samples })).rejects.toThrow(
      /one number for each example beside weights/,
    );
    const validationData = [x, y, samples] as const;
    await expect(model.fit(x, y, { validationData, verbose: false })).rejects.toThrow(
      /one number for each example beside weights/,
    );
  });
});

test("compile refuses weighted figures other than accuracy, and a second one of that name", () => {
  const compile = (options: object) => () => layer(options);
  expect(compile({ weightedMetrics: ["loss"] })).toThrow(/^compile: weightedMetrics\[0\]: .*third argument/);
  expect(compile({ weightedMetrics: "acc" })).toThrow(/^compile: weightedMetrics: expected \["accuracy"\]/);
  const own = { name: "weightedAccuracy", of: () => 0 };
  expect(compile({ metrics: [own], weightedMetrics: ["accuracy"] })).toThrow(/"weightedAccuracy" twice/);
});
