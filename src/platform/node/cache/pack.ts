import { crc32 } from "node:zlib";

// A pack is a file of many entries that is written once: the entries, an index sorted by key, and an end of fixed length.
// Bytes of an index row: 32 of the key, 8 of the offset, 4 of the length, 4 of the entry's CRC-32. Numbers are little-endian.

const keyBytes = 32;
const rowBytes = keyBytes + 16;
/** Version and name of the form: another one has another end, so that its packs count as damaged. */
const signature = Buffer.from("fovea-pack-0001\n", "latin1");
/** The index's offset, count of rows and CRC-32, and the signature. */
export const endBytes = 16 + signature.length;

/** Where an entry lies in its pack, and what its bytes must give. */
export interface EntryPlace {
  readonly offset: number;
  readonly length: number;
  readonly crc: number;
}

/** What the end of a pack says of its index. */
export interface PackEnd {
  readonly offset: number;
  readonly count: number;
  readonly crc: number;
}

/** The index and the end of a pack whose entries, by their keys in hexadecimal, take so many bytes. */
export function indexAndEnd(entries: ReadonlyMap<string, EntryPlace>, entryBytes: number): Uint8Array {
  const out = Buffer.alloc(entries.size * rowBytes + endBytes);
  let at = 0;
  for (const [key, { offset, length, crc }] of [...entries].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    out.write(key, at, "hex");
    out.writeBigUInt64LE(BigInt(offset), at + keyBytes);
    out.writeUInt32LE(length, at + keyBytes + 8);
    out.writeUInt32LE(crc, at + keyBytes + 12);
    at += rowBytes;
  }
  out.writeBigUInt64LE(BigInt(entryBytes), at);
  out.writeUInt32LE(entries.size, at + 8);
  out.writeUInt32LE(crc32(out.subarray(0, at)), at + 12);
  signature.copy(out, at + 16);
  return out;
}

/** What the last bytes of a file of that size say; nothing where it is no whole pack. */
export function parseEnd(end: Buffer, fileBytes: number): PackEnd | undefined {
  if (end.length !== endBytes || !end.subarray(16).equals(signature)) return undefined;
  const offset = Number(end.readBigUInt64LE(0));
  const count = end.readUInt32LE(8);
  return offset + count * rowBytes + endBytes === fileBytes
    ? { offset, count, crc: end.readUInt32LE(12) }
    : undefined;
}

export const indexBytes = ({ count }: PackEnd): number => count * rowBytes;

export const isWhole = (bytes: Uint8Array, crc: number): boolean => crc32(bytes) === crc;

/** Finds an entry in an index by halving. */
export function findEntry(index: Buffer, key: Uint8Array): EntryPlace | undefined {
  let [low, high] = [0, index.length / rowBytes];
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = middle * rowBytes;
    const order = index.compare(key, 0, keyBytes, row, row + keyBytes);
    if (order === 0) {
      return {
        offset: Number(index.readBigUInt64LE(row + keyBytes)),
        length: index.readUInt32LE(row + keyBytes + 8),
        crc: index.readUInt32LE(row + keyBytes + 12),
      };
    }
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return undefined;
}
