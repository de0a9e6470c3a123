import { add, conv2d, matmul, relu } from "../../../../src/engine/index.ts";
import { opCase } from "../../cases/draw.ts";
import type { OpCase } from "../../cases.ts";
import type { Family } from "./family.ts";

interface Layout {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

const layouts: readonly Layout[] = [
  {},
  { transposeA: true },
  { transposeB: true },
  { transposeA: true, transposeB: true },
];

type Sizes = readonly [m: number, k: number, n: number];

/** A product of [m, k] by [k, n], as they stand or transposed. */
const product = ([m, k, n]: Sizes, { transposeA = false, transposeB = false }: Layout): OpCase => {
  const name = `${m}x${k}${transposeA ? "ᵀ" : ""} by ${k}x${n}${transposeB ? "ᵀ" : ""}`;
  return opCase(name, (b) =>
    matmul(
      b.differentiable("a", transposeA ? [k, m] : [m, k]),
      b.differentiable("b", transposeB ? [n, k] : [k, n]),
      {
        transposeA,
        transposeB,
      },
    ),
  );
};

/** One number; rows of no tile, columns of no panel, depths that end within a block of 256. */
const sizes: readonly Sizes[] = [
  [1, 1, 1],
  [5, 2, 17],
  [7, 257, 5],
];

const dense = (rows: number, depth: number, columns: number): OpCase =>
  opCase(`relu(${rows}x${depth} by ${depth}x${columns} + bias)`, (b) => {
    const y = matmul(b.differentiable("a", [rows, depth]), b.differentiable("b", [depth, columns]));
    return relu(add(y, b.differentiable("bias", [columns])));
  });

const pointwise = (shape: readonly number[], filters: number): OpCase =>
  opCase(`1x1 convolution of [${shape.join()}] by ${filters} filters`, (b) =>
    relu(conv2d(b.differentiable("x", shape), b.differentiable("w", [1, 1, shape.at(-1) ?? 1, filters]))),
  );

export const productFamilies: readonly Family[] = [
  {
    name: "products",
    kernels: ["product"],
    cases: [
      ...sizes.flatMap((one) => layouts.map((layout) => product(one, layout))),
      // Blocks of 256 rows and 128 columns that are not filled.
      product([259, 3, 5], {}),
      product([3, 5, 131], { transposeB: true }),
      dense(1, 7, 5),
      dense(3, 5, 8),
      dense(7, 9, 13),
    ],
  },
  {
    name: "products in partial sums",
    kernels: ["product", "nest"],
    cases: [dense(3, 1031, 7), product([5, 1025, 1], {}), product([1, 2051, 3], { transposeB: true })],
  },
  {
    name: "products of one row, in partial sums of their own",
    kernels: ["nest"],
    cases: [dense(1, 512, 4), dense(1, 1024, 12)],
  },
  {
    name: "products whose right side is packed before",
    kernels: ["product", "nest"],
    cases: [product([769, 3, 5], {}), product([771, 5, 9], { transposeB: true })],
  },
  {
    name: "convolutions as products",
    algorithm: "packed product",
    kernels: ["product"],
    cases: [pointwise([1, 1, 1, 1], 1), pointwise([1, 3, 5, 7], 5), pointwise([2, 5, 1, 4], 9)],
  },
];
