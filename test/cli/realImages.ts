import { readdir, rename } from "node:fs/promises";
import { join, resolve } from "node:path";
import { extract } from "tar";

/** Photographs of blood cells; not part of the repository. */
export const archive = resolve("../shared/data/blood-cells-train.tar");
const perClass = 100;

/** Unpacks the first images of each class into `cells`. */
export async function someImages(folder: string): Promise<void> {
  const taken = new Map<string, number>();
  await extract({
    file: archive,
    cwd: folder,
    filter: (path) => {
      const name = path.split("/").at(-2) ?? "";
      if (!/\.jpe?g$/i.test(path)) return !path.includes(".");
      const count = taken.get(name) ?? 0;
      taken.set(name, count + 1);
      return count < perClass;
    },
  });
  const root = (await readdir(folder)).find((name) => !name.startsWith(".")) ?? "";
  await rename(join(folder, root), join(folder, "cells"));
}
