import { realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import type { OptionValues } from "commander";
import type { NumberedFolder } from "../../app/index.ts";
import { fault, printableText } from "../../base/index.ts";

/** Where results go: the folder of --out, else the next of runs/<prefix><name of the data>-<n> below the current folder. */
export interface Destination {
  readonly out: string | NumberedFolder;
  /** Whether the user chose it. */
  readonly isChosen: boolean;
  /** The option that chooses it. @default "--out" */
  readonly option?: string;
}

/** The destination that the options of a command name. */
export function destinationOf(
  { out }: OptionValues,
  { data, prefix = "" }: { readonly data: string; readonly prefix?: string },
): Destination {
  if (typeof out === "string") return { out, isChosen: true };
  return { out: { parent: "runs", name: prefix + resultName(data) }, isChosen: false };
}

/** What results are called after: the last name of the data, without the extension of an archive or table. */
export function resultName(data: string): string {
  const title = basename(resolve(data)).replace(/\.(zip|tar|tgz|tar\.gz|csv|tsv)$/i, "") || "data";
  // What the reader cannot see in a name cannot be typed either.
  return printableText(title).replaceAll("\\", "-");
}

/** Results never go into the data. @throws naming the option that helps. */
export async function refuseInside(
  data: string,
  { out, isChosen: chosen, option = "--out" }: Destination,
): Promise<void> {
  const from = await realpath(data).catch(() => resolve(data));
  const path = typeof out === "string" ? out : join(out.parent, out.name);
  const below = relative(from, await realOf(resolve(path)));
  if (below.startsWith("..") || isAbsolute(below)) return;
  throw fault(chosen ? option : "current folder", {
    expected: "a place outside of the data",
    received: chosen ? path : "a folder of the data itself",
    fix: chosen ? "choose a place elsewhere" : "go to another folder first, or give one with --out",
    exitCode: 2,
  });
}

/** The real path of a folder that need not exist yet. */
async function realOf(path: string): Promise<string> {
  const parent = dirname(path);
  if (parent === path) return path;
  return realpath(path).catch(async () => join(await realOf(parent), basename(path)));
}
