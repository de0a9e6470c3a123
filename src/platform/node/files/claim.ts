import { readFile, readdir, rm, rmdir, lstat, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join, resolve } from "node:path";
import { ensureWritable, fileFault } from "./files.ts";

/** The process that has a folder to itself. */
interface FolderHolder {
  /** Unknown where its lock file cannot be read. */
  readonly pid?: number | undefined;
  /** Name of its machine, where that is not this one. */
  readonly host?: string | undefined;
  /** Path of its lock file. */
  readonly lock: string;
}

type ClaimOutcome =
  | { readonly type: "claimed"; release(): Promise<void> }
  | { readonly type: "held"; readonly by: FolderHolder };

// A number in the name: the lock of a process that was killed is followed by one of the next number. To delete and create it
// again would take two steps, between which two processes could each believe that they have it.
const lockPattern = /^\.fovea-(\d+)\.lock$/;

/** Whether a name in a folder is that of a lock file. */
export const isLockName = (name: string): boolean => lockPattern.test(name);

/** Lock files of this process, as absolute paths. */
const own = new Set<string>();

/**
 * Takes a folder for this process alone, made where it is missing: of several that try at once exactly one gets it. A claim ends
 * by `release`, which also removes the folders that were made for it and are empty, or with its process.
 * @throws FoveaError where nothing can be written
 */
export async function claimFolder(folder: string): Promise<ClaimOutcome> {
  const missing = await missingFolders(resolve(folder));
  try {
    const lock = await lockFolder(folder);
    if (typeof lock !== "string") return { type: "held", by: lock };
    own.add(resolve(lock));
    return {
      type: "claimed",
      release: async () => {
        await rm(lock, { force: true });
        own.delete(resolve(lock));
        await removeEmpty(missing);
      },
    };
  } catch (error) {
    await removeEmpty(missing);
    throw error;
  }
}

/** Path of this process's lock file, or who has the folder. */
async function lockFolder(folder: string): Promise<string | FolderHolder> {
  await ensureWritable(folder);
  const before = await locksIn(folder);
  const holder = await firstAlive(before);
  if (holder) return holder;
  const number = Math.max(0, ...before.map((one) => one.number)) + 1;
  const lock = join(folder, `.fovea-${number}.lock`);
  try {
    await writeFile(lock, await contentOfLock(), { flag: "wx" });
  } catch (cause) {
    // Somebody was quicker, or has just taken the empty folder away.
    if (isCode(cause, "EEXIST") || isCode(cause, "ENOENT")) return lockFolder(folder);
    throw fileFault(lock, "a file that can be written", cause);
  }
  const others = (await locksIn(folder)).filter(({ path }) => path !== lock);
  const other = await firstAlive(others);
  for (const { path } of other ? [{ path: lock }] : others) await rm(path, { force: true });
  return other ?? lock;
}

interface LockFile {
  readonly path: string;
  readonly number: number;
}

const locksIn = async (folder: string): Promise<readonly LockFile[]> =>
  (await readdir(folder).catch(() => [])).flatMap((name) => {
    const number = lockPattern.exec(name)?.[1];
    return number === undefined ? [] : [{ path: join(folder, name), number: Number(number) }];
  });

async function firstAlive(locks: readonly LockFile[]): Promise<FolderHolder | undefined> {
  for (const { path } of locks) {
    const holder = await aliveHolder(path);
    if (holder) return holder;
  }
  return undefined;
}

/** The holder of a lock file, where it may still run. */
async function aliveHolder(lock: string): Promise<FolderHolder | undefined> {
  const text = await readFile(lock, "utf8").catch((error) => (isCode(error, "ENOENT") ? undefined : ""));
  if (text === undefined) return undefined;
  const [pid = "", host = "", started = ""] = text.split("\n");
  if (!/^\d+$/.test(pid)) return (await isBeingWritten(lock)) ? { lock } : undefined;
  if (host !== hostname()) return { pid: Number(pid), host, lock };
  return (await isRunning(Number(pid), { lock, started })) ? { pid: Number(pid), lock } : undefined;
}

/** A file is empty for a moment before its content is written; where that moment lasts, its writer was killed in it. */
const isBeingWritten = (path: string): Promise<boolean> =>
  stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs < 10_000,
    () => false,
  );

async function isRunning(
  pid: number,
  { lock, started }: { readonly lock: string; readonly started: string },
): Promise<boolean> {
  if (pid === process.pid) return own.has(resolve(lock));
  try {
    process.kill(pid, 0);
  } catch (error) {
    return !isCode(error, "ESRCH");
  }
  // Numbers of processes are used again.
  const since = await startOf(pid);
  return since === "" || started === "" || since === started;
}

const contentOfLock = async (): Promise<string> =>
  [process.pid, hostname(), await startOf(process.pid), ""].join("\n");

/** When a process began, in ticks since the machine did; empty where the system does not say (all but Linux). */
async function startOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The name, in parentheses, may hold anything; the start is the 20th field after it.
  return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? "";
}

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;

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
      if (!isCode(error, "ENOENT")) return;
    }
  }
}
