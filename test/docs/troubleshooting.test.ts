import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

const spaced = (text: string): string => text.replaceAll(/\s+/g, " ");

/** The sources as one text: literals that are added up are joined, and what is filled in is "…". */
async function sources(): Promise<string> {
  const files = (await readdir("src", { recursive: true })).filter((name) => name.endsWith(".ts"));
  const all = await Promise.all(files.map((name) => readFile(join("src", name), "utf8")));
  return spaced(
    all
      .join("\n")
      .replaceAll(/["`]\s*\+\s*["`]/g, "")
      .replaceAll(/\$\{(?:[^{}]|\{[^{}]*\}|\$\{[^{}]*\})*\}/g, "…"),
  );
}

/** The quoted messages of the page. */
const quoted = (await readFile(join("docs", "troubleshooting.md"), "utf8"))
  .split("\n")
  .filter((line) => line.startsWith("> "))
  .map((line) => line.slice(2));

/** What stands between the places that are filled in, and between the parts of an error (`fault` joins these). */
const fragments = (message: string): readonly string[] =>
  message
    .split(/…|(?:^|, )(?:expected|received) |; |: (?=[a-z])/)
    .map((part) => part.replaceAll(/^[\s.,:;()]+|[\s.,:;()]+$/g, ""))
    .filter((part) => part.length > 3);

test("each message that the page quotes is one that the program has", async () => {
  const text = await sources();
  expect(quoted.length).toBeGreaterThan(35);
  const unknown = quoted.filter((message) => {
    const parts = fragments(message);
    return parts.length === 0 || parts.some((part) => !text.includes(part));
  });
  expect(unknown).toEqual([]);
});

test("each message is followed by why and what to do, also where two share them", async () => {
  const page = await readFile(join("docs", "troubleshooting.md"), "utf8");
  const blocks = page.split(/\n\n/);
  for (const [i, block] of blocks.entries()) {
    if (!block.startsWith("> ")) continue;
    const next = blocks.slice(i + 1).find((one) => !one.startsWith("> ")) ?? "";
    expect(next, block).toMatch(/^- \*\*Why\*\*: [^]*^- \*\*What to do\*\*: /m);
  }
});
