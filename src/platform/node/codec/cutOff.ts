import { fault } from "../../../base/index.ts";
import type { ImageFormat } from "../../../data/index.ts";
import { tiffLength, tiffTags } from "./checks/tiffTags.ts";
import { jpegMarkers, jpegSegments } from "./jpegSegments.ts";

/**
 * The error for an image that no decoder takes, told by its own bytes: libvips keeps one text for all images that are being decoded
 * at the time, so an image could get the text of another.
 */
export function notWhole(path: string, { format, bytes }: ImageFile, cause: unknown): Error {
  return fault(path, {
    expected: "a whole image",
    received: format && isCutOff({ format, bytes }) ? "one that is cut off" : "one whose data is damaged",
    fix: "bring the whole file again",
    cause,
  });
}

interface ImageFile {
  readonly format: ImageFormat | undefined;
  readonly bytes: Uint8Array;
}

/** Whether a file ends before its image does. */
function isCutOff({ format, bytes }: ImageFile & { readonly format: ImageFormat }): boolean {
  switch (format) {
    case "jpeg":
      return !jpegEnds(bytes);
    case "png":
      return !textOf(bytes).includes("IEND");
    case "gif":
      // What some programs append is zeros.
      return bytes[bytes.findLastIndex((byte) => byte !== 0)] !== gifTrailer;
    case "webp":
      return viewOf(bytes).getUint32(4, true) + 8 > bytes.length;
    case "tiff":
      return !tiffEnds(bytes);
    case "avif":
    case "heic":
      return !boxesEnd(bytes);
    case "bmp":
      // Its reader says so by itself.
      return false;
    default:
      return format satisfies never;
  }
}

const gifTrailer = 0x3b;

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

/** An end mark behind the first scan; one before it may be that of a thumbnail. Where no scan is found, other bytes in place of one. */
function jpegEnds(bytes: Uint8Array): boolean {
  let last = 2;
  for (const { marker, end } of jpegSegments(bytes)) {
    if (marker === jpegMarkers.startOfScan) return textOf(bytes.subarray(end)).includes("\xff\xd9");
    last = end;
  }
  return last + 4 <= bytes.length;
}

/** Offsets and lengths of strips, then of tiles. */
const places = [
  [273, 279],
  [324, 325],
] as const;

function tiffEnds(bytes: Uint8Array): boolean {
  const tags = tiffTags(bytes);
  return (
    tags !== undefined &&
    (tiffLength(bytes) ?? Number.POSITIVE_INFINITY) <= bytes.length &&
    places.every(([offsets, lengths]) =>
      (tags.get(offsets) ?? []).every((offset, i) => offset + (tags.get(lengths)?.[i] ?? 0) <= bytes.length),
    )
  );
}

/** Whether the boxes of the file, one behind the other, end where it does (ISO/IEC 14496-12, §4.2). */
function boxesEnd(bytes: Uint8Array): boolean {
  const view = viewOf(bytes);
  let at = 0;
  while (at + 8 <= bytes.length) {
    const size = view.getUint32(at);
    const isLarge = size === 1 && at + 16 <= bytes.length;
    const length = isLarge ? Number(view.getBigUint64(at + 8)) : size;
    // The last box may leave its length to the file.
    if (length === 0) return true;
    if (length < 8) return false;
    at += length;
  }
  return at <= bytes.length;
}
