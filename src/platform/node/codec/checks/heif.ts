import { fault } from "../../../../base/index.ts";
import type { ImageFormat } from "../../../../data/index.ts";
import { isPremultiplied } from "../heif/premultiplied.ts";
import { notSupported } from "../notSupported.ts";

/** Refuses HEIC, for which no ready-made decoder gives the right pixels, and alpha that libheif lays on white wrongly. @throws naming either */
export function checkHeif(format: ImageFormat, bytes: Uint8Array, path: string): void {
  if (format === "heic") throw fault(path, { fix: "HEIC is not supported here; export as JPEG" });
  if (format === "avif" && isPremultiplied(bytes)) {
    throw notSupported(path, "AVIF with premultiplied alpha", "save it as PNG");
  }
}

/** Offset of the major brand. */
const brandAt = 8;

/** The file with the brand of a single image, the only one that libvips looks at: a sequence holds a still image as well. */
export function asStillAvif(bytes: Uint8Array): Uint8Array {
  const still = Uint8Array.from(bytes);
  still.set(Buffer.from("avif"), brandAt);
  return still;
}
