import { describe, expect, test } from "vitest";
import type { Kernel, MatrixProduct, PackedProduct } from "../../../../src/engine/kernels/index.ts";
import { packedProduct, reducePartials } from "../../../../src/engine/plan/algorithms/packedProduct.ts";
import { evenParts } from "../../../../src/engine/plan/algorithms/sizing.ts";
import { runNest, separateMemory } from "../../interpret/nest.ts";
import { buffer, contextOf } from "../hand.ts";

const [a, b, output, bias] = [buffer(0, [1]), buffer(1, [1]), buffer(2, [1]), buffer(3, [4])] as const;

/** out [m, n] = A [m, k] · B [k, n]. */
const product = (m: number, k: number, n: number, fields: Partial<MatrixProduct> = {}): MatrixProduct => ({
  kind: "matrix",
  label: "matmul",
  a,
  b,
  output,
  m,
  k,
  n,
  transposeA: false,
  transposeB: false,
  epilogue: {},
  ...fields,
});

const isProduct = (kernel: Kernel): kernel is PackedProduct => kernel.kind === "product";

/** The product among the kernels, and how many nests stand before and behind it. */
function planned(work: MatrixProduct, context = contextOf()) {
  const kernels = packedProduct(context, work);
  const position = kernels.findIndex(isProduct);
  const tiles = kernels.find(isProduct);
  return { tiles, before: position, behind: kernels.length - position - 1 };
}

describe("a packed product", () => {
  test.each<[string, MatrixProduct, Partial<PackedProduct>]>([
    ["takes B as it stands for up to 4 rows", product(4, 64, 24), { packing: "none", blockK: 64 }],
    ["packs B in each task for more rows", product(5, 64, 24), { packing: "task" }],
    [
      "packs B in each task where it stands turned",
      product(2, 64, 24, { transposeB: true }),
      { packing: "task" },
    ],
    ["has blocks of 256 rows and 128 columns at most", product(700, 64, 300), { blockM: 256, blockN: 128 }],
    ["has blocks of whole panels", product(20, 64, 20), { blockM: 20, blockN: 24 }],
    ["reads long runs of a B in memory", product(4, 4000, 64), { blockK: 1024 }],
    ["packs short runs of B in its scratch", product(40, 4000, 64), { blockK: 256 }],
    [
      "packs short runs of A where that stands turned",
      product(4, 4000, 64, { transposeA: true }),
      { blockK: 256 },
    ],
  ])("%s", (_, work, expected) => {
    expect(planned(work).tiles).toMatchObject(expected);
  });

  test("has B packed once by a kernel before for many rows, and for a constant B", () => {
    const many = planned(product(768, 64, 20));
    expect([many.before, many.tiles?.packing]).toEqual([1, "before"]);
    expect(planned(product(767, 64, 20)).before).toBe(0);
    const constant = planned(product(8, 64, 20), contextOf({ constants: [b] }));
    expect([constant.before, constant.tiles?.packing]).toEqual([1, "before"]);
    // Three panels of eight, 64 deep.
    expect(constant.tiles?.b.shape).toEqual([3 * 8 * 64]);
  });

  test.each([
    ["a sum of less than 1024 stays whole", product(8, 1023, 8), 1],
    ["a sum of 1024 is cut in two, 512 each", product(8, 1024, 8), 2],
    ["a sum of 10,000 into 20, no part longer than 512", product(8, 10_000, 8), 20],
    ["a sum of 100,000 into 32 at most", product(8, 100_000, 8), 32],
    ["18 sets of 256 x 896 partial sums are the most that 4 Mi numbers hold", product(256, 20_000, 896), 18],
    ["eight blocks are work enough without cutting", product(1024, 4096, 256), 1],
    ["seven blocks are not", product(256, 4096, 896), 8],
  ])("%s", (_, work, splits) => {
    const { tiles, behind } = planned(work);
    expect(tiles?.splits).toBe(splits);
    expect(behind).toBe(splits > 1 ? 1 : 0);
    if (splits > 1) expect(tiles?.output.shape).toEqual([splits, work.m, work.n]);
  });

  test("adds bias and relu once, after partial sums have been added", () => {
    const kernels = packedProduct(contextOf(), product(2, 2048, 4, { epilogue: { bias, relu: true } }));
    const [tiles, sum] = kernels;
    expect(tiles).toMatchObject({ kind: "product", epilogue: {} });
    expect(sum).toMatchObject({ kind: "nest", axes: [2, 4], reduce: [4] });
  });
});

describe("one row times a matrix", () => {
  test.each([
    ["512 numbers, 8 partial sums of 64", 512, 8],
    ["2048 numbers, 32 of 64", 2048, 32],
    ["1800 numbers, 25 of 72", 1800, 25],
  ])("is read in the order of memory: %s", (_, k, count) => {
    const [sums, add] = packedProduct(contextOf(), product(1, k, 12));
    expect(sums).toMatchObject({ kind: "nest", axes: [count, 12], reduce: [k / count] });
    expect(add).toMatchObject({ kind: "nest", axes: [1, 12], reduce: [count] });
  });

  test.each([
    ["511 numbers, which no count from 8 to 32 divides into 64 or more", product(1, 511, 12)],
    ["columns in no whole vectors", product(1, 512, 10)],
    ["a matrix that stands turned", product(1, 512, 12, { transposeB: true })],
    ["two rows", product(2, 512, 12)],
  ])("is a product in blocks for %s", (_, work) => {
    expect(packedProduct(contextOf(), work).some(isProduct)).toBe(true);
  });
});

test("partial sums are added one after the other, then the bias, then relu", () => {
  const partials = buffer(5, [3, 4]);
  const into = buffer(6, [4]);
  const memory = separateMemory();
  memory.set(partials, Float64Array.from([1, 2, 3, 4, 10, 20, 30, 40, 100, 200, 300, 400]));
  memory.set(bias, Float64Array.from([0, 0, -1000, 0.5]));
  runNest(reducePartials(partials, into, { count: 3, size: 4, epilogue: { bias, relu: true } }), memory);
  expect([...memory(into)]).toEqual([111, 222, 0, 444.5]);
});

test.each([
  [10, 4, 4],
  [9, 4, 3],
  [16, 16, 16],
  [17, 16, 9],
  [5, 8, 5],
  [1, 16, 1],
])("%i in at most %i equal parts are %i parts, none of them empty", (count, wanted, parts) => {
  expect(evenParts(count, wanted)).toBe(parts);
  const length = Math.ceil(count / parts);
  expect((parts - 1) * length).toBeLessThan(count);
});
