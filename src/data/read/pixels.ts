import { at } from "../../base/index.ts";
import type { SpillFile } from "../types.ts";

/** Images of one size, by number; in memory or spilled to a file. */
export interface PixelStore {
  readonly spilled: boolean;
  put(slot: number, bytes: Uint8Array): void | Promise<void>;
  /** Writes the image's bytes to target[offset …]; returns a promise only when spilled. */
  copyInto(slot: number, target: Uint8Array, offset: number): void | Promise<void>;
  close(): Promise<void>;
}

// One array may not hold more than 4 GiB everywhere, so the images are kept in several.
const chunkBytes = 2 ** 28;

/** Keeps `count` images of `size` bytes in memory. */
export function memoryStore(count: number, size: number): PixelStore {
  const perChunk = Math.max(Math.floor(chunkBytes / size), 1);
  const chunks = Array.from(
    { length: Math.ceil(count / perChunk) },
    (_, i) => new Uint8Array(Math.min(perChunk, count - i * perChunk) * size),
  );
  const bytesOf = (slot: number): Uint8Array => {
    const start = (slot % perChunk) * size;
    return at(chunks, Math.floor(slot / perChunk)).subarray(start, start + size);
  };
  return {
    spilled: false,
    put: (slot, bytes) => bytesOf(slot).set(bytes),
    copyInto: (slot, target, offset) => target.set(bytesOf(slot), offset),
    close: () => Promise.resolve(),
  };
}

/** Keeps images of `size` bytes in a file. */
export const spillStore = (file: SpillFile, size: number): PixelStore => ({
  spilled: true,
  put: (slot, bytes) => file.write(bytes, slot * size),
  copyInto: (slot, target, offset) => file.read(target.subarray(offset, offset + size), slot * size),
  close: () => file.close(),
});
