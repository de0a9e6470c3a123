import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { FoveaError, fault, listText } from "../../../base/index.ts";
import { fileFault } from "./files.ts";
import { archiveKind } from "./open.ts";
import { unpack } from "./unpack.ts";

/** Files that are too large for memory, by path. */
export const largeFiles = {
  /** Bytes of a file; nothing where there is none. @throws FoveaError where it cannot be told */
  async size(path: string): Promise<number | undefined> {
    try {
      return (await stat(path)).size;
    } catch (cause) {
      if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
      throw fileFault(path, "a file that can be read", cause);
    }
  },

  /** Checksum in hexadecimal. @throws FoveaError naming the path */
  async digest(path: string, algorithm: "md5" | "sha256"): Promise<string> {
    const hash = createHash(algorithm);
    try {
      await pipeline(createReadStream(path), hash);
    } catch (cause) {
      throw fileFault(path, "a file that can be read", cause);
    }
    return hash.digest("hex");
  },

  /** Gives a file another name. @throws FoveaError naming it */
  async rename(from: string, to: string): Promise<void> {
    try {
      await rename(from, to);
    } catch (cause) {
      throw fileFault(to, "a file that can be written", cause);
    }
  },

  /**
   * Unpacks folders of an archive, whose one outer folder does not count, side by side into a new folder, which is there only once it
   * is whole. @throws FoveaError where the archive is damaged or lacks one
   */
  async unpackFolders(archive: string, folders: readonly string[], into: string): Promise<void> {
    const work = `${into}.part`;
    const [all, chosen] = [join(work, "all"), join(work, "chosen")];
    try {
      await rm(work, { recursive: true, force: true });
      for (const folder of [all, chosen]) await mkdir(folder, { recursive: true });
      await unpackWhole(archive, all);
      const [outer, second] = await readdir(all);
      const root = outer !== undefined && second === undefined ? join(all, outer) : all;
      for (const folder of folders) await rename(join(root, folder), join(chosen, basename(folder)));
      await rename(chosen, into);
    } catch (cause) {
      if (cause instanceof FoveaError) throw cause;
      throw fileFault(archive, `an archive with ${listText(folders)}`, cause);
    } finally {
      await rm(work, { recursive: true, force: true, maxRetries: 3 });
    }
  },
};

async function unpackWhole(archive: string, folder: string): Promise<void> {
  const kind = await archiveKind(archive);
  const skipped = kind ? await unpack(kind, archive, folder) : [];
  const [first] = skipped;
  if (kind && !first) return;
  throw fault(archive, {
    expected: "a whole archive",
    received: first ? `${first.path}: ${first.reason}` : "another kind of file",
    fix: "download it again",
  });
}
