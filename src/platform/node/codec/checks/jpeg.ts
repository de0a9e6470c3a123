import { jpegMarkers, jpegSegments } from "../jpegSegments.ts";
import { notSupported } from "../notSupported.ts";

/** Frames of hierarchical JPEG (ITU-T T.81, table B.1). */
const hierarchical: ReadonlySet<number> = new Set([0xc5, 0xc6, 0xc7, 0xcd, 0xce, 0xcf]);
const jpegLs = 0xf7;

/** Lets pass JPEG of 8 bits, however it is coded. @throws naming any other kind */
export function checkJpeg(bytes: Uint8Array, path: string): void {
  for (const { marker, start } of jpegSegments(bytes)) {
    if (marker === jpegLs) throw notSupported(path, "JPEG-LS");
    if (hierarchical.has(marker)) throw notSupported(path, "hierarchical JPEG");
    if (jpegMarkers.isFrame(marker) && bytes[start] !== 8) {
      throw notSupported(
        path,
        `JPEG with ${bytes[start] ?? 0} bits a value`,
        "save it with 8 bits, or as PNG with 16",
      );
    }
  }
}
