import { fault, reasonOf } from "../../base/index.ts";
import { type SkippedFile, isImagePath, sortFiles } from "../../data/index.ts";
import { join } from "../files/paths.ts";
import type { Services } from "../context.ts";

/** Image files, and what was in their folders beside them. */
export interface ImageFiles {
  readonly paths: readonly string[];
  readonly skipped: readonly SkippedFile[];
}

/** Folders are replaced by the images in them and in their own folders. @throws when there are none at all */
export async function expandImages(
  images: readonly string[],
  { files }: Pick<Services, "files">,
): Promise<ImageFiles> {
  const found: string[] = [];
  const skipped: SkippedFile[] = [];
  for (const path of images) {
    const names = await filesBelow(path, files, maxDepth);
    if (names.length === 0) found.push(path);
    const sorted = sortFiles(names);
    found.push(...sorted.images.toSorted().map((name) => join(path, name)));
    const others = [...sorted.tables, ...sorted.unnamed].map((name) => ({
      path: name,
      reason: "not an image",
    }));
    skipped.push(...[...sorted.skipped, ...others].map((one) => ({ ...one, path: join(path, one.path) })));
  }
  if (found.length > 0) return { paths: found, skipped };
  throw fault(images.join(", "), {
    expected: "images",
    received: "folders without any",
    fix: "give files, or folders with images in them",
  });
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
