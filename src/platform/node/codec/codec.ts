import { createHash } from "node:crypto";
import { fault } from "../../../base/index.ts";
import { type Codec, type Raster, readHere } from "../../../data/index.ts";
import { pixelBudget } from "./budget.ts";
import { imageDecoder } from "./decoder.ts";
import { readInThreads } from "./decodeThreads.ts";
import { loadSharp } from "./sharp.ts";
import { placesOf } from "../files/places.ts";
import { readPlaceSync } from "../files/readPlace.ts";
import { checkRuntime } from "../limits/runtime.ts";
import { MAX_THREADS, usableThreads } from "../usableThreads.ts";

export interface SharpCodecOptions {
  /** Larger images are refused; the large ones being decoded together stay below it too. @default 100 million */
  readonly maxPixels?: number;
  /** Threads that read and decode where there are many images, 1-64; the pixels do not depend on it. @default one for each processor that the process may use, 64 at most */
  readonly threads?: number;
}

/** Starting a thread costs as much as reading some dozens of small images; chosen, not measured. */
const imagesWorthAThread = 64;
/** Files read ahead while one is decoded; chosen, not measured. */
const decodedAtATime = 4;

/**
 * Decodes JPEG, PNG, WebP, GIF, TIFF (first frame), AVIF and BMP, told by their first bytes, in this thread or in many.
 * EXIF orientation applied, alpha laid on white; grey, CMYK and 16 bits become 8-bit sRGB.
 */
export function sharpCodec({
  maxPixels = 100_000_000,
  threads = usableThreads(),
}: SharpCodecOptions = {}): Codec {
  if (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS) {
    throw fault("threads", {
      expected: `a whole number from 1 to ${MAX_THREADS}`,
      received: `${threads}`,
      exitCode: 2,
    });
  }
  const decoder = imageDecoder({ maxPixels, budget: pixelBudget(maxPixels) });
  const here = readHere(decoder, decodedAtATime);
  return {
    ...decoder,
    decode(bytes, path, options) {
      checkRuntime();
      return decoder.decode(bytes, path, options);
    },
    // One file after the other without promises takes a quarter of the time (10,000 files of 10 kB).
    digest(tree, path) {
      const place = placesOf(tree)?.(path);
      return place && createHash("sha256").update(readPlaceSync(place, path)).digest("hex");
    },
    readMany(request, done) {
      checkRuntime();
      const places = placesOf(request.tree);
      const worth = Math.floor(request.paths.length / imagesWorthAThread);
      if (places === undefined || worth === 0) return here(request, done);
      return readInThreads({ ...request, places, maxPixels, threads: Math.min(threads, worth) }, done);
    },
  };
}

/** PNG file of an image. */
export async function encodePng({ data, width, height }: Raster): Promise<Uint8Array> {
  const sharp = await loadSharp();
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** JPEG file of an image, small rather than exact: for display, not for training. */
export async function encodeJpeg({ data, width, height }: Raster): Promise<Uint8Array> {
  const sharp = await loadSharp();
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 78, mozjpeg: true })
    .toBuffer();
}
