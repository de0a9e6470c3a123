import { FoveaError, fault } from "../../../base/index.ts";
import type { SkippedFile } from "../../../data/index.ts";
import { meaningOf } from "./files.ts";

/** tar may be gzipped. */
export type ArchiveKind = "zip" | "tar";

// The packages for archives are loaded where there is one: most data is a folder.

/**
 * Unpacks files and folders, no links or devices; entries that are damaged are left out and listed.
 * @throws FoveaError when the archive as a whole cannot be read, or names a file outside of itself.
 */
export async function unpack(
  kind: ArchiveKind,
  archive: string,
  folder: string,
): Promise<readonly SkippedFile[]> {
  try {
    if (kind === "zip") return await (await import("./zip.ts")).unpackZip(archive, folder);
    return await (await import("./tar.ts")).unpackTar(archive, folder);
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
