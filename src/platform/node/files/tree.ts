import { mkdtemp, open, readFile, readdir, realpath, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fault } from "../../../base/index.ts";
import type { FileTree } from "../../../data/index.ts";
import { fileFault } from "./files.ts";
import { type ArchiveKind, unpack } from "./unpack.ts";

const dataKinds = "a folder, or a .zip, .tar or .tar.gz of one";

/**
 * Opens a folder, or a .zip, .tar, .tar.gz or .tgz of one.
 * Archives are unpacked to a new temporary folder, which close() removes; a folder is only ever read.
 * @throws FoveaError when the path is missing, neither of these, or a broken archive.
 */
export async function openTree(path: string): Promise<FileTree> {
  const info = await stat(path).catch((cause: unknown) => {
    throw fileFault(path, dataKinds, cause);
  });
  if (info.isDirectory()) return folderTree(path, path, () => Promise.resolve());
  const empty = info.isFile() && info.size === 0;
  const kind = empty ? undefined : await archiveKind(path);
  if (!kind)
    throw fault(path, { expected: dataKinds, received: empty ? "an empty file" : "another kind of file" });
  const folder = await mkdtemp(join(tmpdir(), "fovea-data-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    await unpack(kind, path, folder);
  } catch (error) {
    await remove();
    throw error;
  }
  return folderTree(folder, path, remove);
}

/** Told by the first bytes, since a wrong extension is common; tar files say so at byte 257. */
async function archiveKind(path: string): Promise<ArchiveKind | undefined> {
  const file = await open(path).catch((cause: unknown) => {
    throw fileFault(path, "an archive that can be read", cause);
  });
  try {
    const head = Buffer.alloc(512);
    await file.read(head, 0, 512, 0);
    if (head.subarray(0, 2).toString("latin1") === "PK") return "zip";
    if (head.readUInt16BE(0) === 0x1f8b) return "tar";
    if (head.subarray(257, 262).toString("latin1") === "ustar") return "tar";
  } finally {
    await file.close();
  }
  if (/\.zip$/i.test(path)) return "zip";
  return /\.(tar|tgz|tar\.gz)$/i.test(path) ? "tar" : undefined;
}

const folders = new WeakMap<FileTree, string>();

/** The folder that the paths of a tree begin at, for those who read it elsewhere; nothing of another platform's tree. */
export const folderOf = (tree: FileTree): string | undefined => folders.get(tree);

function folderTree(root: string, name: string, close: () => Promise<void>): FileTree {
  const tree: FileTree = {
    name,
    async list() {
      const files: string[] = [];
      await walk({ root, files, above: new Set() }, "");
      return files.sort();
    },
    async read(path) {
      try {
        return await readFile(join(root, path));
      } catch (cause) {
        throw fileFault(path, "a file that can be read", cause);
      }
    },
    close,
  };
  folders.set(tree, root);
  return tree;
}

interface Walk {
  readonly root: string;
  readonly files: string[];
  /** Real paths of the folders above, so that a link to one of them is not followed round and round. */
  readonly above: ReadonlySet<string>;
}

async function walk({ root, files, above }: Walk, prefix: string): Promise<void> {
  const folder = join(root, prefix);
  try {
    const real = await realpath(folder);
    if (above.has(real)) return;
    const below = { root, files, above: new Set([...above, real]) };
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = prefix + entry.name;
      // Only a link needs a look at what it leads to, which costs a tenth of reading the image; one to nowhere is nothing.
      const info = entry.isSymbolicLink() ? await stat(join(root, path)).catch(() => undefined) : entry;
      if (info?.isDirectory()) await walk(below, `${path}/`);
      else if (info?.isFile()) files.push(path);
    }
  } catch (cause) {
    if (cause instanceof Error && cause.name === "FoveaError") throw cause;
    throw fileFault(folder, "a folder that can be read", cause);
  }
}
