import { at, checkOptions } from "../base/index.ts";
import type { Raster } from "../data/index.ts";
import { colourTable } from "./colours.ts";
import { type HeatMap, brightest, scaleHeat } from "./heat.ts";

/**
 * Scale of `overlay`.
 * @example
 * const options: OverlayOptions = { peak: 1 }; // one scale for several images
 */
export interface OverlayOptions {
  /** The heat that gets the brightest colour. @default the map's maximum, or more where the evidence against the class is far larger */
  readonly peak?: number;
}

/** Part of the colour in the mixture with the image; chosen by eye. */
const strength = 0.55;

/**
 * The image under its heat map, from dark (none) to bright yellow (most), at the image's own size.
 * @example
 * const heat = ndarray(Float32Array.of(0, 0, 0, 1), [2, 2]); // a row of model.gradCam
 * const shown = overlay({ width: 8, height: 8, data: new Uint8Array(8 * 8 * 3) }, heat);
 * shown.width; // → 8
 */
export function overlay(raster: Raster, heat: HeatMap, options: OverlayOptions = {}): Raster {
  checkOptions("overlay", options, { peak: true });
  const { peak = brightest(heat) } = options;
  const { width, height } = raster;
  const colours = colourTable("inferno");
  const scaled = scaleHeat(heat, height, width).data;
  const data = new Uint8Array(raster.data.length);
  scaled.forEach((value, i) => {
    const step = peak > 0 ? Math.round(255 * Math.min(Math.max(value / peak, 0), 1)) : 0;
    for (let c = 0; c < 3; c++)
      data[i * 3 + c] = Math.round(
        at(raster.data, i * 3 + c) * (1 - strength) + at(colours, step * 3 + c) * strength,
      );
  });
  return { width, height, data };
}
