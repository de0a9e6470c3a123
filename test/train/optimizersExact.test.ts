import { afterAll, expect, test } from "vitest";
import type { Backend } from "../../src/engine/index.ts";
import {
  adam,
  batchNormalization,
  conv2d,
  dense,
  flatten,
  maxPooling2d,
  oneCycle,
  parseOptimizer,
  plateau,
  sequential,
  sgd,
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

const others: readonly (readonly [string, Partial<FitOptions>])[] = [
  [
    "accumulation with averages",
    {
      optimizer: adam({
        gradientAccumulationSteps: 2,
        useEma: true,
        emaWarmup: true,
        lookahead: { syncPeriod: 2 },
        clipNorm: 0.5,
        weightDecay: 0.1,
      }),
    },
  ],
  [
    "a rate that falls at once at a plateau",
    { epochs: 3, optimizer: adam(), schedule: plateau({ patience: 1, minDelta: 100, warmupSteps: 2 }) },
  ],
  [
    "one-cycle with momentum",
    {
      optimizer: sgd({ momentum: 0.9 }),
      schedule: oneCycle({ totalSteps: 8, momentum: { min: 0.8, max: 0.9 } }),
    },
  ],
];

test.each([...optimizers, ...others])(
  "%s gives the same bits on 1 and 2 threads, and on 3 that resume after an epoch",
  async (_, options) => {
    const [one, two, three] = await backends;
    const whole = await train(two!, options);
    const checkpoint = whole.events.flatMap((event) =>
      event.type === "checkpoint" ? [event.checkpoint] : [],
    )[0]!;
    const same = [await train(one!, options), await train(three!, { ...options, resume: checkpoint })];
    for (const { end } of same) {
      expect(end.lastWeights).toEqual(whole.end.lastWeights);
      expect(end.weights).toEqual(whole.end.weights);
    }
    expect(Object.values(whole.end.lastWeights).every((data) => data.every(Number.isFinite))).toBe(true);
  },
);
