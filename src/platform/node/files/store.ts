import { readdir, rm } from "node:fs/promises";
import { claimFolder, isLockName } from "./claim.ts";
import { appendTo, readFile, writeAtomic } from "./files.ts";

/** The files of this machine by path: whole files, and folders for one process alone. */
export const fileStore = {
  /** @throws FoveaError naming the path */
  async read(path: string): Promise<Uint8Array> {
    const { buffer, byteOffset, byteLength } = await readFile(path);
    // A Buffer's slice() is a view where everybody else's is a copy.
    return new Uint8Array(buffer, byteOffset, byteLength);
  },
  write: writeAtomic,
  append: appendTo,
  list: async (folder: string): Promise<readonly string[]> =>
    (await readdir(folder).catch(() => [])).filter((name) => !isLockName(name)),
  remove: (path: string): Promise<void> => rm(path, { recursive: true, force: true }),
  claim: claimFolder,
};
