import { parse } from "csv-parse/sync";
import { fault } from "../../base/index.ts";
import { isImagePath } from "./formats.ts";
import { partNamed } from "./parts.ts";
import type { SkippedFile, Part, Image } from "../types.ts";

/** The rows of a CSV file. */
export interface LabelTable {
  readonly path: string;
  /** Header names in small letters; values as written, less outer spaces. */
  readonly rows: readonly Readonly<Record<string, string>>[];
}

/** Reads a CSV file, comma or semicolon; nothing where it has no columns path and label. @throws when it is no CSV. */
export const parseLabelTable = (bytes: Uint8Array, path: string): LabelTable | undefined =>
  parseTable(bytes, path, ["path", "label"]);

/** Reads a CSV file; nothing where a column is missing that must be there. @throws when it is no CSV. */
export function parseTable(
  bytes: Uint8Array,
  path: string,
  needed: readonly string[],
): LabelTable | undefined {
  const text = new TextDecoder().decode(bytes);
  const header = /^[^\r\n]*/.exec(text)?.[0] ?? "";
  const delimiter = header.includes(",") ? "," : ";";
  const columns = new Set(header.split(delimiter).map(columnName));
  if (needed.some((name) => !columns.has(name))) return undefined;
  try {
    const rows = parse<Record<string, string>>(text, {
      columns: (names: string[]) => names.map(columnName),
      delimiter,
      trim: true,
      skip_empty_lines: true,
    });
    return { path, rows };
  } catch (cause) {
    throw fault(path, {
      expected: "a CSV file",
      received: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

const columnName = (name: string): string => name.replaceAll(/^[\s"]+|[\s"]+$/g, "").toLowerCase();

interface Found {
  readonly images: readonly Image[];
  readonly skipped: readonly SkippedFile[];
}

/** Pairs the rows with the files; paths in the table are relative to its own folder. */
export function imagesOfTable(table: LabelTable, files: readonly string[]): Found {
  const folder = table.path.slice(0, table.path.lastIndexOf("/") + 1);
  const present = new Set(files);
  const images = new Map<string, Image>();
  const skipped: SkippedFile[] = [];
  for (const [i, row] of table.rows.entries()) {
    const path = folder + (row["path"] ?? "").replaceAll("\\", "/").replace(/^(\.\/)+/, "");
    const reason = reasonAgainst(path, row["label"], present);
    const where = `row ${i + 2} of ${table.path}`;
    if (reason !== undefined) skipped.push({ path, reason: `${where}: ${reason}` });
    else if (images.has(path)) skipped.push({ path, reason: `${where}: named a second time` });
    else images.set(path, imageOfRow(path, row, where));
  }
  const named = new Set(skipped.map(({ path }) => path));
  for (const path of files) {
    if (!images.has(path) && !named.has(path)) skipped.push({ path, reason: `not named in ${table.path}` });
  }
  return { images: [...images.values()], skipped };
}

function reasonAgainst(
  path: string,
  label: string | undefined,
  present: ReadonlySet<string>,
): string | undefined {
  if (!label) return "no label";
  if (!isImagePath(path)) return "not an image";
  return present.has(path) ? undefined : "no such file";
}

function imageOfRow(path: string, row: Readonly<Record<string, string>>, where: string): Image {
  const part = row["split"] ? partOfCell(row["split"], `${where}: split`) : undefined;
  return {
    path,
    label: row["label"] ?? "",
    ...(row["group"] ? { group: row["group"] } : {}),
    ...(part ? { part } : {}),
  };
}

/** @throws naming the row when the cell names no part. */
export function partOfCell(cell: string, where: string): Part {
  const part = partNamed(cell);
  if (!part) throw fault(where, { expected: "train, validation or test", received: cell || "nothing" });
  return part;
}
