import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";

const rows = (await readFile(new URL("../../docs/glossary.md", import.meta.url), "utf8"))
  .split("\n")
  .filter((line) => line.startsWith("| "))
  .slice(1)
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

test("each term of the glossary has a gloss and a source", () => {
  expect(rows.length).toBeGreaterThan(50);
  for (const row of rows) expect(row.map((cell) => cell !== "")).toEqual([true, true, true]);
});

test("the glossary is in alphabetical order, a term once", () => {
  const terms = rows.map(([term = ""]) => term.toLowerCase());
  expect(terms).toEqual([...new Set(terms)].sort((a, b) => (a < b ? -1 : 1)));
});

test("a gloss fits a line: at most 25 words", () => {
  for (const [term, gloss = ""] of rows) expect(gloss.split(/\s+/).length, term).toBeLessThanOrEqual(25);
});
