import { fault, listText } from "../../base/index.ts";
import type { ChosenColumns } from "./columns.ts";
import type { Records } from "./records.ts";

/** A row as far as its label goes. */
interface Labelled {
  readonly number: number;
  readonly label: string;
}

/** What stands between labels; a comma is a part of many a name. */
const separators = [";", "|", ","] as const;
const remedy =
  "give each image one class, or leave such images out: several labels an image are not supported";

/**
 * Finds cells that hold a list of labels: a list in brackets, or several names of which each (between commas) or one (else) is the
 * whole label of other rows or a part of another list.
 * @throws naming the first
 */
export function refuseLists(rows: readonly Labelled[], table: string): void {
  const labels = new Set(rows.map(({ label }) => label));
  const isAmong = separators.map((separator) => {
    // In how many labels a name stands, whole or between separators.
    const counts = new Map<string, number>();
    for (const label of labels)
      for (const name of new Set(namesIn(label, separator))) counts.set(name, (counts.get(name) ?? 0) + 1);
    const isKnown = (name: string): boolean => (counts.get(name) ?? 0) > 1;
    return (label: string): boolean => {
      const names = namesIn(label, separator);
      if (names.length < 2 || names.includes("")) return false;
      return separator === "," ? names.every(isKnown) : names.some(isKnown);
    };
  });
  const isList = ({ label }: Labelled): boolean =>
    /^\[\s*(["'])[^]+\1\s*,\s*\1[^]+\1\s*\]$/.test(label) || isAmong.some((among) => among(label));
  const lists = rows.filter(isList);
  const [first] = lists;
  if (!first) return;
  throw fault(table, {
    expected: "one label for each image",
    received: `several in ${lists.length} of ${rows.length} rows (row ${first.number}: ${first.label})`,
    fix: remedy,
  });
}

const namesIn = (label: string, separator: string): readonly string[] =>
  label.split(separator).map((name) => name.trim());

const yes = /^(1|1\.0|true)$/i;
const no = /^(0|0\.0|false|)$/i;

/** Words for a table with a column for each class, and what to do about it; nothing where it is none. */
export function severalColumnsText(
  { header, rows }: Records,
  { path, label, split, group, weight }: ChosenColumns,
): { readonly received: string; readonly fix: string } | undefined {
  const taken = new Set([path, label, split, group, weight].map((column) => column?.index));
  const cellsOf = (index: number): readonly string[] => rows.map(({ cells }) => cells[index] ?? "");
  const columns = header
    .map((name, index) => ({ name, index }))
    .filter(({ index }) => !taken.has(index))
    .filter(({ index }) => cellsOf(index).every((cell) => yes.test(cell) || no.test(cell)))
    .filter(({ index }) => cellsOf(index).some((cell) => yes.test(cell)));
  if (columns.length < 2) return undefined;
  const names = `${listText(columns.slice(0, 4).map(({ name }) => name))}${columns.length > 4 ? " and others" : ""}`;
  const isOn = (cells: readonly string[], index: number): boolean => yes.test(cells[index] ?? "");
  const several = rows.find(({ cells }) => columns.filter(({ index }) => isOn(cells, index)).length > 1);
  return several
    ? {
        received: `a column for each class (${names}) and several labels for an image (row ${several.number})`,
        fix: remedy,
      }
    : {
        received: `a column for each class (${names}) with 1 in one of them (one-hot)`,
        fix: "write the name of each image's class into one column label",
      };
}
