import { readFile, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const pages = [
  ...(await readdir(".")).filter((name) => name.endsWith(".md")),
  ...(await readdir("docs", { recursive: true }))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
  join("bench", "README.md"),
];

/** Targets of the Markdown links of a page that lead to a file of this repository. */
const linked = (page: string, text: string): readonly string[] =>
  [...text.matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => (target.startsWith("#") ? `${page}${target}` : join(dirname(page), target)));

/** The anchors of a page's headings, as GitHub makes them. */
const anchorsOf = (text: string): readonly string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

test.each(pages)("%s links to files and headings that are there", async (page) => {
  const wrong: string[] = [];
  for (const target of linked(page, await readFile(page, "utf8"))) {
    const [path = "", anchor] = target.split("#");
    if (!(await exists(path))) wrong.push(target);
    else if (anchor !== undefined && !anchorsOf(await readFile(path, "utf8")).includes(anchor))
      wrong.push(target);
  }
  expect(wrong).toEqual([]);
});

test.each(["CONTRIBUTING.md", join("docs", "architecture.md")])(
  "%s names source files and folders that are there",
  async (page) => {
    const text = await readFile(page, "utf8");
    const named = [...text.matchAll(/`((?:src|test|bench|scripts|docs)\/[\w/.-]+)`/g)].map(
      ([, path = ""]) => path,
    );
    const there = await Promise.all(named.map(exists));
    expect(named.filter((_, i) => !there[i])).toEqual([]);
  },
);
