import type { Homography } from "./homography.ts";
import type { Filled } from "./types.ts";

/** A rectangle of whole pixels: [left, left + width) × [top, top + height). */
export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Moves pixels by a map from the result to the source; one after the other becomes one. */
export interface WarpOp extends Filled {
  readonly op: "warp";
  readonly matrix: Homography;
  /** What of the source may be seen, where that is a part of it. @default all */
  readonly window?: Rectangle;
  /** What was drawn, for people: "rotate +12 deg". Training, which draws for every image, never asks. */
  readonly label: () => string;
}

/** What has been drawn for one image: the same op changes every image of its size in the same way. */
export type ImageOp =
  | WarpOp
  | { readonly op: "flip"; readonly horizontal: boolean; readonly vertical: boolean }
  /** Counter-clockwise, 1 to 3. */
  | { readonly op: "quarterTurn"; readonly quarters: number }
  /** Whole pixels down and to the right. */
  | (Filled & { readonly op: "shift"; readonly dy: number; readonly dx: number })
  /** 1 changes nothing, as in torchvision's functions of these names. */
  | { readonly op: "brightness" | "contrast" | "saturation"; readonly factor: number }
  | { readonly op: "sharpness"; readonly factor: number }
  /** In full circles. */
  | { readonly op: "hue"; readonly shift: number }
  | { readonly op: "grayscale" | "equalize" | "autoContrast" }
  | { readonly op: "posterize"; readonly bits: number }
  | { readonly op: "solarize"; readonly threshold: number }
  /** a · density + b of haematoxylin, eosin and DAB. */
  | { readonly op: "stain"; readonly a: Triple; readonly b: Triple }
  | { readonly op: "blur"; readonly kernelSize: number; readonly sigma: number }
  /** A fraction of the range of levels. */
  | { readonly op: "noise"; readonly stddev: number; readonly seed: number }
  | { readonly op: "jpeg"; readonly quality: number }
  | (Rectangle & {
      readonly op: "erase";
      readonly fillValue: number | "noise";
      readonly seed: number;
    });

export type Triple = readonly [number, number, number];
