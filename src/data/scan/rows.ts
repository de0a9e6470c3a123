import { groupBy } from "../../base/index.ts";
import type { Image, SkippedFile } from "../types.ts";
import { extensionOf, isImagePath } from "./formats.ts";
import type { ScanNote, TableRow } from "./notes.ts";
import { locatorOf } from "./paths.ts";
import type { LabelRow, LabelTable } from "./table.ts";
import { parentOf } from "./unnamed.ts";

/** Images that tables name, what they name in vain, and what was noticed. */
export interface Listed {
  readonly images: readonly Image[];
  readonly skipped: readonly SkippedFile[];
  readonly notes: readonly ScanNote[];
}

/** A row whose file was found. */
interface Placed extends LabelRow {
  readonly table: string;
  readonly file: string;
}

/** Pairs the rows with the files; a file whose rows contradict each other is left out. */
export function imagesOfTables(tables: readonly LabelTable[], files: readonly string[]): Listed {
  const each = tables.map((table) => placedIn(table, files));
  const { images, conflicts, repeated } = eachOnce(each.flatMap(({ placed }) => placed));
  const contradicting = conflicts.map((example) => ({
    path: example.path,
    reason: contradictionText(example),
  }));
  return {
    images,
    skipped: [...each.flatMap(({ skipped }) => skipped), ...repeated, ...contradicting],
    notes: [...each.flatMap(({ notes }) => notes), ...conflictNotes(conflicts)],
  };
}

function placedIn(
  table: LabelTable,
  files: readonly string[],
): Omit<Listed, "images"> & { placed: readonly Placed[] } {
  const locator = locatorOf(
    files,
    parentOf(table.path),
    table.rows.map(({ path }) => path),
  );
  const skipped: SkippedFile[] = [];
  const placed: Placed[] = [];
  let [byName, moved] = [0, 0];
  for (const row of table.rows) {
    const located = row.label === "" ? { reason: "no label" } : locator.locate(row.path, row.writtenPath);
    if ("reason" in located)
      skipped.push({ path: pathOfRow(row, table), reason: reasonOf(row, located.reason, table) });
    else {
      placed.push({ ...row, table: table.path, file: located.path });
      if (located.how === "by name") byName++;
      else if (located.how === "moved") moved++;
    }
  }
  const from = moved > 0 && locator.moved !== undefined ? { folder: locator.moved, rows: moved } : undefined;
  const found: ScanNote = {
    code: "paths-found",
    data: { table: table.path, byName, ...(from && { moved: from }) },
  };
  return { placed, skipped, notes: [...table.notes, ...(byName + moved > 0 ? [found] : [])] };
}

/** What the row names, relative to the data as far as that can be told. */
export const pathOfRow = ({ path }: LabelRow, table: LabelTable): string =>
  parentOf(table.path) + path.replaceAll("\\", "/").replace(/^(\.\/)+/, "");

function reasonOf(row: LabelRow, reason: string, table: LabelTable): string {
  const isOther = reason === "no such file" && extensionOf(row.path) !== undefined && !isImagePath(row.path);
  return `row ${row.number} of ${table.path}: ${isOther ? "not an image" : reason}`;
}

type Conflict = Extract<ScanNote, { code: "conflicting-rows" }>["data"]["example"];

interface Once extends Pick<Listed, "images"> {
  readonly conflicts: readonly Conflict[];
  readonly repeated: readonly SkippedFile[];
}

/** One image for each file; none for a file whose rows contradict each other. */
function eachOnce(placed: readonly Placed[]): Once {
  const images: Image[] = [];
  const conflicts: Conflict[] = [];
  const repeated: SkippedFile[] = [];
  for (const [path, [first, ...others]] of groupBy(placed, ({ file }) => file)) {
    if (!first) continue;
    const conflict = others.map((other) => contradiction(first, other)).find((one) => one !== undefined);
    if (conflict) {
      conflicts.push(conflict);
      continue;
    }
    images.push(imageOf(first));
    for (const { number, table } of others)
      repeated.push({ path, reason: `row ${number} of ${table}: named a second time` });
  }
  return { images, conflicts, repeated };
}

/** What two rows of one file differ in. */
function contradiction(a: Placed, b: Placed): Conflict | undefined {
  const columns = [
    ["label", a.label, b.label],
    ["split", a.part ?? "none", b.part ?? "none"],
    ["group", a.group ?? "none", b.group ?? "none"],
    ["weight", String(a.weight ?? 1), String(b.weight ?? 1)],
  ] as const;
  const different = columns.find(([, one, other]) => one !== other);
  if (!different) return undefined;
  const [column, ...values] = different;
  return { path: a.file, rows: [rowOf(a), rowOf(b)], column, values };
}

const rowOf = ({ table, number }: Placed): TableRow => ({ table, row: number });

function contradictionText({ rows: [a, b], column, values: [one, other] }: Conflict): string {
  const first = a.table === b.table ? `row ${a.row}` : `row ${a.row} of ${a.table}`;
  return `${first} and row ${b.row} of ${b.table} contradict each other: ${column} ${one} and ${other}`;
}

const imageOf = ({ file, label, part, group, weight }: Placed): Image => ({
  path: file,
  label,
  ...(group !== undefined && { group }),
  ...(part && { part }),
  ...(weight !== undefined && { weight }),
});

function conflictNotes(conflicts: readonly Conflict[]): readonly ScanNote[] {
  const [example] = conflicts;
  if (!example) return [];
  return [{ code: "conflicting-rows", data: { paths: conflicts.map(({ path }) => path), example } }];
}
