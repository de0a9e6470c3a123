import type { FileFacts } from "../../../data/index.ts";
import { bmpHeader } from "../codec/bmp/header.ts";

/** Facts of a header, and the EXIF block where the file carries one. */
export interface Header extends FileFacts {
  readonly exifBytes?: Uint8Array;
}

/** Colour types of PNG (W3C PNG 3, §11.2.1). */
const pngSpaces: Readonly<Record<number, Pick<FileFacts, "space" | "alpha">>> = {
  0: { space: "grey", alpha: false },
  2: { space: "rgb", alpha: false },
  3: { space: "palette", alpha: false },
  4: { space: "grey", alpha: true },
  6: { space: "rgb", alpha: true },
};

export function describePng(bytes: Uint8Array): Header {
  const [depth, type] = [bytes[24], bytes[25]];
  if (depth === undefined || type === undefined) return {};
  const exifBytes = chunkOf(bytes, { name: "eXIf", until: "IEND" });
  return { depth, ...pngSpaces[type], ...(exifBytes && { exifBytes }) };
}

/** Content of the first PNG chunk of that name. */
function chunkOf(
  bytes: Uint8Array,
  { name, until }: { readonly name: string; readonly until: string },
): Uint8Array | undefined {
  const view = viewOf(bytes);
  for (let offset = 8; offset + 8 <= bytes.length; offset += 12 + view.getUint32(offset)) {
    const found = latin1(bytes, offset + 4, 4);
    if (found === name) return bytes.subarray(offset + 8, offset + 8 + view.getUint32(offset));
    if (found === until) return undefined;
  }
  return undefined;
}

/** RIFF container of WebP (RFC 9649, §2). */
export function describeWebp(bytes: Uint8Array): Header {
  const view = viewOf(bytes);
  const facts: FileFacts = { space: "rgb", depth: 8 };
  const first = latin1(bytes, 12, 4);
  if (first === "VP8L") return { ...facts, alpha: ((bytes[24] ?? 0) & 0x10) !== 0 };
  if (first !== "VP8X") return { ...facts, alpha: false };
  const alpha = ((bytes[20] ?? 0) & 0x10) !== 0;
  for (let offset = 12; offset + 8 <= bytes.length;) {
    const size = view.getUint32(offset + 4, true);
    if (latin1(bytes, offset, 4) === "EXIF") {
      const exifBytes = bytes.subarray(offset + 8, offset + 8 + size);
      return { ...facts, alpha, exifBytes: withoutPrefix(exifBytes) };
    }
    offset += 8 + size + (size & 1);
  }
  return { ...facts, alpha };
}

/** Some writers repeat JPEG's mark before the block. */
const withoutPrefix = (exif: Uint8Array): Uint8Array =>
  latin1(exif, 0, 4) === "Exif" ? exif.subarray(6) : exif;

export function describeBmp(bytes: Uint8Array): Header {
  try {
    const { bits, masks } = bmpHeader(bytes, "");
    return { space: bits <= 8 ? "palette" : "rgb", depth: bits === 16 ? 5 : 8, alpha: masks[3] !== 0 };
  } catch {
    // The decoder has said what is wrong with it.
    return {};
  }
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const latin1 = (bytes: Uint8Array, offset: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(offset, offset + length));
