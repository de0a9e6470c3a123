import { readdir, realpath } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { fault } from "../../base/index.ts";

/** runs/<prefix><name of the data>-<n> below the current folder, with the first n that is higher than all there. */
export async function nextRunFolder(data: string, prefix: string = ""): Promise<string> {
  const name = prefix + (basename(resolve(data)).replace(/\.(zip|tar|tgz|tar\.gz|csv|tsv)$/i, "") || "data");
  const taken = (await readdir("runs").catch(() => [])).map((entry) =>
    entry.startsWith(`${name}-`) ? Number(entry.slice(name.length + 1)) : 0,
  );
  const n = Math.max(0, ...taken.filter((number) => Number.isSafeInteger(number))) + 1;
  return join("runs", `${name}-${n}`);
}

/** Results never go into the data. @throws naming the option that helps. */
export async function refuseInside(data: string, out: string, chosen: boolean): Promise<void> {
  const from = await realpath(data).catch(() => resolve(data));
  const below = relative(from, await realOf(resolve(out)));
  if (below.startsWith("..") || isAbsolute(below)) return;
  throw fault(chosen ? "--out" : "current folder", {
    expected: "a place outside of the data",
    received: chosen ? out : "a folder of the data itself",
    fix: chosen ? "choose a folder elsewhere" : "go to another folder first, or give one with --out",
    exitCode: 2,
  });
}

/** The real path of a folder that need not exist yet. */
async function realOf(path: string): Promise<string> {
  const parent = dirname(path);
  if (parent === path) return path;
  return realpath(path).catch(async () => join(await realOf(parent), basename(path)));
}
