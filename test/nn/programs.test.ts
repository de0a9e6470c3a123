import { describe, expect, test } from "vitest";
import { seeded } from "../../src/base/index.ts";
import {
  activation,
  add,
  batchNormalization,
  concatenate,
  conv2d,
  dense,
  dropout,
  flatten,
  globalAveragePooling2d,
  inferenceProgram,
  initialize,
  maxPooling2d,
  multiply,
  rescaling,
  sequential,
  sgd,
  trainingProgram,
} from "../../src/nn/index.ts";
import type { Loss, ModelSpec } from "../../src/nn/index.ts";
import { runSteps } from "./run.ts";

const step = (
  model: ModelSpec,
  loss: Loss,
  inputShape: readonly number[],
  batchSize = 2,
): ReturnType<typeof trainingProgram> =>
  trainingProgram(model, { inputShape, batchSize, loss, optimizer: sgd() });

const softmaxHead = sequential([activation("softmax")]);

describe("losses", () => {
  // Rows [0, ln 3] have probabilities 1/4 and 3/4.
  const x = [0, Math.log(3), 0, Math.log(3)];

  test("sparseCategoricalCrossentropy is -ln of the label's probability, mean over the batch", async () => {
    const { outputs } = await runSteps(step(softmaxHead, "sparseCategoricalCrossentropy", [2]), {
      inputs: [{ x, y: [0, 1], learningRate: 0 }],
    });
    expect(outputs[0]!["loss"]![0]).toBeCloseTo(-(Math.log(1 / 4) + Math.log(3 / 4)) / 2, 6);
    expect([...outputs[0]!["predictions"]!].map((p) => Math.round(p * 1e6) / 1e6)).toEqual([
      0.25, 0.75, 0.25, 0.75,
    ]);
  });

  test("categoricalCrossentropy takes one-hot rows", async () => {
    const { outputs } = await runSteps(step(softmaxHead, "categoricalCrossentropy", [2]), {
      inputs: [{ x, y: [1, 0, 0, 1], learningRate: 0 }],
    });
    expect(outputs[0]!["loss"]![0]).toBeCloseTo(-(Math.log(1 / 4) + Math.log(3 / 4)) / 2, 6);
  });

  test("binaryCrossentropy goes through the sigmoid", async () => {
    const { outputs } = await runSteps(step(sequential([activation("sigmoid")]), "binaryCrossentropy", [1]), {
      inputs: [{ x: [Math.log(3), 0], y: [1, 0], learningRate: 0 }],
    });
    expect(outputs[0]!["loss"]![0]).toBeCloseTo(-(Math.log(3 / 4) + Math.log(1 / 2)) / 2, 6);
    expect(outputs[0]!["predictions"]![0]).toBeCloseTo(0.75, 6);
  });

  test("meanSquaredError compares predictions of any shape", async () => {
    const { outputs } = await runSteps(step(softmaxHead, "meanSquaredError", [2]), {
      inputs: [{ x, y: [0, 1, 0, 1], learningRate: 0 }],
    });
    expect(outputs[0]!["loss"]![0]).toBeCloseTo(1 / 16, 6);
  });

  test("logits of a thousand give a finite loss: it is computed before the softmax", async () => {
    const { outputs } = await runSteps(step(softmaxHead, "sparseCategoricalCrossentropy", [2], 1), {
      inputs: [{ x: [0, 1000], y: [0], learningRate: 0 }],
    });
    expect(outputs[0]!["loss"]![0]).toBeCloseTo(1000, 3);
  });

  test("a loss that does not fit the last layer is refused with what to write", () => {
    const linear = sequential([dense({ units: 2 })]);
    expect(() => step(linear, "sparseCategoricalCrossentropy", [2])).toThrow(
      'sparseCategoricalCrossentropy: expected a model that ends in softmax, received another or no activation in dense; give the last layer activation: "softmax"',
    );
    expect(() => step(softmaxHead, "binaryCrossentropy", [2])).toThrow(
      "expected a model that ends in sigmoid, received softmax",
    );
    expect(() => step(softmaxHead, "categoricalCrossentropy", [4, 4, 2])).toThrow(
      "one row of class probabilities",
    );
  });

  test("l2 adds the weight's square to the loss and its double to the gradient", async () => {
    const model = sequential([dense({ units: 1, useBias: false, kernelRegularizer: { l2: 0.5 } })]);
    const { outputs, parameters } = await runSteps(step(model, "meanSquaredError", [1], 1), {
      parameters: { "dense/kernel": [3] },
      inputs: [{ x: [0], y: [0], learningRate: 0.1 }],
    });
    expect(outputs[0]!["loss"]![0]).toBeCloseTo(4.5, 6);
    expect(parameters["dense/kernel"]![0]).toBeCloseTo(3 - 0.1 * 3, 6);
  });
});

describe("batch normalisation", () => {
  test("normalises by the batch, moves the averages by 1 - momentum with the biased variance, and uses them afterwards", async () => {
    const model = sequential([batchNormalization({ momentum: 0.9, epsilon: 0 })]);
    const parameters = {
      "batch_normalization/gamma": [2],
      "batch_normalization/beta": [1],
      "batch_normalization/moving_variance": [1],
    };
    // x = 1, 5: mean 3, biased variance 4.
    const trained = await runSteps(step(model, "meanSquaredError", [1]), {
      parameters,
      inputs: [{ x: [1, 5], y: [-1, 3], learningRate: 0 }],
    });
    expect([...trained.outputs[0]!["predictions"]!]).toEqual([-1, 3]);
    expect(trained.parameters["batch_normalization/moving_mean"]![0]).toBeCloseTo(0.3, 6);
    expect(trained.parameters["batch_normalization/moving_variance"]![0]).toBeCloseTo(1.3, 6);
    const used = await runSteps(inferenceProgram(model, { inputShape: [1], batchSize: 1 }), {
      parameters: trained.parameters,
      inputs: [{ x: [2] }],
    });
    expect(used.outputs[0]!["predictions"]![0]).toBeCloseTo(1 + (2 * (2 - 0.3)) / Math.sqrt(1.3), 5);
  });
});

describe("dropout", () => {
  const model = sequential([dropout({ rate: 0.5 }), dropout({ rate: 0.5 })]);
  const x = Array.from({ length: 1000 }, () => 1);
  const inputs = (seed: number): Record<string, number | number[]> => ({ x, y: x, learningRate: 0, seed });

  test("two layers drop different numbers, and another seed drops others", async () => {
    const program = step(model, "meanSquaredError", [500]);
    const { outputs } = await runSteps(program, { inputs: [inputs(1), inputs(1), inputs(2)] });
    const [first, again, other] = outputs.map(({ predictions }) => Array.from(predictions!));
    expect(first).toEqual(again);
    expect(first).not.toEqual(other);
    // Both keep half: a quarter is left, four times as large.
    const kept = first!.filter((value) => value !== 0);
    expect(new Set(kept)).toEqual(new Set([4]));
    expect(kept.length).toBeGreaterThan(190);
    expect(kept.length).toBeLessThan(310);
  });

  test("in use nothing is dropped and no seed is asked for", async () => {
    const { outputs } = await runSteps(inferenceProgram(model, { inputShape: [500], batchSize: 2 }), {
      inputs: [{ x }],
    });
    expect([...outputs[0]!["predictions"]!]).toEqual(x);
  });

  test("a model without dropout asks for no seed", () => {
    expect(step(softmaxHead, "meanSquaredError", [2]).inputs).toEqual(["x", "y", "learningRate"]);
    expect(step(model, "meanSquaredError", [2]).inputs).toEqual(["x", "y", "seed", "learningRate"]);
  });
});

describe("branches", () => {
  test.each([
    ["add", add([[], [rescaling({ scale: 2 })]]), [3, 6]],
    ["multiply", multiply([[], [rescaling({ scale: 2 })]]), [2, 8]],
    ["concatenate", concatenate([[], [rescaling({ scale: 2 })]]), [1, 2, 2, 4]],
  ])("%s gives every branch the same input", async (_, layer, expected) => {
    const program = inferenceProgram(sequential([layer]), { inputShape: [2], batchSize: 1 });
    const { outputs } = await runSteps(program, { inputs: [{ x: [1, 2] }] });
    expect([...outputs[0]!["predictions"]!]).toEqual(expected);
  });
});

test("one factor a channel counts for every pixel of its own image", async () => {
  // Batch and width are both 2: aligned from the right, the factors would go to the wrong images.
  const model = sequential([multiply([[], [globalAveragePooling2d()]])]);
  const { outputs } = await runSteps(inferenceProgram(model, { inputShape: [1, 2, 1], batchSize: 2 }), {
    inputs: [{ x: [1, 3, 10, 30] }],
  });
  expect([...outputs[0]!["predictions"]!]).toEqual([2, 6, 200, 600]);
});

describe("looking inside", () => {
  const model = sequential([
    conv2d({ filters: 2, kernelSize: 1, activation: "relu", name: "dead", biasInitializer: "zeros" }),
    globalAveragePooling2d(),
    dense({ units: 2, activation: "softmax" }),
  ]);

  test("the greatest activation of a dead layer is 0, and of others is not", async () => {
    const program = inferenceProgram(model, { inputShape: [2, 2, 1], batchSize: 1, inspect: true });
    const { outputs } = await runSteps(program, {
      parameters: { "dead/kernel": [-1, -1], "dense/bias": [-3, 0] },
      inputs: [{ x: [1, 2, 3, 4] }],
    });
    expect([...outputs[0]!["largest/dead"]!]).toEqual([0]);
    expect(outputs[0]!["largest/dense"]![0]).toBeGreaterThan(0.9);
  });

  test("every layer's output can be had, and the last is the prediction", async () => {
    const program = inferenceProgram(model, { inputShape: [2, 2, 1], batchSize: 1, layers: true });
    const { outputs } = await runSteps(program, {
      parameters: { "dead/kernel": [1, 2] },
      inputs: [{ x: [1, 2, 3, 4] }],
    });
    expect([...outputs[0]!["layers/dead"]!]).toEqual([1, 2, 2, 4, 3, 6, 4, 8]);
    expect([...outputs[0]!["layers/global_average_pooling2d"]!]).toEqual([2.5, 5]);
    expect(outputs[0]!["layers/dense"]).toEqual(outputs[0]!["predictions"]);
  });
});

test("a small net learns: thirty steps bring the loss on one batch below a tenth", async () => {
  const model = sequential([
    conv2d({ filters: 4, kernelSize: 3, padding: "same" }),
    batchNormalization(),
    activation("relu"),
    maxPooling2d(),
    flatten(),
    dense({ units: 3, activation: "softmax" }),
  ]);
  const random = seeded(5);
  const x = Array.from({ length: 6 * 6 * 6 }, () => random.normal());
  const program = step(model, "sparseCategoricalCrossentropy", [6, 6, 1], 6);
  const { outputs } = await runSteps(program, {
    parameters: initialize(model, [6, 6, 1], random),
    inputs: Array.from({ length: 30 }, () => ({ x, y: [0, 1, 2, 0, 1, 2], learningRate: 0.2 })),
  });
  expect(outputs.at(-1)!["loss"]![0]).toBeLessThan(0.1 * outputs[0]!["loss"]![0]!);
});
