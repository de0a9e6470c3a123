import { groupBy } from "../../base/index.ts";
import type { Image, SkippedFile } from "../types.ts";
import { leftoverFolder } from "./leftovers.ts";
import type { ScanNote } from "./notes.ts";
import { pathOfRow } from "./rows.ts";
import type { LabelTable } from "./table.ts";

/** A file or row that a class would have. */
interface Member {
  readonly name: string;
  readonly path: string;
}

interface AbsentOptions {
  readonly images: readonly Image[];
  readonly skipped: readonly SkippedFile[];
}

/** Folders beside class folders of which no image is used; `emptyFolders` are those without any file. */
export function absentFolders(
  roots: readonly string[],
  files: readonly string[],
  { emptyFolders, ...options }: AbsentOptions & { readonly emptyFolders: readonly string[] },
): readonly ScanNote[] {
  const namesIn = (paths: readonly string[]): readonly Member[] =>
    paths.flatMap((path) =>
      roots
        .filter((root) => path.startsWith(root) && path.includes("/", root.length))
        .map((root) => ({ path, name: path.slice(root.length, path.indexOf("/", root.length)) }))
        .filter(({ name }) => !name.startsWith(".") && !leftoverFolder(name)),
    );
  return absent(namesIn(files), namesIn(emptyFolders.map((folder) => `${folder}/`)), options);
}

/** Labels of rows of which no image is used. */
export function absentLabels(tables: readonly LabelTable[], options: AbsentOptions): readonly ScanNote[] {
  const rows = tables.flatMap((table) =>
    table.rows.map((row) => ({ name: row.label, path: pathOfRow(row, table) })),
  );
  return absent(
    rows.filter(({ name }) => name !== ""),
    [],
    options,
  );
}

function absent(
  members: readonly Member[],
  empty: readonly Member[],
  { images, skipped }: AbsentOptions,
): readonly ScanNote[] {
  const there = new Set(images.map(({ label }) => label));
  const reasons = new Map(skipped.map(({ path, reason }) => [path, reason]));
  const byName = groupBy([...members, ...empty], ({ name }) => name);
  const isEmpty = new Set(empty);
  const classes = [...byName].flatMap(([name, own]) => {
    if (there.has(name)) return [];
    const files = own.filter((one) => !isEmpty.has(one));
    const reason = files.map(({ path }) => reasons.get(path)).find((one) => one !== undefined);
    return [{ name, files: files.length, ...(reason !== undefined && { reason }) }];
  });
  return classes.length > 0 ? [{ code: "classes-without-images", data: { classes } }] : [];
}
