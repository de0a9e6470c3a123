import type { default as SharpFunction, Sharp, SharpOptions } from "sharp";

let loading: Promise<typeof SharpFunction> | undefined;

/** Loads sharp where a picture needs it: that takes a thread as long as reading a hundred small JPEGs. */
export function loadSharp(): Promise<typeof SharpFunction> {
  loading ??= importSharp();
  return loading;
}

async function importSharp(): Promise<typeof SharpFunction> {
  const { default: sharp } = await import("sharp");
  // Several pictures at a time, one thread each, keeps all cores busy with less waiting than the reverse.
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
}

// "error" refuses cut-off files and broken data, and lets pass what only deserves a warning, e.g. odd metadata.
const usual = { failOn: "error", limitInputPixels: false, autoOrient: true, sequentialRead: true } as const;

/** Opens a picture file; EXIF orientation is applied. */
export async function openSharp(bytes: Uint8Array, options: SharpOptions = {}): Promise<Sharp> {
  const sharp = await loadSharp();
  return sharp(bytes, { ...usual, ...options });
}
