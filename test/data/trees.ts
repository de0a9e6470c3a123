import type { FileTree, Raster } from "../../src/data/index.ts";

/** A tree of files in memory: path to contents. */
export const treeOf = (files: Readonly<Record<string, string | Uint8Array>>, name = "images"): FileTree => ({
  name,
  list: () => Promise.resolve(Object.keys(files).sort()),
  read: (path) => {
    const content = files[path] ?? "";
    return Promise.resolve(typeof content === "string" ? new TextEncoder().encode(content) : content);
  },
  close: () => Promise.resolve(),
});

/** A tree of empty files with those paths. */
export const treeOfPaths = (...paths: readonly string[]): FileTree =>
  treeOf(Object.fromEntries(paths.map((path) => [path, "x"])));

/** value(y, x, c) = (37x + 91y + 53c + xy) mod 256: no two neighbours alike. */
export function patterned(width: number, height: number): Raster {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const [x, y, c] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3];
    return (x * 37 + y * 91 + c * 53 + x * y) % 256;
  });
  return { width, height, data };
}
