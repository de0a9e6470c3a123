import type { Buffer } from "./buffer.ts";
import type { Convolution } from "./convolution.ts";
import type { Depthwise, DepthwiseKernel } from "./depthwise.ts";
import type { MatrixProduct } from "./matrix.ts";
import type { Nest } from "./nest.ts";
import type { TiledKernel } from "./tiled.ts";
import type { TransposedConvolution } from "./transposed.ts";
import type { WinogradKernel } from "./winograd.ts";

/** `output` is `input` under another shape: no work, one buffer. */
export interface Alias {
  readonly kind: "alias";
  readonly input: Buffer;
  readonly output: Buffer;
}

/** What an op becomes before an algorithm is chosen for it. */
export type LoweredOp = Nest | MatrixProduct | Convolution | Depthwise | Alias;

/** What a backend emits: a lowered op whose algorithm and tiling are fixed. */
export type Kernel = Nest | TiledKernel | TransposedConvolution | WinogradKernel | DepthwiseKernel;

export * from "./buffer.ts";
export * from "./convolution.ts";
export * from "./depthwise.ts";
export * from "./expr.ts";
export * from "./matrix.ts";
export * from "./nest.ts";
export * from "./tiled.ts";
export * from "./transposed.ts";
export * from "./winograd.ts";
export * from "./uniform.ts";
