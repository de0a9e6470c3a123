import { describe, expect, test } from "vitest";
import {
  type ConvGeometry,
  type Convolution,
  type Depthwise,
  type MatrixProduct,
  constantExpr,
} from "../../../../src/engine/kernels/index.ts";
import { candidatesOf, cheapest } from "../../../../src/engine/plan/algorithms/candidates.ts";
import type { Candidate, Workload } from "../../../../src/engine/plan/types.ts";
import { buffer, compute, contextOf, geometry } from "../hand.ts";

const [x, w, y] = [buffer(0, [4]), buffer(1, [4]), buffer(2, [4])] as const;
const convolution = (g: ConvGeometry, fields: Partial<Convolution> = {}): Convolution => ({
  kind: "convolution",
  direction: "forward",
  geometry: g,
  inputs: [x, w],
  output: y,
  epilogue: {},
  ...fields,
});
const depthwise = (g: ConvGeometry): Depthwise => ({
  ...convolution(g),
  kind: "depthwise",
  epilogue: {},
  nests: [compute(y, [], () => constantExpr(0))],
});
const matrix: MatrixProduct = {
  kind: "matrix",
  label: "matmul",
  a: x,
  b: w,
  output: y,
  m: 2,
  n: 2,
  k: 2,
  transposeA: false,
  transposeB: false,
  epilogue: {},
};
const positions = buffer(3, [4], { dtype: "u8" });
const scatter = compute(buffer(4, [4]), [x]);
const unpool = { gradient: x, positions, nests: [scatter] };
const point = geometry({ filterHeight: 1, filterWidth: 1 });

const everyTile = ["direct", "Winograd F(4x4)", "Winograd F(2x2)"];

describe("the algorithms that are correct", () => {
  test.each<[string, Workload, readonly string[]]>([
    ["a product", matrix, ["packed product"]],
    ["a 3x3 convolution of whole vectors", convolution(geometry()), everyTile],
    ["its input gradient", convolution(geometry(), { direction: "inputGradient" }), everyTile],
    ["its filter gradient", convolution(geometry(), { direction: "filterGradient" }), everyTile],
    ["3 channels, as of an image", convolution(geometry({ channels: 3 })), ["direct"]],
    ["6 filters", convolution(geometry({ filters: 6 })), ["direct"]],
    ["strides", convolution(geometry({ strides: [1, 2], outWidth: 4 })), ["direct"]],
    [
      "strides, the other way round",
      convolution(geometry({ strides: [2, 2], outHeight: 4, outWidth: 4 }), { direction: "inputGradient" }),
      ["direct"],
    ],
    ["dilation", convolution(geometry({ dilation: [2, 2], padTop: 2, padLeft: 2 })), ["direct"]],
    ["a 5x5 filter", convolution(geometry({ filterHeight: 5, filterWidth: 5 })), ["direct"]],
    ["a 1x3 filter", convolution(geometry({ filterHeight: 1 })), ["direct"]],
    ["a 1x1 convolution", convolution(point), ["direct", "packed product"]],
    [
      "a 1x1 convolution before a pooling",
      convolution(point, { epilogue: { pool: { positions } } }),
      ["direct"],
    ],
    [
      "a 1x1 convolution with strides",
      convolution({ ...point, strides: [2, 2], outHeight: 4, outWidth: 4 }),
      ["direct"],
    ],
    ["a 1x1 convolution with padding", convolution({ ...point, padTop: 1, outHeight: 10 }), ["direct"]],
    ["a depthwise convolution", depthwise(geometry({ filters: 4 })), ["vectors of channels", "loop nests"]],
    ["6 channels, depthwise", depthwise(geometry({ channels: 6, filters: 6 })), ["loop nests"]],
    [
      "5 taps above each other, depthwise",
      depthwise(geometry({ filters: 4, filterHeight: 5 })),
      ["loop nests"],
    ],
    ["a stride of 3, depthwise", depthwise(geometry({ filters: 4, strides: [3, 1] })), ["loop nests"]],
    ["dilation, depthwise", depthwise(geometry({ filters: 4, dilation: [1, 2] })), ["loop nests"]],
  ])("for %s", (_, work, expected) => {
    expect(candidatesOf(contextOf(), work).map(({ algorithm }) => algorithm)).toEqual(expected);
  });

  test("make kernels that write the work's output last, with new temporaries at each call", () => {
    for (const work of [
      convolution(geometry()),
      convolution(point),
      matrix,
      depthwise(geometry({ filters: 4 })),
    ])
      for (const candidate of candidatesOf(contextOf(), work)) {
        const last = candidate.kernels().at(-1);
        const into =
          last?.kind === "nest"
            ? last.writes.map(({ access }) => access.buffer)
            : "output" in last!
              ? [last.output]
              : [];
        expect(into).toEqual([y]);
      }
    const [direct] = candidatesOf(contextOf(), convolution(geometry()));
    const packedBy = (): unknown => direct?.kernels().find((kernel) => kernel.kind === "direct")?.packed;
    expect(packedBy()).not.toEqual(packedBy());
  });
});

test.each([
  ["forward", { m: 128, k: 4, n: 8, transposeA: false, transposeB: false }],
  ["inputGradient", { m: 128, k: 8, n: 4, transposeA: false, transposeB: true }],
  ["filterGradient", { m: 4, k: 128, n: 8, transposeA: true, transposeB: false }],
] as const)("a 1x1 convolution's %s is a product over its 128 pixels", (direction, sizes) => {
  const product = candidatesOf(contextOf(), convolution(point, { direction })).find(
    ({ algorithm }) => algorithm === "packed product",
  );
  expect(product?.kernels().find(({ kind }) => kind === "product")).toMatchObject({ a: x, b: w, ...sizes });
});

test("only algorithms that read a pooled gradient whole write it out first", () => {
  const work = convolution(geometry(), { direction: "filterGradient", unpool });
  const scatters = candidatesOf(contextOf(), work).map((candidate) => [
    candidate.algorithm,
    candidate.kernels().includes(scatter),
  ]);
  expect(scatters).toEqual([
    ["direct", false],
    ["Winograd F(4x4)", true],
    ["Winograd F(2x2)", true],
  ]);
  const uneven = convolution(geometry({ filters: 6 }), { direction: "filterGradient", unpool });
  expect(candidatesOf(contextOf(), uneven)[0]?.kernels()).toContain(scatter);
});

test("filters that stay make every algorithm cheaper, and only for what reads them", () => {
  const costs = (constants: readonly (typeof x)[], direction: Convolution["direction"]): readonly number[] =>
    candidatesOf(contextOf({ constants }), convolution(geometry(), { direction })).map(({ cost }) => cost);
  const [trained, used] = [costs([], "forward"), costs([w], "forward")];
  for (const [i, cost] of used.entries()) expect(cost).toBeLessThan(trained[i] ?? 0);
  expect(costs([x], "forward")).toEqual(trained);
});

test("the cheapest is the first of equals", () => {
  const made = (algorithm: Candidate["algorithm"], cost: number): Candidate => ({
    algorithm,
    cost,
    kernels: () => [],
  });
  const [a, b, c] = [made("direct", 2), made("Winograd F(4x4)", 1), made("Winograd F(2x2)", 1)];
  expect(cheapest([a, b, c])).toBe(b);
  expect(cheapest([c, b, a])).toBe(c);
});
