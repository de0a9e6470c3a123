import type { Value } from "../graph/graph.ts";
import type { Convolution } from "./convolution.ts";
import type { Depthwise } from "./depthwise.ts";
import type { MatrixProduct } from "./matrix.ts";
import type { Nest } from "./nest.ts";

/** `output` is `input` under another shape: no work, one buffer. */
export interface Alias {
  readonly kind: "alias";
  readonly input: Value;
  readonly output: Value;
}

/** The whole vocabulary between ops and backends. */
export type Kernel = Nest | MatrixProduct | Convolution | Depthwise | Alias;

export * from "./convolution.ts";
export * from "./depthwise.ts";
export * from "./expr.ts";
export * from "./matrix.ts";
export * from "./nest.ts";
export * from "./tiled.ts";
export * from "./winograd.ts";
export * from "./uniform.ts";
