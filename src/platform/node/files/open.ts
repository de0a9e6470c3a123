import { mkdtemp, open, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fault } from "../../../base/index.ts";
import { type FileTree, type OpenTreeOptions, type SkippedFile, isTablePath } from "../../../data/index.ts";
import { containerTree, filesBeside, isParquetName } from "../containers/index.ts";
import { fileFault } from "./files.ts";
import { folderTree } from "./tree.ts";
import { type ArchiveKind, unpack } from "./unpack.ts";

const dataKinds = "a folder, or a .zip, .tar or .tar.gz of one, or a .csv, .tsv, .parquet or idx file";

/**
 * Opens a folder, a .zip, .tar, .tar.gz or .tgz of one, a .csv or .tsv file in one, or a file that holds many images.
 * A plain tar is read where it lies; other archives are unpacked to a new temporary folder, which close() removes.
 * A folder is only ever read.
 * @throws FoveaError when the path is missing, none of these, or a broken archive.
 */
export const openTree = async (path: string, options?: OpenTreeOptions): Promise<FileTree> =>
  containerTree(await openFiles(path), options);

/** The files as they are. */
async function openFiles(path: string): Promise<FileTree> {
  const info = await stat(path).catch((cause: unknown) => {
    throw fileFault(path, dataKinds, cause);
  });
  if (info.isDirectory()) return folderTree(path, { name: path });
  const own = filesBeside(basename(path), await readdir(dirname(path)));
  if (own) return folderTree(dirname(path), { name: path, files: own });
  const empty = info.isFile() && info.size === 0;
  const kind = empty ? undefined : await archiveKind(path);
  if (!kind && !empty && isTablePath(path))
    return folderTree(dirname(path), { name: path, table: basename(path) });
  if (!kind)
    throw fault(path, { expected: dataKinds, received: empty ? "an empty file" : "another kind of file" });
  return (kind === "tar" ? await tarTree(path) : undefined) ?? unpackedTree(kind, path);
}

/** A tar is read where it lies, which is much quicker than unpacking it; nothing where that cannot be done. */
async function tarTree(path: string): Promise<FileTree | undefined> {
  const { plainTar, plainTarTree } = await import("./tarInPlace.ts");
  const tar = plainTar(path);
  // Parquet's reader wants a file of its own.
  return tar && ![...tar.files.keys()].some(isParquetName) ? plainTarTree(path, tar) : undefined;
}

async function unpackedTree(kind: ArchiveKind, path: string): Promise<FileTree> {
  const folder = await mkdtemp(join(tmpdir(), "fovea-data-"));
  const close = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    const skipped: readonly SkippedFile[] = await unpack(kind, path, folder);
    return folderTree(folder, { name: path, skipped, close });
  } catch (error) {
    await close();
    throw error;
  }
}

/** Archives of other programs, by their first bytes in hexadecimal. */
const otherArchives: readonly (readonly [begins: RegExp, kind: string])[] = [
  [/^377abcaf271c/, "a 7z archive"],
  [/^526172211a07/, "a RAR archive"],
  [/^425a68/, "a file packed with bzip2 (.tar.bz2)"],
  [/^fd377a585a00/, "a file packed with xz (.tar.xz)"],
  [/^28b52ffd/, "a file packed with Zstandard (.tar.zst)"],
  [/^04224d18/, "a file packed with LZ4 (.tar.lz4)"],
  [/^1f(9d|a0)/, "a file packed with compress (.tar.Z)"],
  [/^4c5a4950/, "a file packed with lzip (.tar.lz)"],
  [/^4d534346/, "a cabinet file"],
];

/** Told by the first bytes, since a wrong extension is common; tar files say so at byte 257. @throws for archives of other kinds */
export async function archiveKind(path: string): Promise<ArchiveKind | undefined> {
  const head = await headOf(path);
  const hex = head.toString("hex");
  const [, other] = otherArchives.find(([begins]) => begins.test(hex)) ?? [];
  if (other !== undefined) {
    throw fault(path, {
      expected: dataKinds,
      received: other,
      fix: "unpack it, and give the folder",
    });
  }
  if (hex.startsWith("504b")) return "zip";
  if (hex.startsWith("1f8b")) return "tar";
  if (head.subarray(257, 262).toString("latin1") === "ustar") return "tar";
  // A program that unpacks itself: the archive is behind it.
  if (/\.(zip|exe)$/i.test(path)) return "zip";
  return /\.(tar|tgz|tar\.gz)$/i.test(path) ? "tar" : undefined;
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path).catch((cause: unknown) => {
    throw fileFault(path, "an archive that can be read", cause);
  });
  try {
    const head = Buffer.alloc(512);
    await file.read(head, 0, 512, 0);
    return head;
  } finally {
    await file.close();
  }
}
