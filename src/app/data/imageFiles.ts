import { fault, reasonOf } from "../../base/index.ts";
import { type FileTree, type SkippedFile, isImagePath, sortFiles } from "../../data/index.ts";
import { join } from "../files/paths.ts";
import type { Services } from "../context.ts";

/** Image files, and what was in their folders beside them. */
export interface ImageFiles {
  readonly paths: readonly string[];
  readonly skipped: readonly SkippedFile[];
  /** Bytes of one of them. @throws FoveaError naming it */
  readonly read: (path: string) => Promise<Uint8Array>;
  /** Frees what archives and files of many images were unpacked to. */
  readonly close: () => Promise<void>;
}

/**
 * Folders are replaced by the images in them and in their own folders; so are archives and files of many images.
 * Close the result when done. @throws when there are none at all
 */
export async function expandImages(
  images: readonly string[],
  { files, openTree }: Pick<Services, "files" | "openTree">,
): Promise<ImageFiles> {
  const trees: FileTree[] = [];
  const inside = new Map<string, () => Promise<Uint8Array>>();
  const [found, skipped]: [string[], SkippedFile[]] = [[], []];
  const take = (path: string, names: readonly string[], tree?: FileTree): void => {
    const sorted = sortFiles(names);
    for (const name of sorted.images.toSorted()) {
      found.push(join(path, name));
      if (tree) inside.set(join(path, name), () => tree.read(name));
    }
    const others = [...sorted.tables, ...sorted.unnamed].map((one) => ({
      path: one,
      reason: "not an image",
    }));
    skipped.push(...[...sorted.skipped, ...others].map((one) => ({ ...one, path: join(path, one.path) })));
  };
  const close = async (): Promise<void> => {
    for (const tree of trees) await tree.close();
  };
  try {
    for (const path of images) {
      const names = await filesBelow(path, files, maxDepth);
      if (!mayHoldMany(path, names)) {
        if (names.length === 0) found.push(path);
        take(path, names);
        continue;
      }
      const tree = await openTree(path, { allowUnlabelled: true });
      trees.push(tree);
      take(path, await tree.list(), tree);
      const unlisted = (await tree.unlisted?.())?.skipped ?? [];
      skipped.push(...unlisted.map((one) => ({ ...one, path: join(path, one.path) })));
    }
    if (found.length === 0) throw noneFound(images);
  } catch (error) {
    await close();
    throw error;
  }
  const read = (path: string): Promise<Uint8Array> => inside.get(path)?.() ?? files.read(path);
  return { paths: found, skipped, read, close };
}

const noneFound = (images: readonly string[]): Error =>
  fault(images.join(", "), {
    expected: "images",
    received: "folders without any",
    fix: "give files, or folders with images in them",
  });

/** Whether a file by its name, or a folder without images by what is in it, is an archive or a data set in files of many images. */
function mayHoldMany(path: string, names: readonly string[]): boolean {
  if (names.length === 0) return /\.(zip|tar|tgz|gz|parquet)$|idx3[-_.]ubyte$/i.test(path);
  return (
    sortFiles(names).images.length === 0 && names.some((name) => /\.(bin|parquet)$|ubyte(\.gz)?$/i.test(name))
  );
}

/** Folders in folders; more only come from a link that leads back. */
const maxDepth = 32;

/** Files below a folder, as paths relative to it; none for a file. */
async function filesBelow(
  folder: string,
  files: Services["files"],
  depth: number,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of await files.list(folder)) {
    const below =
      depth === 0 || isImagePath(name) ? [] : await filesBelow(join(folder, name), files, depth - 1);
    if (below.length === 0) found.push(name);
    else for (const one of below) found.push(join(name, one));
  }
  return found;
}

/** What `read` makes of one file, or why it cannot. */
export async function orReason<T>(
  path: string,
  read: () => Promise<T>,
): Promise<T | { readonly path: string; readonly error: string }> {
  try {
    return await read();
  } catch (error) {
    return { path, error: reasonOf(error, path) };
  }
}
