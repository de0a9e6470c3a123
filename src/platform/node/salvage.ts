import type { Salvage } from "../../data/index.ts";
import type { PixelBudget } from "./budget.ts";
import { openSharp } from "./sharp.ts";

// The rows as the file holds them: what is lost is its end, however the picture is turned.
const broken = { failOn: "none", autoOrient: false } as const;

/** Decodes a damaged file as far as that goes; nothing where that is nowhere, or where the picture is too large. */
export async function salvage(
  bytes: Uint8Array,
  { maxPixels, budget }: { readonly maxPixels: number; readonly budget: PixelBudget },
): Promise<Salvage | undefined> {
  try {
    const { width, height } = await (await openSharp(bytes, broken)).metadata();
    if (width * height > maxPixels) return undefined;
    const pixels = await budget.spend(width * height, () => decodeSome(bytes));
    const share = rowsBeforeFill(pixels, { width, height }) / height;
    return share > 0 ? { width, height, share } : undefined;
  } catch {
    // Why the file is refused was said before; here it is only found to be beyond help.
    return undefined;
  }
}

const decodeSome = async (bytes: Uint8Array): Promise<Uint8Array> =>
  (await openSharp(bytes, broken)).raw({ depth: "uchar" }).toBuffer();

/** Rows down to the last that is not all of one colour: decoders fill what is missing with the last corner's. */
function rowsBeforeFill(
  pixels: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
): number {
  const channels = pixels.length / (width * height);
  const fill = pixels.subarray(-channels);
  const last = pixels.findLastIndex((value, i) => value !== fill[i % channels]);
  return Math.floor(last / (width * channels)) + 1;
}
