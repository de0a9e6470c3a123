import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Backend, differentiate, referenceBackend } from "../../src/engine/index.ts";
import {
  type ModelSpec,
  type Optimizer,
  activation,
  adam,
  adamw,
  batchNormalization,
  conv2d,
  dense,
  flatten,
  globalAveragePooling2d,
  inferenceProgram,
  lossProgram,
  maxPooling2d,
  parametersOf,
  rmsprop,
  scalarsAt,
  sequential,
  sgd,
  trainingProgram,
} from "../../src/nn/index.ts";
import { wasmBackend } from "../../src/platform/node/index.ts";

// The numbers come from PyTorch 2.13 by test/golden/make_golden.py.

interface GoldenArray {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}
type Arrays = Readonly<Record<string, GoldenArray>>;

interface GoldenRun {
  readonly losses: readonly number[];
  readonly parameters: Arrays;
  readonly inference?: { readonly probabilities: GoldenArray };
}

interface Golden {
  readonly input: GoldenArray;
  readonly labels: readonly number[];
  readonly parameters: Arrays;
  readonly gradients?: Arrays;
  readonly runs: Readonly<Record<string, GoldenRun>>;
}

const read = (file: string): Golden =>
  JSON.parse(readFileSync(new URL(`../golden/${file}`, import.meta.url), "utf8"));

const tutorialNet = sequential([
  conv2d({ filters: 8, kernelSize: 3, padding: "same", activation: "relu" }),
  maxPooling2d(),
  conv2d({ filters: 8, kernelSize: 3, padding: "same", activation: "relu" }),
  maxPooling2d(),
  flatten(),
  dense({ units: 16, activation: "relu" }),
  dense({ units: 4, activation: "softmax" }),
]);

const batchNormNet = sequential([
  conv2d({ filters: 8, kernelSize: 3, padding: "same", useBias: false }),
  batchNormalization(),
  activation("relu"),
  maxPooling2d(),
  conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: "same", useBias: false }),
  batchNormalization(),
  activation("relu"),
  globalAveragePooling2d(),
  dense({ units: 4, activation: "softmax" }),
]);

const inputShape = [12, 12, 3];
const batchSize = 4;
const loss = "sparseCategoricalCrossentropy";

// PyTorch's own Adam adds epsilon after the correction; Keras's rule is ours, so only runs by that rule are compared.
const optimizers: Readonly<Record<string, Optimizer>> = {
  sgd: sgd({ learningRate: 0.05 }),
  sgdNesterov: sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true }),
  rmsprop: rmsprop(),
  adamKeras: adam(),
  adamWKeras: adamw({ weightDecay: 0.01 }),
};

const nets: Readonly<Record<string, ModelSpec>> = {
  "tutorial.json": tutorialNet,
  "tutorial-adam.json": tutorialNet,
  "batchnorm.json": batchNormNet,
};

const runs: readonly (readonly [file: string, optimizer: string])[] = [
  ["tutorial.json", "sgd"],
  ["tutorial.json", "sgdNesterov"],
  ["tutorial.json", "rmsprop"],
  ["tutorial-adam.json", "adamKeras"],
  ["tutorial-adam.json", "adamWKeras"],
  ["batchnorm.json", "sgd"],
  ["batchnorm.json", "adamKeras"],
];

/** Fails where |a - b| > 1e-4 · (|b| + the array's root mean square), naming the array. */
function expectClose(name: string, actual: ArrayLike<number>, expected: readonly number[]): void {
  const scale = Math.sqrt(expected.reduce((sum, x) => sum + x * x, 0) / expected.length);
  const worst = Math.max(...expected.map((x, i) => Math.abs(actual[i]! - x) / (Math.abs(x) + scale + 1e-12)));
  expect(actual.length, name).toBe(expected.length);
  expect(worst, `${name}: greatest relative difference`).toBeLessThan(1e-4);
}

const backends: readonly (readonly [string, () => Backend | Promise<Backend>])[] = [
  ["reference", referenceBackend],
  ["wasm, 1 thread", () => wasmBackend({ threads: 1 })],
  ["wasm, 2 threads", () => wasmBackend({ threads: 2 })],
];

describe.each(backends)("%s", (_, open) => {
  let backend: Backend;
  beforeAll(async () => void (backend = await open()));
  afterAll(() => backend.close());

  test.each(runs)("three steps end where PyTorch's do: %s, %s", async (file, name) => {
    const model = nets[file]!;
    const golden = read(file);
    const run = golden.runs[name]!;
    const optimizer = optimizers[name]!;
    const session = await backend.open({
      train: trainingProgram(model, { inputShape, batchSize, loss, optimizer }),
      infer: inferenceProgram(model, { inputShape, batchSize }),
    });
    for (const { name: parameter } of parametersOf(model, inputShape))
      await session.write(parameter, golden.parameters[parameter]!.data);
    const losses: number[] = [];
    for (const step of [1, 2, 3]) {
      const inputs = {
        x: golden.input.data,
        y: golden.labels,
        ...scalarsAt(optimizer, step, optimizer.learningRate),
      };
      const lists = Object.fromEntries(
        Object.entries(inputs).map(([key, value]) => [key, typeof value === "number" ? [value] : value]),
      );
      losses.push((await session.run("train", lists))["loss"]![0]!);
    }
    expectClose("losses", losses, run.losses);
    for (const [parameter, { data }] of Object.entries(run.parameters))
      expectClose(parameter, await session.read(parameter), data);
    if (run.inference) {
      const { predictions } = await session.run("infer", { x: golden.input.data });
      expectClose("probabilities", predictions!, run.inference.probabilities.data);
    }
    session.close();
  });

  test.each(["tutorial.json", "batchnorm.json"])("the first gradients are PyTorch's: %s", async (file) => {
    const model = nets[file]!;
    const golden = read(file);
    const { graph, loss: value, weights } = lossProgram(model, { inputShape, batchSize, loss });
    const gradients = differentiate(value, weights);
    const outputs = Object.fromEntries(weights.map((weight, i) => [weight.name, gradients[i]!]));
    const session = await backend.open({ gradients: { graph, outputs } });
    for (const parameter of session.parameterNames)
      await session.write(parameter, golden.parameters[parameter]!.data);
    const found = await session.run("gradients", { x: golden.input.data, y: golden.labels });
    for (const [parameter, { data }] of Object.entries(golden.gradients!))
      expectClose(parameter, found[parameter]!, data);
    session.close();
  });
});
