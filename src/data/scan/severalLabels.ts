import { fault, listText } from "../../base/index.ts";
import type { ChosenColumns } from "./columns.ts";
import type { Records } from "./records.ts";

/** A row as far as its label goes. */
interface Labelled {
  readonly number: number;
  readonly label: string;
}

const separators = [";", "|", ","] as const;
const remedy =
  "give each image one class, or leave such images out: several labels an image are not supported";

/**
 * Finds cells that hold a list of labels: several names of which each is the whole label of other rows, or a list in brackets.
 * @throws naming the first
 */
export function refuseLists(rows: readonly Labelled[], table: string): void {
  const whole = new Set(rows.map(({ label }) => label));
  const isList = ({ label }: Labelled): boolean =>
    /^\[\s*(["'])[^]+\1\s*,\s*\1[^]+\1\s*\]$/.test(label) ||
    separators.some((separator) => {
      const names = label.split(separator).map((name) => name.trim());
      return names.length > 1 && names.every((name) => name !== "" && whole.has(name));
    });
  const lists = rows.filter(isList);
  const [first] = lists;
  if (!first) return;
  throw fault(table, {
    expected: "one label for each image",
    received: `several in ${lists.length} of ${rows.length} rows (row ${first.number}: ${first.label})`,
    fix: remedy,
  });
}

const yes = /^(1|1\.0|true)$/i;
const no = /^(0|0\.0|false|)$/i;

/** Words for a table with a column for each class, and what to do about it; nothing where it is none. */
export function severalColumnsText(
  { header, rows }: Records,
  { path, label, split, group }: ChosenColumns,
): { readonly received: string; readonly fix: string } | undefined {
  const taken = new Set([path, label, split, group].map((column) => column?.index));
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
