import { fault, showShape, checkOptions } from "../../../base/index.ts";
import { type Op, type Value, applyOne, defineOp } from "../../graph/graph.ts";
import type { ArrayType } from "../../kernels/index.ts";

/**
 * Which of the two matrices stand transposed in memory.
 * @example
 * const options: Partial<MatmulAttributes> = { transposeA: true };
 * const y = matmul(x, x, options); // [3, 3]
 */
export interface MatmulAttributes {
  /** Whether a is [K, M] and not [M, K]. */
  readonly transposeA: boolean;
  /** Whether b is [N, K] and not [K, N]. */
  readonly transposeB: boolean;
}

function sizes(
  a: Pick<ArrayType, "shape">,
  b: Pick<ArrayType, "shape">,
  { transposeA, transposeB }: MatmulAttributes,
): { m: number; k: number; n: number } {
  const [m, k] = transposeA ? a.shape.toReversed() : a.shape;
  const [inner, n] = transposeB ? b.shape.toReversed() : b.shape;
  if (a.shape.length !== 2 || b.shape.length !== 2 || k !== inner || !m || !k || !n) {
    throw fault("matmul", {
      expected: "a [M, K] and b [K, N]",
      received: `${showShape(a.shape)}${transposeA ? " transposed" : ""} and ${showShape(b.shape)}${transposeB ? " transposed" : ""}`,
    });
  }
  return { m, k, n };
}

/** y = a · b; da = dy · bᵀ, db = aᵀ · dy. */
export const matmulOp: Op<MatmulAttributes, 2> = defineOp<MatmulAttributes, 2>({
  name: "matmul",
  infer: ([a, b], attributes) => {
    const { m, n } = sizes(a, b, attributes);
    return [{ shape: [m, n], dtype: "f32" }];
  },
  gradient: ({ inputs: [a, b], attributes: { transposeA, transposeB }, gradients: [dy] }) => [
    transposeA
      ? matmul(b, dy, { transposeA: transposeB, transposeB: true })
      : matmul(dy, b, { transposeB: !transposeB }),
    transposeB
      ? matmul(dy, a, { transposeA: true, transposeB: transposeA })
      : matmul(a, dy, { transposeA: !transposeA }),
  ],
  reference: ({ inputs: [a, b], attributes }) => {
    const { m, k, n } = sizes(a, b, attributes);
    const y = new Float64Array(m * n);
    const [rowsOfA, stepOfA] = attributes.transposeA ? [1, m] : [k, 1];
    const [columnsOfB, stepOfB] = attributes.transposeB ? [k, 1] : [1, n];
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let l = 0; l < k; l++)
          sum += a.data[i * rowsOfA + l * stepOfA]! * b.data[j * columnsOfB + l * stepOfB]!;
        y[i * n + j] = sum;
      }
    return [y];
  },
  lower: ({ inputs: [a, b], outputs: [output], attributes }) => [
    {
      kind: "matrix",
      label: "matmul",
      a,
      b,
      output,
      ...sizes(a, b, attributes),
      ...attributes,
      epilogue: {},
    },
  ],
});

/**
 * Product of two matrices; a transposed one is read in place, never copied.
 * @example
 * const w = parameter(graph, "w", [4, 3]);
 * const y = matmul(x, w, { transposeB: true }); // [2, 4]
 */
export function matmul(a: Value, b: Value, options: Partial<MatmulAttributes> = {}): Value {
  checkOptions("matmul", options, { transposeA: true, transposeB: true });
  return applyOne(matmulOp, [a, b], { transposeA: false, transposeB: false, ...options });
}
