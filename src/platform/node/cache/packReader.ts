import { closeSync, fstatSync, openSync, readSync, utimesSync } from "node:fs";
import { type EntryPlace, type PackEnd, endBytes, findEntry, indexBytes, isWhole, parseEnd } from "./pack.ts";

// Reads wait for the disk, because an entry takes less time than a promise for it.

/** A pack that is open. */
export interface PackReader {
  /** The entry's bytes, good until the next call; nothing where it is not here or damaged. */
  read(key: Uint8Array): Uint8Array | undefined;
  /** @param now milliseconds since 1970, written down as the time of use where anything was read */
  close(now: number): void;
}

/** Bytes read at once: entries that were made one after the other are mostly asked for so. Chosen, not measured. */
const windowBytes = 2 ** 21;
/** Of them before the entry: threads hand images over a little out of order, and going back must not read all of it again. */
const bytesBefore = windowBytes / 4;

/** Nothing where the file is no whole pack, or gone. */
export function openCachePack(path: string): PackReader | undefined {
  const opened = openIndex(path);
  if (!opened) return undefined;
  const { file, index } = opened;
  const window = fileWindow(file);
  let isUsed = false;
  return {
    read(key) {
      const place = findEntry(index, key);
      const bytes = place && window(place);
      if (!bytes || !isWhole(bytes, place.crc)) return undefined;
      isUsed = true;
      // A Buffer's slice() is a view where everybody else's is a copy.
      return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    },
    close(now) {
      closeSync(file);
      if (isUsed) noteUse(path, now);
    },
  };
}

/** How many entries a pack holds; nothing where the file is no whole pack, or gone. */
export function countEntries(path: string): number | undefined {
  const opened = openEnd(path);
  if (opened) closeSync(opened.file);
  return opened?.end.count;
}

function openIndex(path: string): { readonly file: number; readonly index: Buffer } | undefined {
  const opened = openEnd(path);
  if (!opened) return undefined;
  const { file, end } = opened;
  const index = bytesAt(file, end.offset, indexBytes(end));
  if (index && isWhole(index, end.crc)) return { file, index };
  closeSync(file);
  return undefined;
}

function openEnd(path: string): { readonly file: number; readonly end: PackEnd } | undefined {
  const file = orNothing(() => openSync(path, "r"));
  if (file === undefined) return undefined;
  const { size } = fstatSync(file);
  const bytes = size < endBytes ? undefined : bytesAt(file, size - endBytes, endBytes);
  const end = bytes && parseEnd(bytes, size);
  if (end) return { file, end };
  closeSync(file);
  return undefined;
}

/** Reads a stretch at a time, and gives entries out of it. */
function fileWindow(file: number): (place: EntryPlace) => Buffer | undefined {
  const held = Buffer.alloc(windowBytes);
  let [start, end] = [0, 0];
  return ({ offset, length }) => {
    if (length > windowBytes - bytesBefore) return bytesAt(file, offset, length);
    if (offset < start || offset + length > end) {
      start = Math.max(offset - bytesBefore, 0);
      end = start + (orNothing(() => readSync(file, held, 0, windowBytes, start)) ?? 0);
    }
    return offset + length <= end ? held.subarray(offset - start, offset - start + length) : undefined;
  };
}

/** Nothing where the file is shorter or cannot be read. */
function bytesAt(file: number, offset: number, length: number): Buffer | undefined {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length;) {
    const read = orNothing(() => readSync(file, bytes, done, length - done, offset + done)) ?? 0;
    if (read === 0) return undefined;
    done += read;
  }
  return bytes;
}

/** A file that another program removes or that may not be touched stays as it is. */
const noteUse = (path: string, now: number): void =>
  orNothing(() => utimesSync(path, now / 1000, now / 1000));

function orNothing<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
