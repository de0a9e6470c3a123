import type { ModelSpec, Optimizer } from "../nn/index.ts";
import type { RateCurve } from "./rateCurve.ts";

/**
 * Data augmentation: none; mirror (left to right); flips (left to right and upside down); turns (mirror and 90° rotations);
 * shifts (mirror and translation); alternating (mirror in every other epoch, and moved by 2 pixels); light (small changes); microscope (any rotation, stains); photo (crops and colours); heavy (strong
 * changes); auto: turns, mirror or none, as the training images show.
 */
export type Augmentation =
  | "none"
  | "mirror"
  | "flips"
  | "turns"
  | "shifts"
  | "alternating"
  | "light"
  | "microscope"
  | "photo"
  | "heavy"
  | "auto";

/** Default settings of an architecture, as plain data. */
export interface Recipe {
  /** Height and width of the images, pixels. */
  readonly size: number;
  readonly batchSize: number;
  readonly epochs: number;
  /** Its learning rate is the highest of the schedule. */
  readonly optimizer: Optimizer;
  readonly schedule: RateCurve;
  readonly augment: Augmentation;
  /** Part of each image's class that is spread evenly over all classes, in [0, 1). @default 0 */
  readonly labelSmoothing?: number;
  /** standardize: mean 0 and deviation 1 in each colour over the training images. rescale: 0 to 1. */
  readonly normalise: "standardize" | "rescale";
}

/**
 * What every architecture needs to know.
 * @example
 * const options: ModelOptions = { inputShape: [64, 64, 3], classes: 4 };
 */
export interface ModelOptions {
  /** One image, [H, W, C]. */
  readonly inputShape: readonly [number, number, number];
  /** Number of classes: units of the last layer. */
  readonly classes: number;
}

/** An architecture with a name. */
export interface Architecture {
  /** For people, in at most 36 characters: the rest of a line of `fovea models`. */
  readonly about: string;
  readonly recipe: Recipe;
  build(options: ModelOptions): ModelSpec;
}
