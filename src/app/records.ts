import { stringify } from "csv-stringify/sync";
import type { Part, PreparedPictures } from "../data/index.ts";

/** Which part each picture went to, by its place in the prepared pictures. */
export type PartIndices = { readonly [part in Part]: Int32Array };

/** split.csv: one row a picture, in the order of the paths. */
export function splitCsv(prepared: PreparedPictures, parts: PartIndices): string {
  const partOf = new Map<number, Part>();
  for (const part of ["train", "validation", "test"] as const)
    for (const index of parts[part]) partOf.set(index, part);
  const rows = prepared.pictures.map(({ path, label, group }, i) => [
    path,
    label,
    group ?? "",
    partOf.get(i) ?? "",
    prepared.sha256[i] ?? "",
  ]);
  return stringify([["path", "label", "group", "part", "sha256"], ...rows]);
}

/** JSON for people to read as well, an array of numbers on one line, ending in a line break. */
export const jsonText = (value: unknown): string =>
  `${JSON.stringify(value, null, 2).replaceAll(numberRows, (row) => row.replaceAll(/\s+/g, " "))}\n`;

// A text in JSON holds no bare line break, so this can only be an array.
const numberRows = /\[\n\s+(?:-?\d[\d.e+-]*,\n\s+)*-?\d[\d.e+-]*\n\s+\]/g;

/** A table with a header from plain records that have the same keys. */
export const csvText = (records: readonly Readonly<Record<string, unknown>>[]): string =>
  stringify([...records], { header: true });
