import type { FileTree } from "../../../data/index.ts";

/** Lines of a file of class names, without empty ones; position = class. */
export async function classNamesIn(tree: FileTree, path: string): Promise<readonly string[]> {
  const text = new TextDecoder().decode(await tree.read(path));
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** A class as the name of a folder: no slash leads into another one, no dot in front hides it. */
export const folderNameOf = (name: string): string =>
  name.trim().replaceAll(/[/\\]/g, "_").replace(/^\./, "_") || "_";
