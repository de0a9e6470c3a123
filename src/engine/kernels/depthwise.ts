import type { Buffer } from "./buffer.ts";
import type { Nest } from "./nest.ts";
import type { ConvGeometry, Convolution } from "./convolution.ts";

/** A convolution of every channel with a filter of its own, [R, S, 1, C]: as many filters and groups as channels. */
export interface Depthwise extends Pick<Convolution, "direction" | "geometry" | "inputs" | "output"> {
  readonly kind: "depthwise";
  /** Done on the way out, forward only. */
  readonly epilogue: DepthwiseEpilogue;
  /** The same work, epilogue included, as loop nests: for shapes that no vectors of channels suit. */
  readonly nests: readonly Nest[];
}

/** + bias [C], then clipped to [min, max]. */
export interface DepthwiseEpilogue {
  readonly bias?: Buffer;
  readonly min?: number;
  readonly max?: number;
}

/** y from x, or dx from dy, on vectors of channels. */
export interface DepthwiseRows extends DepthwiseTiles, Pick<Depthwise, "epilogue"> {
  readonly kind: "depthwiseRows";
  readonly direction: "forward" | "inputGradient";
  readonly filters: Buffer;
  readonly output: Buffer;
}

/** dw by runs of tiles of dy, into partials[run][R·S][C]. */
export interface DepthwiseSums extends DepthwiseTiles {
  readonly kind: "depthwiseSums";
  readonly gradient: Buffer;
  readonly partials: Buffer;
}

/** The computed rows of an image are cut into tiles; a task is a run of tiles of the batch. */
interface DepthwiseTiles {
  readonly label: string;
  /** Of the forward convolution, in all directions. */
  readonly geometry: ConvGeometry;
  readonly source: Buffer;
  /** Rows of a tile; the last of an image may have fewer. */
  readonly maxRows: number;
  /** Tiles of a task. */
  readonly tiles: number;
  readonly panel: number;
}

export type DepthwiseKernel = DepthwiseRows | DepthwiseSums;
