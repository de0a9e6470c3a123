import { expect, test } from "vitest";
import { at } from "../../src/base/index.ts";
import { adam, plateau, sgd, stepDecay } from "../../src/nn/index.ts";
import { fit } from "../../src/train/index.ts";
import { collect, toyData, toyModel, toyOptions } from "./toy.ts";

const ratesOf = async (options: Parameters<typeof toyOptions>[0]): Promise<readonly number[]> =>
  (await collect(fit(toyModel, toyData(), toyOptions(options)))).end.history.map(
    ({ learningRate }) => learningRate,
  );

test("a plateau lowers the rate by the epochs that are finished", async () => {
  // Nothing is better by 100: the second epoch is the first that waits.
  const schedule = plateau({ patience: 1, minDelta: 100, factor: 0.5 });
  expect(await ratesOf({ epochs: 4, optimizer: adam({ learningRate: 0.01 }), schedule })).toEqual([
    0.01, 0.01, 0.005, 0.0025,
  ]);
});

test("a schedule counts steps of the optimiser, not the batches that are accumulated", async () => {
  // 26 examples: four batches of 8, 8, 8 and 2, two steps an epoch.
  const optimizer = sgd({ learningRate: 1e-3, gradientAccumulationSteps: 2 });
  const rates = await ratesOf({ epochs: 3, optimizer, schedule: stepDecay({ every: 4, factor: 0.5 }) });
  expect(rates).toEqual([1e-3, 1e-3, 5e-4]);
});

test("a momentum that the optimiser does not have cannot be cycled", async () => {
  const schedule = { type: "oneCycle", totalSteps: 8, momentum: { min: 0.8, max: 0.9 } } as const;
  const full = {
    ...schedule,
    warmupFraction: 0.3,
    anneal: "cosine",
    divFactor: 25,
    finalDivFactor: 1e4,
    threePhase: false,
  } as const;
  await expect(ratesOf({ optimizer: sgd(), schedule: full })).rejects.toThrow(
    /^schedule: momentum: .*sgd without momentum/,
  );
  expect(
    at(await ratesOf({ epochs: 2, optimizer: sgd({ momentum: 0.9 }), schedule: full }), 0),
  ).toBeGreaterThan(0);
});
