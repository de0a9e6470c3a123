import { fault } from "../../../../base/index.ts";
import { notSupported } from "../notSupported.ts";

/** What a BMP says of itself before its pixels. */
export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  /** The first row of the file is the top one. */
  readonly topDown: boolean;
  /** Of one pixel: an index of 1, 2, 4 or 8 bits, or colours of 16, 24 or 32. */
  readonly bits: number;
  readonly coding: "rows" | "runs";
  /** Offset of the first pixel's byte. */
  readonly pixelsAt: number;
  /** RGB, three bytes a colour; empty where pixels are colours themselves. */
  readonly palette: Uint8Array;
  /** Bits of a pixel that hold red, green, blue and alpha; 0 for none. */
  readonly masks: readonly [red: number, green: number, blue: number, alpha: number];
}

/** Bytes of the file header, before the one that tells the format. */
const fileHeaderBytes = 14;
/** BITMAPCOREHEADER of OS/2 1: extents of 16 bits, palette of three bytes a colour. */
const coreBytes = 12;
/** BITMAPINFOHEADER, BITMAPV2HEADER to BITMAPV5HEADER, OS22XBITMAPHEADER. */
const infoBytes: ReadonlySet<number> = new Set([40, 52, 56, 64, 108, 124]);
const masksAt = fileHeaderBytes + 40;

const noMasks = [0, 0, 0, 0] as const;
/** Where the file names none (Windows' BI_RGB). */
const usualMasks: Readonly<Record<number, BmpHeader["masks"]>> = {
  16: [0x7c00, 0x3e0, 0x1f, 0],
  24: [0xff0000, 0xff00, 0xff, 0],
  32: [0xff0000, 0xff00, 0xff, 0],
};

/** Values of biCompression. */
const compressions = { none: 0, runs8: 1, runs4: 2, fields: 3, jpeg: 4, png: 5, alphaFields: 6 } as const;

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Reads everything before the pixels. @throws naming what is missing or not supported */
export function bmpHeader(bytes: Uint8Array, path: string): BmpHeader {
  const view = viewOf(bytes);
  const size = bytes.length < fileHeaderBytes + 4 ? 0 : view.getUint32(fileHeaderBytes, true);
  if (bytes.length < fileHeaderBytes + Math.max(size, coreBytes)) throw cutOff(path, bytes.length);
  if (size !== coreBytes && !infoBytes.has(size)) throw unsupported(path, `with a header of ${size} bytes`);
  const isCore = size === coreBytes;
  const width = isCore ? view.getUint16(18, true) : view.getInt32(18, true);
  const signedHeight = isCore ? view.getUint16(20, true) : view.getInt32(22, true);
  if (width < 1 || signedHeight === 0) {
    throw fault(path, {
      expected: "a whole BMP image",
      received: `one of ${width} x ${signedHeight} pixels`,
    });
  }
  const bits = view.getUint16(isCore ? 24 : 28, true);
  const compression = isCore ? compressions.none : view.getUint32(30, true);
  const kind = kindOf(compression, { bits, size });
  if (kind !== "rows" && kind !== "fields" && kind !== "runs") throw unsupported(path, kind.refused);
  const masks = kind === "fields" ? fieldsIn(view, { size, path }) : (usualMasks[bits] ?? noMasks);
  return {
    width,
    height: Math.abs(signedHeight),
    topDown: signedHeight < 0,
    bits,
    coding: kind === "runs" ? "runs" : "rows",
    pixelsAt: view.getUint32(10, true),
    palette: bits <= 8 ? paletteIn(bytes, { size, bits }) : new Uint8Array(),
    masks,
  };
}

type Kind = "rows" | "fields" | "runs" | { readonly refused: string };

/** How the pixels are written, or why that is not read. */
function kindOf(compression: number, { bits, size }: { readonly bits: number; readonly size: number }): Kind {
  const plain = bits in usualMasks || bits === 1 || bits === 2 || bits === 4 || bits === 8;
  switch (compression) {
    case compressions.none:
      return plain ? "rows" : { refused: `with ${bits} bits a pixel` };
    case compressions.runs8:
      return bits === 8 ? "runs" : { refused: `with 8-bit run lengths and ${bits} bits a pixel` };
    case compressions.runs4:
      return bits === 4 ? "runs" : { refused: `with 4-bit run lengths and ${bits} bits a pixel` };
    case compressions.fields:
      // The same number means a fax code in OS/2.
      if (size === 64) return { refused: "with Huffman coding (OS/2)" };
      return bits === 16 || bits === 32 ? "fields" : { refused: `with bit fields in ${bits} bits a pixel` };
    case compressions.jpeg:
      return { refused: size === 64 ? "with 24-bit run lengths (OS/2)" : "that wraps a JPEG" };
    case compressions.png:
      return { refused: "that wraps a PNG" };
    case compressions.alphaFields:
      return { refused: "with alpha bit fields (Windows CE)" };
    default:
      return { refused: `with compression ${compression}` };
  }
}

/** The masks stand within longer headers and after a header of 40 bytes, at the same place. Only widths on which readers agree are taken. */
function fieldsIn(
  view: DataView,
  { size, path }: { readonly size: number; readonly path: string },
): BmpHeader["masks"] {
  if (view.byteLength < masksAt + 16) throw cutOff(path, view.byteLength);
  const mask = (i: number): number => view.getUint32(masksAt + i * 4, true);
  const masks = [mask(0), mask(1), mask(2), size >= 56 ? mask(3) : 0] as const;
  const widths = masks.map(widthOf);
  const known = view.getUint16(28, true) === 16 ? ["5,5,5", "5,6,5"] : ["8,8,8"];
  if (!known.includes(widths.slice(0, 3).join())) {
    throw unsupported(path, `with fields of ${widths.slice(0, 3).join(", ")} bits`);
  }
  return masks;
}

/** Ones of a mask; NaN where they do not stand side by side. */
function widthOf(mask: number): number {
  const width = Math.log2(mask / lowestBit(mask) + 1);
  return Number.isInteger(width) ? width : Number.NaN;
}

/** The value of the lowest one of a mask; 1 for none. */
export function lowestBit(mask: number): number {
  let bit = 1;
  while (mask !== 0 && (mask / bit) % 2 === 0) bit *= 2;
  return bit;
}

/** Colours between the header and the pixels, at most as many as an index can name; an index beyond them is black. */
function paletteIn(
  bytes: Uint8Array,
  { size, bits }: { readonly size: number; readonly bits: number },
): Uint8Array {
  const view = viewOf(bytes);
  const each = size === coreBytes ? 3 : 4;
  const start = fileHeaderBytes + size;
  const used = size === coreBytes ? 0 : view.getUint32(46, true);
  const room = Math.floor((Math.min(view.getUint32(10, true), bytes.length) - start) / each);
  const count = Math.max(Math.min(used === 0 ? 2 ** bits : used, 2 ** bits, room), 0);
  const palette = new Uint8Array(2 ** bits * 3);
  for (let i = 0; i < count; i++) {
    const [blue = 0, green = 0, red = 0] = bytes.subarray(start + i * each, start + i * each + 3);
    palette.set([red, green, blue], i * 3);
  }
  return palette;
}

const cutOff = (path: string, length: number): Error =>
  fault(path, { expected: "a whole BMP image", received: `${length} bytes: it is cut off` });

const unsupported = (path: string, what: string): Error => notSupported(path, `BMP ${what}`);
