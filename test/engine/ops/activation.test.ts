import { assert, double, property } from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Value,
  clip,
  elu,
  runReference,
  gelu,
  geluTanh,
  hardShrink,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  mish,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softShrink,
  softplus,
  softsign,
  squareplus,
  tanh,
  tanhShrink,
  threshold,
} from "../../../src/engine/index.ts";
import { interpret } from "../interpret/program.ts";
import { expectGradients, expectSlopes, expectValue, inputs } from "./holds.ts";

type Activation = (x: Value) => Value;

const points = [-5, -3.1, -3, -2.9, -1, -0.3, 0, 0.25, 1, 2.9, 3, 3.1, 5, 6, 7];

/** The float64 values of an activation at these numbers. */
function values(activation: Activation, x: readonly number[]): readonly number[] {
  const [given] = inputs([x.length]) as [Value];
  const y = activation(given);
  return [...(runReference({ graph: y.graph, outputs: { y } }, { x0: x }).outputs["y"] ?? [])];
}

/** The same values as loops give them in which every number is rounded to float32. */
function roundedValues(activation: Activation, x: readonly number[]): readonly number[] {
  const [given] = inputs([x.length]) as [Value];
  const y = activation(given);
  return [...(interpret({ graph: y.graph, outputs: { y } }, { x0: x }, Math.fround)["y"] ?? [])];
}

/** ∫ f from a to b, by Simpson's rule on 2000 pieces; f is asked for all its values at once. */
function integral(f: (x: readonly number[]) => readonly number[], a: number, b: number): number {
  const [pieces, width] = [2000, (b - a) / 2000];
  const weight = (i: number): number => (i === 0 || i === pieces ? 1 : i % 2 === 1 ? 4 : 2);
  const found = f(Array.from({ length: pieces + 1 }, (_, i) => a + i * width));
  return (found.reduce((total, y, i) => total + weight(i) * y, 0) * width) / 3;
}

const density = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);

describe("an activation is its definition", () => {
  // Each definition is another form of the function than the one that the op computes.
  test.each<[string, Activation, (x: number) => number]>([
    ["relu", relu, (x) => (x + Math.abs(x)) / 2],
    ["relu6", relu6, (x) => (Math.abs(x) - Math.abs(x - 6) + 6) / 2],
    ["leakyRelu", leakyRelu, (x) => 0.505 * x + 0.495 * Math.abs(x)],
    ["leakyRelu of a negative slope", (x) => leakyRelu(x, -1), Math.abs],
    ["elu", elu, (x) => (x > 0 ? x : Math.exp(x) - 1)],
    ["elu of another alpha", (x) => elu(x, 0.5), (x) => (x > 0 ? x : (Math.exp(x) - 1) / 2)],
    ["sigmoid", sigmoid, (x) => (1 + Math.tanh(x / 2)) / 2],
    ["tanh", tanh, (x) => 1 - 2 / (Math.exp(2 * x) + 1)],
    ["softplus", softplus, (x) => Math.log(1 + Math.exp(x))],
    ["silu", silu, (x) => x / (1 + Math.exp(-x))],
    ["gelu", gelu, (x) => x * (0.5 + integral((list) => list.map(density), 0, x))],
    [
      "geluTanh",
      geluTanh,
      (x) => x / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
    ],
    ["mish", mish, (x) => x * (1 - 2 / ((1 + Math.exp(x)) ** 2 + 1))],
    ["hardSigmoid", hardSigmoid, (x) => (x <= -3 ? 0 : x >= 3 ? 1 : (x + 3) / 6)],
    [
      "hardSigmoid as ONNX has it",
      (x) => hardSigmoid(x, 0.2),
      (x) => (x <= -2.5 ? 0 : x >= 2.5 ? 1 : x / 5 + 0.5),
    ],
    ["hardSwish", hardSwish, (x) => (x <= -3 ? 0 : x >= 3 ? x : (x * x + 3 * x) / 6)],
    ["softsign", softsign, (x) => Math.sign(x) * (1 - 1 / (1 + Math.abs(x)))],
    ["squareplus", squareplus, (x) => (x + Math.hypot(x, 2)) / 2],
    ["squareplus of another b", (x) => squareplus(x, 0.01), (x) => (x + Math.hypot(x, 0.1)) / 2],
    ["softShrink", (x) => softShrink(x, 3), (x) => Math.sign(x) * Math.max(Math.abs(x) - 3, 0)],
    ["hardShrink", (x) => hardShrink(x, 3), (x) => (x * x > 9 ? x : 0)],
    ["tanhShrink", tanhShrink, (x) => x - 1 + 2 / (Math.exp(2 * x) + 1)],
    ["threshold", (x) => threshold(x, 1, 20), (x) => (x > 1 ? x : 20)],
  ])("%s", (_, activation, definition) => {
    expectValue({ x: [[15], points] }, ({ x }) => activation(x), [[15], points.map(definition)]);
  });

  test("selu keeps mean 0 and variance 1 of normal numbers, which is where its two constants come from", () => {
    const moment = (power: number): number => {
      const part = (x: readonly number[]): readonly number[] =>
        values(selu, x).map((y, i) => y ** power * density(x[i] ?? Number.NaN));
      // The kink at 0 is a border of the two pieces.
      return integral(part, -12, 0) + integral(part, 0, 12);
    };
    expect(moment(1)).toBeCloseTo(0, 9);
    expect(moment(2)).toBeCloseTo(1, 9);
  });

  test("selu of other constants is gamma times elu of alpha", () => {
    expectValue({ x: [[3], [-1, 0, 2]] }, ({ x }) => selu(x, 0.5, 3), [
      [3],
      [1.5 * (Math.exp(-1) - 1), 0, 6],
    ]);
  });
});

describe("an activation's slope where two pieces meet", () => {
  test.each<[string, Activation, readonly number[], readonly number[]]>([
    ["relu: 0 at 0", relu, [0], [0]],
    ["relu6: 0 at 0 and at 6", relu6, [0, 3, 6], [0, 1, 0]],
    ["leakyRelu: alpha at 0", (x) => leakyRelu(x, 0.2), [-1, 0, 1], [0.2, 0.2, 1]],
    ["elu: alpha at 0", (x) => elu(x, 0.5), [0, 1], [0.5, 1]],
    ["hardSigmoid: 0 at -3 and at 3", hardSigmoid, [-3, 0, 3], [0, 1 / 6, 0]],
    ["hardSwish: 0 at -3, 1 at 3", hardSwish, [-3, 0, 3], [0, 0.5, 1]],
    ["softShrink: 0 at both ends", (x) => softShrink(x, 1), [-2, -1, 0, 1, 2], [1, 0, 0, 0, 1]],
    ["hardShrink: 0 at both ends", (x) => hardShrink(x, 1), [-2, -1, 0, 1, 2], [1, 0, 0, 0, 1]],
    ["threshold: 0 at it", (x) => threshold(x, 1), [0, 1, 2], [0, 0, 1]],
  ])("%s", (_, activation, x, slopes) => {
    expectGradients({ x: [[x.length], x] }, (given) => activation(given.x), { x: slopes });
  });
});

describe("an activation's slope", () => {
  // f'(0): sigmoid 1/4; tanh 1; softplus 1/2; silu, gelu and geluTanh 1/2; mish tanh(ln 2) = 3/5.
  test.each<[string, Activation, number]>([
    ["sigmoid", sigmoid, 1 / 4],
    ["tanh", tanh, 1],
    ["softplus", softplus, 1 / 2],
    ["silu", silu, 1 / 2],
    ["gelu", gelu, 1 / 2],
    ["geluTanh", geluTanh, 1 / 2],
    ["mish", mish, 3 / 5],
  ])("of %s at 0 is known", (_, activation, slope) => {
    expectGradients({ x: [[1], [0]] }, ({ x }) => activation(x), { x: [slope] });
  });

  test("is multiplied by the gradient that comes in", () => {
    expectGradients({ x: [[2], [1, -1]] }, ({ x }) => leakyRelu(leakyRelu(x, 0.5), 0.5), { x: [1, 0.25] });
  });

  test.each<[string, Activation]>([
    ["leakyRelu without a slope below 0", (x) => leakyRelu(x, 0)],
    ["elu of a small alpha", (x) => elu(x, 0.25)],
    ["selu of other constants", (x) => selu(x, 0.5, 3)],
    ["hardSigmoid as ONNX has it", (x) => hardSigmoid(x, 0.2, 0.4)],
    ["a clip with one bound", (x) => clip(x, -0.5, Infinity)],
  ])("of %s agrees with differences, on an array of no and of many axes", (_, activation) => {
    const away = (x: number): number => (Math.abs(x % 0.5) < 0.05 ? x + 0.1 : x);
    for (const shape of [[], [2, 1, 3, 1, 2]]) {
      expectSlopes((b) => activation(b.differentiable("x", shape, (random) => away(2 * random.normal()))));
    }
  });
});

describe("clip", () => {
  test("leaves numbers as they are between infinite bounds", () => {
    expectValue({ x: [[3], [-1e30, 0, 1e30]] }, ({ x }) => clip(x, -Infinity, Infinity), [
      [3],
      [-1e30, 0, 1e30],
    ]);
  });

  test("gives the upper bound everywhere where the bounds are exchanged", () => {
    expectValue({ x: [[3], [-5, 0, 5]] }, ({ x }) => clip(x, 2, 1), [[3], [1, 1, 1]]);
  });
});

describe("the shapes of curves", () => {
  const finite = double({ min: -50, max: 50, noNaN: true });

  test("sigmoid(-x) = 1 - sigmoid(x), tanh is odd, softplus(x) - softplus(-x) = x", () => {
    assert(
      property(finite, (x) => {
        const both = (activation: Activation): readonly number[] => values(activation, [x, -x]);
        expect((both(sigmoid)[0] ?? 0) + (both(sigmoid)[1] ?? 0)).toBeCloseTo(1, 12);
        expect((both(tanh)[0] ?? 1) + (both(tanh)[1] ?? 1)).toBe(0);
        expect((both(softplus)[0] ?? 0) - (both(softplus)[1] ?? 0)).toBeCloseTo(x, 9);
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  test.each<[string, Activation]>([
    ["gelu", gelu],
    ["geluTanh", geluTanh],
    ["silu", silu],
    ["mish", mish],
  ])("%s exceeds relu nowhere and is negative left of 0", (_, activation) => {
    assert(
      property(finite, (x) => {
        const [y = Number.NaN] = values(activation, [x]);
        expect(y).toBeLessThanOrEqual(Math.max(x, 0));
        if (x > -8 && x < -1e-3) expect(y).toBeLessThan(0);
      }),
      { numRuns: 50, seed: 2 },
    );
  });

  const grid = Array.from({ length: 401 }, (_, i) => (i - 200) / 20);

  test.each<[string, Activation, boolean]>([
    ["relu", relu, true],
    ["clip", (x) => clip(x, -1, 2), true],
    ["gelu", gelu, false],
    ["geluTanh", geluTanh, false],
    ["silu", silu, false],
    ["mish", mish, false],
    ["hardSwish", hardSwish, false],
    ["leakyRelu of a negative slope", (x) => leakyRelu(x, -1), false],
  ])("%s: whether it is called monotonic is whether it never falls", (_, activation, rises) => {
    const y = values(activation, grid);
    expect(y.every((value, i) => value >= (y[i - 1] ?? -Infinity))).toBe(rises);
    const [x] = inputs([1]) as [Value];
    expect(activation(x).producer?.op.monotonic).toBe(rises);
  });
});

// Measured on this grid: tanh 1.3e-7, sigmoid 1.7e-7, softplus 1.3e-7, gelu 8.3e-8.
describe("in float32, the expressions of the loops stay near", () => {
  const grid = Array.from({ length: 1001 }, (_, i) => Math.fround((i - 500) / 50));

  test("tanh: a relative error under 2e-7", () => {
    const worst = roundedValues(tanh, grid).map((y, i) => {
      const exact = Math.tanh(grid[i] ?? 0);
      return exact === 0 ? Math.abs(y) : Math.abs(y / exact - 1);
    });
    expect(Math.max(...worst)).toBeLessThan(2e-7);
  });

  // From 30 below 0 to 30 above, and as near to 0 as 1e-6: nothing may cancel.
  const tails = Array.from({ length: 1200 }, (_, i) => Math.fround((i - 599.5) / 20)).flatMap((x) => [
    x,
    Math.fround(x / 1e3),
    Math.fround(x / 3e5),
  ]);

  // Each is an exact form; gelu's are sums of its own series, which the values at -5 and -10 below check.
  test.each<[string, Activation, ((x: number) => number) | undefined, number]>([
    ["sigmoid", sigmoid, (x) => 1 / (1 + Math.exp(-x)), 3e-7],
    ["softplus", softplus, (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), 3e-7],
    ["elu", elu, (x) => (x > 0 ? x : Math.expm1(x)), 3e-7],
    ["mish", mish, (x) => x * (1 - 2 / (1 + (1 + Math.exp(x)) ** 2)), 4e-7],
    ["silu", silu, (x) => x / (1 + Math.exp(-x)), 4e-7],
    ["geluTanh", geluTanh, undefined, 4e-5],
    ["gelu", gelu, undefined, 3e-5],
    ["tanhShrink", tanhShrink, undefined, 2e-6],
    ["squareplus", squareplus, undefined, 3e-7],
    ["softsign", softsign, undefined, 2e-7],
  ])("%s keeps its digits far below 0 and near it", (name, activation, definition, tolerance) => {
    // 1 - 2 / (1 + (1 + e^x)²) cancels in float64 too where e^x is small.
    const fits = (x: number): boolean => name !== "mish" || x > -10;
    // Below float32's normal numbers digits are lost by right.
    const given = tails.filter((x) => fits(x) && !(name.startsWith("gelu") && x < -12));
    const exact = definition ? given.map(definition) : values(activation, given);
    const found = roundedValues(activation, given);
    const worst = exact.map((y, i) => (Math.abs(y) < 1e-36 ? 0 : Math.abs((found[i] ?? 0) / y - 1)));
    expect(Math.max(...worst)).toBeLessThan(tolerance);
  });

  test("known values in the tails: softplus, mish and gelu far below 0", () => {
    // softplus(-20) = ln(1 + e^-20) and Φ(-5), Φ(-10) from tables (Abramowitz & Stegun 26.2).
    expect((roundedValues(softplus, [-20])[0] ?? 0) / 2.0611536e-9).toBeCloseTo(1, 6);
    expect((roundedValues(mish, [-20])[0] ?? 0) / (-20 * 2.0611536e-9)).toBeCloseTo(1, 6);
    for (const x of [values(gelu, [-5]), roundedValues(gelu, [-5])])
      expect((x[0] ?? 0) / (-5 * 2.866515719e-7)).toBeCloseTo(1, 5);
    expect((values(gelu, [-10])[0] ?? 0) / (-10 * 7.619853024e-24)).toBeCloseTo(1, 8);
  });

  test("gelu: an absolute error under 2e-7 of |x| + 1", () => {
    const exact = values(gelu, grid);
    const worst = roundedValues(gelu, grid).map(
      (y, i) => Math.abs(y - (exact[i] ?? 0)) / (1 + Math.abs(grid[i] ?? 0)),
    );
    expect(Math.max(...worst)).toBeLessThan(2e-7);
  });
});
