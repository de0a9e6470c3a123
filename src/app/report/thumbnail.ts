import type { DecodeOptions, FileTree, Raster } from "../../data/index.ts";
import { downscale } from "../../explain/index.ts";
import type { Services } from "../context.ts";

/** Longer side of a page's small images, pixels: sharp on a screen with fine pixels, and a few kB. */
const thumbnailSide = 160;

/** An image of the data made small for a page, or what is left of it where it is damaged; nothing where there is nothing to show. */
export async function smallImage(
  path: string,
  tree: FileTree,
  { codec, range }: Pick<Services, "codec"> & DecodeOptions,
): Promise<Raster | undefined> {
  try {
    const bytes = await tree.read(path);
    const raster = await codec
      .decode(bytes, path, { range })
      .catch(async () => (await codec.salvage?.(bytes))?.raster);
    return raster && downscale(raster, thumbnailSide);
  } catch {
    // The file is gone meanwhile.
    return undefined;
  }
}

/** An image as it can stand in a page that needs no other file. */
export const dataUrl = async (
  raster: Raster,
  { encodeJpeg }: Pick<Services, "encodeJpeg">,
): Promise<string> => dataUrlOf("image/jpeg", await encodeJpeg(raster));

/** The bytes of an image file as a data URL. */
export const dataUrlOf = (type: "image/jpeg" | "image/png", bytes: Uint8Array): string =>
  `data:${type};base64,${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))}`;
