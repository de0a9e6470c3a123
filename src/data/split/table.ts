import { fault, isSameName, nameFinder } from "../../base/index.ts";
import { partOfCell } from "../scan/columns.ts";
import { parseTable } from "../scan/table.ts";
import type { Part, Image } from "../types.ts";
import { type Split, checkTrained } from "./split.ts";

/** One image's row of a split file. */
interface SplitRow {
  readonly part?: Part;
  readonly label?: string;
  readonly group?: string;
  readonly scene?: string;
  readonly nearDuplicates?: string;
  /** Of the file's bytes, in hexadecimal. */
  readonly sha256?: string;
  /** From 1. */
  readonly fold?: number;
  /** As `weightCell` writes it. @default no weight */
  readonly weight?: string;
}

/** A split that was written down. */
export interface SplitTable {
  /** The file, for messages. */
  readonly name: string;
  /** By path, as the file has it; relative to the data, and as the data has it, once the table is matched with images. */
  readonly rows: ReadonlyMap<string, SplitRow>;
  /** Folds of a cross-validation; 0 where it is a single split. */
  readonly folds: number;
  /** It names groups. */
  readonly grouped: boolean;
}

/** Reads a split.csv: path and part or fold, and where there are such columns label, group, scene, near_duplicates, weight and sha256. @throws naming file and row. */
export function parseSplitTable(bytes: Uint8Array, name: string): SplitTable {
  const folded = parseTable(bytes, name, ["path", "fold"]);
  const table = folded ?? parseTable(bytes, name, ["path", "part"]);
  if (!table)
    throw fault(name, {
      expected: "a CSV file with the columns path and part, as split.csv of a run has",
      received: "another file",
    });
  const rows = new Map<string, SplitRow>();
  for (const [i, row] of table.rows.entries()) {
    const where = `row ${i + 2} of ${name}`;
    const path = table.asWritten[i]?.["path"] ?? "";
    if (rows.has(path)) throw namedTwice(where, path);
    rows.set(path, parseRow(row, where, folded !== undefined));
  }
  const all = [...rows.values()];
  if (all.length === 0) throw fault(name, { expected: "rows that name images", received: "none" });
  const folds = folded ? all.reduce((largest, { fold = 0 }) => Math.max(largest, fold), 0) : 0;
  return { name, rows, folds, grouped: all.some(({ group }) => group !== undefined) };
}

const namedTwice = (where: string, path: string): Error =>
  fault(where, { expected: "each image once", received: `${path} a second time` });

function parseRow(row: Readonly<Record<string, string>>, where: string, folded: boolean): SplitRow {
  const { label, group, scene, weight, sha256, near_duplicates: nearDuplicates } = row;
  const rest = {
    ...(label && { label }),
    ...(group && { group }),
    ...(scene && { scene }),
    ...(nearDuplicates && { nearDuplicates }),
    ...(weight && { weight }),
    ...(sha256 && { sha256 }),
  };
  if (!folded) return { ...rest, part: partOfCell(row["part"] ?? "", `${where}: part`) };
  const { fold = "", part = "" } = row;
  // An image of the test set is in no fold.
  return fold === "" && part === "test" ? { ...rest, part } : { ...rest, fold: foldOfCell(fold, where) };
}

function foldOfCell(cell: string, where: string): number {
  if (/^[1-9]\d{0,3}$/.test(cell)) return Number(cell);
  throw fault(`${where}: fold`, { expected: "a whole number, 1 or more", received: cell || "nothing" });
}

/**
 * The images with the groups of the table, where it names any. Paths and labels are matched exactly, else as `nameFinder` does; a table
 * of data that lay in other folders is read as if it lay in these.
 * @throws naming an image that is not in the data, is named twice, or has another label there.
 */
export function matchTable<T extends Image>(
  images: readonly T[],
  written: SplitTable,
): { readonly images: readonly T[]; readonly table: SplitTable } {
  const table = keyedByData(written, images);
  const there = new Map(images.map((image) => [image.path, image]));
  const missing = [...table.rows.keys()].filter((path) => !there.has(path));
  if (missing.length > 0) {
    throw fault(table.name, {
      expected: "images that are in the data",
      received: `${missing.length} that are not, for example ${missing[0]}`,
      fix: "bring them back, or draw a new split",
    });
  }
  for (const [path, { label }] of table.rows) {
    const now = there.get(path)?.label;
    if (label === undefined || now === undefined || isSameName(label, now)) continue;
    throw fault(`${table.name}: ${path}`, {
      expected: `the label ${label}`,
      received: `${now} in the data`,
      fix: "draw a new split, or give it the label in the file too",
    });
  }
  if (!table.grouped) return { images, table };
  return { images: images.map((image) => regrouped(image, table)), table };
}

function regrouped<T extends Image>(image: T, { rows }: SplitTable): T {
  const { group: _, scene: __, nearDuplicates: ___, ...rest } = image;
  const { group, scene, nearDuplicates } = rows.get(image.path) ?? {};
  return {
    ...rest,
    ...(group !== undefined && { group }),
    ...(scene !== undefined && { scene }),
    ...(nearDuplicates !== undefined && { nearDuplicates }),
  } as T;
}

/**
 * The table with paths as the data has them: as they are written, with slashes for backslashes, or, where no image is found so, with
 * the folders around all images of the data in place of those around all of the table.
 * @throws when two rows lead to one image
 */
function keyedByData(table: SplitTable, images: readonly Image[]): SplitTable {
  const paths = images.map(({ path }) => path);
  const find = nameFinder(paths);
  const asWritten = rekeyed(table, (path) => find(path) ?? find(slashed(path)));
  if (paths.some((path) => asWritten.has(path))) return { ...table, rows: asWritten };
  const before = commonFolders([...table.rows.keys()].map(slashed));
  const after = commonFolders(paths);
  const rows = rekeyed(table, (path) => find(after + slashed(path).slice(before.length)));
  return paths.some((path) => rows.has(path)) ? { ...table, rows } : table;
}

function rekeyed(
  { name, rows }: SplitTable,
  find: (path: string) => string | undefined,
): ReadonlyMap<string, SplitRow> {
  const found = new Map<string, SplitRow>();
  for (const [written, row] of rows) {
    const path = find(written) ?? written;
    if (found.has(path)) throw namedTwice(name, path);
    found.set(path, row);
  }
  return found;
}

/** As Windows and some programs write it. */
const slashed = (path: string): string => path.replaceAll("\\", "/").replace(/^(\.\/)+/, "");

/** "a/b/" where every path begins with it. */
function commonFolders(paths: readonly string[]): string {
  let common = paths[0]?.split("/").slice(0, -1) ?? [];
  for (const path of paths) {
    const folders = path.split("/").slice(0, -1);
    const same = common.findIndex((name, i) => folders[i] !== name);
    if (same >= 0) common = common.slice(0, same);
  }
  return common.map((name) => `${name}/`).join("");
}

/**
 * Sees that the images that were read are those of the table, byte for byte where it has their digests.
 * @throws naming the first that is not, or one that the table does not list.
 */
export function checkDigests(
  { paths, sha256 }: { readonly paths: readonly string[]; readonly sha256: readonly string[] },
  { name, rows }: SplitTable,
): void {
  const unlisted = paths.filter((path) => !rows.has(path));
  if (unlisted.length > 0) {
    throw fault(name, {
      expected: "a row for every image of the data",
      received: `none for ${unlisted.length}, for example ${unlisted[0]}`,
      fix: "add rows for them, take them out of the data, or draw a new split",
    });
  }
  const read = new Map(paths.map((path, i) => [path, sha256[i]]));
  for (const [path, row] of rows) {
    const digest = read.get(path);
    if (digest !== undefined && (row.sha256 === undefined || row.sha256 === digest)) continue;
    throw fault(`${name}: ${path}`, {
      expected: "the image as it was when the split was made",
      received: digest === undefined ? "a file that cannot be read" : "other bytes (its sha256 differs)",
      fix: "bring the file back, or draw a new split",
    });
  }
}

/** The cell of an image's weight; nothing where it has none. */
export const weightCell = ({ weight }: Pick<Image, "weight">): string =>
  weight === undefined ? "" : `${weight}`;

/** Sees that the training images count as much as when the table was written. @throws naming the first that does not */
export function checkWeightsOfTable(images: readonly Image[], { name, rows }: SplitTable): void {
  for (const image of images) {
    const row = rows.get(image.path);
    const [before, now] = [row?.weight ?? "", weightCell(image)];
    if (row?.part !== "train" || before === now) continue;
    const named = (cell: string): string => (cell === "" ? "no weight" : `the weight ${cell}`);
    throw fault(`${name}: ${image.path}`, {
      expected: `${named(before)}, as when training began`,
      received: `${named(now)} in the data`,
      fix: "bring the column of weights back as it was, or train anew",
    });
  }
}

/** Divides the images by the table. @throws when a class has no training image, or there is no validation image. */
export function splitByTable<T extends Image>(
  images: readonly T[],
  { name, rows }: SplitTable,
  classNames: readonly string[],
): Split<T> {
  const inPart = (wanted: Part): readonly T[] => images.filter(({ path }) => rows.get(path)?.part === wanted);
  const parts = { train: inPart("train"), validation: inPart("validation"), test: inPart("test") };
  if (parts.validation.length === 0)
    throw fault(name, { expected: "images in the part validation", received: "none" });
  checkTrained(parts, classNames);
  return parts;
}
