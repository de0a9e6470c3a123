import { describe, expect, test } from "vitest";
import { seeded } from "../../../src/base/index.ts";
import {
  type Value,
  batchNorm,
  differentiate,
  runReference,
  exp,
  groupNorm,
  layerNorm,
  logSoftmax,
  multiply,
  normalize,
  reduceSum,
  softmax,
} from "../../../src/engine/index.ts";
import { expectFault, expectGradients, expectSlopes, expectValue, inputs, shapeOf } from "./holds.ts";

type Shape = readonly number[];

describe("batchNorm", () => {
  /** Two channels, 1 2 3 6 and 0 0 4 4: means 3 and 2, variances 3.5 and 4. */
  const given = {
    x: [
      [2, 2, 2],
      [1, 0, 2, 0, 3, 4, 6, 4],
    ],
    gamma: [[2], [2, -1]],
    beta: [[2], [10, 0.5]],
  } as const;
  type Given = { readonly [K in keyof typeof given]: Value };
  const norm = ({ x, gamma, beta }: Given, epsilon = 0): readonly [Value, Value, Value] =>
    batchNorm(x, { gamma, beta, epsilon });

  test("takes mean and biased variance over all axes but the last", () => {
    expectValue(given, (v) => norm(v)[1], [[2], [3, 2]]);
    expectValue(given, (v) => norm(v)[2], [[2], [3.5, 4]]);
  });

  test("scales what is left by gamma and shifts it by beta", () => {
    const a = 2 / Math.sqrt(3.5);
    expectValue(given, (v) => norm(v)[0], [
      [2, 2, 2],
      [10 - 2 * a, 1.5, 10 - a, 1.5, 10, -0.5, 10 + 3 * a, -0.5],
    ]);
  });

  test("adds epsilon to the variance, by default Keras's 0.001", () => {
    const constant = {
      ...given,
      x: [
        [2, 2],
        [5, 1, 5, 3],
      ],
      gamma: [[2], [1, 1]],
      beta: [[2], [0, 0]],
    } as const;
    const far = 1 / Math.sqrt(1.001);
    expectValue(constant, ({ x, gamma, beta }) => batchNorm(x, { gamma, beta })[0], [
      [2, 2],
      [0, -far, 0, far],
    ]);
    expectValue(constant, (v) => norm(v, 3)[0], [
      [2, 2],
      [0, -0.5, 0, 0.5],
    ]);
  });

  test("gives beta the sum of its gradient and gamma that of gradient times normalised x", () => {
    // Normalised channels sum to 0, so Σ y has no slope in gamma, and none in x.
    expectGradients(given, (v) => norm(v)[0], { x: [0, 0, 0, 0, 0, 0, 0, 0], gamma: [0, 0], beta: [4, 4] });
  });

  test("has a gradient of x without mean, and without a part along x itself", () => {
    const [x, gamma, beta, weights] = inputs([6, 3], [3], [3], [6, 3]) as [Value, Value, Value, Value];
    const [y] = batchNorm(x, { gamma, beta, epsilon: 0 });
    const [dx] = differentiate(reduceSum(multiply(y, weights)), [x]);
    const random = seeded(12);
    const draw = (count: number): number[] => Array.from({ length: count }, () => random.normal());
    const data = { x0: draw(18), x1: draw(3), x2: draw(3), x3: draw(18) };
    const found = runReference({ graph: x.graph, outputs: { ...(dx && { dx }) } }, data).outputs["dx"] ?? [];
    for (const channel of [0, 1, 2]) {
      const column = (list: ArrayLike<number>): number[] =>
        Array.from({ length: 6 }, (_, row) => list[3 * row + channel] ?? Number.NaN);
      const [slopes, values] = [column(found), column(data.x0)];
      expect(Math.max(...slopes.map(Math.abs))).toBeGreaterThan(1e-3);
      // Shifting or stretching a channel changes nothing, so the gradient is at right angles to both.
      expect(slopes.reduce((sum, s) => sum + s, 0)).toBeCloseTo(0, 12);
      expect(slopes.reduce((sum, s, i) => sum + s * (values[i] ?? 0), 0)).toBeCloseTo(0, 12);
    }
  });

  test.each<[string, Shape]>([
    ["rows and channels", [5, 2]],
    ["one channel", [4, 1]],
    ["images of one column", [2, 3, 1, 2]],
  ])("has gradients that agree with differences: %s", (_, shape) => {
    const channels = shape.slice(-1);
    expectSlopes((b) => {
      const x = b.differentiable("x", shape, (random) => 3 * random.normal());
      return batchNorm(x, {
        gamma: b.differentiable("gamma", channels),
        beta: b.differentiable("beta", channels),
      })[0];
    });
  });

  test("passes a gradient to what it is asked for alone", () => {
    const [x, gamma, beta] = inputs([3, 2], [2], [2]) as [Value, Value, Value];
    const [y] = batchNorm(x, { gamma, beta });
    expect(differentiate(reduceSum(y), [beta]).map((found) => found?.shape)).toEqual([[2]]);
    expect(differentiate(reduceSum(y), [gamma, x]).map((found) => found?.shape)).toEqual([[2], [3, 2]]);
  });

  test.each([
    ["mean", 1],
    ["variance", 2],
  ] as const)("refuses a loss of its %s, which is only reported", (_, output) => {
    const [x, gamma, beta] = inputs([3, 2], [2], [2]) as [Value, Value, Value];
    const found = batchNorm(x, { gamma, beta })[output];
    expectFault(() => differentiate(reduceSum(found), [x]), "batchNorm", "a loss of y", "only reported");
  });
});

describe("normalize", () => {
  const given = {
    x: [
      [2, 2],
      [1, 10, 3, 20],
    ],
    mean: [[2], [1, 15]],
    variance: [[2], [4, 25]],
    gamma: [[2], [1, 2]],
    beta: [[2], [0, 1]],
  } as const;

  test("uses the moments that it is given", () => {
    expectValue(given, ({ x, ...rest }) => normalize(x, { ...rest, epsilon: 0 }), [
      [2, 2],
      [0, -1, 1, 3],
    ]);
  });

  test("adds epsilon to the variance, by default 0.001", () => {
    const still = { ...given, variance: [[2], [0, 0]] } as const;
    const scale = 1 / Math.sqrt(1e-3);
    expectValue(still, ({ x, ...rest }) => normalize(x, rest), [
      [2, 2],
      [0, 1 - 10 * scale, 2 * scale, 1 + 10 * scale],
    ]);
  });

  test("by a batch's own moments is batchNorm", () => {
    const [x, gamma, beta] = inputs([4, 3, 2], [2], [2]) as [Value, Value, Value];
    const [y, mean, variance] = batchNorm(x, { gamma, beta, epsilon: 0.01 });
    const outputs = { y, same: normalize(x, { mean, variance, gamma, beta, epsilon: 0.01 }) };
    const random = seeded(13);
    const data = Array.from({ length: 24 }, () => random.normal());
    const found = runReference({ graph: x.graph, outputs }, { x0: data, x1: [2, -1], x2: [0.5, 3] }).outputs;
    found["y"]?.forEach((value, i) => expect(found["same"]?.[i]).toBeCloseTo(value, 12));
  });
});

describe.each<[string, (x: Value, gamma: Value, other: Value) => unknown]>([
  ["batchNorm", (x, gamma, beta) => batchNorm(x, { gamma, beta })],
  ["normalize", (x, gamma, beta) => normalize(x, { mean: gamma, variance: gamma, gamma, beta })],
])("%s", (name, op) => {
  const apply = (x: Shape, gamma: Shape, beta: Shape): unknown =>
    op(...(inputs(x, gamma, beta) as [Value, Value, Value]));

  test("refuses an array without channels", () => {
    expectFault(() => apply([4], [4], [4]), `${name}: x`, "at least 2 axes [.., C]", "[4]");
    expectFault(() => apply([], [1], [1]), `${name}: x`, "at least 2 axes", "[]");
  });

  test("refuses scales and shifts of another number of channels, by name", () => {
    const first = name === "normalize" ? "mean" : "gamma";
    expectFault(() => apply([2, 3], [2], [3]), `${name}: ${first}`, "shape [3], one a channel", "[2]");
    expectFault(() => apply([2, 3], [3], [1, 3]), `${name}: beta`, "shape [3]", "[1, 3]");
  });
});

describe("layerNorm and groupNorm", () => {
  // 1 3 and 5 5: means 2 and 5, variances 1 and 0; all four: mean 3.5, variance 2.75.
  const given = {
    x: [
      [1, 2, 2],
      [1, 3, 5, 5],
    ],
    gamma: [[2], [1, 10]],
    beta: [[2], [0, 100]],
  } as const;

  test("layerNorm takes rows of the last axis", () => {
    expectValue(given, ({ x, gamma, beta }) => layerNorm(x, { gamma, beta, epsilon: 3 }), [
      [1, 2, 2],
      [-0.5, 105, 0, 100],
    ]);
    expectValue(given, ({ x, beta }) => layerNorm(x, { beta, epsilon: 2.1 }), [
      [1, 2, 2],
      [-1 / Math.sqrt(3.1), 100 + 1 / Math.sqrt(3.1), 0, 100],
    ]);
  });

  test("layerNorm of several axes, and groupNorm of one group, take an image together", () => {
    const r = 1 / Math.sqrt(2.75 + 1.25);
    const whole = [-2.5 * r, -0.5 * r, 1.5 * r, 1.5 * r];
    expectValue(given, ({ x }) => layerNorm(x, { axes: 2, epsilon: 1.25 }), [[1, 2, 2], whole]);
    expectValue(given, ({ x }) => groupNorm(x, { groups: 1, epsilon: 1.25 }), [[1, 2, 2], whole]);
  });

  test("groupNorm of as many groups as channels takes each channel's pixels", () => {
    // Channels 1 5 and 3 5: means 3 and 4, variances 4 and 1.
    expectValue(given, ({ x, gamma, beta }) => groupNorm(x, { groups: 2, gamma, beta, epsilon: 0 }), [
      [1, 2, 2],
      [-1, 90, 1, 110],
    ]);
  });

  test("refuse what does not fit, by name", () => {
    const [x, two] = inputs([4, 3], [2]) as [Value, Value];
    expectFault(() => layerNorm(x, { gamma: two }), "layerNorm: gamma", "shape [3]", "[2]");
    expectFault(() => layerNorm(x, { axes: 3 }), "layerNorm: axes", "at most 2");
    expectFault(() => groupNorm(x, { groups: 2 }), "groupNorm: groups", "divides 3 channels");
    expectFault(() => groupNorm(two, { groups: 1 }), "groupNorm: x", "at least 2 axes");
    expectFault(() => groupNorm(x, { groups: 1, beta: two }), "groupNorm: beta", "shape [3]", "[2]");
  });
});

describe("softmax", () => {
  const ln = Math.log;

  test("is each exponential's part of their sum, along any axis", () => {
    const x = [
      [2, 3],
      [0, ln(2), ln(5), ln(7), ln(2), 0],
    ] as const;
    expectValue({ x }, (v) => softmax(v.x), [
      [2, 3],
      [1 / 8, 2 / 8, 5 / 8, 7 / 10, 2 / 10, 1 / 10],
    ]);
    expectValue({ x }, (v) => softmax(v.x, 0), [
      [2, 3],
      [1 / 8, 1 / 2, 5 / 6, 7 / 8, 1 / 2, 1 / 6],
    ]);
    expectValue({ x }, (v) => softmax(v.x, -2), [
      [2, 3],
      [1 / 8, 1 / 2, 5 / 6, 7 / 8, 1 / 2, 1 / 6],
    ]);
  });

  test("along a middle axis keeps the others apart", () => {
    const x = [
      [2, 2, 2],
      [0, 0, ln(3), 0, ln(4), ln(9), 0, 0],
    ] as const;
    expectValue({ x }, (v) => softmax(v.x, 1), [
      [2, 2, 2],
      [1 / 4, 1 / 2, 3 / 4, 1 / 2, 4 / 5, 9 / 10, 1 / 5, 1 / 10],
    ]);
  });

  test("of one element is 1, with no slope", () => {
    expectValue(
      {
        x: [
          [2, 1],
          [-400, 400],
        ],
      },
      ({ x }) => softmax(x),
      [
        [2, 1],
        [1, 1],
      ],
    );
    expectGradients(
      {
        x: [
          [2, 1],
          [-400, 400],
        ],
      },
      ({ x }) => multiply(softmax(x), softmax(x)),
      { x: [0, 0] },
    );
  });

  test("sums to 1, so that the sum has no slope", () => {
    expectGradients(
      {
        x: [
          [1, 4],
          [3, -1, 0, 2],
        ],
      },
      ({ x }) => softmax(x),
      { x: [0, 0, 0, 0] },
    );
  });

  test("of two has the slope p·(1 - p)", () => {
    // p = 3/4 of the first; Σ p² changes by 2·(p - q)·p·q.
    const p = softmax;
    expectGradients({ x: [[2], [ln(3), 0]] }, ({ x }) => multiply(p(x), p(x)), { x: [3 / 16, -3 / 16] });
  });

  test("is the exponential of logSoftmax, which is exact where a probability rounds to 0", () => {
    const x = [[4], [0, ln(2), ln(5), -1000]] as const;
    expectValue({ x }, (v) => exp(logSoftmax(v.x)), [[4], [1 / 8, 2 / 8, 5 / 8, 0]]);
    expectValue({ x }, (v) => logSoftmax(v.x), [[4], [-ln(8), ln(2 / 8), ln(5 / 8), -1000 - ln(8)]]);
  });

  test("logSoftmax of x has the slope dy - p·Σ dy", () => {
    expectGradients(
      {
        x: [
          [1, 3],
          [0, ln(2), ln(5)],
        ],
      },
      ({ x }) => logSoftmax(x),
      {
        x: [1 - 3 / 8, 1 - 6 / 8, 1 - 15 / 8],
      },
    );
  });

  test.each<[Shape, number]>([
    [[1], 0],
    [[3, 1, 2], 1],
    [[2, 3, 2], 0],
    [[2, 3, 2], 1],
  ])("of shape %j along axis %i has gradients that agree with differences", (shape, axis) => {
    for (const op of [softmax, logSoftmax]) expectSlopes((b) => op(b.differentiable("x", shape), axis));
  });

  test.each([
    ["softmax", softmax],
    ["logSoftmax", logSoftmax],
  ] as const)("%s refuses an axis that x has not", (name, op) => {
    for (const axis of [2, -3, 0.5])
      expectFault(
        () => shapeOf([[2, 3]], (x) => op(x, axis)),
        `${name}: axis`,
        "x [2, 3]",
        `received ${axis}`,
      );
    expectFault(() => shapeOf([[]], (x) => op(x)), `${name}: axis`, "an axis of x []", "received -1");
  });
});
