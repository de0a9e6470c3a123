/** A buffer's size in bytes and the first and last kernel that touch it. */
export interface Lifetime<T> {
  readonly key: T;
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/** One cache line; also keeps vector loads that start inside a buffer aligned. */
const ALIGNMENT = 64;

export const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/**
 * Gives every buffer an offset so that buffers that live at the same time never overlap (largest first, lowest gap that fits).
 * Returns the offsets and the bytes that hold them all.
 */
export function placeLifetimes<T>(lifetimes: readonly Lifetime<T>[]): {
  offsets: Map<T, number>;
  bytes: number;
} {
  const placed: (Lifetime<T> & { offset: number; end: number })[] = [];
  let bytes = 0;
  for (const buffer of [...lifetimes].sort((a, b) => b.bytes - a.bytes || a.first - b.first)) {
    const size = aligned(buffer.bytes);
    const neighbours = placed
      .filter(({ first, last }) => first <= buffer.last && buffer.first <= last)
      .sort((a, b) => a.offset - b.offset);
    let offset = 0;
    for (const neighbour of neighbours) {
      if (offset + size <= neighbour.offset) break;
      offset = Math.max(offset, neighbour.end);
    }
    placed.push({ ...buffer, offset, end: offset + size });
    bytes = Math.max(bytes, offset + size);
  }
  return { offsets: new Map(placed.map(({ key, offset }) => [key, offset])), bytes };
}
