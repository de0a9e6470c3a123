import { fault } from "../../../../base/index.ts";
import type { Raster } from "../../../../data/index.ts";
import { onWhite } from "../onWhite.ts";
import { type BmpHeader, bmpHeader, lowestBit } from "./header.ts";
import { decodeRuns } from "./runs.ts";

/**
 * Decodes a BMP of any age; a field of n bits is scaled by 255 / (2^n - 1) and truncated, as Pillow and netpbm do.
 * Alpha counts in 32 bits where the header gives it a mask and it is not 0 everywhere.
 */
export function decodeBmp(bytes: Uint8Array, path: string): Raster {
  const header = bmpHeader(bytes, path);
  const { width, height } = header;
  checkLength(bytes, header, path);
  if (header.bits > 8) return { width, height, data: coloursOf(bytes, header) };
  const indices = header.coding === "runs" ? decodeRuns(bytes, header) : indicesOf(bytes, header);
  if (!indices)
    throw fault(path, {
      expected: "a whole BMP image",
      received: "run lengths that end early: it is cut off",
    });
  return { width, height, data: lookUp(indices, header) };
}

const rowBytesOf = ({ width, bits }: BmpHeader): number => Math.ceil((width * bits) / 32) * 4;

function checkLength(bytes: Uint8Array, header: BmpHeader, path: string): void {
  const needed = header.pixelsAt + (header.coding === "runs" ? 1 : rowBytesOf(header) * header.height);
  if (bytes.length < needed) {
    throw fault(path, {
      expected: `a BMP image of ${needed} bytes`,
      received: `${bytes.length}: it is cut off`,
    });
  }
  // Before it stand the two headers, of 26 bytes at least.
  if (header.pixelsAt < 26) {
    throw fault(path, {
      expected: "a whole BMP image",
      received: `one whose pixels start within its header, at byte ${header.pixelsAt}`,
    });
  }
}

/** Palette indices [H, W], rows as the file has them. */
function indicesOf(bytes: Uint8Array, header: BmpHeader): Uint8Array {
  const { width, height, bits, pixelsAt } = header;
  const [rowBytes, mask] = [rowBytesOf(header), 2 ** bits - 1];
  const out = new Uint8Array(width * height);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * bits;
      const byte = bytes[pixelsAt + y * rowBytes + (bit >> 3)] ?? 0;
      out[to++] = (byte >> (8 - bits - (bit & 7))) & mask;
    }
  }
  return out;
}

/** Index of the row that the file's row y is. */
const rowAt = ({ height, topDown }: BmpHeader, y: number): number => (topDown ? y : height - 1 - y);

function lookUp(indices: Uint8Array, header: BmpHeader): Uint8Array {
  const { width, height, palette } = header;
  const out = new Uint8Array(width * height * 3);
  for (let y = 0, from = 0; y < height; y++) {
    for (let x = 0, to = rowAt(header, y) * width * 3; x < width; x++, to += 3) {
      const colour = (indices[from++] ?? 0) * 3;
      for (let c = 0; c < 3; c++) out[to + c] = palette[colour + c] ?? 0;
    }
  }
  return out;
}

/** One field of a pixel: floor(pixel / divisor) mod count, scaled to 255. */
const fieldOf = (mask: number): { readonly divisor: number; readonly count: number } => {
  const divisor = lowestBit(mask);
  return { divisor, count: mask / divisor + 1 };
};

function coloursOf(bytes: Uint8Array, header: BmpHeader): Uint8Array {
  const { width, height, bits, pixelsAt, masks } = header;
  const [rowBytes, pixelBytes] = [rowBytesOf(header), bits / 8];
  const withAlpha = bits === 32 && masks[3] !== 0;
  const fields = masks.slice(0, withAlpha ? 4 : 3).map(fieldOf);
  const out = new Uint8Array(width * height * fields.length);
  for (let y = 0; y < height; y++) {
    let to = rowAt(header, y) * width * fields.length;
    for (let x = 0, at = pixelsAt + y * rowBytes; x < width; x++, at += pixelBytes) {
      const pixel = wordAt(bytes, at, pixelBytes);
      for (const { divisor, count } of fields) {
        out[to++] = Math.floor(((Math.floor(pixel / divisor) % count) * 255) / (count - 1));
      }
    }
  }
  return withAlpha ? onWhite(seen(out)) : out;
}

/** Programs that know no alpha leave zeros in it: such an image is meant to be seen. */
function seen(rgba: Uint8Array): Uint8Array {
  const hidden = rgba.every((value, i) => i % 4 !== 3 || value === 0);
  return hidden ? rgba.map((value, i) => (i % 4 === 3 ? 255 : value)) : rgba;
}

/** Little-endian. */
function wordAt(bytes: Uint8Array, at: number, length: number): number {
  let word = 0;
  for (let i = length - 1; i >= 0; i--) word = word * 256 + (bytes[at + i] ?? 0);
  return word;
}
