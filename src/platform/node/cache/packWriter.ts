import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { CacheWriter } from "../../../data/index.ts";
import { type EntryPlace, indexAndEnd } from "./pack.ts";

export interface PackWriterOptions {
  /** Holds the packs of one kind. */
  readonly folder: string;
  /** A pack of more bytes is given up. */
  readonly maxBytes: number;
  /** Called once the pack stands in its place. */
  readonly onKept: () => Promise<void>;
}

/** Bytes written at once; chosen, not measured. */
const blockBytes = 2 ** 20;

/** Writes a pack beside its place and renames it when closed, so that nobody meets half of one. What goes wrong gives it up. */
export function packWriter({ folder, maxBytes, onKept }: PackWriterOptions): CacheWriter {
  const name = randomUUID();
  const beside = join(folder, `${name}${partEnding}`);
  const entries = new Map<string, EntryPlace>();
  const block = Buffer.alloc(blockBytes);
  let [written, filled] = [0, 0];
  let file: FileHandle | undefined;
  let isGivenUp = false;
  const giveUp = async (): Promise<void> => {
    isGivenUp = true;
    await file?.close().catch(() => undefined);
    await rm(beside, { force: true }).catch(() => undefined);
  };
  const append = async (bytes: Uint8Array): Promise<void> => {
    file ??= await create(beside, folder);
    await writeAll(file, bytes);
    written += bytes.length;
  };
  const flush = async (): Promise<void> => {
    const end = filled;
    filled = 0;
    await append(block.subarray(0, end));
  };
  const add = async (key: string, bytes: Uint8Array): Promise<void> => {
    entries.set(key, { offset: written + filled, length: bytes.length, crc: crc32(bytes) });
    if (filled + bytes.length > blockBytes) await flush();
    if (bytes.length > blockBytes) return append(bytes);
    block.set(bytes, filled);
    filled += bytes.length;
  };
  const keep = async (): Promise<void> => {
    const entryBytes = written + filled;
    await flush();
    await append(indexAndEnd(entries, entryBytes));
    await file?.close();
    await rename(beside, join(folder, `${name}${packEnding}`));
    await onKept();
  };
  // One after the other, in the order of the calls.
  let last = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> =>
    (last = last.then(() => (isGivenUp ? undefined : work().catch(giveUp))));
  return {
    put: (key, bytes) =>
      inTurn(async () => {
        if (entries.has(key)) return;
        await (written + filled + bytes.length > maxBytes ? giveUp() : add(key, bytes));
      }),
    close: () => inTurn(async () => (entries.size > 0 ? keep() : undefined)),
  };
}

export const packEnding = ".pack";
/** Of a pack that is being written. */
export const partEnding = ".part";

async function create(path: string, folder: string): Promise<FileHandle> {
  await mkdir(folder, { recursive: true });
  return open(path, "wx");
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;)
    done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
}
