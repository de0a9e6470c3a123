import { groupBy } from "../../base/index.ts";
import type { SkippedFile } from "../types.ts";
import { extensionOf, isImagePath, isTablePath, nameOf } from "./formats.ts";
import { leftoverFile, leftoverFolder } from "./leftovers.ts";

/** What a tree of files holds, before anyone asks for its layout. */
export interface SortedFiles {
  /** Paths with an image's extension. */
  readonly images: readonly string[];
  readonly tables: readonly string[];
  /** Paths without an extension, which only their content can tell about. */
  readonly unnamed: readonly string[];
  readonly skipped: readonly SkippedFile[];
}

/** Why a file is no candidate; equal ones are told once where they have a kind. */
interface Reason {
  readonly path: string;
  readonly reason: string;
  /** Same for all that are told in one line. */
  readonly kind: string;
}

/** Tells images from tables and from what does not belong; what programs leave behind is told once, with a count. */
export function sortFiles(paths: readonly string[]): SortedFiles {
  const images: string[] = [];
  const tables: string[] = [];
  const unnamed: string[] = [];
  const strangers: SkippedFile[] = [];
  const inFolders: Reason[] = [];
  const alone: Reason[] = [];
  for (const path of paths) {
    const folder = folderReason(path);
    const file = folder ? undefined : fileReason(path);
    if (folder) inFolders.push(folder);
    else if (file) alone.push(file);
    else if (isTablePath(path)) tables.push(path);
    else if (isImagePath(path)) images.push(path);
    else if (extensionOf(path) === undefined) unnamed.push(path);
    else
      strangers.push({ path, reason: `not an image: ${nameOf(path).slice(nameOf(path).lastIndexOf("."))}` });
  }
  const skipped = [...strangers, ...foldersTold(inFolders), ...filesTold(alone)];
  return { images, tables, unnamed, skipped };
}

const isHidden = (name: string): boolean => name.startsWith(".");

/** Why the outermost of its folders that does not belong is left out; nothing where all are plain. */
function folderReason(file: string): Reason | undefined {
  const segments = file.split("/");
  const end = segments.slice(0, -1).findIndex((name) => isHidden(name) || leftoverFolder(name)) + 1;
  if (end === 0) return undefined;
  const path = segments.slice(0, end).join("/");
  const left = leftoverFolder(segments[end - 1] ?? "");
  return left
    ? { path, reason: `left there by ${left.by}`, kind: left.kind }
    : { path, reason: "hidden", kind: path };
}

/** Why the file is no candidate by its name, or nothing. */
function fileReason(path: string): Reason | undefined {
  const name = nameOf(path);
  const left = leftoverFile(name);
  if (left) return { path, reason: `left there by ${left.by}`, kind: left.kind };
  return isHidden(name) ? { path, reason: "hidden file", kind: path } : undefined;
}

/** One line for each kind of folder; its files are given one by one. */
const foldersTold = (reasons: readonly Reason[]): readonly SkippedFile[] =>
  [...groupBy(reasons, ({ kind }) => kind).values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const folders = new Set(same.map(({ path }) => path)).size;
    const held = `${same.length} ${same.length === 1 ? "file" : "files"}`;
    const reason =
      first.reason === "hidden"
        ? `hidden folder with ${held}`
        : `${first.reason}: ${folders === 1 ? "a folder" : `${folders} such folders`} with ${held}`;
    return [toldOnce(first.path, reason, same.length)];
  });

/** One line for each kind of file. */
const filesTold = (reasons: readonly Reason[]): readonly SkippedFile[] =>
  [...groupBy(reasons, ({ kind }) => kind).values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const { path, reason } = first;
    return [toldOnce(path, same.length === 1 ? reason : `${reason}: ${same.length} such files`, same.length)];
  });

const toldOnce = (path: string, reason: string, files: number): SkippedFile => ({
  path,
  reason,
  ...(files > 1 && { files }),
});
