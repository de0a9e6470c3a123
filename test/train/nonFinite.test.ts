import { describe, expect, test } from "vitest";
import { ndarray } from "../../src/base/index.ts";
import { arraySource } from "../../src/evaluate/index.ts";
import { dense, flatten, initialize, sequential, sgd } from "../../src/nn/index.ts";
import { seeded } from "../../src/base/index.ts";
import { type FitOptions, type TrainingAdvice, fit } from "../../src/train/index.ts";
import { collect, toyArrays, toyOptions } from "./toy.ts";

const model = sequential([flatten(), dense({ units: 3, activation: "softmax" })]);
const options = (more: Partial<FitOptions> = {}): FitOptions =>
  toyOptions({ batchSize: 8, optimizer: sgd({ learningRate: 0.01 }), ...more });

/** What ends a training whose arrays were changed before. */
async function adviceAfter(
  spoil: (training: ReturnType<typeof toyArrays>, validation: ReturnType<typeof toyArrays>) => void,
): Promise<TrainingAdvice | undefined> {
  const [training, validation] = [toyArrays(24, 1), toyArrays(10, 2)];
  spoil(training, validation);
  const data = {
    train: arraySource(training.x, training.y),
    validation: arraySource(validation.x, validation.y),
  };
  const { end } = await collect(fit(model, data, options()));
  expect(end.reason).toBe("diverged");
  for (const numbers of Object.values(end.lastWeights)) expect(numbers.every(Number.isFinite)).toBe(true);
  return end.advice[0];
}

describe("where the loss is no number, the data is looked at first", () => {
  // Images are [6, 6, 3]: number 40 of an image is row 2, column 1, channel 1.
  test.each([
    [Number.NaN, "NaN"],
    [Infinity, "Infinity"],
  ])("%d in an input is named with its example, whatever the order of the epoch", async (value, name) => {
    const advice = await adviceAfter(({ x }) => (x.data[17 * 108 + 40] = value));
    expect(advice).toMatchObject({
      code: "not-finite",
      data: { epoch: 1, set: "training", array: "x", at: [17, 2, 1, 1], value: name },
    });
    expect(advice?.data).toHaveProperty("step");
  });

  test("one of the validation set is named as such", async () => {
    const advice = await adviceAfter((_, { x }) => (x.data[9 * 108] = Number.NaN));
    expect(advice).toEqual({
      code: "not-finite",
      action: "fix-data",
      data: { epoch: 1, set: "validation", array: "x", at: [9, 0, 0, 0], value: "NaN" },
    });
  });

  test("one in labels as well", async () => {
    const { x } = toyArrays(6, 1);
    const y = ndarray(new Float32Array(18).fill(1 / 3), [6, 3]);
    y.data[3 * 3 + 2] = Number.NaN;
    const { end } = await collect(
      fit(model, { train: arraySource(x, y) }, options({ loss: "categoricalCrossentropy" })),
    );
    expect(end.advice[0]).toMatchObject({ code: "not-finite", data: { array: "y", at: [3, 2] } });
  });

  test("finite data is not blamed: values too large for float32's squares are still a divergence", async () => {
    const advice = await adviceAfter(({ x }) => x.data.fill(3e38));
    expect(advice?.code).toBe("diverged");
  });
});

test("weights that hold NaN are refused before anything runs", async () => {
  const weights = initialize(model, [6, 6, 3], seeded(1));
  weights["dense/kernel"]?.fill(Number.NaN, 5);
  const { x, y } = toyArrays(6, 1);
  await expect(collect(fit(model, { train: arraySource(x, y) }, options({ weights })))).rejects.toThrow(
    "fit: weights: expected finite numbers, received NaN in dense/kernel",
  );
});
