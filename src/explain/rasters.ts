import { at } from "../base/index.ts";
import { type PrepareTransform, type Raster, prepare, resize } from "../data/index.ts";

/** The same image with every pixel as a square of so many. */
export function enlarge({ width, height, data }: Raster, factor: number): Raster {
  const wide = width * factor;
  const large = new Uint8Array(wide * height * factor * 3);
  for (let y = 0; y < height * factor; y++) {
    const row = Math.floor(y / factor) * width;
    for (let x = 0; x < wide; x++) {
      const from = (row + Math.floor(x / factor)) * 3;
      large.set(data.subarray(from, from + 3), (y * wide + x) * 3);
    }
  }
  return { width: wide, height: height * factor, data: large };
}

export interface GridOptions {
  readonly columns: number;
  /** Pixels between tiles. @default 2 */
  readonly gap?: number;
}

/** Tiles of one size in rows, white between them and where the last row ends early. */
export function grid(tiles: readonly Raster[], { columns, gap = 2 }: GridOptions): Raster {
  const { width: tileWidth = 0, height: tileHeight = 0 } = tiles[0] ?? {};
  const across = Math.min(columns, tiles.length);
  const down = Math.ceil(tiles.length / columns);
  const width = across * (tileWidth + gap) - gap;
  const height = down * (tileHeight + gap) - gap;
  const data = new Uint8Array(width * height * 3).fill(255);
  for (const [i, tile] of tiles.entries()) {
    const left = (i % columns) * (tileWidth + gap);
    const top = Math.floor(i / columns) * (tileHeight + gap);
    for (let y = 0; y < tileHeight; y++)
      data.set(
        tile.data.subarray(y * tileWidth * 3, (y + 1) * tileWidth * 3),
        ((top + y) * width + left) * 3,
      );
  }
  return { width, height, data };
}

/** Two images of one size, the second on the right. */
export const sideBySide = (left: Raster, right: Raster): Raster =>
  grid([left, right], { columns: 2, gap: 8 });

/** An image in its own proportions, its longer side so many pixels at the most. */
export function downscale(raster: Raster, maxSide: number): Raster {
  const longer = Math.max(raster.width, raster.height);
  if (longer <= maxSide) return raster;
  const side = (extent: number): number => Math.max(Math.round((extent * maxSide) / longer), 1);
  return prepare(raster, [resize({ height: side(raster.height), width: side(raster.width) })]);
}

/** Maximum and minimum of the longer side of a displayed image, pixels; chosen by eye. */
const maxSide = 1024;
const minSide = 256;

/** An image for display: downscaled where it is very large, enlarged by whole factors where it is tiny. */
export function forDisplay(raster: Raster): Raster {
  const longer = Math.max(raster.width, raster.height);
  return longer < minSide ? enlarge(raster, Math.ceil(minSide / longer)) : downscale(raster, maxSide);
}

/**
 * The part of an image that the network sees, but sharp: in the image's own pixels and aspect where it is only squeezed, else
 * cut and padded as for the network at a multiple of its size.
 */
export function networkView(raster: Raster, steps: readonly PrepareTransform[]): Raster {
  // The decoder has scaled the values already.
  const sizes = steps.filter((step) => step.type !== "range");
  if (sizes.every((step) => step.type === "resize" && step.fit === "stretch")) return raster;
  const scaled = sizes.findIndex(({ type }) => type === "resize");
  const last = at(sizes, sizes.length - 1);
  const room = Math.min(raster.width / last.width, raster.height / last.height);
  const factor = scaled < 0 ? 1 : Math.max(Math.floor(room), 1);
  return prepare(
    raster,
    sizes.map((step, i) =>
      i < scaled ? step : { ...step, height: step.height * factor, width: step.width * factor },
    ),
  );
}
