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
  identity,
  initialize,
  parseModel,
  randomNormal,
  randomUniform,
  sequential,
  truncatedNormal,
  varianceScaling,
  whitening,
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
    ["lecunUniform", "lecunUniform", Math.sqrt(1 / into), Math.sqrt(3 / into)],
    ["lecunNormal", "lecunNormal", Math.sqrt(1 / into), cut * Math.sqrt(1 / into)],
    [
      "varianceScaling by outputs",
      varianceScaling({ scale: 2, mode: "fanOut" }),
      Math.sqrt(2 / out),
      cut * Math.sqrt(2 / out),
    ],
    [
      "varianceScaling by both",
      varianceScaling({ scale: 3, mode: "fanAvg", distribution: "uniform" }),
      Math.sqrt(6 / (into + out)),
      Math.sqrt(18 / (into + out)),
    ],
    // kaiming_uniform_(a=√5), PyTorch's own start of a Conv2d: from -1 / √(fan in) to that.
    [
      "varianceScaling as PyTorch starts a Conv2d",
      varianceScaling({ scale: 1 / 3, distribution: "uniform" }),
      Math.sqrt(1 / 3 / into),
      1 / Math.sqrt(into),
    ],
    ["randomUniform", randomUniform(), 0.05 / Math.sqrt(3), 0.05],
    // A normal that is cut at two deviations has 0.8796 of its deviation left.
    ["truncatedNormal", truncatedNormal({ stddev: 0.5 }), 0.5 * 0.87962566, 1],
  ])("%s has Keras's deviation and range", (_, initializer, deviation, limit) => {
    const found = statistics(drawInitial(initializer, shape, seeded(1)));
    expect(Math.abs(found.mean)).toBeLessThan(deviation * 0.02);
    expect(found.deviation / deviation).toBeCloseTo(1, 1.7);
    expect(found.greatest).toBeLessThanOrEqual(limit * 1.000001);
    expect(found.greatest).toBeGreaterThan(limit * 0.995);
  });

  test.each<[string, Initializer, number]>([
    ["randomUniform", randomUniform({ minval: 2, maxval: 3 }), 2.5],
    ["truncatedNormal", truncatedNormal({ mean: -1, stddev: 0.1 }), -1],
  ])("%s lies around its middle", (_, initializer, middle) => {
    const data = drawInitial(initializer, shape, seeded(3));
    expect(statistics(data).mean).toBeCloseTo(middle, 1.5);
    expect(Math.max(...data.map((x) => Math.abs(x - middle)))).toBeLessThanOrEqual(0.5);
  });

  test("varianceScaling without a cut has its tails", () => {
    const scaled = varianceScaling({ distribution: "untruncatedNormal" });
    const found = statistics(drawInitial(scaled, shape, seeded(4)));
    expect(found.deviation * Math.sqrt(into)).toBeCloseTo(1, 1.7);
    expect(found.greatest * Math.sqrt(into)).toBeGreaterThan(3);
  });

  test.each(["glorotUniform", "glorotNormal", "heUniform", "heNormal"] as const)(
    "%s is a case of varianceScaling, number by number",
    (name) => {
      const general = varianceScaling({
        scale: name.startsWith("he") ? 2 : 1,
        mode: name.startsWith("he") ? "fanIn" : "fanAvg",
        distribution: name.endsWith("Uniform") ? "uniform" : "truncatedNormal",
      });
      expect(drawInitial(general, [3, 8, 4], seeded(5))).toEqual(drawInitial(name, [3, 8, 4], seeded(5)));
    },
  );

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

describe("identity", () => {
  test("is the unit matrix, by its gain, and the others start as they are told", () => {
    expect([...drawInitial(identity({ gain: 2 }), [2, 3], seeded(1))]).toEqual([2, 0, 0, 0, 2, 0]);
    expect([...drawInitial(identity({ others: "ones" }), [2, 3], seeded(1))]).toEqual([1, 0, 1, 0, 1, 1]);
    expect([...drawInitial(identity(), [3, 2], seeded(1))]).toEqual([1, 0, 0, 1, 0, 0]);
  });

  test("leaves a filter's other numbers as they are drawn without it", () => {
    const mixed = drawInitial(identity({ others: "heUniform" }), [3, 3, 2, 4], seeded(1));
    const drawn = drawInitial("heUniform", [3, 3, 2, 4], seeded(1));
    expect(mixed.filter((_, i) => i % 4 >= 2)).toEqual(drawn.filter((_, i) => i % 4 >= 2));
  });

  // dirac_ of PyTorch sets [k, k, 1, 1] of [K, C, 3, 3], and the middle of an even window lies after it.
  test.each([
    [3, 4],
    [2, 3],
  ])("of a window of %i pixels a side stands at place %i of it", (side, middle) => {
    const kernel = drawInitial(identity(), [side, side, 2, 3], seeded(1));
    const ones = [...kernel].flatMap((value, i) => (value === 1 ? [i] : []));
    expect(ones).toEqual([0, 1].map((k) => (middle * 2 + k) * 3 + k));
  });

  test("of a depthwise convolution hands every channel on", () => {
    const layer = depthwiseConv2d({ kernelSize: 3, padding: "same", kernelInitializer: identity() });
    const kernel = initialize(sequential([layer]), [8, 8, 5], seeded(1))["depthwise_conv2d/kernel"];
    expect([...(kernel ?? [])]).toEqual(Array.from({ length: 45 }, (_, i) => (i >= 20 && i < 25 ? 1 : 0)));
  });

  test("is refused where there is no kernel", () => {
    expect(() => drawInitial(identity(), [3], seeded(1))).toThrow(/^initializer identity: .*received \[3\]/);
  });
});

test.each<Initializer>([
  "lecunNormal",
  identity({ gain: 0.5, others: "heNormal" }),
  whitening({ epsilon: 0.1 }),
  constant(2),
  randomNormal({ mean: 1 }),
  truncatedNormal({ stddev: 0.02 }),
  randomUniform({ maxval: 0.5 }),
  varianceScaling({ scale: 2, mode: "fanOut", distribution: "untruncatedNormal" }),
])("%j survives a file", (kernelInitializer) => {
  const model = sequential([dense({ units: 2, kernelInitializer })]);
  expect(parseModel(JSON.parse(JSON.stringify(model)), "net.json")).toEqual(model);
});

test.each<[unknown, RegExp]>([
  ["he_normal", /kernelInitializer: expected one of glorotUniform, .*received "he_normal"; use "heNormal"$/],
  ["RandomNormal", /; use \{ "type": "randomNormal", … \}$/],
  [{ type: "HeNormal" }, /; use "heNormal"$/],
  [{ type: "randomNormal", std: 1 }, /kernelInitializer: randomNormal: std: .*; use stddev$/],
  [
    { type: "truncatedNormal", stddev: -1 },
    /truncatedNormal: stddev: expected a number from 0, received -1$/,
  ],
  [
    { type: "randomUniform", minval: 1 },
    /randomUniform: maxval: expected a number from minval, 1, received 0.05$/,
  ],
  [{ type: "varianceScaling", mode: "fan_out" }, /varianceScaling: mode: .*; use fanOut$/],
  [{ type: "varianceScaling", scale: 0 }, /varianceScaling: scale: expected a number above 0, received 0$/],
  [7, /kernelInitializer: .*received 7$/],
  [null, /kernelInitializer: .*received null$/],
])("%j is refused", (kernelInitializer, message) =>
  expect(() => parseModel({ layers: [{ type: "dense", units: 1, kernelInitializer }] }, "net.json")).toThrow(
    message,
  ),
);

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
