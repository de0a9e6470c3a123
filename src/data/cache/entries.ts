import { isObject } from "../../base/index.ts";
import type { Inspection } from "../inspect/types.ts";
import type { Fingerprint } from "../nearDuplicates/types.ts";
import type { ReadResult } from "../types.ts";

// Entries are read by this machine's programs alone, so numbers stand in its own byte order.

/** Raised with every change of what an image is decoded to, of its facts, of the search for near-duplicates, or of these bytes. */
export const entryVersion = 2;

/** The part of a successful reading that takes pixels. */
export type PixelEntry = Pick<Extract<ReadResult, { readonly sha256: string }>, "data" | "channelSums">;

const sumsBytes = 6 * Float64Array.BYTES_PER_ELEMENT;

/** Bytes of an entry with so many bytes of pixels. */
export const pixelEntryBytes = (pixels: number): number => sumsBytes + pixels;

/** The sums, then the pixels. */
export function bytesOfPixels({ data, channelSums }: PixelEntry): Uint8Array {
  const bytes = new Uint8Array(pixelEntryBytes(data.length));
  bytes.set(new Uint8Array(channelSums.buffer, channelSums.byteOffset, sumsBytes));
  bytes.set(data, sumsBytes);
  return bytes;
}

/** Shares memory with the bytes. */
export const pixelsOfBytes = (bytes: Uint8Array): PixelEntry => ({
  channelSums: new Float64Array(bytes.slice(0, sumsBytes).buffer),
  data: bytes.subarray(sumsBytes),
});

const space = 0x20;
const decoder = new TextDecoder();

/** A fingerprint's arrays, in the order in which they stand in an entry: those of words before that of bytes. */
const arrays = ["hash", "positions", "descriptors", "thumbnail"] as const;
type ArrayName = (typeof arrays)[number];

/** About the size of an entry, in bytes: the fingerprint is nearly all of it. */
export const factsEntryBytes = 12_000;

/** The length of a text, the text (JSON, with each array's length in its place, in whole words of 4 bytes), then the arrays. */
export function bytesOfFacts(inspection: Inspection): Uint8Array {
  const parts = arrays.map((name) => bytesOfArray(inspection.fingerprint[name]));
  const lengths = Object.fromEntries(arrays.map((name, i) => [name, parts[i]?.length]));
  const fingerprint = { ...inspection.fingerprint, ...lengths };
  const json = new TextEncoder().encode(JSON.stringify({ ...inspection, fingerprint }));
  const text = new Uint8Array(Math.ceil(json.length / 4) * 4).fill(space);
  text.set(json);
  const size = parts.reduce((sum, { length }) => sum + length, 4 + text.length);
  const bytes = new Uint8Array(size);
  bytes.set(new Uint8Array(Uint32Array.of(text.length).buffer));
  let end = 4;
  for (const part of [text, ...parts]) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}

/** Facts as they stand in an entry: the length in bytes in each array's place. */
interface WrittenFacts extends Omit<Inspection, "fingerprint"> {
  readonly fingerprint: Omit<Fingerprint, ArrayName> & Readonly<Record<ArrayName, number>>;
}

const isWrittenFacts = (json: unknown): json is WrittenFacts => {
  const fingerprint = isObject(json) ? json["fingerprint"] : undefined;
  return isObject(fingerprint) && arrays.every((name) => Number.isInteger(fingerprint[name]));
};

/** Shares no memory with the bytes; nothing where these are no facts. */
export function factsOfBytes(bytes: Uint8Array): Inspection | undefined {
  // One copy that all arrays share: of each its own takes longer than reading the file.
  const { buffer } = bytes.slice();
  const [length = 0] = new Uint32Array(buffer, 0, 1);
  let end = 4 + length;
  const written: unknown = JSON.parse(decoder.decode(bytes.subarray(4, end)));
  if (!isWrittenFacts(written)) return undefined;
  const { fingerprint } = written;
  const take = (name: ArrayName, wordBytes: number): readonly [ArrayBuffer, number, number] => {
    const start = end;
    end += fingerprint[name];
    return [buffer, start, fingerprint[name] / wordBytes];
  };
  return {
    ...written,
    fingerprint: {
      ...fingerprint,
      hash: new Uint32Array(...take("hash", 4)),
      positions: new Float32Array(...take("positions", 4)),
      descriptors: new Uint32Array(...take("descriptors", 4)),
      thumbnail: new Uint8Array(...take("thumbnail", 1)),
    },
  };
}

const bytesOfArray = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
