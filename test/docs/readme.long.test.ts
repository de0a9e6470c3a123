import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { fovea } from "../cli/built.ts";
import { temporaryFolder } from "../cli/support.ts";
import { comparable } from "./printed.ts";

test(
  "the pages show what the demo prints, and the README some of its lines",
  { timeout: 600_000 },
  async () => {
    const page = await readFile("docs/getting-started.md", "utf8");
    const [, shown = ""] = /What the demo prints.*?\n```\n(.*?)```/s.exec(page) ?? [];
    const readme = await readFile("README.md", "utf8");
    const [, some = ""] = /It ends in lines such as these:\s*```\n(.*?)```/s.exec(readme) ?? [];
    const { out, err, code } = await fovea(["demo"], await temporaryFolder());
    expect(code).toBe(0);
    const printed = comparable(err + out);
    expect(printed).toBe(comparable(shown));
    for (const line of some.trim().split("\n")) expect(printed).toContain(comparable(line));
  },
);
