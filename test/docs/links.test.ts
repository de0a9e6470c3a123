import { readFile, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const pages = [
  ...(await readdir(".")).filter((name) => name.endsWith(".md")),
  ...(await readdir("docs", { recursive: true }))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
  join("bench", "README.md"),
  join("examples", "README.md"),
];

const { repository } = JSON.parse(await readFile("package.json", "utf8")) as {
  readonly repository: { readonly url: string };
};
/** Where the repository shows its files: a link that also works where the page is shown elsewhere. */
const shownAt = `${repository.url.replace(/^git\+|\.git$/g, "")}/blob/main/`;

/** Targets of the Markdown links of a page. */
const targetsOf = (text: string): readonly string[] =>
  [...text.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = ""]) => target);

/** Those that lead to a file of this repository, as paths in it. */
const linked = (page: string, text: string): readonly string[] =>
  targetsOf(text).flatMap((target) => {
    if (target.startsWith(shownAt)) return [target.slice(shownAt.length)];
    if (/^[a-z]+:/.test(target)) return [];
    return [target.startsWith("#") ? `${page}${target}` : join(dirname(page), target)];
  });

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

// The registry shows it, and has no other page of the repository.
test("the README links by whole addresses only", async () => {
  const targets = targetsOf(await readFile("README.md", "utf8"));
  expect(targets.filter((target) => target.startsWith(shownAt)).length).toBeGreaterThan(10);
  expect(targets.filter((target) => !/^https:|^#/.test(target))).toEqual([]);
});

// The package is not published: whoever takes the name would run code at our users.
test.each(pages)("%s tells nobody to fetch the package from the registry", async (page) => {
  const text = await readFile(page, "utf8");
  expect(text).not.toMatch(
    /npx (?:-y |--yes )?fovea|(?:npm (?:i|install|add)|pnpm add|yarn add)(?: -\S+)* fovea\b/,
  );
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
