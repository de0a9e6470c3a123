/** Values of the tags of a TIFF's first image, by number (TIFF 6.0, §2); longer lists are cut to `maxValues`. */
export type TiffTags = ReadonlyMap<number, readonly number[]>;

const maxValues = 16;
/** Bytes of the whole-number types: BYTE, SHORT, LONG, LONG8 (BigTIFF). */
const typeBytes: Readonly<Record<number, 1 | 2 | 4 | 8>> = { 1: 1, 3: 2, 4: 4, 16: 8 };

/** Reads little-endian or big-endian numbers. */
interface Reader {
  number(at: number, bytes: 1 | 2 | 4 | 8): number;
}

/** Tags with whole numbers, TIFF or BigTIFF in either byte order; nothing where the file is broken. */
export function tiffTags(bytes: Uint8Array): TiffTags | undefined {
  try {
    const { reader, isBig, entries } = directoryOf(bytes);
    const tags = new Map<number, readonly number[]>();
    for (const at of entries) {
      const values = valuesAt(reader, at, isBig);
      if (values) tags.set(reader.number(at, 2), values);
    }
    return tags;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

interface Directory {
  readonly reader: Reader;
  readonly isBig: boolean;
  /** Where each entry starts. */
  readonly entries: readonly number[];
}

/** The first image's. @throws RangeError beyond the end */
function directoryOf(bytes: Uint8Array): Directory {
  const reader = readerOf(bytes);
  const isBig = reader.number(2, 2) === 43;
  const first = isBig ? reader.number(8, 8) : reader.number(4, 4);
  const [countBytes, entryBytes] = isBig ? ([8, 20] as const) : ([2, 12] as const);
  const count = Math.min(reader.number(first, countBytes), 1000);
  return {
    reader,
    isBig,
    entries: Array.from({ length: count }, (_, i) => first + countBytes + i * entryBytes),
  };
}

/** Bytes of a value of each type, whole numbers or not (TIFF 6.0, §2; BigTIFF). */
const sizes: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};

/** How long a TIFF is at least, by the places of its first image's values; nothing where its directory is beyond the end. */
export function tiffLength(bytes: Uint8Array): number | undefined {
  try {
    const { reader, isBig, entries } = directoryOf(bytes);
    const wide = isBig ? 8 : 4;
    return entries.reduce((most, entry) => {
      const length = (sizes[reader.number(entry + 2, 2)] ?? 0) * reader.number(entry + 4, wide);
      return length <= wide ? most : Math.max(most, reader.number(entry + 4 + wide, wide) + length);
    }, 0);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** @throws RangeError beyond the end */
function readerOf(bytes: Uint8Array): Reader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = bytes[0] === 0x49;
  return {
    number(at, length) {
      switch (length) {
        case 1:
          return view.getUint8(at);
        case 2:
          return view.getUint16(at, little);
        case 4:
          return view.getUint32(at, little);
        case 8:
          return Number(view.getBigUint64(at, little));
        default:
          return length satisfies never;
      }
    },
  };
}

/** Of the entry that starts there: tag, type, count, then the values or where they are. */
function valuesAt(reader: Reader, entry: number, isBig: boolean): readonly number[] | undefined {
  const each = typeBytes[reader.number(entry + 2, 2)];
  if (each === undefined) return undefined;
  const wide = isBig ? 8 : 4;
  const count = reader.number(entry + 4, wide);
  const field = entry + 4 + wide;
  const start = count * each <= wide ? field : reader.number(field, wide);
  return Array.from({ length: Math.min(count, maxValues) }, (_, i) => reader.number(start + i * each, each));
}
