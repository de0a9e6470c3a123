import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

const pages = [
  ...(await readdir(".")).filter((name) => name.endsWith(".md")),
  ...(await readdir("docs", { recursive: true }))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
  join("bench", "README.md"),
  join("examples", "README.md"),
];
const maxLetters = 120;

/** Lines of prose: no tables, no code, and of links only their words. */
const proseOf = (text: string): readonly string[] =>
  text
    .replaceAll(/^( *)```[^]*?^\1```/gm, "")
    .split("\n")
    .filter((line) => !/^\s*\||^ {4}\S/.test(line))
    .map((line) => line.replaceAll(/\]\([^()\s]+\)/g, "]"));

// So that a change shows as the sentence that changed.
test.each(pages)("%s has lines that a reader can compare", async (page) => {
  const long = proseOf(await readFile(page, "utf8")).filter((line) => line.length > maxLetters);
  expect(long).toEqual([]);
});
