import { describe, expect, test } from "vitest";
import { at, entryOf, seeded } from "../../src/base/index.ts";
import {
  type Initializer,
  conv2d,
  dense,
  depthwiseConv2d,
  drawInitial,
  flatten,
  initialize,
  randomNormal,
  sequential,
} from "../../src/nn/index.ts";

// 40,000 draws each: a share p of them has a standard error of at most 0.0025, and 0.01 are four of those.
const shape = [200, 200];
const draws = (initializer: Initializer, seed: number, fanShape = shape): Float32Array =>
  drawInitial(initializer, shape, seeded(seed), fanShape);
const shareWithin = (data: Float32Array, limit: number): number =>
  data.filter((value) => Math.abs(value) < limit).length / data.length;

describe("the shape of a distribution", () => {
  test.each(["glorotUniform", "heUniform"] as const)("%s is flat from -limit to limit", (initializer) => {
    const limit = Math.sqrt(6 / (initializer === "heUniform" ? 200 : 400));
    const sorted = draws(initializer, 3).toSorted();
    // Kolmogorov's statistic: the greatest distance between the draws' distribution and the flat one; 1% of samples reach 1.63 / √n.
    const distance = Math.max(
      ...[...sorted].map((value, i) => Math.abs((value + limit) / (2 * limit) - (i + 0.5) / sorted.length)),
    );
    expect(distance).toBeLessThan(1.63 / Math.sqrt(sorted.length));
  });

  // Shares of a standard normal within 0.5, 1 and 1.5 deviations, over its share within 2, from a printed table.
  const cut = [
    [0.5, 0.38292 / 0.9545],
    [1, 0.68269 / 0.9545],
    [1.5, 0.86639 / 0.9545],
    [2, 1],
  ] as const;
  test.each(["glorotNormal", "heNormal"] as const)("%s is a normal cut at two deviations", (initializer) => {
    const named = Math.sqrt(2 / (initializer === "heNormal" ? 200 : 400));
    // The variance of the cut normal is the named one, so that of the whole one is larger.
    const uncut = named / 0.87962566;
    const data = draws(initializer, 5);
    for (const [deviations, share] of cut)
      expect(Math.abs(shareWithin(data, deviations * uncut * 1.000001) - share)).toBeLessThan(0.01);
  });

  test("randomNormal is a normal with its tails", () => {
    const data = draws(randomNormal({ stddev: 2 }), 7);
    for (const [deviations, share] of [
      [0.5, 0.38292],
      [1, 0.68269],
      [2, 0.9545],
      [3, 0.9973],
    ] as const)
      expect(Math.abs(shareWithin(data, 2 * deviations) - share)).toBeLessThan(0.01);
  });

  test.each(["glorotUniform", "glorotNormal", "heUniform", "heNormal"] as const)(
    "%s draws one number without regard to the last",
    (initializer) => {
      const data = draws(initializer, 9);
      const square = data.reduce((sum, value) => sum + value * value, 0);
      const next = data.subarray(1).reduce((sum, value, i) => sum + value * at(data, i), 0);
      // The correlation of independent neighbours has a standard error of 1 / √n = 0.005.
      expect(Math.abs(next / square)).toBeLessThan(0.02);
    },
  );
});

describe("fans", () => {
  const greatest = (kernel: Float32Array): number =>
    kernel.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

  test.each([
    ["dense: rows and columns", [flatten(), dense({ units: 50 })], "dense/kernel", [10, 10, 1], 100 + 50],
    [
      "conv2d: channels times the window, on both sides",
      [conv2d({ filters: 20, kernelSize: [3, 5] })],
      "conv2d/kernel",
      [9, 9, 10],
      15 * 10 + 15 * 20,
    ],
    [
      "conv2d in groups: the channels that one filter sees, and all filters",
      [conv2d({ filters: 40, kernelSize: 3, groups: 4 })],
      "conv2d/kernel",
      [9, 9, 40],
      9 * 10 + 9 * 40,
    ],
    [
      "depthwise: Keras's [R, S, C, M]",
      [depthwiseConv2d({ kernelSize: 3, depthMultiplier: 4 })],
      "depthwise_conv2d/kernel",
      [9, 9, 60],
      9 * 60 + 9 * 4,
    ],
  ] as const)("%s", (...[, layers, name, inputShape, fans]) => {
    const kernel = entryOf(initialize(sequential(layers), inputShape, seeded(2)), name);
    const limit = Math.sqrt(6 / fans);
    // Of a thousand draws and more the greatest is within a hundredth of the limit, never beyond.
    expect(greatest(kernel) / limit).toBeLessThanOrEqual(1.000001);
    expect(greatest(kernel) / limit).toBeGreaterThan(0.99);
  });

  test("keep the size of what passes through deep layers: He's with relu, Glorot's without", () => {
    const width = 200;
    const meanSquare = (values: readonly number[]): number =>
      values.reduce((sum, value) => sum + value * value, 0) / values.length;
    for (const [initializer, activation] of [
      ["heNormal", (value: number) => Math.max(value, 0)],
      ["heUniform", (value: number) => Math.max(value, 0)],
      ["glorotNormal", (value: number) => value],
      ["glorotUniform", (value: number) => value],
    ] as const) {
      const random = seeded(1);
      const first = Array.from({ length: width }, () => random.normal());
      let sums = first;
      for (let layer = 0; layer < 6; layer++) {
        const kernel = drawInitial(initializer, [width, width], random.fork(`${layer}`));
        const inputs = layer === 0 ? sums : sums.map(activation);
        sums = Array.from({ length: width }, (_, unit) =>
          inputs.reduce((sum, value, i) => sum + value * at(kernel, i * width + unit), 0),
        );
      }
      // By the wrong fan, or without He's factor of two, it would be 2^±5 times as large.
      const growth = meanSquare(sums) / (meanSquare(first) * (initializer.startsWith("he") ? 2 : 1));
      expect(growth, initializer).toBeGreaterThan(0.4);
      expect(growth, initializer).toBeLessThan(2.5);
    }
  });
});
