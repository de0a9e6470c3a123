import { FoveaError, fault } from "../../../base/index.ts";
import type { ImageDecoder, ImageFormat, Raster } from "../../../data/index.ts";
import { decodeBmp } from "./bmp/decode.ts";
import { bmpHeader } from "./bmp/header.ts";
import { checkJpeg } from "./checks/jpeg.ts";
import { checkTiff } from "./checks/tiff.ts";
import type { PixelBudget } from "./budget.ts";
import { describe } from "../describe/index.ts";
import { whiteAroundFrame } from "./gif.ts";
import { decodePlainJpeg } from "./jpeg.ts";
import { salvage } from "./salvage.ts";
import { openSharp, rgbOf } from "./sharp.ts";

export interface DecoderOptions {
  /** Larger images are refused. */
  readonly maxPixels: number;
  /** What large images being decoded together draw on. */
  readonly budget: PixelBudget;
}

/**
 * Small plain JPEG by libjpeg-turbo, other JPEG, PNG, WebP, GIF and TIFF (first frame) by sharp, BMP by our own reader, told by their first bytes.
 * EXIF orientation applied, alpha laid on white; grey, CMYK and 16 bits become 8-bit sRGB.
 */
export function imageDecoder({ maxPixels, budget }: DecoderOptions): ImageDecoder {
  return {
    async decode(bytes, path) {
      const format = checkSignature(bytes, path);
      const isBmp = format === "bmp";
      try {
        const plain = format === "jpeg" ? await decodePlainJpeg(bytes, maxPixels) : undefined;
        if (plain) return plain;
        if (format === "jpeg") checkJpeg(bytes, path);
        if (format === "tiff") checkTiff(bytes, path);
        const small = isBmp ? undefined : await decodeSmall(bytes, Math.min(smallPixels, maxPixels));
        if (small) return small;
        const { width, height } = isBmp ? bmpHeader(bytes, path) : await (await openSharp(bytes)).metadata();
        const pixels = width * height;
        if (pixels > maxPixels) throw tooLarge(path, { width, height, maxPixels });
        return await budget.spend(pixels, async () =>
          isBmp ? decodeBmp(bytes, path) : decodeUpTo(bytes, maxPixels),
        );
      } catch (cause) {
        if (cause instanceof FoveaError) throw cause;
        throw notWhole(path, cause);
      }
    },
    describe(bytes) {
      const format = formatOf(bytes);
      return format ? describe(format, bytes) : {};
    },
    // BMP says at its beginning whether it is whole, and its decoder takes no other.
    salvage: async (bytes) =>
      formatOf(bytes) && formatOf(bytes) !== "bmp" ? salvage(bytes, { maxPixels, budget }) : undefined,
  };
}

/** Asking for the size first costs a third of decoding a small image, so it is asked only of others. The limit is chosen: 12 MB of pixels are no danger. */
const smallPixels = 4_000_000;

/** Nothing where the image has more pixels than that. */
async function decodeSmall(bytes: Uint8Array, limit: number): Promise<Raster | undefined> {
  try {
    return await decodeUpTo(bytes, limit);
  } catch (error) {
    if (error instanceof Error && error.message.includes("exceeds pixel limit")) return undefined;
    throw error;
  }
}

async function decodeUpTo(bytes: Uint8Array, maxPixels: number): Promise<Raster> {
  const raster = await rgbOf(await openSharp(bytes, { limitInputPixels: maxPixels }));
  return formatOf(bytes) === "gif" ? whiteAroundFrame(raster, bytes) : raster;
}

const signatures: readonly (readonly [kind: ImageFormat, start: string])[] = [
  ["jpeg", "\xff\xd8\xff"],
  ["png", "\x89PNG\r\n\x1a\n"],
  ["gif", "GIF8"],
  ["webp", "RIFF"],
  ["tiff", "II*\0"],
  ["tiff", "II+\0"],
  ["tiff", "MM\0*"],
  ["tiff", "MM\0+"],
  ["bmp", "BM"],
];

/** The kind of image, by its first bytes; nothing where it is none. */
function formatOf(bytes: Uint8Array): ImageFormat | undefined {
  const head = Buffer.from(bytes.subarray(0, 16)).toString("latin1");
  return signatures.find(([, start]) => head.startsWith(start))?.[0];
}

/** The kind of image. @throws naming the file when it is none. */
function checkSignature(bytes: Uint8Array, path: string): ImageFormat {
  const expected = "a JPEG, PNG, WebP, GIF, BMP or TIFF image";
  if (bytes.length === 0) throw fault(path, { expected, received: "an empty file" });
  const format = formatOf(bytes);
  if (format === undefined) {
    const isText = bytes.subarray(0, 512).every((byte) => byte >= 32 || (byte >= 9 && byte <= 13));
    throw fault(path, { expected, received: isText ? "a text file" : "another kind of file" });
  }
  return format;
}

const notWhole = (path: string, cause: unknown): Error =>
  fault(path, {
    expected: "a whole image",
    received: cause instanceof Error ? (cause.message.trim().split("\n")[0] ?? "") : String(cause),
    cause,
  });

interface TooLarge {
  readonly width: number;
  readonly height: number;
  readonly maxPixels: number;
}

const tooLarge = (path: string, { width, height, maxPixels }: TooLarge): Error =>
  fault(path, {
    expected: `at most ${maxPixels / 1e6} million pixels`,
    received: `${width} x ${height}`,
    fix: "make the image smaller",
  });
