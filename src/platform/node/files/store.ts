import { lstat, readdir, rm, rmdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ensureWritable, readFile, writeAtomic } from "./files.ts";

/** The files of this machine by path: whole files, and folders that can be taken back. */
export const fileStore = {
  /** @throws FoveaError naming the path */
  async read(path: string): Promise<Uint8Array> {
    const { buffer, byteOffset, byteLength } = await readFile(path);
    // A Buffer's slice() is a view where everybody else's is a copy.
    return new Uint8Array(buffer, byteOffset, byteLength);
  },
  write: writeAtomic,
  list: (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []),
  remove: (path: string): Promise<void> => rm(path, { recursive: true, force: true }),
  /** The answer undoes what it had to make. @throws FoveaError where nothing can be written */
  async makeFolder(folder: string): Promise<() => Promise<void>> {
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
