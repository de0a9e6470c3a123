import type { SkippedFile } from "../types.ts";

/** What a tree of files holds, before anyone asks for its layout. */
export interface SortedFiles {
  /** Paths with an image's extension. */
  readonly images: readonly string[];
  readonly tables: readonly string[];
  readonly skipped: readonly SkippedFile[];
}

const imageExtension = /\.(jpe?g|jpe|png|webp|gif|bmp|tiff?)$/i;
const leftBySystems = /^(thumbs\.db|desktop\.ini)$/i;
const hiddenName = /^(\.|__macosx$)/i;

export const isImagePath = (path: string): boolean => imageExtension.test(path);

/** Last segment of a path. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** Tells images from tables and from what does not belong; hidden folders are named once, with a count. */
export function sortFiles(paths: readonly string[]): SortedFiles {
  const images: string[] = [];
  const tables: string[] = [];
  const skipped: SkippedFile[] = [];
  const hidden = new Map<string, number>();
  for (const path of paths) {
    const folder = hiddenFolderOf(path);
    const reason = reasonAgainst(path);
    if (folder !== undefined) hidden.set(folder, (hidden.get(folder) ?? 0) + 1);
    else if (reason !== undefined) skipped.push({ path, reason });
    else if (/\.csv$/i.test(path)) tables.push(path);
    else images.push(path);
  }
  for (const [path, count] of hidden) {
    skipped.push({ path, reason: `hidden folder with ${count} ${count === 1 ? "file" : "files"}` });
  }
  return { images, tables, skipped };
}

/** The outermost hidden folder that holds the file; nothing where every folder is plain. */
function hiddenFolderOf(path: string): string | undefined {
  const segments = path.split("/");
  const first = segments.slice(0, -1).findIndex((name) => hiddenName.test(name));
  return first < 0 ? undefined : segments.slice(0, first + 1).join("/");
}

/** Why the file is no candidate, or nothing. */
function reasonAgainst(path: string): string | undefined {
  const name = nameOf(path);
  if (leftBySystems.test(name)) return "left there by the operating system";
  if (hiddenName.test(name)) return "hidden file";
  if (isImagePath(path) || /\.csv$/i.test(name)) return undefined;
  const dot = name.lastIndexOf(".");
  return dot < 0 ? "not an image: no extension" : `not an image: ${name.slice(dot)}`;
}
