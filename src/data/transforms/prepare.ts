import { fault } from "../../base/index.ts";
import type { Raster } from "../types.ts";
import { type Box, resample } from "./resample.ts";
import type { CenterCrop, Fit, PrepareTransform, Resize, Size } from "./types.ts";

/** Makes the step that scales every picture to one size. @default fit "stretch" */
export const resize = ({ height, width, fit = "stretch" }: Size & { readonly fit?: Fit }): Resize => ({
  type: "resize",
  height,
  width,
  fit,
});

/** Makes the step that cuts the middle out of every picture. */
export const centerCrop = ({ height, width }: Size): CenterCrop => ({ type: "centerCrop", height, width });

/** Runs the steps in order; the same function in training, evaluation and serving. */
export function prepare(raster: Raster, transforms: readonly PrepareTransform[]): Raster {
  return transforms.reduce(applyStep, raster);
}

/** Extents that every prepared picture has. @throws when no step fixes them. */
export function preparedSize(transforms: readonly PrepareTransform[]): Size {
  const last = transforms.at(-1);
  if (!last) {
    throw fault("transforms", {
      expected: "a resize or centerCrop",
      received: "none",
      fix: "add resize({ height, width })",
    });
  }
  return { height: last.height, width: last.width };
}

function applyStep(raster: Raster, step: PrepareTransform): Raster {
  switch (step.type) {
    case "resize":
      return scale(raster, step);
    case "centerCrop":
      return placeInMiddle(raster, step);
    default:
      return step satisfies never;
  }
}

function scale(raster: Raster, { height, width, fit }: Resize): Raster {
  if (raster.height === height && raster.width === width) return raster;
  const whole = { left: 0, top: 0, right: raster.width, bottom: raster.height };
  switch (fit) {
    case "stretch":
      return resample(raster, whole, { height, width });
    case "crop":
      return resample(raster, middleOfAspect(raster, width / height), { height, width });
    case "pad": {
      const ratio = Math.min(height / raster.height, width / raster.width);
      const inner = {
        height: Math.max(Math.round(raster.height * ratio), 1),
        width: Math.max(Math.round(raster.width * ratio), 1),
      };
      return placeInMiddle(resample(raster, whole, inner), { height, width });
    }
    default:
      return fit satisfies never;
  }
}

/** Largest box of that aspect (width over height) in the middle of the picture. */
function middleOfAspect({ width, height }: Raster, aspect: number): Box {
  const boxWidth = Math.min(width, height * aspect);
  const boxHeight = Math.min(height, width / aspect);
  const left = (width - boxWidth) / 2;
  const top = (height - boxHeight) / 2;
  return { left, top, right: left + boxWidth, bottom: top + boxHeight };
}

/** Cuts where the picture is larger than the size, leaves black where it is smaller. */
function placeInMiddle(raster: Raster, { height, width }: Size): Raster {
  const data = new Uint8Array(height * width * 3);
  const left = Math.floor((raster.width - width) / 2);
  const top = Math.floor((raster.height - height) / 2);
  const firstX = Math.max(left, 0);
  const endX = Math.min(left + width, raster.width);
  for (let y = Math.max(top, 0); y < Math.min(top + height, raster.height); y++) {
    const row = raster.data.subarray((y * raster.width + firstX) * 3, (y * raster.width + endX) * 3);
    data.set(row, ((y - top) * width + firstX - left) * 3);
  }
  return { width, height, data };
}
