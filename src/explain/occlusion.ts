// Zeiler & Fergus 2014, "Visualizing and Understanding Convolutional Networks", arXiv:1311.2901, section 4.2.
import { type Shape, addAt, at, fault, ndarray } from "../base/index.ts";
import type { HeatMap } from "./heat.ts";

export interface OcclusionOptions {
  /** Of one image, [H, W, 3]. */
  readonly inputShape: Shape;
  /** Probabilities [n, classes] of n prepared images, H·W·3 bytes each. */
  readonly classify: (images: readonly Uint8Array[]) => Promise<Float32Array>;
  /** Class whose probability is watched. */
  readonly classIndex: number;
  /** Side of the patch, pixels of the prepared image. @default a sixth of the shorter side */
  readonly patch?: number;
  /** Steps of the patch, pixels, about: a whole number of equal steps fills each side. @default half of the patch */
  readonly stride?: number;
  /** Images made at a time. @default 32 */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
}

export interface Occlusion {
  /** Drop of the probability with the patch at each position, [rows, columns]; below 0 where it rose. */
  readonly drops: HeatMap;
  /** Of the class for the image as it is. */
  readonly probability: number;
  readonly patch: number;
}

/**
 * Slides a patch of the image's mean colour over it and watches the probability of a class. The places divide the image into
 * equal cells; at its edges the patch reaches over them.
 */
export async function occlusion(image: Uint8Array, options: OcclusionOptions): Promise<Occlusion> {
  const { inputShape, classify, classIndex, batchSize = 32, signal } = options;
  const [height = 0, width = 0] = inputShape;
  const shorter = Math.min(height, width);
  const patch = options.patch ?? Math.max(Math.round(shorter / 6), 1);
  if (patch > shorter) {
    throw fault("patch", {
      expected: `at most the image's shorter side, ${shorter} pixels`,
      received: `${patch}`,
      exitCode: 2,
    });
  }
  const stride = options.stride ?? Math.max(Math.floor(patch / 2), 1);
  const rows = Math.max(Math.round(height / stride), 1);
  const columns = Math.max(Math.round(width / stride), 1);
  const colour = meanColour(image);
  const positions = Array.from({ length: rows * columns }, (_, i) => ({
    y: ((Math.floor(i / columns) + 0.5) * height) / rows,
    x: (((i % columns) + 0.5) * width) / columns,
  }));
  const whole = await classify([image]);
  const probability = at(whole, classIndex);
  const drops = new Float32Array(positions.length);
  for (let from = 0; from < positions.length; from += batchSize) {
    signal?.throwIfAborted();
    const batch = positions.slice(from, from + batchSize);
    const covered = batch.map((position) => cover(image, { ...position, height, width, patch, colour }));
    const found = await classify(covered);
    batch.forEach((_, i) => {
      drops[from + i] = probability - at(found, i * whole.length + classIndex);
    });
  }
  return { drops: ndarray(drops, [rows, columns]), probability, patch };
}

/** Mean of red, green and blue. */
function meanColour(image: Uint8Array): readonly number[] {
  const sums = [0, 0, 0];
  image.forEach((byte, i) => addAt(sums, i % 3, byte));
  return sums.map((sum) => Math.round((3 * sum) / image.length));
}

interface Patch {
  /** Centre, pixels. */
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly width: number;
  readonly patch: number;
  /** Red, green and blue. */
  readonly colour: readonly number[];
}

/** A copy with a square in one colour. */
function cover(image: Uint8Array, { x, y, height, width, patch, colour }: Patch): Uint8Array {
  const copy = image.slice();
  const [left, top] = [Math.round(x - patch / 2), Math.round(y - patch / 2)];
  for (let row = Math.max(top, 0); row < Math.min(top + patch, height); row++)
    for (let column = Math.max(left, 0); column < Math.min(left + patch, width); column++)
      copy.set(colour, (row * width + column) * 3);
  return copy;
}
