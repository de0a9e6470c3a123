// Writes docs/cli.md and schemas/, which come from the source: npm run docs. With --check nothing is written, and files that differ are named.
import { readFile, writeFile } from "node:fs/promises";
import { cliReference } from "./cliReference.ts";
import { schemaFiles } from "./schemas.ts";

const checks = process.argv.includes("--check");
const pages = { "docs/cli.md": await cliReference(), ...schemaFiles() };
for (const [path, text] of Object.entries(pages)) {
  if (text === (await readFile(path, "utf8").catch(() => ""))) continue;
  if (!checks) await writeFile(path, text);
  console.log(checks ? `${path} is not what the source says; run npm run docs` : `wrote ${path}`);
  if (checks) process.exitCode = 1;
}
