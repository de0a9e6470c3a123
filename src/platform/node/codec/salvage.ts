import type { Raster, Salvaged } from "../../../data/index.ts";
import type { PixelBudget } from "./budget.ts";
import { openSharp, rgbOf } from "./sharp.ts";

// The rows as the file holds them: what is lost is its end, however the image is turned.
const broken = { failOn: "none", autoOrient: false } as const;

/** Decodes a damaged file as far as that goes; nothing where the image is too large to try. */
export async function salvage(
  bytes: Uint8Array,
  { maxPixels, budget }: { readonly maxPixels: number; readonly budget: PixelBudget },
): Promise<Salvaged | undefined> {
  try {
    const { width, height } = await (await openSharp(bytes, broken)).metadata();
    if (width * height > maxPixels) return undefined;
    const decoded = async (): Promise<Raster> => rgbOf(await openSharp(bytes, broken));
    const raster = await budget.spend(width * height, decoded);
    const share = rowsBeforeFill(raster) / raster.height;
    return share > 0 ? { raster, share } : { share };
  } catch {
    // The decoder has reported why the file is refused; here it only counts as lost.
    return { share: 0 };
  }
}

/** Rows down to the last that is not all of one colour: decoders fill what is missing with the last corner's. */
function rowsBeforeFill({ data, width }: Raster): number {
  const fill = data.subarray(-3);
  const last = data.findLastIndex((value, i) => value !== fill[i % 3]);
  return Math.floor(last / (width * 3)) + 1;
}
