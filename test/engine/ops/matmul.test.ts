import { describe, expect, test } from "vitest";
import { type MatmulAttributes, type Value, matmul, relu } from "../../../src/engine/index.ts";
import { expectFault, expectGradients, expectSlopes, expectValue, inputs, shapeOf } from "./holds.ts";

const shape = (
  a: readonly number[],
  b: readonly number[],
  options?: Partial<MatmulAttributes>,
): readonly number[] => shapeOf([a, b], (x, y) => matmul(x, y, options));

const turns: readonly MatmulAttributes[] = [
  { transposeA: false, transposeB: false },
  { transposeA: true, transposeB: false },
  { transposeA: false, transposeB: true },
  { transposeA: true, transposeB: true },
];

describe.each(turns)("a product of matrices with %o", (options) => {
  const stored = (rows: number, columns: number, transposed: boolean): readonly [number, number] =>
    transposed ? [columns, rows] : [rows, columns];
  /** The same matrix as it stands in memory. */
  const laid = (rows: readonly (readonly number[])[], transposed: boolean): number[] =>
    transposed ? (rows[0] ?? []).flatMap((_, j) => rows.map((row) => row[j] ?? 0)) : rows.flat();

  // [1 2 3; 4 5 6] · [1 0; 0 1; 2 -1] = [7 -1; 16 -1]
  const a = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  const b = [
    [1, 0],
    [0, 1],
    [2, -1],
  ];
  const given = {
    a: [stored(2, 3, options.transposeA), laid(a, options.transposeA)],
    b: [stored(3, 2, options.transposeB), laid(b, options.transposeB)],
  } as const;

  test("has the numbers of the definition", () => {
    expectValue(given, (v) => matmul(v.a, v.b, options), [
      [2, 2],
      [7, -1, 16, -1],
    ]);
  });

  test("gives each input the row sums or column sums of the other", () => {
    expectGradients(given, (v) => matmul(v.a, v.b, options), {
      a: laid(
        [
          [1, 1, 1],
          [1, 1, 1],
        ],
        options.transposeA,
      ),
      b: laid(
        [
          [5, 5],
          [7, 7],
          [9, 9],
        ],
        options.transposeB,
      ),
    });
  });

  test.each([
    [1, 1, 1],
    [1, 5, 3],
    [4, 1, 2],
    [3, 2, 1],
  ])("has gradients that agree with differences for M, K, N = %i, %i, %i", (m, k, n) => {
    expectSlopes((builder) =>
      matmul(
        builder.differentiable("a", stored(m, k, options.transposeA)),
        builder.differentiable("b", stored(k, n, options.transposeB)),
        options,
      ),
    );
  });

  test("refuses inner extents that differ and shows both", () => {
    const [left, right] = [stored(2, 3, options.transposeA), stored(4, 2, options.transposeB)];
    const shown = (pair: readonly number[], transposed: boolean): string =>
      `[${pair.join(", ")}]${transposed ? " transposed" : ""}`;
    const received = `${shown(left, options.transposeA)} and ${shown(right, options.transposeB)}`;
    expectFault(() => shape(left, right, options), "matmul", "a [M, K] and b [K, N]", received);
  });
});

test.each<[string, readonly number[], readonly number[]]>([
  ["a vector on the left", [3], [3, 2]],
  ["a vector on the right", [2, 3], [3]],
  ["a batch", [4, 2, 3], [3, 2]],
  ["a number", [], [1, 1]],
  ["a matrix without rows", [0, 3], [3, 2]],
  ["a sum over nothing", [2, 0], [0, 2]],
])("a product refuses %s", (_, a, b) => {
  expectFault(() => shape(a, b), "matmul", "[M, K]", `[${a.join(", ")}] and [${b.join(", ")}]`);
});

test("a transposed matrix is read where it stands: one node", () => {
  const [a, b] = inputs([3, 2], [3, 4]) as [Value, Value];
  matmul(a, b, { transposeA: true });
  expect(a.graph.nodes.map(({ op }) => op.name)).toEqual(["matmul"]);
});

test("a matrix times itself gets both gradients", () => {
  expectSlopes((b) => {
    const x = b.differentiable("x", [3, 3]);
    return matmul(x, x, { transposeB: true });
  });
  expectSlopes((b) => {
    const x = b.differentiable("x", [2, 2]);
    return relu(matmul(matmul(x, x), x));
  }, 3);
});
