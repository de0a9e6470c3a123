import { randomUUID } from "node:crypto";
import {
  access,
  appendFile,
  constants,
  mkdir,
  open,
  readFile as readWhole,
  rename,
  rm,
  stat,
} from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type FoveaError, fault, shortageFault } from "../../../base/index.ts";

const meanings: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EACCES: "no permission",
  EPERM: "no permission",
  EROFS: "a disk that can only be read",
  ENOSPC: "a full disk",
  ENOTDIR: "a file where a folder should be",
  EISDIR: "a folder",
  EMFILE: "too many open files",
  ELOOP: "itself, in a circle",
  ENAMETOOLONG: "a name that is too long",
};

/** The system's error, in plain words where it is a common one. */
export function meaningOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return meanings[code] ?? (error instanceof Error ? error.message : String(error));
}

/** The error for a path that could not be used as expected; where the process is short of something, the error for that. */
export const fileFault = (path: string, expected: string, cause: unknown): FoveaError =>
  shortageFault(cause) ?? fault(path, { expected, received: meaningOf(cause), cause });

/** All bytes of a file. @throws FoveaError naming the path. */
export async function readFile(path: string): Promise<Uint8Array> {
  try {
    return await readWhole(path);
  } catch (cause) {
    throw fileFault(path, "a file that can be read", cause);
  }
}

/**
 * Makes a folder and those above it. Level by level: where a file system has folders but no new ones (/proc), Node's own
 * recursive mkdir tries for ever.
 */
async function makeFolders(folder: string): Promise<void> {
  const error = await failureOfMkdir(folder);
  if (error === undefined) return;
  const parent = dirname(resolve(folder));
  if (!isMissing(error) || parent === resolve(folder)) throw error;
  // Somebody else may make the parent meanwhile, so the second try decides.
  if (!(await isFolder(parent))) await makeFolders(parent);
  const again = await failureOfMkdir(folder);
  if (again !== undefined) throw again;
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ENOENT";

/** What keeps a folder from being made; nothing where it stands already. */
async function failureOfMkdir(folder: string): Promise<unknown> {
  try {
    await mkdir(folder);
    return undefined;
  } catch (error) {
    return (await isFolder(folder)) ? undefined : error;
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Writes a whole file or nothing: first beside it, then renamed over it. Makes the folder. @throws FoveaError naming the path. */
export async function writeAtomic(path: string, bytes: Uint8Array | string): Promise<void> {
  const beside = `${path}.${randomUUID()}.part`;
  try {
    await makeFolders(dirname(path));
    const file = await open(beside, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw fileFault(path, "a file that can be written", cause);
  }
}

/** Makes the folder where it is missing and tries whether files can be written there. @throws FoveaError naming it. */
export async function ensureWritable(folder: string): Promise<void> {
  try {
    await makeFolders(folder);
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw fileFault(folder, "a folder that can be written to", cause);
  }
}

/** Adds to the end of a file, which is made, with the folders above it, where it is missing. @throws FoveaError naming the path. */
export async function appendTo(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await makeFolders(dirname(path));
    await appendFile(path, bytes);
  } catch (cause) {
    throw fileFault(path, "a file that can be written", cause);
  }
}
