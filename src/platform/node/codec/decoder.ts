import { FoveaError, fault, shortageFault } from "../../../base/index.ts";
import type { ImageDecoder, ImageFormat, Raster, StoredRange } from "../../../data/index.ts";
import { decodeBmp } from "./bmp/decode.ts";
import { bmpHeader } from "./bmp/header.ts";
import { asStillAvif, checkHeif } from "./checks/heif.ts";
import { checkJpeg } from "./checks/jpeg.ts";
import { checkTiff } from "./checks/tiff.ts";
import { type PixelBudget, tooLarge } from "./budget.ts";
import { notWhole } from "./cutOff.ts";
import { type DeepFile, decodeDeep, isDeep, scaleBytes, storedValues } from "./deep.ts";
import { describe } from "../describe/index.ts";
import { whiteAroundFrame } from "./gif.ts";
import { heifKind } from "./heif/brands.ts";
import { decodePlainJpeg } from "./jpeg.ts";
import { notSupported } from "./notSupported.ts";
import { salvage } from "./salvage.ts";
import { openSharp, rgbOf } from "./sharp.ts";

export interface DecoderOptions {
  /** Larger images are refused. */
  readonly maxPixels: number;
  /** What large images being decoded together draw on. */
  readonly budget: PixelBudget;
}

/**
 * Small plain JPEG by libjpeg-turbo, other JPEG, PNG, WebP, GIF and TIFF (first frame) and AVIF by sharp, BMP by our own reader, told by their first bytes.
 * EXIF orientation applied, alpha laid on white; grey, CMYK and 16 bits become 8-bit sRGB.
 */
export function imageDecoder({ maxPixels, budget }: DecoderOptions): ImageDecoder {
  const limits = { maxPixels, budget };
  return {
    decode: (bytes, path, { range } = {}) =>
      range ? decodeInRange(bytes, path, { ...limits, range }) : decodeAsShown(bytes, path, limits),
    async values(bytes, path) {
      const file = deepFile(bytes, path);
      return isDeep(file.facts) ? storedValues(file, limits) : undefined;
    },
    describe(bytes) {
      const format = formatOf(bytes);
      return format ? describe(format, bytes) : {};
    },
    async salvage(bytes) {
      const format = formatOf(bytes);
      // BMP says at its beginning whether it is whole, and its decoder takes no other.
      return format && format !== "bmp" && format !== "heic" ? salvage(bytes, limits) : undefined;
    },
  };
}

function deepFile(bytes: Uint8Array, path: string): DeepFile {
  const format = formatOf(bytes);
  return { bytes, path, format, facts: format ? describe(format, bytes) : {} };
}

interface InRange extends DecoderOptions {
  readonly range: StoredRange;
}

/** Decodes an image with its values scaled from a range. @throws where it does not hold such values */
async function decodeInRange(
  bytes: Uint8Array,
  path: string,
  { range, ...limits }: InRange,
): Promise<Raster> {
  const file = deepFile(bytes, path);
  if (isDeep(file.facts)) return decodeDeep(file, range, limits);
  return scaleBytes(await decodeAsShown(bytes, path, limits), range, path);
}

/** Decodes an image as other programs show it. */
async function decodeAsShown(
  file: Uint8Array,
  path: string,
  { maxPixels, budget }: DecoderOptions,
): Promise<Raster> {
  const format = checkSignature(file, path);
  const bytes = format === "avif" ? asStillAvif(file) : file;
  const isBmp = format === "bmp";
  try {
    const plain = format === "jpeg" ? await decodePlainJpeg(bytes, maxPixels) : undefined;
    if (plain) return plain;
    if (format === "jpeg") checkJpeg(bytes, path);
    if (format === "tiff") checkTiff(bytes, path);
    checkHeif(format, bytes, path);
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
    throw shortageFault(cause) ?? notWhole(path, { format, bytes: file }, cause);
  }
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
  const head = headOf(bytes);
  const heif = heifKind(bytes);
  if (heif === "avif" || heif === "heic") return heif;
  return signatures.find(([, start]) => head.startsWith(start))?.[0];
}

const headOf = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, 32)).toString("latin1");

/** Other kinds of images and files that are found under an image's name, by their first bytes. */
const otherKinds: readonly (readonly [name: string, ...starts: string[]])[] = [
  ["JPEG XL", "\xff\x0a", "\0\0\0\x0cJXL "],
  ["JPEG 2000", "\0\0\0\x0cjP  ", "\xff\x4f\xff\x51"],
  ["JPEG XR", "II\xbc"],
  ["Photoshop (PSD)", "8BPS"],
  ["OpenEXR", "v/1\x01"],
  ["Radiance HDR", "#?RADIANCE", "#?RGBE"],
  ["ICO", "\0\0\x01\0", "\0\0\x02\0"],
  ["DirectDraw (DDS)", "DDS "],
  ["PDF", "%PDF"],
];

/** The kind of image. @throws naming the file when it is none */
function checkSignature(bytes: Uint8Array, path: string): ImageFormat {
  const expected = "a JPEG, PNG, WebP, GIF, BMP, TIFF or AVIF image";
  if (bytes.length === 0) throw fault(path, { expected, received: "an empty file" });
  const format = formatOf(bytes);
  if (format !== undefined) return format;
  if (heifKind(bytes) === "video") throw fault(path, { expected, received: "a video" });
  const other = otherKinds.find(([, ...starts]) =>
    starts.some((start) => headOf(bytes).startsWith(start)),
  )?.[0];
  if (other !== undefined) throw notSupported(path, other, "export it as JPEG or PNG");
  const isText = bytes.subarray(0, 512).every((byte) => byte >= 32 || (byte >= 9 && byte <= 13));
  throw fault(path, { expected, received: isText ? "a text file" : "another kind of file" });
}
