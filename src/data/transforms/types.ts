import type { AugmentTransform } from "../augment/types.ts";

export const fitNames = ["stretch", "crop", "pad"] as const;

/**
 * How an image of another aspect ratio is fitted: "stretch" distorts it, "crop" cuts the longer side, "pad" adds black borders.
 * @example
 * const fit: Fit = "pad";
 */
export type Fit = "stretch" | "crop" | "pad";

/**
 * Values of an image file that become black and white.
 * @example
 * const range: StoredRange = { min: 0, max: 4095 }; // 12 bits in a file of 16
 */
export interface StoredRange {
  /** This and what is below becomes 0; a whole number from 0. */
  readonly min: number;
  /** This and what is above becomes 255; a whole number from `min` + 1 to 65,535. */
  readonly max: number;
}

/** Scales the values that a file holds, `min` to `max`, to 0 to 255, before anything else is done to them; only as the first step. */
export interface RangeStep extends StoredRange {
  readonly type: "range";
}

/**
 * Scales an image to height × width pixels, bilinear and antialiased.
 * @example
 * const step: Resize = resize({ height: 96, width: 96 });
 */
export interface Resize {
  readonly type: "resize";
  /** Pixels of the result, a whole number from 1. */
  readonly height: number;
  /** Pixels of the result, a whole number from 1. */
  readonly width: number;
  /** What happens where the aspect ratio changes. */
  readonly fit: Fit;
}

/** Cuts height × width pixels out of the middle; a smaller image is set on black. */
export interface CenterCrop {
  readonly type: "centerCrop";
  /** Pixels of the result, a whole number from 1. */
  readonly height: number;
  /** Pixels of the result, a whole number from 1. */
  readonly width: number;
}

/** x · scale + offset; the input is a byte, 0 to 255, unless another step stands before. */
export interface Rescale {
  readonly type: "rescale";
  /** Factor, e.g. 1 / 255 for values from 0 to 1. */
  readonly scale: number;
  /** Added after the product. */
  readonly offset: number;
}

/** (x - mean) / deviation for each of R, G, B, on the scale of the values that reach it: 0 to 255 when it comes first. */
export interface Standardize {
  readonly type: "standardize";
  /** Mean of R, G and B, subtracted. */
  readonly mean: readonly [number, number, number];
  /** Standard deviation of R, G and B, above 0; the divisor. */
  readonly deviation: readonly [number, number, number];
}

/** A step after which every image has one size. */
export type SizeTransform = Resize | CenterCrop;
/**
 * Image in, image out, always the same: done once, before the cache.
 * @example
 * const steps: readonly PrepareTransform[] = [resize({ height: 96, width: 96 })];
 */
export type PrepareTransform = RangeStep | SizeTransform;
/** Bytes in, the numbers that the network sees out. */
export type NormaliseTransform = Rescale | Standardize;
/**
 * One step from a decoded image to the network's input; plain JSON, kept in the model file.
 * @example
 * const transforms: readonly Transform[] = [resize({ height: 96, width: 96 }), rescale({ scale: 1 / 255 })];
 */
export type Transform = PrepareTransform | AugmentTransform | NormaliseTransform;

/**
 * Extents of an image in pixels.
 * @example
 * const size: Size = { height: 96, width: 96 };
 */
export interface Size {
  /** Pixels, a whole number from 1. */
  readonly height: number;
  /** Pixels, a whole number from 1. */
  readonly width: number;
}
