import type { FileFacts, ImageFormat } from "../../../data/index.ts";
import { exifFactsOf, parsed } from "./exif.ts";
import { type Header, describeBmp, describePng, describeWebp } from "./headers.ts";
import { describeJpeg } from "./jpeg.ts";

/** Metadata of an image file of that format; less where it is broken, never an error. */
export function describe(format: ImageFormat, bytes: Uint8Array): FileFacts {
  const { exifBytes, ...facts } = headerOf(format, bytes);
  const exif = exifBytes && exifFactsOf(exifBytes);
  return { format, ...facts, ...(exif && { exif }) };
}

function headerOf(format: ImageFormat, bytes: Uint8Array): Header {
  switch (format) {
    case "jpeg":
      return describeJpeg(bytes);
    case "png":
      return describePng(bytes);
    case "webp":
      return describeWebp(bytes);
    case "bmp":
      return describeBmp(bytes);
    case "gif":
      return { space: "palette", depth: 8 };
    case "tiff":
      return describeTiff(bytes);
    case "avif":
    case "heic":
      return { space: "rgb" };
    default:
      return format satisfies never;
  }
}

/** Photometric interpretations (TIFF 6.0, §8). */
const tiffSpaces: Readonly<Record<number, FileFacts["space"]>> = {
  0: "grey",
  1: "grey",
  2: "rgb",
  3: "palette",
  5: "cmyk",
  6: "rgb",
};

function describeTiff(bytes: Uint8Array): Header {
  const image = parsed(bytes)?.Image;
  const depth = [image?.BitsPerSample].flat()[0];
  const space = tiffSpaces[Number(image?.PhotometricInterpretation)];
  return {
    ...(typeof depth === "number" && { depth }),
    ...(space && { space }),
    exifBytes: bytes,
  };
}
