import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Entry } from "yauzl";
import { FoveaError, fault } from "../../../base/index.ts";
import { meaningOf } from "./files.ts";

/** tar may be gzipped. */
export type ArchiveKind = "zip" | "tar";

// The packages for archives are loaded where there is one: most data is a folder.

/** Unpacks files and folders, no links or devices. @throws FoveaError when the archive is broken or names a file outside of itself. */
export async function unpack(kind: ArchiveKind, archive: string, folder: string): Promise<void> {
  try {
    await (kind === "zip" ? unpackZip(archive, folder) : unpackTar(archive, folder));
  } catch (cause) {
    if (cause instanceof FoveaError) throw cause;
    throw fault(archive, {
      expected: `a whole ${kind === "zip" ? ".zip" : ".tar or .tar.gz"} file`,
      received: meaningOf(cause),
      fix: "pack or download it again",
      cause,
    });
  }
}

const outside = (archive: string, name: string): Error =>
  fault(archive, { expected: "paths inside the archive", received: name, fix: "do not trust this file" });

const isOutside = (name: string): boolean =>
  /^([/\\]|[a-z]:)/i.test(name) || name.split(/[/\\]/).includes("..");

async function unpackTar(archive: string, folder: string): Promise<void> {
  const { extract } = await import("tar");
  let stray: string | undefined;
  let entries = 0;
  const broken: string[] = [];
  const extracted = extract({
    file: archive,
    cwd: folder,
    noMtime: true,
    filter: (path, entry) => {
      entries++;
      if (isOutside(path)) stray ??= path;
      return !isOutside(path) && "type" in entry && ["File", "OldFile", "Directory"].includes(entry.type);
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
  if (stray !== undefined) throw outside(archive, stray);
  if (broken[0] === undefined) return;
  // Nothing but zeros is a tar of nothing, and no name for what is no tar.
  throw new Error(entries === 0 ? "a file without an entry of a tar" : broken[0]);
}

/** What the file is to blame for, not the disk. */
const isTarError = (error: unknown): error is Error =>
  error instanceof Error && "code" in error && String(error.code).startsWith("TAR_");

async function unpackZip(archive: string, folder: string): Promise<void> {
  const { openPromise } = await import("yauzl");
  const zip = await openPromise(archive, { lazyEntries: true, autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      if (isOutside(entry.fileName)) throw outside(archive, entry.fileName);
      if (entry.isEncrypted()) {
        throw fault(archive, {
          expected: "a .zip without password",
          received: "an encrypted one",
          fix: "unpack it first",
        });
      }
      if (isPlainFile(entry)) {
        const path = join(folder, entry.fileName);
        await mkdir(dirname(path), { recursive: true });
        await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path));
      }
    }
  } finally {
    zip.close();
  }
}

/** Neither a folder nor a link; the upper half of the attributes is the Unix mode, whose kind is 0o12 for links. */
const isPlainFile = (entry: Entry): boolean =>
  !entry.fileName.endsWith("/") && entry.externalFileAttributes >>> 28 !== 0o12;
