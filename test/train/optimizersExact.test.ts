import { afterAll, expect, test } from "vitest";
import type { Backend } from "../../src/engine/index.ts";
import {
  batchNormalization,
  conv2d,
  dense,
  flatten,
  maxPooling2d,
  parseOptimizer,
  sequential,
} from "../../src/nn/index.ts";
import { wasmBackend } from "../../src/platform/node/index.ts";
import { type FitOptions, fit } from "../../src/train/index.ts";
import { collect, toyData, toyOptions } from "./toy.ts";

const model = sequential([
  conv2d({ filters: 5, kernelSize: 3, activation: "relu" }),
  batchNormalization(),
  maxPooling2d(),
  flatten(),
  dense({ units: 6, activation: "relu" }),
  dense({ units: 3, activation: "softmax" }),
]);

/** Starting threads takes longer than these trainings, so all share them. */
const backends: Promise<readonly Backend[]> = Promise.all(
  [1, 2, 3].map((threads) => wasmBackend({ threads })),
);
afterAll(async () => {
  for (const backend of await backends) await backend.close();
});

const train = (backend: Backend, options: Partial<FitOptions>): ReturnType<typeof collect> =>
  collect(fit(model, toyData(), toyOptions({ checkpoints: true, epochs: 2, ...options, backend })));

const optimizers = ["nadam", "adamax", "adagrad", "adadelta", "lion", "lamb", "muon"].map(
  (name): readonly [string, Partial<FitOptions>] => [name, { optimizer: parseOptimizer("test", name) }],
);

test.each(optimizers)(
  "%s gives the same bits on 1 and 2 threads, and on 3 that resume after an epoch",
  async (_, options) => {
    const [one, two, three] = await backends;
    const whole = await train(two!, options);
    const checkpoint = whole.events.flatMap((event) =>
      event.type === "checkpoint" ? [event.checkpoint] : [],
    )[0]!;
    const others = [await train(one!, options), await train(three!, { ...options, resume: checkpoint })];
    for (const { end } of others) {
      expect(end.lastWeights).toEqual(whole.end.lastWeights);
      expect(end.weights).toEqual(whole.end.weights);
    }
    expect(Object.values(whole.end.lastWeights).every((data) => data.every(Number.isFinite))).toBe(true);
  },
);
