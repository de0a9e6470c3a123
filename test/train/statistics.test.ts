import { describe, expect, test } from "vitest";
import { at, entryOf, seeded } from "../../src/base/index.ts";
import { epochOrder } from "../../src/data/index.ts";
import { arraySource, evaluateModel } from "../../src/evaluate/index.ts";
import {
  type ModelSpec,
  adam,
  batchNormalization,
  conv2d,
  dense,
  dropout,
  globalAveragePooling2d,
  sequential,
} from "../../src/nn/index.ts";
import { wasmBackend } from "../../src/platform/node/index.ts";
import { type FitOptions, type Weights, fit } from "../../src/train/index.ts";
import { pool, statisticsCount } from "../../src/train/layers/statistics.ts";
import { collect, float32Backend, toyArrays, toyData, toyOptions } from "./toy.ts";

const netOf = (trainable = true): ModelSpec =>
  sequential([
    batchNormalization({ momentum: 0.99, name: "first" }),
    conv2d({ filters: 4, kernelSize: 3, activation: "relu" }),
    batchNormalization({ momentum: 0.99, name: "second", trainable }),
    globalAveragePooling2d(),
    dropout({ rate: 0.3 }),
    dense({ units: 3, activation: "softmax" }),
  ]);

const options = (more: Partial<FitOptions> = {}): FitOptions =>
  toyOptions({ epochs: 3, optimizer: adam({ learningRate: 0.02 }), ...more });

/** Of the values of a channel, in float64 and two passes. */
function momentsOf(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  return { mean, variance: values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length };
}

test("pooled statistics of batches are those of all values, with a mean far from 0 too", () => {
  const random = seeded(3);
  const batches = Array.from({ length: 7 }, () => Array.from({ length: 12 }, () => 1000 + random.next()));
  const pooled = pool();
  for (const values of batches) {
    const { mean, variance } = momentsOf(values);
    pooled.add(Float32Array.of(0, mean - 1000), Float32Array.of(0, variance));
  }
  const { mean, variance } = pooled.result();
  const all = momentsOf(batches.flat());
  expect(mean[1]).toBeCloseTo(all.mean - 1000, 6);
  expect(variance[1]).toBeCloseTo(all.variance, 6);
});

test.each([
  [10, 8, 8],
  [320, 16, 128],
  [2000, 32, 480],
  [100_000, 64, 1024],
  [5, 5, 5],
])("of %i examples in batches of %i, %i are looked at", (count, batchSize, looked) => {
  expect(statisticsCount(count, batchSize)).toBe(looked);
});

describe("batch norm's statistics after an epoch", () => {
  test("are mean and variance of what the training examples give, not averages over the steps", async () => {
    const { x } = toyArrays(26, 1);
    const { end } = await collect(fit(netOf(), toyData(), options()));
    // Batches of 8: the first 24 of a fixed order. Before the first layer no weight counts.
    const order = epochOrder(
      Int32Array.from({ length: 26 }, (_, i) => i),
      7,
      0,
    ).subarray(0, 24);
    for (let c = 0; c < 3; c++) {
      const values = [...order].flatMap((i) =>
        Array.from({ length: 36 }, (_, j) => at(x.data, i * 108 + j * 3 + c)),
      );
      const { mean, variance } = momentsOf(values);
      expect(entryOf(end.weights, "first/moving_mean")[c]).toBeCloseTo(mean, 6);
      expect(entryOf(end.weights, "first/moving_variance")[c]).toBeCloseTo(variance, 6);
    }
    const moving = await collect(fit(netOf(), toyData(), options({ batchNormStatistics: "moving" })));
    expect(entryOf(moving.end.lastWeights, "first/moving_mean")[0]).toBeLessThan(
      0.5 * momentsOf([...x.data]).mean,
    );
  });

  test("change nothing in training itself: losses and weights are those with moving averages", async () => {
    const precise = (await collect(fit(netOf(), toyData(), options()))).end;
    const moving = (await collect(fit(netOf(), toyData(), options({ batchNormStatistics: "moving" })))).end;
    expect(precise.history.map(({ loss }) => loss)).toEqual(moving.history.map(({ loss }) => loss));
    expect(precise.lastWeights["conv2d/kernel"]).toEqual(moving.lastWeights["conv2d/kernel"]);
    expect(precise.history.map(({ validation }) => validation?.loss)).not.toEqual(
      moving.history.map(({ validation }) => validation?.loss),
    );
  });

  test("are those of the kept epoch: its weights measure the same again", async () => {
    for (const optimizer of [
      adam({ learningRate: 0.02 }),
      adam({ learningRate: 0.02, useEma: true, emaMomentum: 0.9 }),
    ]) {
      const data = toyData();
      const { end } = await collect(fit(netOf(), data, options({ optimizer })));
      const best = at(end.history, end.bestEpoch - 1);
      const model = { model: netOf(), weights: end.weights };
      const again =
        data.validation &&
        (await evaluateModel(model, data.validation, { backend: float32Backend(), batchSize: 8 }));
      expect(again?.accuracy).toBe(best.validation?.accuracy);
      expect(again?.loss).toBeCloseTo(best.validation?.loss ?? Number.NaN, 6);
    }
  });

  test("stay in a frozen layer", async () => {
    const { end } = await collect(fit(netOf(false), toyData(), options()));
    expect([...entryOf(end.weights, "second/moving_mean")]).toEqual([0, 0, 0, 0]);
    expect([...entryOf(end.weights, "second/moving_variance")]).toEqual([1, 1, 1, 1]);
    expect(entryOf(end.weights, "first/moving_mean")[0]).toBeGreaterThan(0.3);
  });

  test("are estimated without a validation set too", async () => {
    const without = await collect(fit(netOf(), { train: toyData().train }, options()));
    const { end } = await collect(fit(netOf(), toyData(), options()));
    expect(without.end.weights).toEqual(end.lastWeights);
  });

  test("go on bit for bit from a checkpoint", async () => {
    const whole = await collect(fit(netOf(), toyData(), options({ checkpoints: true })));
    const first = whole.events.flatMap((event) => (event.type === "checkpoint" ? [event.checkpoint] : []))[0];
    if (!first) throw new Error("no checkpoint");
    const { end } = await collect(fit(netOf(), toyData(), options({ resume: first })));
    expect(end.weights).toEqual(whole.end.weights);
    expect(end.history.map(({ validation }) => validation)).toEqual(
      whole.end.history.map(({ validation }) => validation),
    );
  });

  test("have the same bits on any number of threads", async () => {
    const found: Weights[] = [];
    for (const threads of [1, 2, 3]) {
      const backend = await wasmBackend({ threads });
      try {
        found.push((await collect(fit(netOf(), toyData(), options({ backend })))).end.weights);
      } finally {
        await backend.close();
      }
    }
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
  });

  test("of a stream are moving averages, since its examples come once", async () => {
    const { x, y } = toyArrays(26, 1);
    const train = { ...arraySource(x, y), inOrder: true };
    const stream = await collect(fit(netOf(), { train }, options()));
    const moving = await collect(fit(netOf(), { train }, options({ batchNormStatistics: "moving" })));
    expect(stream.end.weights).toEqual(moving.end.weights);
  });

  test("of another name are refused with the nearest", async () => {
    const wrong = JSON.parse('{ "batchNormStatistics": "precize" }') as Partial<FitOptions>;
    await expect(collect(fit(netOf(), toyData(), options(wrong)))).rejects.toThrow(/use precise/);
  });
});
