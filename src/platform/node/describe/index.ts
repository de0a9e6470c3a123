import type { FileFacts, ImageFormat } from "../../../data/index.ts";
import { tiffTags } from "../codec/checks/tiffTags.ts";
import { exifFactsOf } from "./exif.ts";
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

const [bitsPerSample, photometricInterpretation] = [258, 262];

function describeTiff(bytes: Uint8Array): Header {
  const tags = tiffTags(bytes);
  const depth = tags?.get(bitsPerSample)?.[0];
  const space = tiffSpaces[tags?.get(photometricInterpretation)?.[0] ?? -1];
  return {
    ...(depth !== undefined && { depth }),
    ...(space && { space }),
    exifBytes: bytes,
  };
}
