import type { default as SharpFunction, Sharp, SharpOptions } from "sharp";
import { fault, shortageFault } from "../../../base/index.ts";
import type { Raster } from "../../../data/index.ts";

let loading: Promise<typeof SharpFunction> | undefined;

/** Loads sharp where an image needs it: that takes a thread as long as reading a hundred small JPEGs. */
export function loadSharp(): Promise<typeof SharpFunction> {
  loading ??= importSharp();
  return loading;
}

async function importSharp(): Promise<typeof SharpFunction> {
  const { default: sharp } = await import("sharp").catch((cause: unknown) => {
    const short = shortageFault(cause);
    if (short) throw short;
    throw fault("sharp", {
      expected: "the package sharp, which decodes images, beside the program",
      received: cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause),
      fix: "npm install sharp; a bundler must leave it external",
      ofProcess: true,
      cause,
    });
  });
  // Several images at a time, one thread each, keeps all cores busy with less waiting than the reverse.
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
}

// "error" refuses cut-off files and broken data, and lets pass what only deserves a warning, e.g. odd metadata.
const usual = { failOn: "error", limitInputPixels: false, autoOrient: true, sequentialRead: true } as const;

/** Opens an image file; EXIF orientation is applied. */
export async function openSharp(bytes: Uint8Array, options: SharpOptions = {}): Promise<Sharp> {
  const sharp = await loadSharp();
  return sharp(bytes, { ...usual, ...options });
}

/** The pixels as 8-bit sRGB, alpha laid on white. */
export async function rgbOf(image: Sharp): Promise<Raster> {
  const { data, info } = await image
    .flatten({ background: "white" })
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  // A Buffer's slice() is a view where everybody else's is a copy: who changes its copy of an image would change the image.
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { width, height, data: channels === 3 ? pixels : threeChannels(pixels, channels) };
}

/** Grey [n, 1 or 2] repeats its first value; of RGBA the alpha is dropped. */
function threeChannels(data: Uint8Array, channels: number): Uint8Array {
  const out = new Uint8Array((data.length / channels) * 3);
  for (let from = 0, to = 0; from < data.length; from += channels, to += 3) {
    for (let c = 0; c < 3; c++) out[to + c] = data[from + (channels < 3 ? 0 : c)] ?? 0;
  }
  return out;
}
