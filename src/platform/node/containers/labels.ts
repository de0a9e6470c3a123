import { fault } from "../../../base/index.ts";
import type { FileTree } from "../../../data/index.ts";

/** Lines of a file of class names; position = class. @throws FoveaError where a line has none, or two would be one folder */
export async function classNamesIn(tree: FileTree, path: string): Promise<readonly string[]> {
  const text = new TextDecoder().decode(await tree.read(path));
  const names = text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.trim());
  const empty = names.indexOf("");
  if (empty >= 0) {
    throw fault(path, {
      expected: "a name of a class on every line",
      received: names.length === 1 ? "an empty file" : `line ${empty + 1} without one`,
    });
  }
  return checkedNames(names, path);
}

/** @throws FoveaError naming the file where two classes would be one folder */
export function checkedNames(names: readonly string[], path: string): readonly string[] {
  const first = new Map<string, string>();
  for (const name of names) {
    const folder = folderNameOf(name);
    const before = first.get(folder);
    if (before !== undefined) {
      throw fault(path, {
        expected: "names of classes that differ",
        received:
          before === name ? `"${name}" twice` : `"${before}" and "${name}", both ${folder} as a folder`,
      });
    }
    first.set(folder, name);
  }
  return names;
}

/** A class as the name of a folder: no slash leads into another one, no dot in front hides it. */
export const folderNameOf = (name: string): string =>
  name.trim().replaceAll(/[/\\]/g, "_").replace(/^\./, "_") || "_";
