import { lstat, readdir, rm, rmdir } from "node:fs/promises";
import { totalmem } from "node:os";
import { dirname, resolve } from "node:path";
import type { FileStore, Services } from "../app/index.ts";
import {
  encodeJpeg,
  encodePng,
  ensureWritable,
  openTree,
  readFile,
  sharpCodec,
  spillFile,
  thisMachine,
  wasmBackend,
  writeAtomic,
} from "../platform/node/index.ts";
import { version } from "./version.ts";

/** What the verbs need, from this machine. */
export const nodeServices = (): Services => ({
  versions: versionsHere(),
  openTree,
  codec: sharpCodec(),
  encodePng,
  encodeJpeg,
  openSpill: spillFile,
  openBackend: wasmBackend,
  files,
  clock: () => performance.now(),
  // Leaves room for the system, the decoded images and the reader's browser; a container's limit counts.
  memoryBytes: Math.min(totalmem(), process.constrainedMemory() || totalmem()) * 0.6,
});

function versionsHere(): Services["versions"] {
  const { runtime, system } = thisMachine();
  return { fovea: version(), runtime, system };
}

const files: FileStore = {
  async read(path) {
    const { buffer, byteOffset, byteLength } = await readFile(path);
    // A Buffer's slice() is a view where everybody else's is a copy.
    return new Uint8Array(buffer, byteOffset, byteLength);
  },
  write: writeAtomic,
  list: (folder) => readdir(folder).catch(() => []),
  remove: (path) => rm(path, { recursive: true, force: true }),
  async makeFolder(folder) {
    const missing = await missingFolders(resolve(folder));
    try {
      await ensureWritable(folder);
    } catch (error) {
      await removeEmpty(missing);
      throw error;
    }
    return () => removeEmpty(missing);
  },
};

/** The folders of a path that are not there yet, innermost first. */
async function missingFolders(path: string): Promise<readonly string[]> {
  const there = await lstat(path).then(
    () => true,
    () => false,
  );
  const parent = dirname(path);
  return there || parent === path ? [] : [path, ...(await missingFolders(parent))];
}

/** Removes folders from the inside out, up to the first that holds something. */
async function removeEmpty(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    try {
      await rmdir(folder);
    } catch (error) {
      // One that was never made is as good as removed.
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) return;
    }
  }
}
