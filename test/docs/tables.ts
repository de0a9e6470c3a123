import { readFileSync } from "node:fs";

export interface DocumentedColumn {
  readonly name: string;
  /** Whether it is there in every such file. */
  readonly isAlways: boolean;
}

/** The columns of each table by docs/formats/tables.md, by the file's name. */
export const documentedTables: Readonly<Record<string, readonly DocumentedColumn[]>> = Object.fromEntries(
  readFileSync("docs/formats/tables.md", "utf8")
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const rows = [...section.matchAll(/^\| `([^`]+)` .*\| +(\S.*?) +\|$/gm)];
      return [
        section.slice(0, section.indexOf("\n")),
        rows.map(([, name = "", there = ""]) => ({ name, isAlways: there.startsWith("always") })),
      ];
    }),
);

/** What of a CSV's header is not as the page says: columns that it does not know, lacks, or has in another order. */
export function headerFaults(table: string, csv: string): readonly string[] {
  const columns = documentedTables[table] ?? [];
  const names = csv
    .slice(0, csv.indexOf("\n"))
    .split(",")
    .map((name) => name.replace(/^p\(.*\)$/, "p(<class>)"));
  const known = columns.map(({ name }) => name);
  const ordered = [...new Set(names)].map((name) => known.indexOf(name));
  return [
    ...names.filter((name) => !known.includes(name)).map((name) => `${name} is not documented`),
    ...columns
      .filter(({ name, isAlways }) => isAlways && !names.includes(name))
      .map(({ name }) => `${name} is missing`),
    ...(ordered.every((rank, i) => i === 0 || rank > (ordered[i - 1] ?? 0)) ? [] : ["another order"]),
  ];
}
