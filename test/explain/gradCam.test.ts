import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ndarray, seeded } from "../../src/base/index.ts";
import { rescale, standardize } from "../../src/data/index.ts";
import { type Backend, runReference, referenceBackend } from "../../src/engine/index.ts";
import { arraySource } from "../../src/evaluate/index.ts";
import { gradCam, gradCamProgram, lastConvolution, openGradCam } from "../../src/explain/index.ts";
import { buildModel } from "../../src/models/index.ts";
import {
  type Layer,
  type ModelSpec,
  activation,
  add,
  batchNormalization,
  conv2d,
  dense,
  dropout,
  flatten,
  globalAveragePooling2d,
  inferenceProgram,
  initialize,
  maxPooling2d,
  parseModel,
  scoreProgram,
  sequential,
} from "../../src/nn/index.ts";
import { wasmBackend } from "../../src/platform/node/index.ts";

interface GoldenArray {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** From PyTorch 2.13 by test/golden/make_gradcam.py. */
const golden: {
  readonly input: GoldenArray;
  readonly classes: readonly number[];
  readonly parameters: Readonly<Record<string, GoldenArray>>;
  readonly heat: Readonly<Record<string, readonly GoldenArray[]>>;
} = JSON.parse(readFileSync(new URL("../golden/gradcam.json", import.meta.url), "utf8"));

const goldenNet = sequential([
  conv2d({ filters: 4, kernelSize: 3, padding: "same", activation: "relu" }),
  maxPooling2d(),
  conv2d({ filters: 6, kernelSize: 3, padding: "same", useBias: false }),
  batchNormalization(),
  activation("relu"),
  maxPooling2d(),
  dropout({ rate: 0.5 }),
  flatten(),
  dense({ units: 3, activation: "softmax" }),
]);

const goldenWeights = Object.fromEntries(
  Object.entries(golden.parameters).map(([name, { data }]) => [name, Float32Array.from(data)]),
);

const backendNames = ["reference", "wasm, 1 thread", "wasm, 2 threads"] as const;
// One of each for the whole file, since starting the threads takes longer than all that they compute here.
let backends: Readonly<Record<(typeof backendNames)[number], Backend>>;
beforeAll(async () => {
  const [one, two] = await Promise.all([wasmBackend({ threads: 1 }), wasmBackend({ threads: 2 })]);
  backends = { reference: referenceBackend(), "wasm, 1 thread": one, "wasm, 2 threads": two };
});
afterAll(async () => {
  for (const backend of Object.values(backends)) await backend.close();
});

describe.each(backendNames)("%s", (backendName) => {
  test.each(Object.keys(golden.heat))(
    "the heat of %s is PyTorch's, in full batches and with one half empty",
    async (layer) => {
      const source = arraySource(
        ndarray(Float32Array.from(golden.input.data), golden.input.shape),
        ndarray(Int32Array.from(golden.classes), [golden.classes.length]),
      );
      const subject = { model: goldenNet, weights: goldenWeights, inputShape: [12, 12, 3] };
      const scale = Math.max(...golden.heat[layer]!.flatMap(({ data }) => data));
      for (const batchSize of [2, 3]) {
        const opened = await openGradCam(subject, { backend: backends[backendName], layer, batchSize });
        const found = await opened.explain(source);
        opened.close();
        found.forEach(({ shape, data }, i) => {
          const wanted = golden.heat[layer]![i]!;
          expect(shape).toEqual(wanted.shape);
          wanted.data.forEach((value, at) => expect(Math.abs(data[at]! - value) / scale).toBeLessThan(1e-4));
        });
      }
    },
  );
});

const head: readonly Layer[] = [globalAveragePooling2d(), dense({ units: 3, activation: "softmax" })];
const target = conv2d({ name: "target", filters: 4, kernelSize: 3, padding: "same" });
const nets: Readonly<Record<string, readonly Layer[]>> = {
  "a plain stack": [
    target,
    batchNormalization(),
    activation("relu"),
    maxPooling2d(),
    conv2d({ filters: 5, kernelSize: 3 }),
    ...head,
  ],
  "a branch of a sum": [
    conv2d({ filters: 4, kernelSize: 1 }),
    add([[], [target, activation("tanh")]]),
    activation("relu"),
    ...head,
  ],
  "dropout, flatten and dense": [
    target,
    activation("relu"),
    dropout({ rate: 0.5 }),
    flatten(),
    ...head.slice(1),
  ],
  "one sigmoid": [
    target,
    activation("relu"),
    globalAveragePooling2d(),
    dense({ units: 1, activation: "sigmoid" }),
  ],
};

test.each(Object.entries(nets))(
  "the weights of the maps are finite differences of the score: %s",
  (_, layers) => {
    const model = sequential(layers);
    const inputShape = [6, 6, 3];
    const random = seeded(5);
    const x = Float64Array.from({ length: 108 }, () => random.next());
    const options = { inputShape, batchSize: 1, layer: "target" };
    const start: Record<string, Float64Array> = Object.fromEntries(
      Object.entries(initialize(model, inputShape, seeded(1))).map(([name, data]) => [
        name,
        Float64Array.from(data, (value) => value + 0.1 * random.next()),
      ]),
    );
    const { graph, maps, scores } = scoreProgram(model, options);
    const classes = scores.shape[1]! - 1;
    const scoreWith = (bias: Float64Array): number =>
      runReference({ graph, outputs: { scores } }, { ...start, "target/bias": bias, x }).outputs["scores"]![
        classes
      ]!;
    // What is added to a channel's bias is added to its map everywhere: the sum of the gradient over all 36 places.
    const step = 1e-5;
    const weights = [0, 1, 2, 3].map((k) => {
      const moved = (by: number): number =>
        scoreWith(start["target/bias"]!.map((b, i) => (i === k ? b + by : b)));
      return (moved(step) - moved(-step)) / (2 * step) / 36;
    });
    const values = runReference({ graph, outputs: { maps } }, { ...start, x }).outputs["maps"]!;
    const found = runReference(gradCamProgram(model, options), { ...start, x, classes: [classes] }).outputs[
      "heat"
    ]!;
    found.forEach((value, place) => {
      const wanted = Math.max(
        weights.reduce((sum, weight, k) => sum + weight * values[place * 4 + k]!, 0),
        0,
      );
      expect(value).toBeCloseTo(wanted, 7);
    });
    expect(Math.max(...weights.map(Math.abs))).toBeGreaterThan(1e-4);
  },
);

describe("the layer that is looked at", () => {
  const named = (name: string, size: number): string | undefined =>
    lastConvolution(buildModel(name, { inputShape: [size, size, 3], classes: 4 }));

  test("is the last convolution with its batch norm and activation, or the merge around it", () => {
    expect(named("plain4", 64)).toBe("activation_3");
    expect(named("tutorial", 32)).toBe("conv2d_1");
    expect(named("resnet9", 32)).toBe("add_1");
    expect(named("mobilenet", 128)).toBe("activation_26");
  });

  test("is an earlier one where the last maps are a single number", () => {
    const model = buildModel("mobilenet", { inputShape: [32, 32, 3], classes: 4 });
    const layer = lastConvolution(model)!;
    expect(gradCamProgram(model, { batchSize: 1, layer }).outputs["heat"]!.shape).toEqual([1, 2, 2]);
  });

  test("must exist: a model without convolutions says so", async () => {
    const model = sequential([flatten(), dense({ units: 2, activation: "softmax" })], { name: "flat" });
    expect(lastConvolution(model, [4, 4, 3])).toBeUndefined();
    const flat = { model, inputShape: [4, 4, 3], weights: initialize(model, [4, 4, 3], seeded(1)) };
    await expect(openGradCam(flat, { backend: referenceBackend() })).rejects.toThrow(
      /^flat: expected a model with a convolution .*occlusion/,
    );
  });

  test("must give maps: others are refused with the names that do", () => {
    const wrong = (layer: string) => () =>
      gradCamProgram(goldenNet, { inputShape: [12, 12, 3], batchSize: 1, layer });
    expect(wrong("conv9")).toThrow(
      /^layer conv9: expected one that gives maps: conv2d, max_pooling2d, conv2d_1, batch/,
    );
    expect(wrong("flatten")).toThrow(/^layer flatten: expected one that gives maps/);
  });
});

test.each(["tutorial", "plain3", "plain4", "resnet9", "mobilenet-quarter"])(
  "every architecture can be explained, also from JSON: %s",
  async (name) => {
    const inputShape = [16, 16, 3] as const;
    const model: ModelSpec = parseModel(
      JSON.parse(JSON.stringify(buildModel(name, { inputShape, classes: 4 }))),
      name,
    );
    const backend = backends["wasm, 1 thread"];
    const subject = {
      model,
      inputShape,
      weights: initialize(model, inputShape, seeded(1)),
      transforms: [rescale()],
    };
    const random = seeded(2);
    const images = [0, 1, 2].map(() => Uint8Array.from({ length: 768 }, () => random.integer(256)));
    const { heat } = await gradCam(subject, { images, classes: [0, 1, 3] }, { backend, batchSize: 2 });
    expect(heat).toHaveLength(3);
    for (const { data } of heat)
      expect(data.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
    expect(heat.some(({ data }) => data.some((value) => value > 0))).toBe(true);
  },
);

test("images are normalised as in training, and their heat does not depend on the others of the batch", async () => {
  const random = seeded(3);
  const bytes = [0, 1, 2].map(() => Uint8Array.from({ length: 432 }, () => random.integer(256)));
  const normalise = standardize({ mean: [100, 120, 140], deviation: [50, 60, 70] });
  const subject = {
    model: goldenNet,
    weights: goldenWeights,
    inputShape: [12, 12, 3],
    transforms: [normalise],
  };
  const backend = referenceBackend();
  const together = await gradCam(subject, { images: bytes, classes: [0, 1, 2] }, { backend });
  const alone = await gradCam(subject, { images: [bytes[1]!], classes: [1] }, { backend });
  expect(alone.heat[0]).toEqual(together.heat[1]);
  expect(together.layer).toBe("activation");
  const numbers = Float64Array.from(
    bytes[1]!,
    (byte, i) => (byte - [100, 120, 140][i % 3]!) / [50, 60, 70][i % 3]!,
  );
  const layer = inferenceProgram(goldenNet, { inputShape: [12, 12, 3], batchSize: 1, layers: true });
  const maps = runReference(layer, { ...goldenWeights, x: numbers }).outputs["layers/activation"]!;
  const program = gradCamProgram(goldenNet, { inputShape: [12, 12, 3], batchSize: 1, layer: "activation" });
  const direct = runReference(program, { ...goldenWeights, x: numbers, classes: [1] }).outputs["heat"]!;
  expect(maps.some((value) => value > 0)).toBe(true);
  direct.forEach((value, i) => expect(alone.heat[0]!.data[i]).toBeCloseTo(value, 5));
});

test("a class that the model has not is refused", async () => {
  const subject = { model: goldenNet, weights: goldenWeights, inputShape: [12, 12, 3], transforms: [] };
  const request = { images: [new Uint8Array(432)], classes: [3] };
  await expect(gradCam(subject, request, { backend: referenceBackend() })).rejects.toThrow(
    "explain: classes[0]: expected a class index from 0 to 2, received 3",
  );
});
