import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { fovea } from "./built.ts";

test("--help, or nothing, lists every command with what it takes", async () => {
  const [asked, bare] = await Promise.all([fovea(["--help"], "."), fovea([], ".")]);
  const listed = [...asked.out.matchAll(/^ {2}([\w-]+ \[options\].*?) {2,}\S/gm)].map(
    ([, command]) => command,
  );
  for (const command of [
    "demo [options]",
    "audit [options] <data>",
    "train [options] [data]",
    "augment [options] <data>",
    "evaluate [options] <model> <data>",
    "predict [options] <model> <images...>",
    "explain [options] <model> [images...]",
    "labels [options] [data]",
    "find-lr [options] [data]",
    "search [options] [data]",
    "compare [options] <runA> <runB>",
    "datasets [options] [action] [name]",
    "models [options] [name]",
    "summary [options] <model>",
    "bench [options]",
    "cache [options] <action>",
  ])
    expect(listed).toContain(command);
  expect(bare).toEqual(asked);
  expect(asked.code).toBe(0);
});

test("--version prints the package's version", async () => {
  const { version } = JSON.parse(await readFile("package.json", "utf8")) as { version: string };
  expect(await fovea(["--version"], ".")).toEqual({ code: 0, out: `${version}\n`, err: "" });
});
