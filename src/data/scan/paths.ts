import { parentOf } from "./unnamed.ts";
import { nameOf } from "./formats.ts";

/** Where a row's file is, or why it cannot be told. */
export type Located =
  | { readonly path: string; readonly how: "as written" | "by name" | "moved" }
  | { readonly reason: string };

/** Finds the files of a table's rows. */
export interface Locator {
  /** `written` is the cell with its outer spaces. */
  locate(cell: string, written?: string): Located;
  /** Folder that is taken off the front of paths, with its slash; nothing where paths are as written. */
  readonly moved: string | undefined;
}

/** Unicode forms and the case of letters are kept by few file systems. */
const fold = (path: string): string => path.normalize("NFC").toLowerCase();

const withoutExtension = (path: string): string =>
  parentOf(path) + nameOf(path).replace(/(?<=.)\.[^.]*$/, "");

const maxNamed = 3;

/** Where the paths of a table in `folder` lie: below it or below the data, as written there, decoded, moved, or by their names alone. */
export function locatorOf(files: readonly string[], folder: string, cells: readonly string[]): Locator {
  const present = new Set(files);
  const folded = indexBy(files, fold);
  const names = indexBy(files, (path) => fold(nameOf(path)));
  const stems = indexBy(files, (path) => fold(withoutExtension(path)));
  const stemNames = indexBy(files, (path) => fold(withoutExtension(nameOf(path))));
  const bases = [...new Set([folder, ""])];

  /** As written, below the table's folder or the data's. */
  const asWritten = (path: string): string | undefined => {
    const full = bases.flatMap((base) => joined(base, path) ?? []);
    const exact = full.find((one) => present.has(one));
    return exact ?? full.map((one) => only(folded.get(fold(one)))).find((one) => one !== undefined);
  };
  const moved = movedFolder(cells, asWritten);
  const locate = (cell: string, written: string = cell): Located => {
    const spaced = written === cell ? undefined : asWritten(written);
    if (spaced !== undefined) return { path: spaced, how: "as written" };
    for (const path of spellings(cell)) {
      const found = asWritten(path);
      if (found !== undefined) return { path: found, how: "as written" };
      if (moved === undefined || !path.startsWith(moved)) continue;
      const inside = asWritten(path.slice(moved.length));
      if (inside !== undefined) return { path: inside, how: "moved" };
    }
    const path = spellings(cell).at(-1) ?? cell;
    const inside = moved !== undefined && path.startsWith(moved) ? path.slice(moved.length) : path;
    const full = bases.flatMap((base) => joined(base, inside) ?? []);
    if (full.length === 0) return { reason: "outside of the data" };
    const stem = full.flatMap((one) => stems.get(fold(one)) ?? []);
    if (stem.length > 0) return oneOf([...new Set(stem)]);
    if (inside.includes("/")) return { reason: isAbsolute(path) ? "outside of the data" : "no such file" };
    return oneOf(names.get(fold(inside)) ?? stemNames.get(fold(inside)) ?? []);
  };
  return { locate, moved };
}

/** The one that is meant where there is one. */
function oneOf(paths: readonly string[]): Located {
  const [first] = paths;
  if (first === undefined) return { reason: "no such file" };
  if (paths.length === 1) return { path: first, how: "by name" };
  const more = paths.length > maxNamed ? " and others" : "";
  return { reason: `several files have that name: ${paths.slice(0, maxNamed).join(", ")}${more}` };
}

const only = (paths: readonly string[] | undefined): string | undefined =>
  paths?.length === 1 ? paths[0] : undefined;

function indexBy(files: readonly string[], keyOf: (path: string) => string): Map<string, string[]> {
  const index = new Map<string, string[]>();
  for (const path of files) {
    const key = keyOf(path);
    const same = index.get(key);
    if (same) same.push(path);
    else index.set(key, [path]);
  }
  return index;
}

/** A path as it is written, with slashes for backslashes, and decoded where it is encoded as in a URL; without ./ in front. */
function spellings(cell: string): readonly string[] {
  const slashed = cell.replaceAll("\\", "/").replace(/^file:\/\/(localhost)?/i, "");
  return [...new Set([cell, slashed, decoded(slashed)])].map((path) => path.replace(/^(\.\/+)+/, ""));
}

function decoded(path: string): string {
  if (!/%[0-9a-f]{2}/i.test(path)) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const isAbsolute = (path: string): boolean => /^(\/|[a-z]:\/)/i.test(path);

/** The path below the data, without "." and ".."; nothing where it leads outside. */
function joined(base: string, path: string): string | undefined {
  if (isAbsolute(path)) return undefined;
  const segments: string[] = [];
  for (const segment of (base + path).split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") segments.push(segment);
    else if (segments.pop() === undefined) return undefined;
  }
  return segments.join("/");
}

/**
 * The folder that the data lay in when the table was written: taken off the front, most paths lead to files.
 * Relative paths are only read so where none of them leads to a file as it is written.
 */
function movedFolder(
  cells: readonly string[],
  asWritten: (path: string) => string | undefined,
): string | undefined {
  const paths = cells.map((cell) => spellings(cell).at(-1) ?? cell);
  const anyWritten = cells.some((cell) => spellings(cell).some((one) => asWritten(one) !== undefined));
  const votes = new Map<string, number>();
  for (const path of paths) {
    if (!isAbsolute(path) && anyWritten) continue;
    const folder = foldersOf(path).find((front) => asWritten(path.slice(front.length)) !== undefined);
    if (folder !== undefined) votes.set(folder, (votes.get(folder) ?? 0) + 1);
  }
  const [most] = [...votes].toSorted((a, b) => b[1] - a[1] || a[0].length - b[0].length);
  return most?.[0];
}

/** "a/", "a/b/" of "a/b/c.jpg": the shortest first. */
const foldersOf = (path: string): readonly string[] =>
  [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index + 1)).filter((folder) => folder !== "");
