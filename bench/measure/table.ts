import type { Spread } from "../../src/base/statistics.ts";

/** Rows of text, the first under a line of heads where there is one; columns aligned, the first to the left, the others to the right. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = head.length > 0 ? [head, ...rows] : rows;
  const columns = Math.max(...all.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...all.map((row) => row[column]?.length ?? 0)),
  );
  const pad = (text: string, column: number): string =>
    column === 0 ? text.padEnd(widths[0]!) : text.padStart(widths[column]!);
  return all.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}

/** Three significant figures, or the dash where there is nothing. */
export const figure = (value: number | undefined): string => {
  if (value === undefined || Number.isNaN(value)) return "-";
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
};

/** "9.80 - 10.4"; nothing for a single measurement. */
export const range = ({ low, high, count }: Spread): string =>
  count > 1 ? `${figure(low)} - ${figure(high)}` : "";
