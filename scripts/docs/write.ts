// Writes the pages of docs/ that come from the source: npm run docs. With --check nothing is written, and pages that differ are named.
import { readFile, writeFile } from "node:fs/promises";
import { cliReference } from "./cliReference.ts";

const pages: Readonly<Record<string, () => Promise<string>>> = { "docs/cli.md": cliReference };

const checks = process.argv.includes("--check");
for (const [path, make] of Object.entries(pages)) {
  const text = await make();
  if (text === (await readFile(path, "utf8").catch(() => ""))) continue;
  if (!checks) await writeFile(path, text);
  console.log(checks ? `${path} is not what the source says; run npm run docs` : `wrote ${path}`);
  if (checks) process.exitCode = 1;
}
