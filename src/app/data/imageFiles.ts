import { fault, reasonOf } from "../../base/index.ts";
import { isImagePath } from "../../data/index.ts";
import { join } from "../files/paths.ts";
import type { Services } from "../context.ts";

/** Folders are replaced by the images in them. @throws when there are none at all */
export async function expandImages(
  images: readonly string[],
  { files }: Pick<Services, "files">,
): Promise<readonly string[]> {
  const expanded: string[] = [];
  for (const path of images) {
    const names = await files.list(path);
    if (names.length === 0) expanded.push(path);
    else
      expanded.push(
        ...names
          .filter(isImagePath)
          .toSorted()
          .map((name) => join(path, name)),
      );
  }
  if (expanded.length > 0) return expanded;
  throw fault(images.join(", "), {
    expected: "images",
    received: "folders without any",
    fix: "give files, or folders that hold images themselves",
  });
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
