import type { Raster } from "../../../data/index.ts";
import { requirePackage } from "../workers/packages.ts";
import { jpegMarkers, jpegSegments } from "./jpegSegments.ts";

/** What libjpeg-turbo, compiled to WebAssembly, offers; its package brings no types. */
interface JpegDecoder {
  /** Room for a file's bytes. */
  getEncodedBuffer(bytes: number): Uint8Array;
  /** Throws where libjpeg has anything to complain of. */
  decode(): void;
  /** [H, W, channels] */
  getDecodedBuffer(): Uint8ClampedArray;
  getFrameInfo(): { readonly width: number; readonly height: number };
}

interface JpegModule {
  readonly JPEGDecoder: new () => JpegDecoder;
}

/** Above this sharp is quicker, since its native code outweighs what a call of it costs; at 320x240 it needs half as much again (docs/performance.md). The limit between is chosen. */
const maxSmallPixels = 2 ** 18;

let opening: Promise<JpegDecoder | undefined> | undefined;

/** Nothing where the package is not installed, as beside a program that was bundled: sharp then decodes the same pixels. */
const openDecoder = (): Promise<JpegDecoder | undefined> => loadDecoder().catch(() => undefined);

async function loadDecoder(): Promise<JpegDecoder> {
  const start = requirePackage(
    "@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs",
  ) as () => Promise<JpegModule>;
  const { JPEGDecoder } = await start();
  return new JPEGDecoder();
}

/**
 * Decodes a small, plain and whole JPEG at two thirds of what a call of sharp costs; nothing of any other.
 * Both run libjpeg-turbo with the same arithmetic, so the pixels are the same bytes as sharp's.
 */
export async function decodePlainJpeg(bytes: Uint8Array, maxPixels: number): Promise<Raster | undefined> {
  const size = plainJpegSize(bytes);
  if (!size || size.width * size.height > Math.min(maxSmallPixels, maxPixels)) return undefined;
  opening ??= openDecoder();
  const decoder = await opening;
  if (!decoder) return undefined;
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
  } catch {
    // Sharp decides what is only odd and what is broken, and writes the error.
    return undefined;
  }
  const { width, height } = decoder.getFrameInfo();
  const pixels = decoder.getDecodedBuffer();
  return pixels.length === width * height * 3 ? { width, height, data: ownBytes(pixels) } : undefined;
}

/** The package gives a copy; were it a view of its memory, the next image would overwrite it. */
const ownBytes = (pixels: Uint8ClampedArray): Uint8Array =>
  pixels.buffer.byteLength === pixels.length ? new Uint8Array(pixels.buffer) : new Uint8Array(pixels);

/** Tables, restart interval, JFIF header, comment: they say nothing of colours or orientation. */
const harmless: ReadonlySet<number> = new Set([0xdb, 0xc4, 0xdd, 0xe0, 0xfe]);

interface FrameSize {
  readonly width: number;
  readonly height: number;
}

/** Extents of an 8-bit YCbCr or grey JPEG without EXIF, colour profile or Adobe's marks; nothing for any other. */
function plainJpegSize(bytes: Uint8Array): FrameSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { baseline, extended, progressive } = jpegMarkers.frames;
  let size: FrameSize | undefined;
  for (const { marker, start } of jpegSegments(bytes)) {
    if (marker === jpegMarkers.startOfScan) return size;
    if (marker === baseline || marker === extended || marker === progressive) {
      size = frameSize(view, start);
      if (!size) return undefined;
    } else if (!harmless.has(marker)) return undefined;
  }
  return undefined;
}

/** Of a frame header that starts there: precision, height, width, components with an identifier each. */
function frameSize(view: DataView, start: number): FrameSize | undefined {
  if (start + 6 > view.byteLength || view.getUint8(start) !== 8) return undefined;
  const components = view.getUint8(start + 5);
  if (start + 6 + components * 3 > view.byteLength) return undefined;
  const identifiers = Array.from({ length: components }, (_, i) => view.getUint8(start + 6 + i * 3));
  // Other identifiers of three components may mean RGB.
  if (components !== 1 && identifiers.join() !== "1,2,3") return undefined;
  return { height: view.getUint16(start + 1), width: view.getUint16(start + 3) };
}
