import { describe, expect, test } from "vitest";
import {
  type Value,
  binaryCrossEntropy,
  differentiate,
  runReference,
  meanSquaredError,
  reduceSum,
  softmaxCrossEntropy,
} from "../../../src/engine/index.ts";
import { expectFault, expectGradients, expectSlopes, expectValue, inputs, shapeOf } from "./holds.ts";

const ln = Math.log;
/** Two rows of logits whose softmax is known: 1/8, 2/8, 5/8 and 3/4, 1/8, 1/8. */
const logits = [
  [2, 3],
  [0, ln(2), ln(5), ln(6), 0, 0],
] as const;
const p = [1 / 8, 2 / 8, 5 / 8, 3 / 4, 1 / 8, 1 / 8] as const;

describe("softmaxCrossEntropy", () => {
  test("is -ln of the probability of the class", () => {
    const given = { logits, labels: [[2], [2, 0]] } as const;
    expectValue(given, (v) => softmaxCrossEntropy(v.logits, v.labels), [[2], [-ln(5 / 8), -ln(3 / 4)]]);
  });

  test("has the gradient probability minus target", () => {
    const given = { logits, labels: [[2], [2, 0]] } as const;
    expectGradients(given, (v) => softmaxCrossEntropy(v.logits, v.labels), {
      logits: [p[0], p[1], p[2] - 1, p[3] - 1, p[4], p[5]],
    });
  });

  test("weighs every class by its target, whatever the targets sum to", () => {
    const labels = [
      [2, 3],
      [0.5, 0, 1.5, 0, 0, 0],
    ] as const;
    expectValue({ logits, labels }, (v) => softmaxCrossEntropy(v.logits, v.labels), [
      [2],
      [-0.5 * ln(p[0]) - 1.5 * ln(p[2]), 0],
    ]);
    expectGradients({ logits, labels }, (v) => softmaxCrossEntropy(v.logits, v.labels), {
      logits: [2 * p[0] - 0.5, 2 * p[1], 2 * p[2] - 1.5, 0, 0, 0],
    });
  });

  test("smooths: each class gets its share of labelSmoothing", () => {
    const given = { logits, labels: [[2], [2, 0]] } as const;
    const smoothed = (v: { logits: Value; labels: Value }): Value =>
      softmaxCrossEntropy(v.logits, v.labels, { labelSmoothing: 0.3 });
    // Targets: 0.8 for the class, 0.1 for each of the others.
    expectValue(given, smoothed, [
      [2],
      [-0.1 * ln(p[0]) - 0.1 * ln(p[1]) - 0.8 * ln(p[2]), -0.8 * ln(p[3]) - 0.1 * ln(p[4]) - 0.1 * ln(p[5])],
    ]);
    expectGradients(given, smoothed, {
      logits: [p[0] - 0.1, p[1] - 0.1, p[2] - 0.8, p[3] - 0.8, p[4] - 0.1, p[5] - 0.1],
    });
  });

  test("gives an index that is no class the smoothing's share alone", () => {
    const given = { logits, labels: [[2], [3, -1]] } as const;
    const share = (a: number, b: number, c: number): number => -0.1 * (ln(a) + ln(b) + ln(c));
    expectValue(given, (v) => softmaxCrossEntropy(v.logits, v.labels, { labelSmoothing: 0.3 }), [
      [2],
      [share(p[0], p[1], p[2]), share(p[3], p[4], p[5])],
    ]);
  });

  test("of one class is 0, and so is its gradient", () => {
    const given = {
      logits: [
        [2, 1],
        [3, -700],
      ],
      labels: [[2], [0, 0]],
    } as const;
    expectValue(given, (v) => softmaxCrossEntropy(v.logits, v.labels), [[2], [0, 0]]);
    expectGradients(given, (v) => softmaxCrossEntropy(v.logits, v.labels), { logits: [0, 0] });
  });

  test("passes no gradient to labels, indices or rows", () => {
    for (const shape of [[2], [2, 3]]) {
      const [x, labels] = inputs([2, 3], shape) as [Value, Value];
      const found = differentiate(reduceSum(softmaxCrossEntropy(x, labels)), [labels]);
      expect(found).toEqual([undefined]);
    }
  });

  test("counts each example by the gradient that reaches it", () => {
    expectSlopes((b) =>
      softmaxCrossEntropy(
        b.differentiable("logits", [3, 2]),
        b.fixed("labels", [3], (random) => random.integer(2)),
      ),
    );
  });

  const loss = (shapes: readonly (readonly number[])[], labelSmoothing = 0): readonly number[] =>
    shapeOf(shapes, (x, labels) => softmaxCrossEntropy(x, labels, { labelSmoothing }));

  test("has one number an example", () => {
    expect(loss([[5, 3], [5]])).toEqual([5]);
    expect(
      loss([
        [1, 1],
        [1, 1],
      ]),
    ).toEqual([1]);
  });

  test.each<[readonly number[], readonly number[], string, readonly string[]]>([
    [[3], [3], "logits", ["2 axes [N, C]", "[3]"]],
    [[2, 3, 4], [2], "logits", ["2 axes [N, C]", "[2, 3, 4]"]],
    [[2, 3], [3], "labels", ["class indices [2] or targets [2, 3]", "[3]"]],
    [[2, 3], [2, 2], "labels", ["[2, 3]", "[2, 2]"]],
    [[2, 3], [], "labels", ["class indices [2]", "[]"]],
    [[2, 3], [2, 3, 1], "labels", ["targets [2, 3]", "[2, 3, 1]"]],
  ])("refuses logits %j with labels %j", (x, labels, argument, pieces) => {
    expectFault(() => loss([x, labels]), `softmaxCrossEntropy: ${argument}`, ...pieces);
  });

  test.each([[-0.1], [1], [Number.NaN]])("refuses a smoothing of %d", (labelSmoothing) => {
    expectFault(
      () => loss([[2, 3], [2]], labelSmoothing),
      "softmaxCrossEntropy: labelSmoothing",
      "[0, 1)",
      `received ${labelSmoothing}`,
    );
  });
});

describe("binaryCrossEntropy", () => {
  test("is -t·ln(p) - (1 - t)·ln(1 - p), with p the sigmoid", () => {
    // ln(3) has p = 3/4, -ln(4) has p = 1/5.
    const given = {
      x: [
        [2, 2],
        [ln(3), ln(3), -ln(4), -ln(4)],
      ],
      t: [
        [2, 2],
        [1, 0, 1, 0.5],
      ],
    } as const;
    expectValue(given, ({ x, t }) => binaryCrossEntropy(x, t), [
      [2, 2],
      [-ln(3 / 4), -ln(1 / 4), -ln(1 / 5), -0.5 * ln(1 / 5) - 0.5 * ln(4 / 5)],
    ]);
  });

  test("has the gradients p - t and -x", () => {
    const given = { x: [[2], [ln(3), -ln(4)]], t: [[2], [1, 0.5]] } as const;
    expectGradients(given, ({ x, t }) => binaryCrossEntropy(x, t), {
      x: [3 / 4 - 1, 1 / 5 - 0.5],
      t: [-ln(3), ln(4)],
    });
  });

  test("measures many logits against one target", () => {
    const given = { x: [[2], [0, ln(3)]], t: [[], [1]] } as const;
    expectValue(given, ({ x, t }) => binaryCrossEntropy(x, t), [[2], [ln(2), -ln(3 / 4)]]);
    expectGradients(given, ({ x, t }) => binaryCrossEntropy(x, t), { x: [-1 / 2, -1 / 4], t: [-ln(3)] });
  });
});

describe("meanSquaredError", () => {
  test("is the mean over all axes but the first", () => {
    const a = [
      [2, 1, 2],
      [1, 2, 3, 4],
    ] as const;
    const b = [
      [2, 1, 2],
      [1, 0, 0, 0],
    ] as const;
    expectValue({ a, b }, (v) => meanSquaredError(v.a, v.b), [[2], [2, 12.5]]);
    expectGradients({ a, b }, (v) => meanSquaredError(v.a, v.b), { a: [0, 2, 3, 4], b: [0, -2, -3, -4] });
  });

  test("of one number an example is the square of the difference", () => {
    expectValue({ a: [[3], [1, 2, 3]], b: [[3], [0, 0, 5]] }, (v) => meanSquaredError(v.a, v.b), [
      [3],
      [1, 4, 4],
    ]);
  });

  test("of a value with itself is 0, with gradient 0", () => {
    expectGradients(
      {
        a: [
          [2, 2],
          [1, 2, 3, 4],
        ],
      },
      ({ a }) => meanSquaredError(a, a),
      { a: [0, 0, 0, 0] },
    );
  });

  test.each<[readonly number[], readonly number[]]>([
    [[2, 3], [2]],
    [
      [2, 3],
      [3, 2],
    ],
    [[2], [2, 1]],
  ])("refuses predictions %j with targets %j, though they might broadcast", (a, b) => {
    expectFault(
      () => shapeOf([a, b], (x, y) => meanSquaredError(x, y)),
      "meanSquaredError: targets",
      `shape [${a.join(", ")}]`,
      `received [${b.join(", ")}]`,
    );
  });
});

test("a loss falls along its own gradient, and by as much as the gradient says", () => {
  const [x, labels] = inputs([2, 3], [2]) as [Value, Value];
  const loss = reduceSum(softmaxCrossEntropy(x, labels));
  const [dx] = differentiate(loss, [x]);
  const program = { graph: x.graph, outputs: { loss, ...(dx && { dx }) } };
  const start = [0.3, -0.2, 0.9, 1, 0, -1];
  const at = (data: readonly number[]): Readonly<Record<string, Float64Array>> =>
    runReference(program, { x0: data, x1: [0, 2] }).outputs;
  const [before, slope] = [at(start)["loss"]?.[0] ?? 0, [...(at(start)["dx"] ?? [])]];
  const step = 1e-4;
  const after = at(start.map((v, i) => v - step * (slope[i] ?? 0)))["loss"]?.[0] ?? 0;
  const squares = slope.reduce((sum, v) => sum + v * v, 0);
  expect((before - after) / (step * squares)).toBeCloseTo(1, 3);
});
