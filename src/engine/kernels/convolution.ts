import type { Buffer } from "./buffer.ts";
import type { Nest } from "./nest.ts";

/** Sizes of a 2-D convolution. N images, H×W pixels, C channels in; R×S filters; H'×W' pixels, K channels out. */
export interface ConvGeometry {
  readonly n: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly filters: number;
  /** [vertical, horizontal] */
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** Zeros before the first row and the first column; those after follow from the sizes. */
  readonly padTop: number;
  readonly padLeft: number;
}

/** forward: y from x and w. inputGradient: dx from dy and w. filterGradient: dw from x and dy. */
export type ConvDirection = "forward" | "inputGradient" | "filterGradient";

/** A convolution of one group. */
export interface Convolution {
  readonly kind: "convolution";
  readonly direction: ConvDirection;
  readonly geometry: ConvGeometry;
  /** forward: x, w. inputGradient: dy, w. filterGradient: x, dy. */
  readonly inputs: readonly [Buffer, Buffer];
  readonly output: Buffer;
  /** Gradients only: dy is the gradient of a 2x2 pooling that nobody else reads, so it need not be written out in memory. */
  readonly unpool?: Unpooling;
  /** Work done on the way out, forward only: + bias [K], then the maximum of each 2x2 window and its position. */
  readonly epilogue: ConvEpilogue;
}

export interface ConvEpilogue {
  readonly bias?: Buffer;
  readonly relu?: boolean;
  /** 2x2 max-pooling with stride 2: the output is the pooled map and `positions` [.., u8] holds 0-3. */
  readonly pool?: { readonly positions: Buffer };
}

/** The pooled gradient and the position (0-3) of each of its numbers in its 2x2 window, and the nests that scatter them. */
export interface Unpooling {
  readonly gradient: Buffer;
  readonly positions: Buffer;
  readonly nests: readonly Nest[];
}
