import { lstat, readdir, realpath, stat } from "node:fs/promises";
import type { Dirent } from "node:fs";
import { join } from "node:path";
import type { FileTree, SkippedFile, Unlisted } from "../../../data/index.ts";
import { fileFault, meaningOf } from "./files.ts";
import { type Places, setPlaces } from "./places.ts";
import { readPlace } from "./readPlace.ts";

export interface FolderTreeOptions extends Pick<FileTree, "name"> {
  /** Path of the one table that is the data. */
  readonly table?: string;
  /** Names of the files in the folder that are the data, where the user gave one of them and not the folder. */
  readonly files?: readonly string[];
  /** What could not be unpacked to the folder. */
  readonly skipped?: readonly SkippedFile[];
  /** Frees the folder. */
  readonly close?: () => Promise<void>;
}

/** A folder of this machine, looked through once. */
export function folderTree(
  root: string,
  { name, table, files, skipped = [], close = async () => undefined }: FolderTreeOptions,
): FileTree {
  let walked: Promise<Walk> | undefined;
  const walkOnce = (): Promise<Walk> => (walked ??= files ? walkNames(root, files) : walkAll(root));
  const places: Places = (path) => ({ file: join(root, path) });
  const tree: FileTree = {
    name,
    ...(table !== undefined && { table }),
    list: async () => (await walkOnce()).files.toSorted(),
    unlisted: async () => {
      const found = await walkOnce();
      return { skipped: [...skipped, ...found.skipped], emptyFolders: found.emptyFolders };
    },
    read: (path) => readPlace(places(path), path),
    close,
  };
  setPlaces(tree, places);
  return tree;
}

interface Walk extends Unlisted {
  readonly root: string;
  readonly files: string[];
  readonly skipped: SkippedFile[];
  readonly emptyFolders: string[];
}

const walkNames = async (root: string, files: readonly string[]): Promise<Walk> => ({
  root,
  files: [...files],
  skipped: [],
  emptyFolders: [],
});

/** @throws FoveaError when the folder itself cannot be read */
async function walkAll(root: string): Promise<Walk> {
  const walk: Walk = { root, files: [], skipped: [], emptyFolders: [] };
  try {
    await walkFolder(walk, "", new Set());
  } catch (cause) {
    throw fileFault(root, "a folder that can be read", cause);
  }
  return walk;
}

/** Goes on where something inside cannot be read or followed. `above` are the real paths of the folders that it is in. */
async function walkFolder(walk: Walk, prefix: string, above: ReadonlySet<string>): Promise<void> {
  const folder = join(walk.root, prefix);
  const real = await realpath(folder);
  if (above.has(real)) {
    walk.skipped.push({ path: prefix.slice(0, -1), reason: "a link to a folder that it is in" });
    return;
  }
  const entries = await readdir(folder, { withFileTypes: true });
  if (entries.length === 0 && prefix !== "") walk.emptyFolders.push(prefix.slice(0, -1));
  const below = new Set([...above, real]);
  for (const entry of entries) {
    const path = prefix + entry.name;
    const kind = await kindOf(join(walk.root, path), entry);
    if (kind === "file") walk.files.push(path);
    else if (kind !== "folder") walk.skipped.push({ path, reason: kind.reason });
    else {
      await walkFolder(walk, `${path}/`, below).catch((cause: unknown) => {
        walk.skipped.push({ path, reason: `a folder that cannot be read: ${meaningOf(cause)}` });
      });
    }
  }
}

type EntryKind = "file" | "folder" | { readonly reason: string };

/** Only a link needs a look at what it leads to, which costs a tenth of reading the image. */
async function kindOf(path: string, entry: Dirent): Promise<EntryKind> {
  // Names that are not UTF-8 are handed over with this letter for what cannot be told, and lead nowhere then.
  if (entry.name.includes("\uFFFD") && (await isMissing(path)))
    return { reason: "its name is not UTF-8, so it cannot be opened; rename it" };
  if (!entry.isSymbolicLink()) return kindOfFile(entry);
  try {
    return kindOfFile(await stat(path));
  } catch (cause) {
    return { reason: `a link that leads to ${meaningOf(cause)}` };
  }
}

const kindOfFile = (info: Pick<Dirent, "isDirectory" | "isFile">): EntryKind =>
  info.isDirectory() ? "folder" : info.isFile() ? "file" : { reason: "a socket, pipe or device, not a file" };

const isMissing = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => false,
    () => true,
  );
