import { fingerprintOf } from "../nearDuplicates/fingerprint.ts";
import type { Raster } from "../types.ts";
import { pixelFactsOf } from "./pixelFacts.ts";
import type { FileFacts, Inspection } from "./types.ts";

/** What is known of a file before its pixels are looked at. */
export interface FileKnown {
  readonly facts: FileFacts;
  /** Size of the file. */
  readonly bytes: number;
  readonly pixelDigest: string;
}

/** All facts of one image, in a few milliseconds, nearly all of them for the fingerprint. */
export const inspect = (raster: Raster, { facts, bytes, pixelDigest }: FileKnown): Inspection => ({
  ...facts,
  ...pixelFactsOf(raster),
  bytes,
  pixelDigest,
  fingerprint: fingerprintOf(raster),
});
