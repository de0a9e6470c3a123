import type { Buffer } from "./buffer.ts";
import type { ConvEpilogue, ConvGeometry } from "./convolution.ts";
import type { MatrixProduct } from "./matrix.ts";

// Kernels after the choice of algorithm: how the work is cut and what is packed is fixed here, by shapes alone.

/** Filters regrouped for a kernel that produces `panel` outputs at a time: [ceil(K / panel)][R·S·C][panel], zeros beyond K. */
export const packedSize = (outputs: number, depth: number, panel: number): number =>
  Math.ceil(outputs / panel) * panel * depth;

/** A convolution of the source as it stands, tile by tile: `rows` output rows of one image are one task. */
export interface DirectConvolution {
  readonly kind: "direct";
  readonly label: string;
  readonly source: Buffer;
  readonly packed: Buffer;
  readonly output: Buffer;
  /** Of this convolution, whatever direction it serves: source [n, height, width, channels] to output [.., filters]. */
  readonly geometry: ConvGeometry;
  readonly epilogue: ConvEpilogue;
  readonly panel: number;
  readonly rows: number;
}

/** dw by whole images: `chunks` runs of images, into partials[chunk][R][S·C][K]; a task takes one filter row of a chunk, or all. */
export interface DirectFilterGradient {
  readonly kind: "directFilter";
  readonly label: string;
  readonly source: Buffer;
  /** dy, or the pooled gradient if there are `positions`. */
  readonly gradient: Buffer;
  /** Where each pooled number stands in its 2x2 window: dy is scattered row by row as it is needed. */
  readonly positions?: Buffer;
  /** [chunks, R·S·C·K] */
  readonly partials: Buffer;
  readonly geometry: ConvGeometry;
  readonly chunks: number;
  /** Filter rows of a task: 1 or R. */
  readonly filterRows: number;
  readonly panel: number;
  /** Output rows and columns handled per pass over the weights; an even number of rows if there are `positions`. */
  readonly rows: number;
  readonly columns: number;
}

/**
 * A product cut into blocks of m × n, the depth into `splits` partial sums that are added afterwards in order: then the output is
 * [splits, m, n] and has no epilogue yet.
 */
export interface PackedProduct extends Omit<MatrixProduct, "kind"> {
  readonly kind: "product";
  readonly splits: number;
  readonly blockM: number;
  readonly blockN: number;
  /**
   * Who regroups B in panels. Every task its own block: worth it where many rows of A use it. Nobody: B serves as it stands,
   * if it is not transposed. A kernel before: `b` is [ceil(n / panel)][k][panel] then.
   */
  readonly packing: "task" | "none" | "before";
  /** Depth of B that is worked through at a time. */
  readonly blockK: number;
  readonly panel: number;
}

export type TiledKernel = DirectConvolution | DirectFilterGradient | PackedProduct;
