import { fault, listText, plural } from "../../base/index.ts";
import type { SortedFiles } from "./files.ts";
import { extensionOf } from "./formats.ts";
import type { Listed } from "./rows.ts";
import type { LabelTable } from "./table.ts";
import { type Tables, noLabels } from "./tables.ts";

const layouts = "one folder of images for each class, or a CSV file with the columns path and label";

export const emptyData = (name: string): Error =>
  fault(name, { expected: layouts, received: "an empty folder" });

interface TooFew {
  readonly classNames: readonly string[];
  readonly minClasses: number;
  readonly sorted: SortedFiles;
  readonly tables: Tables;
  /** What the tables name; absent where the folders were read. */
  readonly listed: Listed | undefined;
}

const archives = new Set(["zip", "tar", "tgz", "gz", "bz2", "xz", "7z", "rar"]);

/** Why there are not enough classes, by what was found instead. */
export function tooFewClasses(
  name: string,
  { classNames, minClasses, sorted, tables, listed }: TooFew,
): Error {
  const [table] = tables.tables;
  const [other] = tables.others;
  if (table && classNames.length === 0) return noneFound(`${name}: ${table.path}`, table, listed);
  if (tables.refusal) return tables.refusal;
  if (!table && other) return noLabels(`${name}: ${other.path}`, other);
  if (sorted.images.length === 0) return noImages(name, sorted);
  if (classNames.length === 0) {
    return fault(name, {
      expected: layouts,
      received: `${plural(sorted.images.length, "image")} in no class folder`,
    });
  }
  return fault(name, {
    expected: `${plural(minClasses, "class", "classes")} or more`,
    received: `${classNames.length} (${listText(classNames)})`,
    fix:
      listed && table
        ? `give rows of other classes in ${table.path} too`
        : "put the images of each class in a folder of its own",
  });
}

function noneFound(who: string, { path: table, rows: { length: rows } }: LabelTable, listed?: Listed): Error {
  for (const { code, data } of listed?.notes ?? []) {
    if (code !== "conflicting-rows") continue;
    const { column, rows: pair, values } = data.example;
    return fault(who, {
      expected: "one row for each image",
      received: `rows that contradict each other for each (rows ${pair[0].row} and ${pair[1].row}: ${column} ${values.join(" and ")})`,
      fix: "give each image one class; several labels an image are not supported",
    });
  }
  return fault(who, {
    expected: "rows that name images here",
    received: rows === 0 ? "no rows" : `${rows} rows and none of their files`,
    fix: `write each path relative to the folder of ${table}`,
  });
}

function noImages(name: string, { skipped }: SortedFiles): Error {
  const inside = skipped.filter(({ path }) => archives.has(extensionOf(path) ?? "none"));
  if (inside[0]) {
    return fault(name, {
      expected: layouts,
      received: `no images, but ${inside.length === 1 ? "the archive" : "the archives"} ${listText(inside.slice(0, 3).map(({ path }) => path))}`,
      fix: "unpack, and give what is inside",
    });
  }
  const [example] = skipped;
  const received = `no images${example ? ` (${example.path}: ${example.reason})` : ""}`;
  return fault(name, { expected: layouts, received });
}
