import type { Value } from "../graph/graph.ts";
import type { ConvGeometry, Convolution } from "./convolution.ts";
import type { Kernel } from "./index.ts";

/** A convolution of every channel with a filter of its own, [R, S, 1, C]: as many filters and groups as channels. */
export interface Depthwise extends Pick<Convolution, "direction" | "geometry" | "inputs" | "output"> {
  readonly kind: "depthwise";
  /** Done on the way out, forward only. */
  readonly epilogue: DepthwiseEpilogue;
  /** The same work, epilogue included, as loop nests: for shapes that no vectors of channels suit. */
  readonly loops: readonly Kernel[];
}

/** + bias [C], then kept in [least, most]. */
export interface DepthwiseEpilogue {
  readonly bias?: Value;
  readonly least?: number;
  readonly most?: number;
}

/** y from x, or dx from dy, on vectors of channels. */
export interface DepthwiseRows extends DepthwiseTiles, Pick<Depthwise, "epilogue"> {
  readonly kind: "depthwiseRows";
  readonly direction: "forward" | "inputGradient";
  readonly filters: Value;
  readonly output: Value;
}

/** dw by runs of tiles of dy, into parts[run][R·S][C]. */
export interface DepthwiseSums extends DepthwiseTiles {
  readonly kind: "depthwiseSums";
  readonly gradient: Value;
  readonly parts: Value;
}

/** The computed rows of a picture are cut into tiles; a task is a run of tiles of the batch. */
interface DepthwiseTiles {
  readonly label: string;
  /** Of the forward convolution, in all directions. */
  readonly geometry: ConvGeometry;
  readonly source: Value;
  /** The most rows of a tile. */
  readonly tallest: number;
  /** Tiles of a task. */
  readonly tiles: number;
  readonly panel: number;
}

export type DepthwiseKernel = DepthwiseRows | DepthwiseSums;
