import { listText } from "../../base/index.ts";
import { absentFolders, absentLabels } from "./absent.ts";
import { alikeClasses, asKnown, mergedClasses } from "./alike.ts";
import type { Collection, FileTree, Image, SkippedFile } from "../types.ts";
import { type SortedFiles, sortFiles } from "./files.ts";
import { type ClassFolders, layoutOf } from "./folders.ts";
import { wrappersOf } from "./levels.ts";
import { emptyData, tooFewClasses } from "./refusals.ts";
import { type Listed, imagesOfTables } from "./rows.ts";
import { type Tables, findTables } from "./tables.ts";
import { withUnnamed } from "./unnamed.ts";

export interface ScanOptions {
  /** Fewer classes are an error; evaluation may do with 1. @default 2 */
  readonly minClasses?: number | undefined;
  /** Which folders are the classes, where outer ones all hold the same inner ones. @default an error where that cannot be told */
  readonly classFolders?: ClassFolders | undefined;
  /** Make one class of those whose names are alike, such as Cat and cat. @default false */
  readonly mergeClasses?: boolean | undefined;
  /**
   * Names of a model: a class gets one of them where it is the same but for Unicode's form or outer spaces, and merged classes where
   * they are alike. @default each class keeps its name, merged ones the most frequent
   */
  readonly knownClasses?: readonly string[] | undefined;
}

/**
 * Finds the labelled images in class folders, in train/validation/test folders of those, or in the rows of a table.
 * Reads no image. Folders that only wrap the data, a lone train folder too, do not count.
 * @throws FoveaError when there are too few classes, naming what was found instead, or when folders can be read in two ways.
 */
export async function scan(tree: FileTree, options: ScanOptions = {}): Promise<Collection> {
  const { minClasses = 2 } = options;
  const files = await tree.list();
  const { skipped: unlisted, emptyFolders } = (await tree.unlisted?.()) ?? { skipped: [], emptyFolders: [] };
  if (files.length + unlisted.length === 0) throw emptyData(tree.name);
  const sorted = await withUnnamed(tree, sortFiles(files));
  const tables = await findTables(tree, sorted, wrappersOf(sorted.images));
  const listed = listedIn(tree, tables, sorted);
  const found = listed ?? foldersIn(tree, sorted, { ...options, files, emptyFolders });
  const { images, notes } = named(found.images, options);
  const classNames = [...new Set(images.map(({ label }) => label))].sort();
  if (classNames.length < minClasses)
    throw tooFewClasses(tree.name, { classNames, minClasses, sorted, tables, listed });
  return {
    images: withoutLonePart(images).toSorted(byPath),
    classNames,
    skipped: [...unlisted, ...found.skipped].sort(byPath),
    notes: [...found.notes, ...notes],
  };
}

const byPath = (a: { readonly path: string }, b: { readonly path: string }): number =>
  a.path < b.path ? -1 : a.path > b.path ? 1 : 0;

/** Images by the rows of tables; nothing where there are none, or where folders are more likely meant. */
function listedIn(tree: FileTree, { tables }: Tables, sorted: SortedFiles): Listed | undefined {
  if (tables.length === 0) return undefined;
  const found = imagesOfTables(tables, sorted.images);
  const certain = tree.table !== undefined || tables.every(({ exact }) => exact);
  if (found.images.length === 0 && !certain) return undefined;
  const told = new Set([...found.images, ...found.skipped].map(({ path }) => path));
  const unnamed = sorted.images.filter((path) => !told.has(path));
  const names = listText(tables.map(({ path }) => path));
  // Whoever names a table need not say more about the folder that it is in.
  const others =
    tree.table === undefined
      ? [
          ...sorted.skipped.filter(({ path }) => !told.has(path)),
          ...unusedTables(sorted, tables),
          ...unnamed.map((path) => ({ path, reason: `not named in ${names}` })),
        ]
      : besideTable(unnamed, names);
  const skipped = [...found.skipped, ...others];
  return { ...found, skipped, notes: [...found.notes, ...absentLabels(tables, { ...found, skipped })] };
}

function besideTable([first, ...more]: readonly string[], table: string): readonly SkippedFile[] {
  if (first === undefined) return [];
  const reason = `not named in ${table}`;
  if (more.length === 0) return [{ path: first, reason }];
  return [{ path: first, reason: `${reason}, as ${more.length} others are`, files: more.length + 1 }];
}

const unusedTables = (sorted: SortedFiles, used: Tables["tables"]): readonly SkippedFile[] =>
  sorted.tables
    .filter((path) => used.every((table) => table.path !== path))
    .map((path) => ({ path, reason: `not an image: ${path.slice(path.lastIndexOf("."))}` }));

interface FolderOptions extends ScanOptions {
  /** All of the tree. */
  readonly files: readonly string[];
  readonly emptyFolders: readonly string[];
}

/** Images by their folders. */
function foldersIn(
  { name }: FileTree,
  sorted: SortedFiles,
  { classFolders, files, emptyFolders }: FolderOptions,
): Listed {
  const layout = layoutOf(sorted.images, { name, classFolders });
  const skipped = [...sorted.skipped, ...unusedTables(sorted, []), ...layout.skipped];
  const notes = absentFolders(layout.roots, files, { images: layout.images, skipped, emptyFolders });
  return { images: layout.images, skipped, notes };
}

/** Classes by the names that they get, and what there is to say about names that are alike. */
function named(
  found: readonly Image[],
  { mergeClasses = false, knownClasses = [] }: ScanOptions,
): Pick<Collection, "images" | "notes"> {
  const images = knownClasses.length > 0 ? asKnown(found, knownClasses) : found;
  if (!mergeClasses) {
    const sets = alikeClasses(images);
    return { images, notes: sets.length > 0 ? [{ code: "alike-classes", data: { sets } }] : [] };
  }
  return mergedClasses(images, knownClasses);
}

/** Where everything is in one part, there is nothing yet to validate on: the data is to be split. */
function withoutLonePart(images: readonly Image[]): readonly Image[] {
  if (new Set(images.map(({ part }) => part)).size > 1) return images;
  return images.map((image) => {
    const { part: _, ...rest } = image;
    return rest;
  });
}
