import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileFault } from "../files/files.ts";
import type { FilePlace } from "../files/places.ts";

/** A temporary file that holds many, one behind the other. */
export interface Pack {
  add(path: string, bytes: Uint8Array): Promise<void>;
  /** Writes what is still in memory; nothing can be added behind it. */
  finish(): Promise<void>;
  /** Where a file lies; nothing for a path that was not added. */
  placeOf(path: string): FilePlace | undefined;
  paths(): readonly string[];
  /** Deletes it. */
  close(): Promise<void>;
}

/** Bytes that are written together: a call of the system costs as much as some thousands of them. */
const chunkBytes = 2 ** 22;

/** @throws FoveaError where there is no room */
export async function openPack(): Promise<Pack> {
  const folder = await mkdtemp(join(tmpdir(), "fovea-images-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  const file = join(folder, "images");
  try {
    return packInto(await open(file, "wx"), file, remove);
  } catch (cause) {
    await remove();
    throw fileFault(file, "room for a temporary file", cause);
  }
}

function packInto(handle: FileHandle, file: string, remove: () => Promise<void>): Pack {
  const places = new Map<string, FilePlace>();
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let end = 0;
  const flush = async (): Promise<void> => {
    const chunk = Buffer.concat(waiting);
    [waiting, waitingBytes] = [[], 0];
    try {
      await handle.appendFile(chunk);
    } catch (cause) {
      throw fileFault(file, `room for ${chunk.length} more bytes`, cause);
    }
  };
  let closing: Promise<void> | undefined;
  const closeHandle = (): Promise<void> => (closing ??= handle.close());
  return {
    async add(path, bytes) {
      places.set(path, { file, range: { start: end, length: bytes.length } });
      end += bytes.length;
      waiting.push(bytes);
      waitingBytes += bytes.length;
      if (waitingBytes >= chunkBytes) await flush();
    },
    async finish() {
      await flush();
      await closeHandle();
    },
    placeOf: (path) => places.get(path),
    paths: () => [...places.keys()],
    async close() {
      await closeHandle();
      await remove();
    },
  };
}
