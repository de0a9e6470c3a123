import { type Raster, prepare, resize } from "../data/index.ts";
import type { Services } from "./services.ts";

/** Longer side of a page's small pictures, pixels: sharp on a screen with fine pixels, and a few kB. */
export const thumbnailSide = 160;

/** A picture made small enough for a page, in its own proportions; one that is small already comes back itself. */
export function shrink(raster: Raster, side: number = thumbnailSide): Raster {
  const scale = Math.min(side / raster.width, side / raster.height, 1);
  const across = (length: number): number => Math.max(Math.round(length * scale), 1);
  return prepare(raster, [resize({ height: across(raster.height), width: across(raster.width) })]);
}

/** A picture as it can stand in a page that needs no other file. */
export async function dataUrl(raster: Raster, { encodeJpeg }: Pick<Services, "encodeJpeg">): Promise<string> {
  const jpeg = await encodeJpeg(raster);
  return `data:image/jpeg;base64,${btoa(Array.from(jpeg, (byte) => String.fromCharCode(byte)).join(""))}`;
}
