import { describe, expect, test } from "vitest";
import { seeded } from "../../src/base/index.ts";
import {
  type Initializer,
  constant,
  conv2d,
  dense,
  depthwiseConv2d,
  drawInitial,
  flatten,
  initialize,
  randomNormal,
  sequential,
} from "../../src/nn/index.ts";

const shape = [3, 3, 64, 128];
const [into, out] = [9 * 64, 9 * 128];

function statistics(data: Float32Array): { mean: number; deviation: number; greatest: number } {
  const mean = data.reduce((sum, x) => sum + x, 0) / data.length;
  const variance = data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / data.length;
  return {
    mean,
    deviation: Math.sqrt(variance),
    greatest: data.reduce((most, x) => Math.max(most, Math.abs(x)), 0),
  };
}

describe("73,728 draws", () => {
  // Keras cuts its normals at two deviations and widens them by 1 / 0.8796 so that the variance is what the name says.
  const cut = 2 / 0.87962566103423978;
  test.each<[string, Initializer, number, number]>([
    ["glorotUniform", "glorotUniform", Math.sqrt(2 / (into + out)), Math.sqrt(6 / (into + out))],
    ["glorotNormal", "glorotNormal", Math.sqrt(2 / (into + out)), cut * Math.sqrt(2 / (into + out))],
    ["heUniform", "heUniform", Math.sqrt(2 / into), Math.sqrt(6 / into)],
    ["heNormal", "heNormal", Math.sqrt(2 / into), cut * Math.sqrt(2 / into)],
  ])("%s has Keras's deviation and range", (_, initializer, deviation, limit) => {
    const found = statistics(drawInitial(initializer, shape, seeded(1)));
    expect(Math.abs(found.mean)).toBeLessThan(deviation * 0.02);
    expect(found.deviation / deviation).toBeCloseTo(1, 1.7);
    expect(found.greatest).toBeLessThanOrEqual(limit * 1.000001);
    expect(found.greatest).toBeGreaterThan(limit * 0.995);
  });

  test("randomNormal has its mean and deviation, and its tails", () => {
    const found = statistics(drawInitial(randomNormal({ mean: 1, stddev: 0.5 }), shape, seeded(2)));
    expect(found.mean).toBeCloseTo(1, 1.5);
    expect(found.deviation).toBeCloseTo(0.5, 1.5);
    expect(found.greatest).toBeGreaterThan(1 + 3 * 0.5);
  });
});

const drawTwo = (initializer: Initializer): number[] => [...drawInitial(initializer, [2], seeded(1))];

test("zeros, ones and constant are what they say", () => {
  expect([drawTwo("zeros"), drawTwo("ones"), drawTwo(constant(0.25))]).toEqual([
    [0, 0],
    [1, 1],
    [0.25, 0.25],
  ]);
});

test("a new layer leaves the numbers of the others as they were", () => {
  const before = initialize(sequential([flatten(), dense({ units: 3 })]), [4, 4, 1], seeded(7));
  const layers = [conv2d({ filters: 1, kernelSize: 1 }), flatten(), dense({ units: 3 })];
  const after = initialize(sequential(layers), [4, 4, 1], seeded(7));
  expect(after["dense/kernel"]).toEqual(before["dense/kernel"]);
  expect(after["conv2d/kernel"]).toHaveLength(1);
});

const denseFrom = (seed: number): Record<string, Float32Array> =>
  initialize(sequential([dense({ units: 3 })]), [4], seeded(seed));

test("another seed gives other numbers, the same seed the same", () => {
  expect(denseFrom(1)).toEqual(denseFrom(1));
  expect(denseFrom(1)).not.toEqual(denseFrom(2));
});

test("depthwise fans are counted as Keras counts them, from [R, S, C, M]", () => {
  const model = sequential([depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 })]);
  const kernel = initialize(model, [3, 3, 2000], seeded(3))["depthwise_conv2d/kernel"]!;
  const limit = Math.sqrt(6 / (9 * 2000 + 9 * 2));
  expect(statistics(kernel).greatest).toBeLessThanOrEqual(limit * 1.000001);
  expect(statistics(kernel).greatest).toBeGreaterThan(limit * 0.99);
});
