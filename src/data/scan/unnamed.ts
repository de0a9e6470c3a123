import { reasonOf, groupBy } from "../../base/index.ts";
import { forEachConcurrently } from "../read/concurrent.ts";
import type { FileTree, SkippedFile } from "../types.ts";
import type { SortedFiles } from "./files.ts";
import { isImageContent } from "./formats.ts";

/** Files read at a time. */
const limit = 8;

/** "a/b/" of "a/b/c.jpg", "" at the root. */
export const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("/") + 1);

/** The files with those among the images that have no extension but begin as an image does, in folders where no image has one. */
export async function withUnnamed(tree: FileTree, sorted: SortedFiles): Promise<SortedFiles> {
  const named = new Set(sorted.images.map(parentOf));
  const byFolder = groupBy(sorted.unnamed, (path) => (named.has(parentOf(path)) ? "named" : "unnamed"));
  const asked = byFolder.get("unnamed") ?? [];
  const images: string[] = [];
  const skipped: SkippedFile[] = (byFolder.get("named") ?? []).map(withoutExtension);
  const look = async (index: number): Promise<void> => {
    const path = asked[index] ?? "";
    try {
      if (isImageContent(await tree.read(path))) images.push(path);
      else skipped.push(withoutExtension(path));
    } catch (error) {
      skipped.push({ path, reason: reasonOf(error, path) });
    }
  };
  await forEachConcurrently(asked.length, look, { limit });
  return { ...sorted, images: [...sorted.images, ...images], skipped: [...sorted.skipped, ...skipped] };
}

const withoutExtension = (path: string): SkippedFile => ({ path, reason: "not an image: no extension" });
