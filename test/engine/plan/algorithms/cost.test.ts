import { describe, expect, test } from "vitest";
import type { ConvDirection, ConvGeometry, Convolution } from "../../../../src/engine/kernels/index.ts";
import {
  depthwiseCost,
  depthwiseNestCost,
  directCost,
  productCost,
  scatterCost,
  winogradCost,
} from "../../../../src/engine/plan/algorithms/cost.ts";
import { buffer, geometry } from "../hand.ts";

const work = (
  g: ConvGeometry,
  direction: ConvDirection = "forward",
  fields: Partial<Convolution> = {},
): Convolution => ({
  kind: "convolution",
  direction,
  geometry: g,
  inputs: [buffer(0, [1]), buffer(1, [1])],
  output: buffer(2, [1]),
  epilogue: {},
  ...fields,
});
const trained = { constantFilters: false };
const used = { constantFilters: true };
const products = (g: ConvGeometry): number =>
  g.n * g.outHeight * g.outWidth * g.filterHeight * g.filterWidth * g.channels * g.filters;

describe("the cost model", () => {
  const large = geometry({ n: 16, height: 96, width: 96, channels: 1024, filters: 1024 });

  test("expects of direct tiles on large maps 1.1 times the products of the definition", () => {
    for (const direction of ["forward", "inputGradient"] as const)
      expect(directCost(work(large, direction), used) / products(large)).toBeCloseTo(1.1, 3);
  });

  test.each([
    // m² outputs of a tile need (m + 2)² products: 36 for 16, 16 for 4 (Lavin and Gray 2016); the definition needs 9 each.
    [4, 4],
    [2, 2.25],
  ] as const)(
    "expects of Winograd F(%ix%i) %f times fewer products where channels are many",
    (size, times) => {
      const ratio = products(large) / winogradCost(work(large), size, used);
      expect(ratio).toBeGreaterThan(0.98 * times);
      expect(ratio).toBeLessThanOrEqual(times);
    },
  );

  test("counts Winograd tiles over the edge as whole ones", () => {
    const side = (height: number): number => winogradCost(work(geometry({ height, width: height })), 4, used);
    expect(side(5)).toBe(side(8));
    expect(side(9)).toBeGreaterThan(side(8));
  });

  test("counts filters in whole panels of eight, channels of the input gradient too", () => {
    // Besides reading each filter's number once, at 3: 1 and 8 filters cost the same to multiply.
    const multiplied = (filters: number): number => {
      const g = geometry({ filters });
      return directCost(work(g), used) - 3 * 9 * g.channels * filters;
    };
    expect(multiplied(1)).toBeCloseTo(multiplied(8), 9);
    expect(multiplied(9)).toBeCloseTo(2 * multiplied(8), 9);
    const flipped = geometry({ channels: 8, filters: 4 });
    expect(directCost(work(geometry(), "inputGradient"), used)).toBeGreaterThan(
      directCost(work(flipped, "inputGradient"), used) * 0.9,
    );
  });

  test("leaves out what filters cost to prepare where they stay, and has flipped ones cost more to pack", () => {
    const taps = 9 * 4 * 8;
    const difference = (direction: ConvDirection): number =>
      directCost(work(geometry(), direction), trained) - directCost(work(geometry(), direction), used);
    // 10 a number straight, 31 flipped; 7 for each of the 36 positions of a transformed filter's 9 numbers.
    expect(difference("forward")).toBeCloseTo(10 * taps, 9);
    expect(difference("inputGradient")).toBeCloseTo(31 * taps, 9);
    expect(winogradCost(work(geometry()), 4, trained) - winogradCost(work(geometry()), 4, used)).toBeCloseTo(
      7 * 36 * 4 * 8,
      9,
    );
  });

  test.each<[side: number, channels: number, winner: "F(2x2)" | "F(4x4)"]>([
    [2, 128, "F(2x2)"],
    [4, 64, "F(4x4)"],
    [6, 256, "F(2x2)"],
    [7, 64, "F(4x4)"],
    [14, 64, "F(4x4)"],
    [16, 64, "F(4x4)"],
  ])(
    "has the algorithm win that was fastest on a clock: 16 square maps of %i pixels a side, %i channels",
    (side, channels, winner) => {
      // docs/performance/lab-notes.md, Which algorithm: forward, one thread, Node 24.
      const one = work(geometry({ n: 16, height: side, width: side, channels, filters: channels }));
      const costs = {
        direct: directCost(one, trained),
        "F(4x4)": winogradCost(one, 4, trained),
        "F(2x2)": winogradCost(one, 2, trained),
      };
      expect(Math.min(...Object.values(costs))).toBe(costs[winner]);
    },
  );

  test("doubles the cost per image with the batch, and leaves the filters' part", () => {
    const of = (n: number): number => directCost(work(geometry({ n })), trained);
    expect(of(3) - of(2)).toBeCloseTo(of(2) - of(1), 6);
    expect(2 * of(1)).toBeGreaterThan(of(2));
  });

  test("has a direct filter gradient pay for every pass over sums that leave the nearest caches", () => {
    // One image, one row a pass (51,200 bytes a row): 100 passes of 64 · 64 · 9 numbers, below the 60,000 that stay near.
    const near = geometry({ n: 1, height: 100, width: 100, channels: 64, filters: 64 });
    const far = geometry({ n: 1, height: 100, width: 100, channels: 64, filters: 128 });
    const perNumber = (g: ConvGeometry): number =>
      directCost(work(g, "filterGradient"), trained) / (9 * g.channels * g.filters);
    // 1.1 for each of 10,000 pixels, 2.7 for the one chunk, 0.4 or 2.2 for each pass.
    expect(perNumber(near)).toBeCloseTo(1.1 * 10_000 + 2.7 + 0.4 * 100, 6);
    expect(perNumber(far)).toBeCloseTo(1.1 * 10_000 + 2.7 + 2.2 * 100, 6);
  });

  test("has a Winograd filter gradient pay for transforms and chunks", () => {
    // 2 · 2 · 2 tiles of F(4x4), 36 positions, one chunk: 1.3 · 32 products, 17 · 12 transforms, 28 for each of the 32 sums.
    expect(winogradCost(work(geometry(), "filterGradient"), 4, trained)).toBeCloseTo(
      36 * (8 * (1.3 * 32 + 17 * 12) + (9 + 19) * 32),
      6,
    );
  });

  test("has a 1x1 convolution as direct tiles pay for tiles that are not full and for copying its source", () => {
    const point = geometry({ filterHeight: 1, filterWidth: 1, width: 8 });
    // 128 pixels: 1.05 for each of 32 products, 10 for each of 4 channels.
    expect(directCost(work(point), trained)).toBeCloseTo(128 * (1.05 * 32 + 10 * 4), 6);
    // 5 columns take two tiles of 4: 8 / 5 as much, of which half counts.
    const narrow = geometry({ filterHeight: 1, filterWidth: 1, width: 5 });
    expect(directCost(work(narrow), trained)).toBeCloseTo(80 * (1.05 * 1.3 * 32 + 10 * 4), 6);
    expect(directCost(work(point, "inputGradient"), trained)).toBeCloseTo(128 * (1.05 * 32 + 10 * 8), 6);
  });

  test("has a product pay for its products and for every number of both matrices and the result", () => {
    expect(productCost({ m: 3, k: 5, n: 7 })).toBeCloseTo(1.15 * 105 + 4 * (15 + 35 + 21), 9);
  });

  test("has a depthwise convolution on vectors pay for its products, and loops for 1.7 times as much", () => {
    const g = geometry({ n: 2, channels: 8, filters: 8 });
    expect(depthwiseCost(g)).toBe(2 * 64 * 9 * 8);
    expect(depthwiseNestCost(g) / depthwiseCost(g)).toBeCloseTo(1.7, 9);
  });

  test("has an algorithm that reads a pooled gradient whole pay for writing and reading it", () => {
    const unpool = { gradient: buffer(3, [1]), positions: buffer(4, [1]), nests: [] };
    expect(scatterCost(work(geometry(), "filterGradient", { unpool }))).toBe(8 * 2 * 64 * 8);
    expect(scatterCost(work(geometry(), "filterGradient"))).toBe(0);
  });
});
