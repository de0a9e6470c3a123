import { deflateSync } from "node:zlib";
import { crc32 } from "./crc32.ts";

// Files with 16 bits a value, written by hand, so that what is read does not depend on what sharp writes.

export interface DeepImageFile {
  readonly width: number;
  readonly height: number;
  /** Grey, grey and alpha, RGB, or RGB and alpha. */
  readonly channels: 1 | 2 | 3 | 4;
  /** Row by row, channels together; 0 to 65,535. */
  readonly values: readonly number[];
}

/** Colour types of PNG by channels (W3C PNG 3, §11.2.1). */
const colourTypes = { 1: 0, 2: 4, 3: 2, 4: 6 } as const;

function chunk(type: string, content: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(content.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body) >>> 0, body.length + 4);
  return out;
}

export function png16({ width, height, channels, values }: DeepImageFile): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([16, colourTypes[channels], 0, 0, 0], 8);
  const row = 1 + width * channels * 2;
  const rows = Buffer.alloc(row * height);
  for (const [i, value] of values.entries()) {
    const y = Math.floor(i / (width * channels));
    rows.writeUInt16BE(value, y * row + 1 + (i - y * width * channels) * 2);
  }
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

/** Grey with black as 0 (photometric 1) or white as 0, or RGB; one strip without compression (TIFF 6.0, §2-6). */
export function tiff16(
  { width, height, channels, values }: DeepImageFile,
  { big = false, white0 = false }: { readonly big?: boolean; readonly white0?: boolean } = {},
): Uint8Array {
  const tags: readonly (readonly [tag: number, type: 3 | 4, ...values: number[]])[] = [
    [256, 3, width],
    [257, 3, height],
    [258, 3, ...Array.from({ length: channels }, () => 16)],
    [259, 3, 1],
    [262, 3, channels === 3 ? 2 : white0 ? 0 : 1],
    [273, 4, 8],
    [277, 3, channels],
    [278, 3, height],
    [279, 4, values.length * 2],
  ];
  const directory = 8 + values.length * 2;
  const extra = directory + 2 + tags.length * 12 + 4;
  const file = Buffer.alloc(extra + 2 * channels);
  const u16 = (value: number, at: number): number =>
    big ? file.writeUInt16BE(value, at) : file.writeUInt16LE(value, at);
  const u32 = (value: number, at: number): number =>
    big ? file.writeUInt32BE(value, at) : file.writeUInt32LE(value, at);
  file.write(big ? "MM" : "II", "latin1");
  u16(42, 2);
  u32(directory, 4);
  values.forEach((value, i) => u16(value, 8 + 2 * i));
  u16(tags.length, directory);
  for (const [i, [tag, type, ...content]] of tags.entries()) {
    const at = directory + 2 + i * 12;
    u16(tag, at);
    u16(type, at + 2);
    u32(content.length, at + 4);
    const isInside = content.length * (type === 3 ? 2 : 4) <= 4;
    if (!isInside) u32(extra, at + 8);
    content.forEach((value, k) => {
      const to = (isInside ? at + 8 : extra) + k * (type === 3 ? 2 : 4);
      if (type === 3) u16(value, to);
      else u32(value, to);
    });
  }
  return file;
}
