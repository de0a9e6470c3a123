import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { crc32 } from "node:zlib";
import { type Entry, RandomAccessReader, type ZipFile, fromRandomAccessReaderPromise } from "yauzl";
import { fault } from "../../../base/index.ts";
import type { SkippedFile } from "../../../data/index.ts";
import { EntryNames, isOutside, outsideFault } from "./archiveNames.ts";
import { meaningOf } from "./files.ts";

/** Unpacks a zip file; entries whose bytes are not those of their checksum are left out and listed. @throws when the whole cannot be read */
export async function unpackZip(archive: string, folder: string): Promise<readonly SkippedFile[]> {
  const range = await rangeOf(archive);
  const reader = new RangeReader(archive, range.start);
  const zip = await openZip(archive, reader, range.end - range.start);
  const skipped: SkippedFile[] = [];
  const names = new EntryNames();
  try {
    for await (const entry of zip.eachEntry()) {
      const name = nameOf(entry);
      if (isOutside(name)) throw outsideFault(archive, name);
      checkReadable(archive, entry, name);
      if (isLink(entry)) skipped.push({ path: name, reason: "a link; links in archives are not followed" });
      if (isLink(entry) || name.endsWith("/")) continue;
      names.add(name);
      const reason = await unpackEntry({ zip, entry }, join(folder, name));
      if (reason !== undefined) skipped.push({ path: name, reason });
    }
  } finally {
    zip.close();
  }
  return [...skipped, ...names.repeated()];
}

async function openZip(archive: string, reader: RandomAccessReader, size: number): Promise<ZipFile> {
  try {
    return await fromRandomAccessReaderPromise(reader, size, { lazyEntries: true, autoClose: false });
  } catch (cause) {
    if (!(cause instanceof Error) || !cause.message.startsWith("multi-disk")) throw cause;
    throw fault(archive, {
      expected: "a .zip in one file",
      received: "one part of several",
      fix: "unpack all parts together, and give the folder",
      cause,
    });
  }
}

/**
 * Written by a program that sets no mark for UTF-8, a name may be UTF-8 nevertheless: macOS and Linux do so. A backslash is a slash
 * but in names from Unix that have slashes as well.
 */
function nameOf({ fileName, fileNameRaw, generalPurposeBitFlag, versionMadeBy }: Entry): string {
  const isUnix = [3, 19].includes(versionMadeBy >> 8);
  const isLetter = isUnix && fileNameRaw.includes(slash) && fileNameRaw.includes(backslash);
  const isMarked = (generalPurposeBitFlag & 0x800) !== 0;
  if (!isLetter && (isMarked || !fileNameRaw.some((byte) => byte > 127))) return fileName;
  try {
    const name = new TextDecoder("utf-8", { fatal: true }).decode(fileNameRaw);
    return isLetter ? name : name.replaceAll("\\", "/");
  } catch {
    return fileName;
  }
}

const [slash, backslash] = [0x2f, 0x5c];

/** Neither packed by other means than Deflate nor locked. @throws naming what it is and what to do */
function checkReadable(archive: string, entry: Entry, name: string): void {
  if (entry.isEncrypted()) {
    throw fault(archive, {
      expected: "a .zip without password",
      received: "an encrypted one",
      fix: "unpack it first",
    });
  }
  const { compressionMethod: method } = entry;
  if (method === 0 || method === 8) return;
  throw fault(archive, {
    expected: "files that are stored or packed with Deflate",
    received: `${methods[method] ?? `method ${method}`} (${name})`,
    fix: "unpack it and give the folder, or pack it with Deflate, the usual method",
  });
}

/** By the list of the zip format, APPNOTE.TXT 4.4.5. */
const methods: Readonly<Record<number, string>> = {
  1: "Shrink",
  6: "Implode",
  9: "Deflate64",
  12: "bzip2",
  14: "LZMA",
  20: "Zstandard",
  93: "Zstandard",
  95: "xz",
  96: "JPEG",
  98: "PPMd",
};

/** The upper half of the attributes is the Unix mode, whose kind is 0o12 for links. */
const isLink = ({ externalFileAttributes }: Entry): boolean => externalFileAttributes >>> 28 === 0o12;

interface Packed {
  readonly zip: ZipFile;
  readonly entry: Entry;
}

/** Writes one file; the reason why not where the entry is to blame. */
async function unpackEntry({ zip, entry }: Packed, path: string): Promise<string | undefined> {
  let checksum = 0;
  async function* checked(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
  }
  try {
    await mkdir(dirname(path), { recursive: true });
    await pipeline(await zip.openReadStreamPromise(entry), checked, createWriteStream(path));
    if (checksum === entry.crc32) return undefined;
    await rm(path, { force: true });
    return "damaged in the archive: its checksum does not match";
  } catch (cause) {
    const reason = blameOf(cause);
    if (reason === undefined) throw cause;
    await rm(path, { force: true, recursive: true });
    return reason;
  }
}

const namingErrors = new Set(["EEXIST", "EISDIR", "ENOTDIR", "ENAMETOOLONG", "EINVAL", "ENOENT"]);

/** What is wrong with an entry; nothing where the disk or the archive as a whole is. */
function blameOf(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  const code = "code" in cause ? String(cause.code) : "";
  if (code.startsWith("Z_") || /bytes in the stream|local file header/.test(cause.message))
    return `damaged in the archive: ${cause.message}`;
  return namingErrors.has(code) ? `cannot be unpacked under its name: ${meaningOf(cause)}` : undefined;
}

interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** The longest comment, and as much behind the archive again. */
const tailLength = 22 + 2 * 65_535;

/**
 * Where in the file the archive lies: other programs accept bytes before it, as in a program that unpacks itself, and after it.
 * Told by the record at its end: its own length, and where the directory before it should be.
 */
async function rangeOf(path: string): Promise<ByteRange> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - tailLength);
    const tail = Buffer.alloc(size - from);
    await file.read(tail, 0, tail.length, from);
    const at = tail.lastIndexOf("PK\u0005\u0006", undefined, "latin1");
    if (at < 0 || at + 22 > tail.length) return { start: 0, end: size };
    const end = Math.min(size, from + at + 22 + tail.readUInt16LE(at + 20));
    const [length, offset] = [tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
    // All ones stand for numbers that are elsewhere, in archives of more than 4 GiB.
    const start = offset === 0xffffffff || length === 0xffffffff ? 0 : from + at - length - offset;
    return { start: Math.max(0, start), end };
  } finally {
    await file.close();
  }
}

/** A part of a file, as yauzl wants it. */
class RangeReader extends RandomAccessReader {
  readonly #path: string;
  readonly #start: number;

  constructor(path: string, start: number) {
    super();
    this.#path = path;
    this.#start = start;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return createReadStream(this.#path, { start: start + this.#start, end: end - 1 + this.#start });
  }
}
