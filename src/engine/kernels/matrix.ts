import type { Buffer } from "./buffer.ts";

/** out[m, n] = Σ_k A[m, k] · B[k, n], where A or B may stand transposed in memory. */
export interface MatrixProduct {
  readonly kind: "matrix";
  readonly label: string;
  readonly a: Buffer;
  readonly b: Buffer;
  readonly output: Buffer;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** A is stored [k, m]. */
  readonly transposeA: boolean;
  /** B is stored [n, k]. */
  readonly transposeB: boolean;
  /** Done on the way out: + bias [n], then max(·, 0). */
  readonly epilogue: { readonly bias?: Buffer; readonly relu?: boolean };
}
