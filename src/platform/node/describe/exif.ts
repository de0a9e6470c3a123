import readExif from "exif-reader";
import type { ExifFacts } from "../../../data/index.ts";

type Exif = ReturnType<typeof readExif>;

/** The facts in an EXIF block, or in a TIFF file, which is one; nothing where it is broken. */
export function exifFactsOf(bytes: Uint8Array): ExifFacts | undefined {
  const exif = parsed(bytes);
  return exif && factsOf(exif);
}

/** The tags themselves. */
export function parsed(bytes: Uint8Array): Exif | undefined {
  try {
    return readExif(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch {
    // Metadata that nobody can read says nothing of the image.
    return undefined;
  }
}

function factsOf({ Image: image, Photo: photo, GPSInfo: gps, Thumbnail: thumbnail }: Exif): ExifFacts {
  const orientation = image?.Orientation ?? 1;
  const camera = [text(image?.Make), text(image?.Model)].filter(Boolean).join(" ");
  const software = text(image?.Software);
  const date = dateText(photo?.DateTimeOriginal ?? image?.DateTime);
  return {
    ...(orientation >= 2 && orientation <= 8 && { orientation }),
    ...(camera && { camera }),
    ...(software && { software }),
    ...(date && { date }),
    gps: gps?.GPSLatitude !== undefined,
    thumbnail: thumbnail?.JPEGInterchangeFormat !== undefined,
  };
}

/** Without the padding that cameras leave. */
const text = (value: unknown): string =>
  typeof value === "string" ? value.replaceAll("\0", " ").trim().replaceAll(/\s+/g, " ") : "";

/** EXIF names no zone, so none is invented. */
const dateText = (date: unknown): string | undefined =>
  date instanceof Date && Number.isFinite(date.getTime()) ? date.toISOString().slice(0, 19) : undefined;
