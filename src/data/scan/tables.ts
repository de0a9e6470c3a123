import { fault } from "../../base/index.ts";
import type { FileTree, Part } from "../types.ts";
import type { SortedFiles } from "./files.ts";
import { nameOf } from "./formats.ts";
import { partNamed } from "./parts.ts";
import { type LabelTable, type OtherTable, parseLabelTable } from "./table.ts";
import { parentOf } from "./unnamed.ts";

/** The tables that name the images of a data set. */
export interface Tables {
  /** Several where each is a part of its own, such as train.csv and test.csv. */
  readonly tables: readonly LabelTable[];
  /** Files like tables that name no images, for messages. */
  readonly others: readonly OtherTable[];
  /** Why no table could be chosen, should it come to that. */
  readonly refusal?: Error | undefined;
}

/**
 * Finds the tables of labels: the one that is the data, else those around the images, else those in a folder of their own or in the folder of a part.
 * @throws when a table that must be meant cannot be read
 */
export async function findTables(
  tree: FileTree,
  sorted: SortedFiles,
  wrappers: readonly string[],
): Promise<Tables> {
  if (tree.table !== undefined) return givenTable(tree, tree.table);
  const around = sorted.tables.filter((path) => wrappers.includes(parentOf(path)));
  const found = await readAll(tree, around);
  if (found.tables.length > 0) return chosen(tree.name, found);
  const withImages = new Set(sorted.images.flatMap(foldersAbove));
  const elsewhere = sorted.tables.filter(
    (path) => !around.includes(path) && (!withImages.has(parentOf(path)) || partOf(path) !== undefined),
  );
  const apart = await readAll(tree, elsewhere).catch((refusal: Error) => ({
    tables: [],
    others: [],
    refusal,
  }));
  const { tables, others, refusal } = apart.tables.length > 0 ? chosen(tree.name, apart) : apart;
  return { tables, others: [...found.others, ...others], ...(refusal && { refusal }) };
}

async function givenTable(tree: FileTree, path: string): Promise<Tables> {
  const parsed = parseLabelTable(await tree.read(path), path);
  if (isLabels(parsed)) return { tables: [parsed], others: [] };
  throw noLabels(tree.name, parsed);
}

/** The error for a table without the columns of labels. */
export const noLabels = (who: string, { received, fix }: OtherTable): Error =>
  fault(who, { expected: "the columns path and label", received, fix });

async function readAll(
  tree: FileTree,
  paths: readonly string[],
): Promise<Tables & { readonly refusal?: Error }> {
  const parsed = await Promise.all(paths.map(async (path) => parseLabelTable(await tree.read(path), path)));
  return { tables: parsed.filter(isLabels), others: parsed.filter(isOther) };
}

const isLabels = (parsed: LabelTable | OtherTable): parsed is LabelTable => "rows" in parsed;

const isOther = (parsed: LabelTable | OtherTable): parsed is OtherTable => !isLabels(parsed);

/** "a/b/c.jpg" → "a/b/", "a/", "" */
const foldersAbove = (path: string): readonly string[] => [
  "",
  ...[...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index + 1)),
];

/** The part that a table is of by its own name, else by its folder's. */
const partOf = (path: string): Part | undefined =>
  partNamed(nameOf(path).replace(/\.[^.]*$/, "")) ?? partNamed(nameOf(parentOf(path).slice(0, -1)));

/** Of several tables those of Fovea's own column names; one a part are read together. */
function chosen(name: string, { tables, others }: Tables): Tables {
  const exact = tables.filter((table) => table.exact);
  const candidates = exact.length > 0 ? exact : tables;
  const [first, second] = candidates;
  if (!first || !second) return { tables: candidates, others };
  const parts = candidates.map(({ path }) => partOf(path));
  if (new Set(parts).size === parts.length && !parts.includes(undefined))
    return { tables: candidates.map((table, i) => inPart(table, parts[i])), others };
  const refusal = fault(name, {
    expected: "one table with the columns path and label",
    received: `${first.path} and ${second.path}`,
    fix: `give one of them as the data (${first.path}), or put all rows in one file, with a column split where the data is already split`,
  });
  if (exact.length > 0) throw refusal;
  return { tables: [], others, refusal };
}

const inPart = (table: LabelTable, part: Part | undefined): LabelTable => ({
  ...table,
  rows: table.rows.map((row) => (part && !row.part ? { ...row, part } : row)),
});
