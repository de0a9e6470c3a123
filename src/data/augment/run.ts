import type { Size } from "../transforms/types.ts";
import { gaussianBlur } from "./kernels/blur.ts";
import { grayscale, hue, saturation } from "./kernels/colour.ts";
import { flip, quarterTurn, shift } from "./kernels/copies.ts";
import { composed } from "./homography.ts";
import { jpeg } from "./kernels/jpeg.ts";
import { autoContrast, brightness, contrast, equalize, posterize, solarize } from "./kernels/levels.ts";
import { addNoise, erase } from "./kernels/noise.ts";
import type { ImageOp, WarpOp } from "./ops.ts";
import { sharpness } from "./kernels/sharpness.ts";
import { stain } from "./kernels/stain.ts";
import { type Moved, warp } from "./kernels/warp.ts";

/** Two buffers of one image's size. */
interface Buffers {
  readonly first: Uint8Array;
  readonly second: Uint8Array;
}

/** Runs the ops on the image in `first`. Returns the buffer that holds the result; the other is free. */
export function runOps({ first, second }: Buffers, size: Size, ops: readonly ImageOp[]): Uint8Array {
  let [from, to] = [first, second];
  for (const op of joinWarps(ops)) if (runOp({ from, to, ...size }, op)) [from, to] = [to, from];
  return from;
}

/** Makes one of moves that follow each other, so that an image is resampled once: quicker, and less blurred. */
export function joinWarps(ops: readonly ImageOp[]): readonly ImageOp[] {
  const joined: ImageOp[] = [];
  for (const op of ops) {
    const last = joined.at(-1);
    if (last?.op === "warp" && op.op === "warp" && joins(last, op))
      joined[joined.length - 1] = joinedOf(last, op);
    else joined.push(op);
  }
  return joined;
}

/** A crop is all there is beyond its edges only where it stands alone. */
const joins = (first: WarpOp, second: WarpOp): boolean =>
  first.window !== undefined ||
  second.window !== undefined ||
  (first.fillMode === second.fillMode && first.fillValue === second.fillValue);

function joinedOf(first: WarpOp, second: WarpOp): WarpOp {
  const { fillMode, fillValue } = first.window === undefined ? first : second;
  const label = (): string => `${first.label()}, ${second.label()}`;
  return { op: "warp", matrix: composed(first.matrix, second.matrix), fillMode, fillValue, label };
}

/** Writes the result to `to` and returns true, or changes `from` in place and returns false. */
function runOp(image: Moved, op: ImageOp): boolean {
  switch (op.op) {
    case "warp":
      warp(image, op);
      return true;
    case "flip":
      flip(image, op.horizontal, op.vertical);
      return true;
    case "quarterTurn":
      quarterTurn(image, op.quarters);
      return true;
    case "shift":
      shift(image, op);
      return true;
    case "blur":
      gaussianBlur(image, op.kernelSize, op.sigma);
      return true;
    case "sharpness":
      sharpness(image, op.factor);
      return true;
    default:
      changeLevels(image, op);
      return false;
  }
}

type LevelOp = Exclude<
  ImageOp,
  { readonly op: "warp" | "flip" | "quarterTurn" | "shift" | "blur" | "sharpness" }
>;

/** Changes the pixels in place. */
function changeLevels({ from: pixels, height, width }: Moved, op: LevelOp): void {
  switch (op.op) {
    case "brightness":
      return brightness(pixels, op.factor);
    case "contrast":
      return contrast(pixels, op.factor);
    case "saturation":
      return saturation(pixels, op.factor);
    case "hue":
      return hue(pixels, op.shift);
    case "grayscale":
      return grayscale(pixels);
    case "equalize":
      return equalize(pixels);
    case "autoContrast":
      return autoContrast(pixels);
    case "posterize":
      return posterize(pixels, op.bits);
    case "solarize":
      return solarize(pixels, op.threshold);
    case "stain":
      return stain(pixels, op.a, op.b);
    case "noise":
      return addNoise(pixels, op.stddev, op.seed);
    case "jpeg":
      return jpeg(pixels, { height, width }, op.quality);
    case "erase":
      return erase(pixels, { height, width }, op);
    default:
      return op satisfies never;
  }
}
