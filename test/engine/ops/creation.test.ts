import { describe, expect, test } from "vitest";
import {
  type Value,
  add,
  differentiate,
  dropout,
  runReference,
  oneHot,
  ones,
  reduceSum,
} from "../../../src/engine/index.ts";
import { uniformAt } from "../../../src/engine/kernels/index.ts";
import { expectFault, expectSlopes, expectValue, inputs, shapeOf } from "./holds.ts";

describe("ones", () => {
  test("have the shape of the other value and nothing of its numbers", () => {
    expectValue(
      {
        x: [
          [2, 1, 2],
          [Number.NaN, Infinity, -1, 0],
        ],
      },
      ({ x }) => ones(x),
      [
        [2, 1, 2],
        [1, 1, 1, 1],
      ],
    );
    expectValue({ x: [[], [7]] }, ({ x }) => ones(x), [[], [1]]);
  });

  test("pass no gradient to the value whose shape they take", () => {
    const [x, w] = inputs([2], [2]) as [Value, Value];
    const found = differentiate(reduceSum(add(ones(x), w)), [x, w]);
    expect(found.map((gradient) => gradient?.shape)).toEqual([undefined, [2]]);
  });
});

describe("oneHot", () => {
  test("puts one 1 behind each index", () => {
    expectValue(
      {
        x: [
          [2, 2],
          [0, 2, 1, 0],
        ],
      },
      ({ x }) => oneHot(x, 3),
      [
        [2, 2, 3],
        [1, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0],
      ],
    );
  });

  test("takes one index, and one class", () => {
    expectValue({ x: [[], [1]] }, ({ x }) => oneHot(x, 2), [[2], [0, 1]]);
    expectValue({ x: [[2], [0, 1]] }, ({ x }) => oneHot(x, 1), [
      [2, 1],
      [1, 0],
    ]);
  });

  test("gives zeros for what is no class: below 0, too large, between two, no number", () => {
    expectValue({ x: [[4], [-1, 2, 0.5, Number.NaN]] }, ({ x }) => oneHot(x, 2), [
      [4, 2],
      [0, 0, 0, 0, 0, 0, 0, 0],
    ]);
  });

  test.each([[-1], [2.5], [Number.NaN]])("refuses %d classes", (classes) => {
    expectFault(() => shapeOf([[4]], (x) => oneHot(x, classes)), "oneHot", "whole numbers", `${classes}`);
  });
});

/** The numbers that dropout leaves of ones. */
function kept(size: number, seed: number, options: { rate: number; salt?: number }): readonly number[] {
  const [x, seeds] = inputs([size], []) as [Value, Value];
  const y = dropout(x, seeds, options);
  const given = { x0: Float64Array.from({ length: size }, () => 1), x1: [seed] };
  return [...(runReference({ graph: x.graph, outputs: { y } }, given).outputs["y"] ?? [])];
}

describe("dropout", () => {
  test("of rate 0 is its input itself", () => {
    const [x, seed] = inputs([2], []) as [Value, Value];
    expect(dropout(x, seed, { rate: 0 })).toBe(x);
  });

  test.each([[1], [-0.1], [1.5], [Number.NaN]])("refuses a rate of %d", (rate) => {
    expectFault(() => kept(4, 1, { rate }), "dropout: rate", "[0, 1)", `received ${rate}`);
  });

  test.each([[[1]], [[2, 2]]])("refuses a seed of shape %j", (shape) => {
    const [x, seed] = inputs([2, 2], shape) as [Value, Value];
    expectFault(
      () => dropout(x, seed, { rate: 0.5 }),
      "dropout: seed",
      "one number",
      `[${shape.join(", ")}]`,
    );
  });

  test("scales what it keeps by 1 / (1 - rate)", () => {
    for (const rate of [0.1, 0.5, 0.9]) {
      const scale = 1 / (1 - rate);
      for (const y of kept(200, 3, { rate })) if (y !== 0) expect(y).toBeCloseTo(scale, 12);
    }
  });

  test("drops the elements whose uniform number lies under the rate", () => {
    const [rate, salt, seed] = [0.3, 5, 11];
    const dropped = kept(500, seed, { rate, salt }).map((y) => y === 0);
    expect(dropped).toEqual(Array.from({ length: 500 }, (_, i) => uniformAt(seed, salt, i) < rate));
  });

  test("of a smaller rate keeps all that a larger rate keeps", () => {
    const [few, many] = [kept(500, 7, { rate: 0.6 }), kept(500, 7, { rate: 0.2 })];
    expect(few.every((y, i) => y === 0 || many[i] !== 0)).toBe(true);
  });

  test("draws for every element of an array of any shape", () => {
    const [x, seed] = inputs([4, 5, 5], []) as [Value, Value];
    const y = dropout(x, seed, { rate: 0.5 });
    const given = { x0: Float64Array.from({ length: 100 }, () => 1), x1: [2] };
    expect([...(runReference({ graph: x.graph, outputs: { y } }, given).outputs["y"] ?? [])]).toEqual(
      kept(100, 2, { rate: 0.5 }),
    );
  });

  test("has the gradient of what it kept, on one element too", () => {
    for (const shape of [[], [1, 1], [3, 1, 4]]) {
      expectSlopes((b) =>
        dropout(
          b.differentiable("x", shape),
          b.fixed("seed", [], () => 4),
          { rate: 0.25, salt: 2 },
        ),
      );
    }
  });
});

describe("a uniform number", () => {
  const draws = (count: number, seed: number, salt: number): readonly number[] =>
    Array.from({ length: count }, (_, i) => uniformAt(seed, salt, i));

  test("is a multiple of 2^-24 in [0, 1)", () => {
    for (const u of draws(1000, 1, 2)) {
      expect(Number.isInteger(u * 2 ** 24)).toBe(true);
      expect(u >= 0 && u < 1).toBe(true);
    }
  });

  test("counts seed, salt and index modulo 2^32", () => {
    expect(uniformAt(2 ** 32 + 5, 7, 9)).toBe(uniformAt(5, 7, 9));
    expect(uniformAt(5, 2 ** 32 + 7, 9)).toBe(uniformAt(5, 7, 9));
    expect(uniformAt(5, 7, 2 ** 32 + 9)).toBe(uniformAt(5, 7, 9));
  });

  test("falls into 16 equal bins equally often", () => {
    const bins = Array.from({ length: 16 }, () => 0);
    const count = 16_000;
    for (const u of draws(count, 3, 0)) {
      const bin = Math.floor(u * 16);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    // χ² with 15 degrees of freedom exceeds 37.7 once in a thousand draws.
    const chiSquare = bins.reduce((sum, found) => sum + (found - count / 16) ** 2 / (count / 16), 0);
    expect(chiSquare).toBeLessThan(37.7);
  });

  test.each<[string, (i: number) => readonly [number, number]]>([
    ["index", (i) => [uniformAt(1, 0, i), uniformAt(1, 0, i + 1)]],
    ["seed", (i) => [uniformAt(i, 0, 3), uniformAt(i + 1, 0, 3)]],
    ["salt", (i) => [uniformAt(1, i, 3), uniformAt(1, i + 1, 3)]],
    ["seed and salt", (i) => [uniformAt(1, 2, i), uniformAt(2, 1, i)]],
  ])("does not follow from that of the next %s", (_, pair) => {
    const pairs = Array.from({ length: 4000 }, (_unused, i) => pair(i));
    const covariance = pairs.reduce((sum, [a, b]) => sum + (a - 0.5) * (b - 0.5), 0) / pairs.length;
    // The correlation's standard deviation is 1/√4000 = 0.016.
    expect(Math.abs(covariance * 12)).toBeLessThan(0.06);
  });
});
