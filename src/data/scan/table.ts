import { listText } from "../../base/index.ts";
import type { Part } from "../types.ts";
import {
  type ChosenColumns,
  type TableColumn,
  chooseColumns,
  isKnownColumn,
  partOfCell,
  partOfFlag,
  weightOfCell,
} from "./columns.ts";
import { partsOfCells } from "./parts.ts";
import type { ColumnMeaning, ScanNote } from "./notes.ts";
import { type Records, readRecords } from "./records.ts";
import { refuseLists, severalColumnsText } from "./severalLabels.ts";

/** One row of a table of labels; values as written, less outer spaces. */
export interface LabelRow {
  /** Counts from 1, the header among them. */
  readonly number: number;
  readonly path: string;
  /** The path with its outer spaces. */
  readonly writtenPath: string;
  readonly label: string;
  readonly part?: Part;
  readonly group?: string;
  /** Factor of its loss. */
  readonly weight?: number;
}

/** The rows of a CSV or TSV file that names images and their labels. */
export interface LabelTable {
  readonly path: string;
  readonly rows: readonly LabelRow[];
  /** Path and label are named so, and not otherwise. */
  readonly exact: boolean;
  readonly notes: readonly ScanNote[];
}

/** A file without the columns of labels, and what it has instead. */
export interface OtherTable {
  readonly path: string;
  /** "the columns a and b" */
  readonly received: string;
  readonly fix: string;
}

/** Reads a table of labels; what it is instead where it has no columns of paths and labels. @throws when it is no CSV, or unclear */
export function parseLabelTable(bytes: Uint8Array, path: string): LabelTable | OtherTable {
  const records = readRecords(bytes, path, isKnownColumn);
  const columns = chooseColumns(records, path);
  if (!columns.path || !columns.label) return otherTable(records, columns, path);
  const rows = labelRows(records, columns, path);
  refuseLists(rows, path);
  return {
    path,
    rows,
    exact: isOwn(columns.path, "path") && isOwn(columns.label, "label"),
    notes: [...columnNotes(columns, path), ...encodingNotes(records, path)],
  };
}

const isOwn = ({ name }: TableColumn, meaning: ColumnMeaning): boolean => name.toLowerCase() === meaning;

function labelRows(
  { rows }: Records,
  { path, label, split, group, weight }: ChosenColumns,
  table: string,
): readonly LabelRow[] {
  const cellOf = (cells: readonly string[], column: TableColumn | undefined): string =>
    (column && cells[column.index]) ?? "";
  const parts = partsOfCells(rows.map(({ cells }) => cellOf(cells, split)));
  const partOf = (cell: string, number: number): Part | undefined => {
    const where = `row ${number} of ${table}: ${split?.name}`;
    if (split?.flag) return partOfFlag(cell, split.flag, where);
    return cell === "" ? undefined : (parts.get(cell) ?? partOfCell(cell, where));
  };
  return rows.map(({ number, cells, asWritten }) => {
    const part = partOf(cellOf(cells, split), number);
    const named = cellOf(cells, group);
    return {
      number,
      path: cellOf(cells, path),
      writtenPath: cellOf(asWritten, path),
      label: cellOf(cells, label),
      ...(part && { part }),
      // One group in two Unicode forms would be two.
      ...(named && { group: named.normalize("NFC") }),
      ...(weight && {
        weight: weightOfCell(cellOf(cells, weight), `row ${number} of ${table}: ${weight.name}`),
      }),
    };
  });
}

function columnNotes(columns: ChosenColumns, table: string): readonly ScanNote[] {
  const meanings: readonly ColumnMeaning[] = ["path", "label", "split", "group", "weight"];
  const taken = meanings.flatMap((meaning) => {
    const column = columns[meaning];
    // A column weight may hold the weight of patients, so whoever has one is always told what is made of it.
    const own = column && meaning !== "weight" && isOwn(column, meaning);
    return column ? [{ column: column.name, meaning, own }] : [];
  });
  const unused = columns.unused.map(({ name }) => name);
  if (unused.length === 0 && taken.every(({ own }) => own)) return [];
  const shown = taken.filter(({ own }) => !own || unused.length > 0);
  return [
    {
      code: "columns-read",
      data: { table, columns: shown.map(({ column, meaning }) => ({ column, meaning })), unused },
    },
  ];
}

function encodingNotes({ assumed, header, rows }: Records, table: string): readonly ScanNote[] {
  if (!assumed) return [];
  const example = [header, ...rows.map(({ cells }) => cells)].flat().find((cell) => /[^\0-\x7F]/.test(cell));
  return [{ code: "encoding-assumed", data: { table, encoding: assumed, example: example ?? "" } }];
}

function otherTable(records: Records, columns: ChosenColumns, path: string): OtherTable {
  const several = severalColumnsText(records, columns);
  if (several) return { path, ...several };
  const names = records.header.filter((name) => name !== "");
  return {
    path,
    received:
      names.length === 0
        ? "an empty file"
        : `${names.length === 1 ? "the column" : "the columns"} ${listText(names.slice(0, 8))}${names.length > 8 ? " and others" : ""}`,
    fix: "name them in the first line",
  };
}

/** The rows of a CSV file by the names of its columns. */
export interface NamedRows {
  readonly path: string;
  /** Header names in small letters; values as written, less outer spaces. */
  readonly rows: readonly Readonly<Record<string, string>>[];
  /** The same rows with outer spaces. */
  readonly asWritten: readonly Readonly<Record<string, string>>[];
}

/** Reads a CSV file; nothing where a column is missing that must be there. @throws when it is no CSV. */
export function parseTable(
  bytes: Uint8Array,
  path: string,
  needed: readonly string[],
): NamedRows | undefined {
  const { header, rows } = readRecords(bytes, path, isKnownColumn);
  const columns = header.map((name) => name.toLowerCase());
  if (needed.some((name) => !columns.includes(name))) return undefined;
  const byName = (cells: readonly string[]): Readonly<Record<string, string>> =>
    Object.fromEntries(columns.map((name, i) => [name, cells[i] ?? ""]));
  return {
    path,
    rows: rows.map(({ cells }) => byName(cells)),
    asWritten: rows.map(({ asWritten }) => byName(asWritten)),
  };
}
