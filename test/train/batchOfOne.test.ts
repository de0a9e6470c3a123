import { expect, test } from "vitest";
import { ndarray } from "../../src/base/index.ts";
import { arraySource } from "../../src/evaluate/index.ts";
import {
  type ModelSpec,
  batchNormalization,
  conv2d,
  dense,
  flatten,
  sequential,
  sgd,
} from "../../src/nn/index.ts";
import { type EndEvent, fit, rangeTest } from "../../src/train/index.ts";
import { collect, toyArrays, toyOptions } from "./toy.ts";

const { x, y } = toyArrays(6, 1);
const train = arraySource(x, y);

const afterDense = (trainable: boolean): ModelSpec =>
  sequential([
    flatten(),
    dense({ units: 4 }),
    batchNormalization({ trainable }),
    dense({ units: 3, activation: "softmax" }),
  ]);

const trained = async (model: ModelSpec, batchSize: number, data = { train }): Promise<EndEvent> => {
  const options = toyOptions({ epochs: 1, batchSize, optimizer: sgd() });
  return (await collect(fit(model, data, options))).end;
};

test("batches of one example are refused where batch norm has one value of each channel", async () => {
  await expect(trained(afterDense(true), 1)).rejects.toThrow(
    /^fit: batchSize: expected 2 or more: batch_normalization normalises one value .*, received 1; use a larger batch/,
  );
});

test("so is a training set of one example", async () => {
  const one = arraySource(ndarray(x.data.slice(0, 108), [1, 6, 6, 3]), ndarray(Int32Array.of(0), [1]));
  await expect(trained(afterDense(true), 32, { train: one })).rejects.toThrow(/^fit: batchSize: expected 2/);
});

test("a range test refuses them as well", async () => {
  const { backend } = toyOptions();
  await expect(rangeTest(afterDense(true), train, { backend, batchSize: 1 }).next()).rejects.toThrow(
    /^findLearningRate: batchSize: expected 2 or more/,
  );
});

test("batches of one are trained where it has more, or is frozen", async () => {
  const ofImages = sequential([
    conv2d({ filters: 2, kernelSize: 3 }),
    batchNormalization(),
    flatten(),
    dense({ units: 3, activation: "softmax" }),
  ]);
  for (const model of [ofImages, afterDense(false)]) expect((await trained(model, 1)).reason).toBe("done");
});

test("a last batch of one is trained: the others have more", async () => {
  const end = await trained(afterDense(true), 5);
  expect(end.reason).toBe("done");
  for (const weights of Object.values(end.lastWeights)) expect(weights.every(Number.isFinite)).toBe(true);
});
