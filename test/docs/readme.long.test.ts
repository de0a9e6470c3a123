import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { fovea } from "../cli/built.ts";
import { temporaryFolder } from "../cli/support.ts";

/** Times, and how the program was started, differ from machine to machine. */
const comparable = (text: string): string =>
  text
    .replaceAll(/(\d+ min )?\d+(\.\d+)? s\b/g, "… s")
    .replace(/^ {2}.* predict /m, "  … predict ")
    .trim();

test("the README shows what the demo prints", { timeout: 600_000 }, async () => {
  const readme = await readFile("README.md", "utf8");
  const [, shown = ""] = /What the demo prints.*?\n```\n(.*?)```/s.exec(readme) ?? [];
  const { out, err, code } = await fovea(["demo"], await temporaryFolder());
  expect(code).toBe(0);
  expect(comparable(err + out)).toBe(comparable(shown));
});
