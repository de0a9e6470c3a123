import { describe, expect, test } from "vitest";
import { buildModel, defaultModelName, modelNames, recipeOf, scheduleOf } from "../../src/models/index.ts";
import {
  inferShapes,
  learningRateAt,
  parametersOf,
  parseModel,
  renderSummary,
  summarize,
  trainingProgram,
} from "../../src/nn/index.ts";

describe.each(modelNames)("%s", (name) => {
  const { size, optimizer } = recipeOf(name);
  const model = buildModel(name, { inputShape: [size, size, 3], classes: 4 });

  test("takes images of its recommended size to one probability a class", () => {
    expect(Object.values(inferShapes(model)).at(-1)).toEqual([4]);
    const options = { batchSize: 2, loss: "sparseCategoricalCrossentropy", optimizer } as const;
    expect(trainingProgram(model, options).outputs["predictions"]!.shape).toEqual([2, 4]);
  });

  test("is plain data under its own name", () => {
    expect(model.name).toBe(name);
    expect(parseModel(JSON.parse(JSON.stringify(model)), name)).toEqual(model);
  });
});

const count = (name: string, size: number, classes: number): number =>
  summarize(buildModel(name, { inputShape: [size, size, 3], classes })).parameters;

describe("parameters", () => {
  test("the tutorial's net has 10,250,788 on 200x200 images of four classes", () => {
    expect(count("tutorial", 200, 4)).toBe(10_250_788);
    const model = buildModel("tutorial", { inputShape: [200, 200, 3], classes: 4 });
    expect(renderSummary(summarize(model))).toContain("10,250,788");
  });

  // keras.applications.MobileNet(weights=None, classes=1000).count_params() → 4253864
  test("mobilenet has as many as Keras's", () => expect(count("mobilenet", 224, 1000)).toBe(4_253_864));

  test("a convolution before batch norm has no bias", () => {
    const names = parametersOf(buildModel("plain4", { inputShape: [96, 96, 3], classes: 4 })).map(
      ({ name }) => name,
    );
    expect(names.filter((name) => name.startsWith("conv2d") && name.endsWith("bias"))).toEqual([]);
    expect(names).toContain("batch_normalization_3/moving_variance");
  });
});

test("an unknown model is refused with the names that there are", () => {
  expect(() => recipeOf("vgg")).toThrow("model vgg: expected one of tutorial, mlp, lenet, plain3");
});

test("small images get the net with less pooling", () => {
  expect([32, 63, 64, 200].map(defaultModelName)).toEqual(["plain3", "plain3", "plain4", "plain4"]);
});

describe("scheduleOf", () => {
  test("half an epoch of warm-up, then down to the end", () => {
    const schedule = scheduleOf({ type: "cosine", warmupEpochs: 0.5 }, { epochs: 5, stepsPerEpoch: 10 });
    expect(schedule).toEqual({ type: "cosine", warmupSteps: 5, totalSteps: 50, alpha: 0 });
  });

  test("one epoch of one step has no room for a warm-up and still learns", () => {
    const schedule = scheduleOf({ type: "cosine", warmupEpochs: 3 }, { epochs: 1, stepsPerEpoch: 1 });
    expect(learningRateAt(schedule, 0.1, 1)).toBe(0.1);
  });
});
