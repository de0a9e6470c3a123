import { fault } from "../../base/index.ts";
import { sortFiles } from "./files.ts";
import { partNamed } from "./parts.ts";
import { type LabelTable, parseLabelTable, imagesOfTable } from "./table.ts";
import { parentOf, withUnnamed } from "./unnamed.ts";
import type { Collection, FileTree, SkippedFile, Image } from "../types.ts";

export interface ScanOptions {
  /** Fewer classes are an error; evaluation may do with 1. @default 2 */
  readonly minClasses?: number;
}

interface Found {
  readonly images: readonly Image[];
  readonly skipped: readonly SkippedFile[];
}

const layouts = "one folder of images for each class, or a CSV file with the columns path and label";

/**
 * Finds the labelled images in class folders, in train/validation/test folders of those, or in a CSV's rows.
 * Reads no image. Folders that only wrap the data, a lone train folder too, do not count.
 * @throws FoveaError when there are too few classes, naming what was found instead.
 */
export async function scan(tree: FileTree, { minClasses = 2 }: ScanOptions = {}): Promise<Collection> {
  const files = await tree.list();
  if (files.length === 0) throw fault(tree.name, { expected: layouts, received: "an empty folder" });
  const sorted = await withUnnamed(tree, sortFiles(files));
  const wrappers = wrappersOf(sorted.images);
  const candidates = sorted.tables.filter((path) => wrappers.includes(parentOf(path)));
  const table = await findTable(tree, candidates);
  const found = table
    ? imagesOfTable(table, sorted.images)
    : imagesOfFolders(sorted.images, classesRoot(sorted.images, wrappers));
  const classNames = [...new Set(found.images.map(({ label }) => label))].sort();
  if (classNames.length < minClasses) {
    throw tooFewClasses(tree.name, { classNames, minClasses, sorted, candidates, table });
  }
  const tables = sorted.tables.filter((path) => path !== table?.path);
  const unusedTables = tables.map((path) => ({
    path,
    reason: `not an image: ${path.slice(path.lastIndexOf("."))}`,
  }));
  return {
    images: withoutLonePart(found.images).toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    classNames,
    skipped: [...sorted.skipped, ...unusedTables, ...found.skipped].sort((a, b) =>
      a.path < b.path ? -1 : 1,
    ),
  };
}

/** The root "" and, below it, each folder that holds every image that is in a folder at all. */
function wrappersOf(images: readonly string[]): readonly string[] {
  const wrappers = [""];
  for (let prefix = ""; ;) {
    const names = new Set(namesBelow(images, prefix));
    const [only] = names;
    if (only === undefined || names.size > 1) return wrappers;
    prefix += `${only}/`;
    wrappers.push(prefix);
  }
}

/** Names of the folders right below the prefix that hold images, one for each image. */
function namesBelow(images: readonly string[], prefix: string): readonly string[] {
  return images
    .filter((path) => path.startsWith(prefix))
    .map((path) => path.slice(prefix.length).split("/"))
    .flatMap(([name, ...rest]) => (name !== undefined && rest.length > 0 ? [name] : []));
}

/** The folder whose folders are the classes or parts: the innermost wrapper, unless that is a lone class itself. */
function classesRoot(images: readonly string[], wrappers: readonly string[]): string {
  const innermost = wrappers.at(-1) ?? "";
  return namesBelow(images, innermost).length > 0 ? innermost : (wrappers.at(-2) ?? "");
}

async function findTable(tree: FileTree, candidates: readonly string[]): Promise<LabelTable | undefined> {
  const read = candidates.map(async (path) => parseLabelTable(await tree.read(path), path));
  const [table, second] = (await Promise.all(read)).filter((parsed) => parsed !== undefined);
  if (table && second) {
    throw fault(tree.name, {
      expected: "one CSV file with the columns path and label",
      received: `${table.path} and ${second.path}`,
      fix: "put all rows in one file, with a column split where the data is already split",
    });
  }
  return table;
}

function imagesOfFolders(paths: readonly string[], root: string): Found {
  const names = new Set(namesBelow(paths, root));
  const inParts = hasParts(names);
  const images: Image[] = [];
  const skipped: SkippedFile[] = [];
  for (const path of paths) {
    const [first = "", second = "", ...rest] = path.startsWith(root)
      ? path.slice(root.length).split("/")
      : [];
    const part = inParts ? partNamed(first) : undefined;
    if (inParts && !part) skipped.push({ path, reason: "outside of the train, validation and test folders" });
    else if (part && rest.length > 0) images.push({ path, label: second, part });
    else if (!part && second !== "") images.push({ path, label: first });
    else skipped.push({ path, reason: "not in a class folder" });
  }
  return { images, skipped };
}

/** A class may be called "test", so one such name is not enough. */
const hasParts = (names: ReadonlySet<string>): boolean =>
  new Set([...names].map(partNamed).filter((part) => part !== undefined)).size >= 2;

/** Where everything is in one part, there is nothing yet to validate on: the data is to be split. */
function withoutLonePart(images: readonly Image[]): readonly Image[] {
  if (new Set(images.map(({ part }) => part)).size > 1) return images;
  return images.map(({ path, label, group }) => ({
    path,
    label,
    ...(group === undefined ? {} : { group }),
  }));
}

interface TooFew {
  readonly classNames: readonly string[];
  readonly minClasses: number;
  readonly sorted: { readonly images: readonly string[]; readonly skipped: readonly SkippedFile[] };
  readonly candidates: readonly string[];
  readonly table: LabelTable | undefined;
}

function tooFewClasses(name: string, { classNames, minClasses, sorted, candidates, table }: TooFew): Error {
  const [csv] = candidates;
  if (table && classNames.length === 0) {
    return fault(`${name}: ${table.path}`, {
      expected: "rows that name images here",
      received: table.rows.length === 0 ? "no rows" : `${table.rows.length} rows and none of their files`,
      fix: `write each path relative to the folder of ${table.path}`,
    });
  }
  if (!table && csv !== undefined) {
    return fault(`${name}: ${csv}`, {
      expected: "the columns path and label",
      fix: "name them in the first line",
    });
  }
  if (sorted.images.length === 0) {
    const example = sorted.skipped[0];
    const received = `no images${example ? ` (${example.path}: ${example.reason})` : ""}`;
    return fault(name, { expected: layouts, received });
  }
  if (classNames.length === 0) {
    return fault(name, {
      expected: layouts,
      received: `${sorted.images.length} images in no class folder`,
    });
  }
  return fault(name, {
    expected: `${minClasses} classes or more`,
    received: `${classNames.length} (${classNames.join(", ")})`,
    fix: "put the images of each class in a folder of its own",
  });
}
