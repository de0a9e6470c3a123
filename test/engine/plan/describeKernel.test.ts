import { describe, expect, test } from "vitest";
import {
  type Convolution,
  type Depthwise,
  type Kernel,
  type MatrixProduct,
  bytesOf,
} from "../../../src/engine/kernels/index.ts";
import {
  type Workload,
  buffersOf,
  describeKernel,
  describeWorkload,
  gflopOfKernel,
  gflopOfWorkload,
} from "../../../src/engine/plan/index.ts";
import { buffer, compute, geometry } from "./hand.ts";

const [x, w, y, bias] = [0, 1, 2, 3].map((id) => buffer(id, [4])) as [
  ReturnType<typeof buffer>,
  ReturnType<typeof buffer>,
  ReturnType<typeof buffer>,
  ReturnType<typeof buffer>,
];
const positions = buffer(4, [4], { dtype: "u8" });
const g = geometry();
const about = { geometry: g, panel: 8 } as const;
const winograd = { size: 4, ...about } as const;
const product = {
  kind: "product",
  label: "matmul",
  a: x,
  b: w,
  output: y,
  m: 3,
  k: 5,
  n: 7,
  transposeA: false,
  transposeB: false,
  epilogue: { bias },
  splits: 1,
  blockM: 3,
  blockN: 8,
  packing: "none",
  blockK: 5,
  panel: 8,
} as const;

// 2 images of 8 x 8 pixels, 3 x 3 taps, 4 channels, 8 filters: two operations for each product.
const FLOP = 2 * 2 * 64 * 9 * 4 * 8;
/** The same with one filter a channel. */
const DEPTHWISE = 2 * 2 * 64 * 9 * 4;

/** A kernel, its description, its work and what it reads and writes. */
const kernels: readonly (readonly [
  kernel: Kernel,
  text: string,
  flop: number,
  reads: string,
  writes: string,
])[] = [
  [compute(y, [x, w]), "c from a,b 4", 0, "a", "c"],
  [
    {
      kind: "direct",
      label: "conv2d+bias+pool",
      source: x,
      packed: w,
      output: y,
      epilogue: { bias, pool: { positions } },
      rows: 8,
      ...about,
    },
    "direct: conv2d+bias+pool 2x8x8x4 -> 8",
    FLOP,
    "abd",
    "ce",
  ],
  [
    {
      kind: "transposed",
      label: "conv2d input gradient",
      source: x,
      packed: w,
      output: y,
      epilogue: { bias },
      rows: 8,
      ...about,
    },
    "transposed: conv2d input gradient 2x8x8x4 -> 8",
    FLOP,
    "abd",
    "c",
  ],
  [
    {
      kind: "directFilter",
      label: "conv2d filter gradient",
      source: x,
      gradient: y,
      positions,
      partials: w,
      chunks: 1,
      filterRows: 3,
      rows: 8,
      columns: 8,
      ...about,
    },
    "directFilter: conv2d filter gradient 2x8x8x4 -> 8",
    FLOP,
    "ace",
    "b",
  ],
  [
    {
      kind: "directFilter",
      label: "conv2d filter gradient",
      source: x,
      gradient: y,
      partials: w,
      chunks: 1,
      filterRows: 3,
      rows: 8,
      columns: 8,
      ...about,
    },
    "directFilter: conv2d filter gradient 2x8x8x4 -> 8",
    FLOP,
    "ac",
    "b",
  ],
  [product, "product: matmul 3x5x7", 2 * 3 * 5 * 7, "abd", "c"],
  [
    {
      kind: "depthwiseRows",
      label: "depthwise conv2d",
      direction: "forward",
      source: x,
      filters: w,
      output: y,
      epilogue: { bias },
      maxRows: 6,
      tiles: 1,
      ...about,
    },
    "depthwiseRows: depthwise conv2d 2x8x8x4 -> 8",
    DEPTHWISE,
    "abd",
    "c",
  ],
  [
    {
      kind: "depthwiseSums",
      label: "depthwise conv2d filter gradient",
      source: x,
      gradient: y,
      partials: w,
      maxRows: 6,
      tiles: 1,
      ...about,
    },
    "depthwiseSums: depthwise conv2d filter gradient 2x8x8x4 -> 8",
    DEPTHWISE,
    "ac",
    "b",
  ],
  [
    {
      kind: "winogradFilters",
      label: "filters to Winograd",
      size: 4,
      filters: w,
      transformed: y,
      channels: 4,
      outputs: 8,
      flipped: false,
      panel: 8,
    },
    "winogradFilters: filters to Winograd",
    0,
    "b",
    "c",
  ],
  [
    {
      kind: "winograd",
      label: "conv2d",
      source: x,
      transformed: w,
      output: y,
      epilogue: {},
      tiles: 4,
      slices: 1,
      ...winograd,
    },
    "winograd: conv2d 2x8x8x4 -> 8",
    FLOP,
    "ab",
    "c",
  ],
  [
    {
      kind: "winogradFilterSums",
      label: "conv2d filter gradient",
      source: x,
      gradient: y,
      partials: w,
      chunks: 1,
      tiles: 4,
      slice: 8,
      ...winograd,
    },
    "winogradFilterSums: conv2d filter gradient 2x8x8x4 -> 8",
    FLOP,
    "ac",
    "b",
  ],
  [
    {
      kind: "winogradFilterGradient",
      label: "filter gradient from Winograd",
      size: 4,
      partials: w,
      output: y,
      channels: 4,
      outputs: 8,
      chunks: 1,
    },
    "winogradFilterGradient: filter gradient from Winograd",
    0,
    "b",
    "c",
  ],
];

describe("every kind of kernel has a description, its work by the plain algorithm, and its buffers", () => {
  test.each(kernels.map((row) => [row[1], row] as const))("%s", (_, [kernel, text, flop, reads, writes]) => {
    expect(describeKernel(kernel)).toBe(text);
    expect(gflopOfKernel(kernel) * 1e9).toBeCloseTo(flop, 6);
    const touched = buffersOf(kernel);
    const names = (side: "reads" | "writes"): string => touched[side].map(({ name }) => name).join("");
    expect([names("reads"), names("writes")]).toEqual([reads, writes]);
  });
});

test("a number takes four bytes, a small whole number one, and an array of no axes is one number", () => {
  expect(bytesOf({ shape: [2, 3, 5], dtype: "f32" })).toBe(120);
  expect(bytesOf({ shape: [2, 3, 5], dtype: "u8" })).toBe(30);
  expect(bytesOf({ shape: [], dtype: "f32" })).toBe(4);
});

const convolution: Convolution = {
  kind: "convolution",
  direction: "forward",
  geometry: g,
  inputs: [x, w],
  output: y,
  epilogue: {},
};
const depthwise: Depthwise = { ...convolution, kind: "depthwise", epilogue: {}, nests: [] };
const matrix: MatrixProduct = { ...product, kind: "matrix", epilogue: {} };
const unpool = { gradient: x, positions, nests: [] };

test.each<[string, Workload, number]>([
  ["conv2d 3x3 2x8x8x4 -> 8", convolution, FLOP],
  [
    "conv2d+bias+pool+relu 3x3 2x8x8x4 -> 8",
    { ...convolution, epilogue: { bias, relu: true, pool: { positions } } },
    FLOP,
  ],
  ["conv2d 3x3 / 2x1 2x8x8x4 -> 8", { ...convolution, geometry: { ...g, strides: [2, 1] } }, FLOP],
  ["conv2d 3x3 input gradient 2x8x8x4 -> 8", { ...convolution, direction: "inputGradient" }, FLOP],
  [
    "conv2d 3x3 filter gradient of a pooling 2x8x8x4 -> 8",
    { ...convolution, direction: "filterGradient", unpool },
    FLOP,
  ],
  [
    "depthwise conv2d+bias+clip 3x3 2x8x8x4 -> 8",
    { ...depthwise, epilogue: { bias, min: 0, max: 6 } },
    DEPTHWISE,
  ],
  ["product+relu 3x5 · 5x7", { ...matrix, epilogue: { relu: true } }, 210],
  ["product 3x5ᵀ · 5x7ᵀ", { ...matrix, transposeA: true, transposeB: true }, 210],
])("work before an algorithm is chosen: %s", (text, work, flop) => {
  expect(describeWorkload(work)).toBe(text);
  expect(gflopOfWorkload(work) * 1e9).toBeCloseTo(flop, 6);
});
