import { assert, boolean, constantFrom, integer, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { type PackedProduct, packedSize } from "../../../src/engine/kernels/index.ts";
import { prepareProcessor } from "../../../src/platform/node/index.ts";
import { bufferHere, runKernels } from "./runHere.ts";
import { bitsOf, roundedSum, someNumbers } from "./sums.ts";

const { arithmetic: native } = await prepareProcessor({ exact: false });

type Sizes = Pick<PackedProduct, "m" | "n" | "k"> &
  Partial<Pick<PackedProduct, "transposeA" | "transposeB" | "packing">> &
  Partial<Pick<PackedProduct, "blockM" | "blockN" | "blockK" | "splits" | "panel">>;

/** A product with its matrices as rows of A and columns of B, and what stands in memory. */
function product({ m, n, k, ...sizes }: Sizes, { bias = false, relu = false } = {}) {
  const { transposeA = false, transposeB = false, packing = "task", panel = 8 } = sizes;
  const { blockM = 16, blockN = 16, blockK = 8, splits = 1 } = sizes;
  const [left, right, shift] = [someNumbers(m * k), someNumbers(k * n, 1), someNumbers(n, 2)];
  const elementA = (i: number, l: number): number => left[transposeA ? l * m + i : i * k + l] ?? 0;
  const elementB = (l: number, j: number): number => right[transposeB ? j * k + l : l * n + j] ?? 0;
  const b = packing === "before" ? inPanels({ n, k, panel }, elementB) : right;
  const kernel: PackedProduct = {
    kind: "product",
    label: "product",
    a: bufferHere([m, k]),
    b: bufferHere([b.length]),
    output: bufferHere([splits, m, n]),
    epilogue: { ...(bias && { bias: bufferHere([n]) }), relu },
    m,
    n,
    k,
    transposeA,
    transposeB,
    packing,
    panel,
    blockM,
    blockN,
    blockK,
    splits,
  };
  const given = new Map([
    [kernel.a, left],
    [kernel.b, b],
    ...(kernel.epilogue.bias ? ([[kernel.epilogue.bias, shift]] as const) : []),
  ]);
  const depth = Math.ceil(k / splits);
  const expected = Float32Array.from({ length: splits * m * n }, (_, at) => {
    const [split, i, j] = [Math.floor(at / (m * n)), Math.floor(at / n) % m, at % n];
    const steps = Array.from({ length: Math.min(depth, k - split * depth) }, (__, l) => split * depth + l);
    const sum = roundedSum(bias ? (shift[j] ?? 0) : 0, steps, (l) => [elementA(i, l), elementB(l, j)]);
    return relu && sum < 0 ? 0 : sum;
  });
  return { kernel, given, expected };
}

/** B as [panel][row][column in panel], zeros behind the last column. */
function inPanels(
  { n, k, panel }: Pick<PackedProduct, "n" | "k" | "panel">,
  element: (l: number, j: number) => number,
): number[] {
  return Array.from({ length: packedSize(n, k, panel) }, (_, at) => {
    const [row, column] = [Math.floor(at / panel), at % panel];
    const j = Math.floor(row / k) * panel + column;
    return j < n ? element(row % k, j) : 0;
  });
}

describe("a product adds its terms in the order of the depth, each product and each sum rounded to float32", () => {
  const extent = integer({ min: 1, max: 37 });
  const panel = constantFrom(8, 16);
  test.each(["task", "before", "none"] as const)("B packed by: %s", (packing) => {
    assert(
      property(
        record({ m: extent, n: extent, k: extent, panel, transposeA: boolean(), transposeB: boolean() }),
        ({ transposeB, ...sizes }) => {
          // B serves as it stands only where it is not transposed.
          const layout = { ...sizes, transposeB: transposeB && packing !== "none", packing };
          const { kernel, given, expected } = product(layout, { bias: true, relu: sizes.m > sizes.n });
          const { read, stray } = runKernels([kernel], given, { reversed: sizes.transposeA });
          expect(bitsOf(read(kernel.output))).toEqual(bitsOf(expected));
          expect(stray).toBe(0);
        },
      ),
      { numRuns: 25, seed: 2, endOnFailure: true },
    );
  });

  test("blocks of any size and partial sums change the tasks, not the order", () => {
    const block = constantFrom(4, 8, 12, 32);
    assert(
      property(
        record({ m: extent, n: extent, blockM: block, blockK: block, splits: integer({ min: 1, max: 4 }) }),
        (sizes) => {
          const { m, n, blockM, splits } = sizes;
          const { kernel, given, expected } = product({ ...sizes, k: 37, transposeA: n > m });
          const { read, tasks } = runKernels([kernel], given);
          expect(bitsOf(read(kernel.output))).toEqual(bitsOf(expected));
          expect(tasks).toEqual([Math.ceil(m / blockM) * Math.ceil(n / 16) * splits]);
        },
      ),
      { numRuns: 25, seed: 2, endOnFailure: true },
    );
  });

  test("a transposed matrix of more than 4 MiB too, whose block is copied before it is packed", () => {
    const { kernel, given, expected } = product({
      m: 1,
      n: 16_403,
      k: 65,
      blockM: 1,
      blockN: 128,
      blockK: 65,
      transposeB: true,
    });
    expect(bitsOf(runKernels([kernel], given).read(kernel.output))).toEqual(bitsOf(expected));
  });
});

test("fused arithmetic rounds a product and its sum once, exact arithmetic twice", () => {
  const { kernel } = product({ m: 1, n: 1, k: 2 });
  const [a, b] = [
    [1, 1 + 2 ** -13],
    [-(1 + 2 ** -12), 1 + 2 ** -13],
  ] as const;
  const given = new Map([
    [kernel.a, a],
    [kernel.b, b],
  ]);
  const sumIn = (arithmetic: "exact" | "fused"): number[] => [
    ...runKernels([kernel], given, { arithmetic }).read(kernel.output),
  ];
  expect(sumIn("exact")).toEqual([0]);
  if (native === "fused") expect(sumIn("fused")).toEqual([2 ** -26]);
});
