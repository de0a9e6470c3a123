import Table from "cli-table3";
import { charactersOf, widthOf } from "./wrap.ts";

/** left for words, right for numbers. */
export type Align = "left" | "right";

const noBorders = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};

/** Aligned columns without rules, indented by two; wide characters count as the terminal shows them. */
export function columns(rows: readonly (readonly string[])[], aligns: readonly Align[]): string {
  const table = new Table({
    chars: noBorders,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
    colAligns: [...aligns],
  });
  for (const row of rows) table.push([...row]);
  return table
    .toString()
    .split("\n")
    .map((line) => `  ${line.trimEnd()}`)
    .join("\n");
}

/** Cuts a name that would make a column wider than `most` characters; what the reader sees as one character stays whole. */
export function shortened(name: string, most: number): string {
  const seen = charactersOf(name);
  if (widthOf(seen) <= most) return name;
  while (seen.length > 0 && widthOf(seen) > most - 1) seen.pop();
  return `${seen.join("")}…`;
}
