import { checkOptions, fault, isObject, showValue } from "../../base/index.ts";
import type { Raster } from "../types.ts";
import { type Box, resampleInto } from "./resample.ts";
import {
  type CenterCrop,
  type Fit,
  type PrepareTransform,
  type Resize,
  type Size,
  fitNames,
} from "./types.ts";

/**
 * Options of `resize`.
 * @example
 * const options: ResizeOptions = { height: 96, width: 96, fit: "pad" };
 */
export interface ResizeOptions extends Size {
  /** What happens where the aspect ratio changes. @default "stretch" */
  readonly fit?: Fit;
}

/**
 * The step that resizes every image to height × width pixels, bilinear and antialiased. @default fit "stretch"
 * @example
 * const small = resize({ width: 4, height: 4, data: new Uint8Array(48) }, { height: 2, width: 2 });
 * small.data.length; // → 12
 */
export function resize(options: ResizeOptions): Resize;
/** Resizes one image, with the pixels that the step gives. Shares memory with an image that has the size already. */
export function resize(image: Raster, options: ResizeOptions): Raster;
export function resize(
  ...given: readonly [options: ResizeOptions] | readonly [image: Raster, options: ResizeOptions]
): Resize | Raster {
  if (given.length === 2) return applyStep(checkRaster("resize: image", given[0]), resize(given[1]));
  const [options] = given;
  checkOptions("resize", options, { height: true, width: true, fit: true });
  const { fit = "stretch" } = options;
  if (!fitNames.includes(fit)) {
    throw fault("resize: fit", {
      expected: `one of ${fitNames.join(", ")}`,
      received: showValue(fit),
      exitCode: 2,
    });
  }
  return { type: "resize", ...sizeIn("resize", options), fit };
}

/**
 * The step that crops height × width pixels from the centre of every image; a smaller image is padded with black.
 * @example
 * const cropped = centerCrop({ width: 4, height: 4, data: new Uint8Array(48) }, { height: 2, width: 2 });
 * cropped.data.length; // → 12
 */
export function centerCrop(options: Size): CenterCrop;
/** Crops one image, with the pixels that the step gives. Shares memory with an image that has the size already. */
export function centerCrop(image: Raster, options: Size): Raster;
export function centerCrop(
  ...given: readonly [options: Size] | readonly [image: Raster, options: Size]
): CenterCrop | Raster {
  if (given.length === 2) return applyStep(checkRaster("centerCrop: image", given[0]), centerCrop(given[1]));
  const [options] = given;
  checkOptions("centerCrop", options, { height: true, width: true });
  return { type: "centerCrop", ...sizeIn("centerCrop", options) };
}

/** Extents alone. @throws when a side is no whole number of pixels from 1 */
function sizeIn(who: string, { height, width }: Size): Size {
  for (const [side, pixels] of Object.entries({ height, width })) {
    if (Number.isSafeInteger(pixels) && pixels >= 1) continue;
    throw fault(`${who}: ${side}`, {
      expected: "a whole number of pixels, 1 or more",
      received: showValue(pixels),
      exitCode: 2,
    });
  }
  return { height, width };
}

/** @throws when a value is no decoded image: width · height · 3 bytes */
export function checkRaster(who: string, image: Raster): Raster {
  const { width, height, data } = isObject(image) ? image : {};
  const fits =
    data instanceof Uint8Array && Number(width) > 0 && data.length === Number(width) * Number(height) * 3;
  if (fits) return image;
  throw fault(who, {
    expected:
      "a decoded image { width, height, data }, its data width · height · 3 bytes of RGB in a Uint8Array",
    received: isObject(image)
      ? `${showValue(width)} x ${showValue(height)} with ${showValue(data)}`
      : showValue(image),
    exitCode: 2,
  });
}

/** Runs the steps in order; the same function in training, evaluation and serving. Shares memory with an image that already has its size. */
export function prepare(raster: Raster, transforms: readonly PrepareTransform[]): Raster {
  return transforms.reduce((image, step) => applyStep(image, step), raster);
}

/** The same, written to `target`, which has room for `preparedBytes`. */
export function prepareInto(
  raster: Raster,
  transforms: readonly PrepareTransform[],
  target: Uint8Array,
): void {
  const last = transforms.at(-1);
  const image = prepare(raster, transforms.slice(0, -1));
  const { data } = last ? applyStep(image, last, target) : image;
  if (data !== target) target.set(data);
}

/** Extents that every prepared image has. @throws when no step fixes them. */
export function preparedSize(transforms: readonly PrepareTransform[]): Size {
  const last = transforms.at(-1);
  if (!last || last.type === "range") {
    throw fault("transforms", {
      expected: "a resize or centerCrop",
      received: last ? "a range alone" : "none",
      fix: "add resize({ height, width })",
    });
  }
  return { height: last.height, width: last.width };
}

/** H·W·3 of every prepared image. @throws when no step fixes its extents. */
export function preparedBytes(transforms: readonly PrepareTransform[]): number {
  const { height, width } = preparedSize(transforms);
  return height * width * 3;
}

/** Into `target` where it is given; an image that needs no change comes back itself. */
function applyStep(raster: Raster, step: PrepareTransform, target?: Uint8Array): Raster {
  // The decoder has scaled the values: they are gone in an image of bytes.
  if (step.type === "range") return raster;
  const { height, width } = step;
  if (raster.height === height && raster.width === width) return raster;
  const data = target ?? new Uint8Array(height * width * 3);
  switch (step.type) {
    case "resize":
      scaleInto(raster, step, data);
      break;
    case "centerCrop":
      copyCentred(raster, step, data);
      break;
    default:
      step satisfies never;
  }
  return { height, width, data };
}

function scaleInto(raster: Raster, { height, width, fit }: Resize, target: Uint8Array): void {
  const whole = { left: 0, top: 0, right: raster.width, bottom: raster.height };
  switch (fit) {
    case "stretch":
      return resampleInto(raster, whole, { height, width }, target);
    case "crop":
      return resampleInto(raster, middleOfAspect(raster, width / height), { height, width }, target);
    case "pad": {
      const ratio = Math.min(height / raster.height, width / raster.width);
      const inner = {
        height: Math.max(Math.round(raster.height * ratio), 1),
        width: Math.max(Math.round(raster.width * ratio), 1),
      };
      const data = new Uint8Array(inner.height * inner.width * 3);
      resampleInto(raster, whole, inner, data);
      return copyCentred({ ...inner, data }, { height, width }, target);
    }
    default:
      return fit satisfies never;
  }
}

/** Largest box of that aspect (width over height) in the middle of the image. */
function middleOfAspect({ width, height }: Raster, aspect: number): Box {
  const boxWidth = Math.min(width, height * aspect);
  const boxHeight = Math.min(height, width / aspect);
  const left = (width - boxWidth) / 2;
  const top = (height - boxHeight) / 2;
  return { left, top, right: left + boxWidth, bottom: top + boxHeight };
}

/** Cuts where the image is larger than the size, leaves black where it is smaller. */
function copyCentred(raster: Raster, { height, width }: Size, target: Uint8Array): void {
  target.fill(0);
  const left = Math.floor((raster.width - width) / 2);
  const top = Math.floor((raster.height - height) / 2);
  const firstX = Math.max(left, 0);
  const endX = Math.min(left + width, raster.width);
  for (let y = Math.max(top, 0); y < Math.min(top + height, raster.height); y++) {
    const row = raster.data.subarray((y * raster.width + firstX) * 3, (y * raster.width + endX) * 3);
    target.set(row, ((y - top) * width + firstX - left) * 3);
  }
}
