import { describe, expect, test } from "vitest";
import { at, entryOf, ndarray } from "../../src/base/index.ts";
import { arraySource } from "../../src/evaluate/index.ts";
import {
  type Optimizer,
  adam,
  batchNormalization,
  constant,
  dense,
  flatten,
  sequential,
  sgd,
} from "../../src/nn/index.ts";
import { type FitData, type FitOptions, type Weights, fit } from "../../src/train/index.ts";
import { collect, toyArrays, toyData, toyModel, toyOptions } from "./toy.ts";

/** Without dropout: the same gradients whatever the batches. */
const plain = sequential([flatten(), dense({ units: 3, activation: "softmax" })]);

const weightsOf = async (
  model: Parameters<typeof fit>[0],
  data: FitData,
  options: Partial<FitOptions>,
): Promise<Weights> => (await collect(fit(model, data, toyOptions(options)))).end.lastWeights;

function expectNear(found: Weights, expected: Weights, tolerance: number): void {
  expect(Object.keys(found)).toEqual(Object.keys(expected));
  for (const [name, numbers] of Object.entries(found)) {
    const differences = [...numbers].map((x, i) => Math.abs(x - at(entryOf(expected, name), i)));
    expect(Math.max(...differences), name).toBeLessThan(tolerance);
  }
}

describe("gradient accumulation", () => {
  test.each([
    ["sgd", sgd({ learningRate: 0.1 })],
    ["adam with decay and clipping", adam({ learningRate: 0.01, weightDecay: 0.1, globalClipNorm: 0.5 })],
  ] as const)("%s: three batches of 8 make the step of one of 24", async (_, optimizer) => {
    const data = { train: toyData(24).train };
    const grouped: Optimizer = { ...optimizer, gradientAccumulationSteps: 3 };
    expectNear(
      await weightsOf(plain, data, { batchSize: 8, epochs: 3, optimizer: grouped }),
      await weightsOf(plain, data, { batchSize: 24, epochs: 3, optimizer }),
      1e-6,
    );
  });

  test("a group that the epoch ends early, with an incomplete batch, is the mean over its examples", async () => {
    // 26 examples: batches of 8, 8, 8 and 2 in groups of 2; batches of 16 and 10 are the same groups.
    const data = { train: toyData(26).train };
    const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 });
    expectNear(
      await weightsOf(plain, data, {
        batchSize: 8,
        epochs: 2,
        optimizer: { ...optimizer, gradientAccumulationSteps: 2 },
      }),
      await weightsOf(plain, data, { batchSize: 16, epochs: 2, optimizer }),
      1e-6,
    );
  });

  test("one batch a group is no accumulation", async () => {
    const options = { epochs: 1, optimizer: adam() };
    expect(
      await weightsOf(plain, toyData(), {
        ...options,
        optimizer: adam({ gradientAccumulationSteps: 1 }),
      }),
    ).toEqual(await weightsOf(plain, toyData(), options));
  });
});

/** The weights of `model` after each batch of one epoch, by trainings of one batch more each. */
async function trail(
  model: Parameters<typeof fit>[0],
  batches: number,
  optimizer: Optimizer,
): Promise<readonly Weights[]> {
  const { x, y } = toyArrays(8, 1);
  const one = { train: arraySource(x, y) };
  const found: Weights[] = [];
  for (let epochs = 1; epochs <= batches; epochs++)
    found.push(
      await weightsOf(model, one, { batchSize: 8, epochs, optimizer, batchNormStatistics: "moving" }),
    );
  return found;
}

/** Their average as it is defined, in float64. */
const average = (
  weights: readonly Weights[],
  name: string,
  keptAt: (t: number) => number,
): readonly number[] =>
  weights.reduce<readonly number[]>(
    (mean, now, i) =>
      [...entryOf(now, name)].map((x, j) =>
        i === 0 ? x : keptAt(i + 1) * at(mean, j) + (1 - keptAt(i + 1)) * x,
      ),
    [],
  );

const withNorm = sequential([flatten(), batchNormalization(), dense({ units: 3, activation: "softmax" })]);

describe("the moving average of weights (EMA)", () => {
  const optimizer = sgd({ learningRate: 0.2 });

  test.each([
    ["Keras's, whose first value is the weights after one step", {}, () => 0.9],
    [
      "one that warms up: at most (1 + t) / (10 + t) is kept",
      { emaWarmup: true },
      (t: number) => Math.min(0.9, (1 + t) / (10 + t)),
    ],
  ] as const)("is %s; batch norm's statistics are averaged too", async (_, options, keptAt) => {
    const live = await trail(withNorm, 4, optimizer);
    const averaged = await trail(withNorm, 4, { ...optimizer, useEma: true, emaMomentum: 0.9, ...options });
    for (const name of ["dense/kernel", "batch_normalization/gamma", "batch_normalization/moving_mean"]) {
      const expected = average(live, name, keptAt);
      const found = entryOf(at(averaged, 3), name);
      for (const [i, value] of found.entries()) expect(value, name).toBeCloseTo(at(expected, i), 6);
      expect([...found]).not.toEqual([...entryOf(at(live, 3), name)]);
    }
  });

  test("is what validation measures, what the best epoch keeps, and what the history says", async () => {
    const options = { epochs: 3, optimizer: adam({ learningRate: 0.05, useEma: true, emaMomentum: 0.9 }) };
    const { end } = await collect(fit(plain, toyData(), toyOptions(options)));
    expect(end.history.every(({ averaged }) => averaged)).toBe(true);
    // A training without steps worth mentioning that starts from the kept weights measures the same.
    const again = await collect(
      fit(
        plain,
        toyData(),
        toyOptions({ epochs: 1, optimizer: sgd({ learningRate: 0 }), weights: end.weights }),
      ),
    );
    const best = at(end.history, end.bestEpoch - 1);
    expect(again.end.history[0]?.validation).toEqual(best.validation);
    const live = await collect(
      fit(plain, toyData(), toyOptions({ ...options, optimizer: adam({ learningRate: 0.05 }) })),
    );
    expect(live.end.history.some(({ averaged }) => averaged)).toBe(false);
    expect(live.end.history[0]?.validation?.loss).not.toBe(end.history[0]?.validation?.loss);
    // Training itself is the same: the average only looks on.
    expect(end.history.map(({ loss }) => loss)).toEqual(live.end.history.map(({ loss }) => loss));
  });

  test("of a training that stops before its first step is the weights it began with", async () => {
    const { x } = toyArrays(8, 1);
    const broken = {
      train: arraySource(
        ndarray(
          x.data.map(() => Number.NaN),
          x.shape,
        ),
        toyArrays(8, 1).y,
      ),
    };
    const start = { "dense/kernel": new Float32Array(324).fill(0.25), "dense/bias": new Float32Array(3) };
    const { end } = await collect(
      fit(plain, broken, toyOptions({ weights: start, optimizer: sgd({ useEma: true }) })),
    );
    expect(end.reason).toBe("diverged");
    expect(end.weights).toEqual(start);
  });
});

describe("Lookahead", () => {
  test.each([
    ["after every period and at the end of an epoch (Zhang et al. 2019)", { slowStepSize: 0.25 }, () => 0.25],
    // Jordan 2024: what the slow weights keep, here 0.75 at the end, grows with the cube of the steps made.
    [
      "which keep more and more of themselves",
      { slowStepSize: 0.25, rampPower: 3 },
      (part: number) => 1 - 0.75 * part ** 3,
    ],
  ] as const)("meets its slow weights %s", async (_, lookahead, stepAt) => {
    const model = sequential([dense({ units: 1, useBias: false, kernelInitializer: constant(1) })]);
    const examples = 5;
    const ones = ndarray(new Float32Array(examples).fill(1), [examples, 1]);
    const zeros = ndarray(new Float32Array(examples), [examples, 1]);
    // Loss w², gradient 2w, at a rate of 0.1: each step multiplies w by 0.8.
    const end = await weightsOf(
      model,
      { train: arraySource(ones, zeros) },
      {
        batchSize: 1,
        epochs: 2,
        loss: "meanSquaredError",
        optimizer: sgd({ learningRate: 0.1, lookahead: { syncPeriod: 3, ...lookahead } }),
      },
    );
    let [slow, fast] = [1, 1];
    for (let step = 1; step <= 2 * examples; step++) {
      fast *= 0.8;
      if (step % 3 === 0 || step % examples === 0) {
        slow += stepAt(step / (2 * examples)) * (fast - slow);
        fast = slow;
      }
    }
    expect(entryOf(end, "dense/kernel")[0]).toBeCloseTo(slow, 6);
  });

  test("leaves dropout, order and everything else as they are when it goes all the way at every step", async () => {
    const options = { epochs: 2, optimizer: adam() };
    expectNear(
      await weightsOf(toyModel, toyData(), {
        ...options,
        optimizer: adam({ lookahead: { syncPeriod: 1, slowStepSize: 1 } }),
      }),
      await weightsOf(toyModel, toyData(), options),
      1e-6,
    );
  });
});
