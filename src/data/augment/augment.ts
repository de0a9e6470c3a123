import type { Size } from "../transforms/types.ts";
import { type ImageRandom, drawOps } from "./draw.ts";
import type { ImageOp } from "./ops.ts";
import { runOps } from "./run.ts";
import type { AugmentTransform } from "./types.ts";

/** Two buffers of one image's size, so that a run over many images allocates nothing. */
export interface AugmentScratch {
  readonly first: Uint8Array;
  readonly second: Uint8Array;
}

/** Room for images of that size. */
export const augmentScratch = ({ height, width }: Size): AugmentScratch => ({
  first: new Uint8Array(height * width * 3),
  second: new Uint8Array(height * width * 3),
});

/** What the steps do to one image of that size; it depends on the random numbers alone. */
export const drawAll = (
  steps: readonly AugmentTransform[],
  size: Size,
  random: ImageRandom,
): readonly ImageOp[] => steps.flatMap((step) => drawOps(step, size, random));

/**
 * Runs the steps on the image [height, width, 3] that lies in `scratch.first`.
 * Returns the buffer that holds the result: one of the two, the other is free.
 */
export const augment = (
  scratch: AugmentScratch,
  size: Size,
  transforms: readonly AugmentTransform[],
  random: ImageRandom,
): Uint8Array => runOps(scratch, size, drawAll(transforms, size, random));
