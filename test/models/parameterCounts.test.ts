import { describe, expect, test } from "vitest";
import { buildModel, modelNames, recipeOf, scheduleOf } from "../../src/models/index.ts";
import { type Summary, inferShapes, learningRateAt, summarize } from "../../src/nn/index.ts";

// Parameters by the arithmetic of the papers: kernels, biases, and four numbers a channel in each batch norm, of which two learn.

const conv = (size: number, from: number, to: number, bias = false): number =>
  size * size * from * to + (bias ? to : 0);
const norm = (channels: number): number => 4 * channels;
const dense = (from: number, to: number): number => from * to + to;
const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

/** A convolution 3x3 with its batch norm. */
const block = (from: number, to: number): number => conv(3, from, to) + norm(to);

const summaryOf = (name: string, [height, width]: readonly [number, number], classes: number): Summary =>
  summarize(buildModel(name, { inputShape: [height, width, 3], classes }));

const chain = (channels: readonly number[]): readonly (readonly [number, number])[] =>
  channels.slice(1).map((to, i) => [channels[i] ?? 0, to]);

describe("parameters by formula", () => {
  test.each([2, 4, 10])("plain4 with %i classes", (classes) => {
    const blocks = chain([3, 32, 64, 128, 256]).map(([from, to]) => block(from, to));
    expect(summaryOf("plain4", [96, 96], classes).parameters).toBe(sum(blocks) + dense(256, classes));
  });

  test("plain3: two convolutions a block", () => {
    const blocks = chain([3, 32, 64, 128]).map(([from, to]) => block(from, to) + block(to, to));
    expect(summaryOf("plain3", [32, 32], 10).parameters).toBe(sum(blocks) + dense(128, 10));
  });

  test("resnet9: two residual blocks of two convolutions", () => {
    const blocks = [block(3, 64), block(64, 128), 2 * block(128, 128), block(128, 256)];
    const deep = [block(256, 512), 2 * block(512, 512)];
    expect(summaryOf("resnet9", [32, 32], 10).parameters).toBe(sum([...blocks, ...deep]) + dense(512, 10));
  });

  test("tutorial: nearly all of them in the first dense layer, and so by the images' size", () => {
    const count = (height: number, width: number): number =>
      conv(3, 3, 32, true) +
      conv(3, 32, 32, true) +
      dense(Math.floor(height / 4) * Math.floor(width / 4) * 32, 128) +
      dense(128, 4);
    expect(summaryOf("tutorial", [200, 200], 4).parameters).toBe(count(200, 200));
    expect(summaryOf("tutorial", [51, 30], 4).parameters).toBe(count(51, 30));
  });

  test.each([
    ["mobilenet", 1],
    ["mobilenet-half", 0.5],
    ["mobilenet-quarter", 0.25],
  ])("%s: channels by its width, a depthwise and a 1x1 convolution a block", (name, width) => {
    const channels = [32, 64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024];
    const scaled = channels.map((count) => count * width);
    const blocks = chain(scaled).map(([from, to]) => 9 * from + norm(from) + conv(1, from, to) + norm(to));
    const stem = block(3, 32 * width);
    expect(summaryOf(name, [128, 128], 7).parameters).toBe(stem + sum(blocks) + dense(1024 * width, 7));
  });

  test.each(modelNames)(
    "%s: all but two numbers a channel of its batch norms learn, and what whitens",
    (name) => {
      const { size } = recipeOf(name);
      const { rows, parameters, trainable } = summaryOf(name, [size, size], 3);
      const norms = rows.filter(({ type }) => type === "BatchNormalization");
      const averages = sum(norms.map(({ outputShape }) => 2 * (outputShape.at(-1) ?? 0)));
      // airbench94's first kernel, [2, 2, 3, 24], comes from the training images.
      expect(parameters - trainable).toBe(averages + (name === "airbench94" ? 288 : 0));
      expect(sum(rows.map((row) => row.parameters))).toBe(parameters);
    },
  );
});

const mapsOf = (name: string, inputShape: readonly [number, number, number]): (readonly number[])[] =>
  Object.values(inferShapes(buildModel(name, { inputShape, classes: 5 }))).filter((s) => s.length === 3);

describe("images of odd sizes", () => {
  test("lose the edge at each pooling", () => {
    const sides = new Set(mapsOf("plain4", [67, 45, 3]).map(([height, width]) => `${height}x${width}`));
    expect([...sides]).toEqual(["67x45", "33x22", "16x11", "8x5", "4x2"]);
  });

  test("are rounded up at each stride", () => {
    const sides = new Set(mapsOf("mobilenet", [67, 45, 3]).map(([height, width]) => `${height}x${width}`));
    expect([...sides]).toEqual(["34x23", "17x12", "9x6", "5x3", "3x2"]);
  });

  test.each(modelNames)("%s ends in one probability a class, of any width and height", (name) => {
    for (const inputShape of [
      [32, 47, 3],
      [61, 33, 1],
    ] as const) {
      const shapes = Object.values(inferShapes(buildModel(name, { inputShape, classes: 5 })));
      expect(shapes.at(-1)).toEqual([5]);
    }
  });

  test.each(["plain4", "plain3", "resnet9"])(
    "%s refuses an image that its poolings leave nothing of",
    (name) => {
      expect(() => summaryOf(name, [7, 7], 2)).toThrow(/^max_pooling2d_\d: /);
    },
  );
});

describe("a recipe's schedule", () => {
  test.each(modelNames)(
    "of %s starts low or full, never exceeds its rate, and is over with the training",
    (name) => {
      const { schedule: curve, epochs, optimizer } = recipeOf(name);
      const stepsPerEpoch = 7;
      const schedule = scheduleOf(curve, { epochs, stepsPerEpoch });
      const rates = Array.from({ length: epochs * stepsPerEpoch }, (_, i) =>
        learningRateAt(schedule, optimizer.learningRate, i + 1),
      );
      expect(Math.min(...rates)).toBeGreaterThan(0);
      expect(Math.max(...rates)).toBeLessThanOrEqual(optimizer.learningRate);
      if (curve.type === "oneCycle") {
        // From a fifth up to the full rate, which falls between two steps, and down to 0.07 (Jordan 2024).
        const parts = rates.map((rate) => rate / optimizer.learningRate);
        expect(parts[0]).toBeCloseTo(0.2, 9);
        expect(Math.max(...parts)).toBeGreaterThan(0.98);
        expect(parts.at(-1)).toBeCloseTo(0.07, 9);
        return;
      }
      const peak = rates.indexOf(optimizer.learningRate);
      const warmup = curve.warmupEpochs ? Math.ceil(curve.warmupEpochs * stepsPerEpoch) : 1;
      expect(peak).toBe(warmup - 1);
      rates
        .slice(0, peak)
        .forEach((rate, i) => expect(rate).toBeCloseTo(((i + 1) / warmup) * optimizer.learningRate, 12));
      if (curve.type === "cosine") expect(rates.at(-1)).toBeLessThan(0.05 * optimizer.learningRate);
    },
  );
});
