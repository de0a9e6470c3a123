import { describe, expect, test } from "vitest";
import {
  type Optimizer,
  adam,
  adamw,
  constant,
  dense,
  muon,
  parseOptimizer,
  rmsprop,
  scalarsAt,
  sequential,
  sgd,
  trainingProgram,
} from "../../../src/nn/index.ts";
import { runSteps } from "../run.ts";

// One weight w on x = 1 against y = 0 under the mean squared error: loss w², gradient 2w.
const model = sequential([dense({ units: 1, useBias: false, kernelInitializer: constant(1) })]);

async function threeSteps(
  optimizer: Optimizer,
): Promise<{ weights: number[]; parameters: Record<string, number[]> }> {
  const program = trainingProgram(model, {
    inputShape: [1],
    batchSize: 1,
    loss: "meanSquaredError",
    optimizer,
  });
  const start = { "dense/kernel": [1] };
  const inputsAt = (step: number): Record<string, number> => ({
    x: 1,
    y: 0,
    ...scalarsAt(optimizer, step, optimizer.learningRate),
  });
  const { outputs, parameters } = await runSteps(program, {
    parameters: start,
    inputs: [1, 2, 3, 4].map(inputsAt),
  });
  // The prediction is the weight itself, as it was before the step.
  const weights = outputs.slice(1).map(({ predictions }) => predictions![0]!);
  return { weights, parameters };
}

/** Weights after each step, from the update rule written out for one number. */
function byHand(rule: (w: number, g: number, t: number) => number): number[] {
  const weights = [1];
  for (const t of [1, 2, 3]) weights.push(rule(weights.at(-1)!, 2 * weights.at(-1)!, t));
  return weights.slice(1);
}

function expectNear(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((x, i) => expect(x).toBeCloseTo(expected[i]!, 6));
}

const adamByHand = (decay: number): number[] => {
  let [m, v] = [0, 0];
  return byHand((w, g, t) => {
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    const alpha = (0.01 * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t);
    return w - w * 0.01 * decay - (alpha * m) / (Math.sqrt(v) + 1e-7);
  });
};

describe("three steps by hand", () => {
  test("sgd: 1, 0.8, 0.64, 0.512", async () => {
    expectNear((await threeSteps(sgd({ learningRate: 0.1 }))).weights, [0.8, 0.64, 0.512]);
  });

  test("sgd with momentum: the velocity adds up", async () => {
    // v: -0.2, -0.34, -0.398; w: 0.8, 0.46, 0.062
    const { weights, parameters } = await threeSteps(sgd({ learningRate: 0.1, momentum: 0.9 }));
    expectNear(weights, [0.8, 0.46, 0.062]);
    expect(Object.keys(parameters)).toContain("sgd/velocity/dense/kernel");
  });

  test("sgd with nesterov looks ahead", async () => {
    let v = 0;
    const expected = byHand((w, g) => {
      v = 0.9 * v - 0.1 * g;
      return w + 0.9 * v - 0.1 * g;
    });
    expect(expected[0]).toBeCloseTo(0.62, 12);
    expectNear(
      (await threeSteps(sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }))).weights,
      expected,
    );
  });

  test("rmsprop divides by the root of the mean square", async () => {
    let s = 0;
    const expected = byHand((w, g) => {
      s = 0.9 * s + 0.1 * g * g;
      return w - (0.01 * g) / Math.sqrt(s + 1e-7);
    });
    expect(expected[0]).toBeCloseTo(1 - 0.01 / Math.sqrt(0.1), 6);
    expectNear((await threeSteps(rmsprop({ learningRate: 0.01 }))).weights, expected);
  });

  test("rmsprop with momentum keeps a velocity of what it divided", async () => {
    let [s, v] = [0, 0];
    const expected = byHand((w, g) => {
      s = 0.9 * s + 0.1 * g * g;
      v = 0.5 * v + (0.01 * g) / Math.sqrt(s + 1e-7);
      return w - v;
    });
    expectNear((await threeSteps(rmsprop({ learningRate: 0.01, momentum: 0.5 }))).weights, expected);
  });

  test("adam's first step is the learning rate", async () => {
    const { weights, parameters } = await threeSteps(adam({ learningRate: 0.01 }));
    expect(weights[0]).toBeCloseTo(0.99, 6);
    expectNear(weights, adamByHand(0));
    expect(Object.keys(parameters).sort()).toEqual([
      "adam/m/dense/kernel",
      "adam/v/dense/kernel",
      "dense/kernel",
    ]);
  });

  test("adamw takes a part of the weight off as well", async () => {
    expectNear((await threeSteps(adamw({ learningRate: 0.01, weightDecay: 0.5 }))).weights, adamByHand(0.5));
  });
});

describe("globalClipNorm", () => {
  test("shrinks all gradients together to the given norm", async () => {
    // Two weights with gradients 2·3/2 and 2·4/2: norm 5, clipped to 1 in the same direction.
    const two = sequential([dense({ units: 2, useBias: false })]);
    const optimizer = sgd({ learningRate: 1, globalClipNorm: 1 });
    const program = trainingProgram(two, {
      inputShape: [1],
      batchSize: 1,
      loss: "meanSquaredError",
      optimizer,
    });
    const { parameters } = await runSteps(program, {
      parameters: { "dense/kernel": [3, 4] },
      inputs: [{ x: [1], y: [0, 0], learningRate: 1 }],
    });
    expectNear(parameters["dense/kernel"]!, [3 - 0.6, 4 - 0.8]);
  });

  test("leaves smaller gradients alone", async () => {
    expectNear(
      (await threeSteps(sgd({ learningRate: 0.1, globalClipNorm: 100 }))).weights,
      [0.8, 0.64, 0.512],
    );
  });
});

describe("as data", () => {
  test("defaults are Keras's", () => {
    expect(["sgd", "rmsprop", "adam", "adamw"].map((name) => parseOptimizer("optimizer", name))).toEqual([
      { type: "sgd", learningRate: 0.01, momentum: 0, nesterov: false },
      { type: "rmsprop", learningRate: 0.001, rho: 0.9, momentum: 0, epsilon: 1e-7 },
      { type: "adam", learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
      { type: "adamw", learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, weightDecay: 0.004 },
    ]);
  });

  test("they survive JSON, and an unknown one is named", () => {
    const optimizer = adamw({ globalClipNorm: 1 });
    expect(parseOptimizer("optimizer", JSON.parse(JSON.stringify(optimizer)))).toEqual(optimizer);
    expect(() => parseOptimizer("--optimizer", "adamm")).toThrow(
      '--optimizer: expected one of sgd, rmsprop, adam, adamw, nadam, adamax, adagrad, adadelta, lion, lamb, muon, received "adamm"; use adam',
    );
    expect(() => parseOptimizer("--optimizer", { type: "nadamm" })).toThrow("; use nadam");
    expect(() => adam({ beta1: 1 })).toThrow("adam: beta1: expected a number from 0 to below 1, received 1");
  });

  test("adam's rate after a million steps is the learning rate itself", () => {
    expect(scalarsAt(adam(), 1_000_000, 0.001)["alpha"]).toBeCloseTo(0.001, 12);
    expect(
      scalarsAt(adam(), 3, 0.001)["alpha"]! / ((0.001 * Math.sqrt(1 - 0.999 ** 3)) / (1 - 0.9 ** 3)),
    ).toBeCloseTo(1, 12);
  });
});

test("muon refuses to exclude a layer that the model does not have, and names the nearest", () => {
  const excluding = (...excludeLayers: readonly string[]) =>
    trainingProgram(model, {
      inputShape: [1],
      batchSize: 1,
      loss: "meanSquaredError",
      optimizer: muon({ excludeLayers }),
    });
  expect(() => excluding("dense")).not.toThrow();
  expect(() => excluding("dense", "dens")).toThrow(
    'muon: excludeLayers: expected names of layers with a kernel: dense, received "dens"; use dense',
  );
});
