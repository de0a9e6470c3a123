import type { SpillFile } from "./types.ts";

/** Pictures of one size, by number; in memory or spilled to a file. */
export interface PixelStore {
  readonly spilled: boolean;
  put(slot: number, bytes: Uint8Array): void | Promise<void>;
  /** Writes the picture's bytes to target[offset …]; returns a promise only when spilled. */
  copyInto(slot: number, target: Uint8Array, offset: number): void | Promise<void>;
  close(): Promise<void>;
}

/** Keeps `count` pictures of `size` bytes in memory. */
export function memoryStore(count: number, size: number): PixelStore {
  const all = new Uint8Array(count * size);
  return {
    spilled: false,
    put: (slot, bytes) => all.set(bytes, slot * size),
    copyInto: (slot, target, offset) => target.set(all.subarray(slot * size, (slot + 1) * size), offset),
    close: () => Promise.resolve(),
  };
}

/** Keeps pictures of `size` bytes in a file. */
export const spillStore = (file: SpillFile, size: number): PixelStore => ({
  spilled: true,
  put: (slot, bytes) => file.write(bytes, slot * size),
  copyInto: (slot, target, offset) => file.read(target.subarray(offset, offset + size), slot * size),
  close: () => file.close(),
});
