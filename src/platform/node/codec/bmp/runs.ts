import type { BmpHeader } from "./header.ts";

/** Codes after a zero byte; a larger one counts pixels that are written out. */
const escapes = { endOfLine: 0, endOfImage: 1, jump: 2 } as const;

/**
 * Palette indices [H, W] of run-length coded pixels (RLE4, RLE8), rows as the file has them; pixels jumped over have index 0.
 * Nothing where the code ends before the image does.
 */
export function decodeRuns(
  bytes: Uint8Array,
  { width, height, bits, pixelsAt }: BmpHeader,
): Uint8Array | undefined {
  const out = new Uint8Array(width * height);
  const perByte = 8 / bits;
  let [x, y] = [0, 0];
  let at = pixelsAt;
  const put = (index: number): void => {
    // What goes beyond the row's end is dropped.
    if (x < width && y < height) out[y * width + x] = index;
    x++;
  };
  const nibble = (byte: number, i: number): number =>
    bits === 8 ? byte : i % 2 === 0 ? byte >> 4 : byte & 15;
  while (at + 2 <= bytes.length) {
    const [count = 0, code = 0] = bytes.subarray(at, at + 2);
    at += 2;
    if (count > 0) {
      for (let i = 0; i < count; i++) put(nibble(code, i));
    } else if (code === escapes.endOfImage) {
      return out;
    } else if (code === escapes.endOfLine) {
      [x, y] = [0, y + 1];
    } else if (code === escapes.jump) {
      x += bytes[at] ?? 0;
      y += bytes[at + 1] ?? 0;
      at += 2;
    } else {
      const length = Math.ceil(code / perByte);
      if (at + length > bytes.length) return undefined;
      for (let i = 0; i < code; i++) put(nibble(bytes[at + Math.floor(i / perByte)] ?? 0, i));
      at += length + (length % 2);
    }
  }
  // The mark of the end may be missing behind the last row.
  return y >= height || (y === height - 1 && x >= width) ? out : undefined;
}
