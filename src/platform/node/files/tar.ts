import { copyFile, lstat, mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { extract } from "tar";
import type { SkippedFile } from "../../../data/index.ts";
import { EntryNames, isOutside, outsideFault } from "./archiveNames.ts";

const fileTypes = new Set(["File", "OldFile", "ContiguousFile"]);

/** A second name of a file (hard link). */
interface SecondName {
  readonly path: string;
  /** The file's name in the archive. */
  readonly of: string;
}

/**
 * Unpacks a tar file, gzipped or not; a second name of a file becomes a copy of it, other links are left out and listed.
 * @throws when it cannot be read to its end, or leads outside
 */
export async function unpackTar(archive: string, folder: string): Promise<readonly SkippedFile[]> {
  let stray: string | undefined;
  let entries = 0;
  const broken: string[] = [];
  const skipped: SkippedFile[] = [];
  const names = new EntryNames();
  const second: SecondName[] = [];
  const extracted = extract({
    file: archive,
    cwd: folder,
    noMtime: true,
    filter: (path, entry) => {
      entries++;
      if (isOutside(path)) stray ??= path;
      if (isOutside(path) || !("type" in entry)) return false;
      const { type } = entry;
      if (fileTypes.has(type)) names.add(path);
      else if (type === "Link" && !isOutside(entry.linkpath ?? "/"))
        second.push({ path, of: entry.linkpath ?? "" });
      else if (type !== "Directory") skipped.push({ path, reason: reasonOf(type) });
      return fileTypes.has(type) || type === "Directory";
    },
    onReadEntry: (entry) => {
      // What nobody may read in the archive is to be read here.
      entry.mode = entry.type === "Directory" ? 0o755 : 0o644;
    },
    onwarn: (code, message) => {
      if (code === "TAR_BAD_ARCHIVE" || code === "TAR_ENTRY_INVALID" || code === "TAR_ENTRY_ERROR") {
        broken.push(message.replace(/^TAR_[A-Z_]+: /, ""));
      }
    },
  });
  await extracted.catch((error: unknown) => {
    if (!isTarError(error)) throw error;
    broken.push(error.message.replace(/^TAR_[A-Z_]+: /, ""));
  });
  if (stray !== undefined) throw outsideFault(archive, stray);
  if (broken[0] === undefined) {
    for (const one of second)
      if (!(await copyAs(one, folder))) skipped.push({ path: one.path, reason: noSuchFile });
    return [...skipped, ...names.repeated()];
  }
  // Nothing but zeros is a tar of nothing, and no name for what is no tar.
  throw new Error(entries === 0 ? "a file without an entry of a tar" : broken[0]);
}

const noSuchFile = "a second name (hard link) of a file that is not in the archive";

function reasonOf(type: string): string {
  if (type === "Link") return noSuchFile;
  return type === "SymbolicLink"
    ? "a link; links in archives are not followed"
    : "a device or pipe, not a file";
}

/** Whether the file is there to be copied; no link is ever made, so none can lead outside. */
async function copyAs({ path, of }: SecondName, folder: string): Promise<boolean> {
  const [from, to] = [join(folder, of), join(folder, path)];
  const isFile = await lstat(from).then(
    (info) => info.isFile(),
    () => false,
  );
  if (!isFile) return false;
  if (from === to) return true;
  await mkdir(dirname(to), { recursive: true });
  await rm(to, { force: true });
  await copyFile(from, to);
  return true;
}

/** What the file is to blame for, not the disk. */
const isTarError = (error: unknown): error is Error =>
  error instanceof Error && "code" in error && String(error.code).startsWith("TAR_");
