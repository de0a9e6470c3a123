import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { ranIn } from "./inProcess.ts";
import { filesIn, images, temporaryFolder, tinyModel } from "./support.ts";

afterEach(() => vi.unstubAllEnvs());

/** A folder with data, and the arguments of a training of it into `out`. */
async function task(): Promise<{
  readonly folder: string;
  readonly args: (out: string) => readonly string[];
}> {
  const folder = await temporaryFolder();
  await images(folder);
  const options = ["--model", await tinyModel(folder), ..."--size 12 --epochs 2 --threads 1".split(" ")];
  return { folder, args: (out) => ["train", "data", "--out", out, ...options] };
}

/** Runs a command line with a cache in the folder. */
async function withCache(folder: string, args: readonly string[], cache = join(folder, "cache")) {
  vi.stubEnv("FOVEA_CACHE", cache);
  const outcome = await ranIn(folder, args);
  expect(outcome.code, outcome.err).toBe(0);
  return outcome;
}

/** Turns the bits of a byte of the first entry of a pack: a pixel, or a character of a text. */
async function damage(pack: string): Promise<void> {
  const bytes = await readFile(pack);
  const at = 60;
  bytes[at] = (bytes[at] ?? 0) ^ 0xff;
  await writeFile(pack, bytes);
}

const hashOf = async (path: string): Promise<string> =>
  createHash("sha256")
    .update(await readFile(path))
    .digest("hex");

test("a training gives the same model with an empty cache, a full one, a damaged one and none", async () => {
  const { folder, args } = await task();
  const models: string[] = [];
  const train = async (out: string, ...more: readonly string[]): Promise<void> => {
    await withCache(folder, [...args(out), ...more]);
    const files = ["model.safetensors", "split.csv", "predictions.csv"];
    models.push((await Promise.all(files.map((name) => hashOf(join(folder, out, name))))).join());
  };
  await train("without", "--no-cache");
  expect(await filesIn(join(folder, "cache"))).toEqual([]);
  await train("cold");
  const cache = join(folder, "cache");
  const packsNow = async (): Promise<readonly string[]> =>
    (await filesIn(cache)).filter((name) => name.endsWith(".pack"));
  const packs = await packsNow();
  expect(packs.map((name) => name.replace(/^packs\/(.*)-[0-9a-f]{16}\/.*/, "$1"))).toEqual([
    "facts",
    "near-duplicates",
    "pixels-12x12",
  ]);
  await train("warm");
  expect(await packsNow()).toEqual(packs);
  for (const pack of packs) await damage(join(cache, pack));
  await train("damaged");
  // Of each kind the damaged entry is made anew, into a pack beside the others.
  expect(await packsNow()).toHaveLength(2 * packs.length);
  await train("repaired");
  expect(await packsNow()).toHaveLength(2 * packs.length);
  expect(new Set(models).size).toBe(1);
});

test("an audit gives the same findings with a full cache", async () => {
  const { folder } = await task();
  const audit = async (...more: readonly string[]): Promise<object> => {
    const { out } = await withCache(folder, ["audit", "data", "--out", "audit", "--json", ...more]);
    const { seconds: _, ...rest } = JSON.parse(out) as { readonly seconds: number };
    return rest;
  };
  const first = await audit("--no-cache");
  for (const out of ["cold", "warm"]) expect(await audit("--out", out)).toMatchObject(expectedOf(first, out));
});

/** The same document of another folder. */
const expectedOf = (document: object, run: string): object => ({
  ...document,
  run,
  report: `${run}/audit.html`,
});

test("fovea cache ls lists what is kept, and clear removes it", async () => {
  const { folder, args } = await task();
  await withCache(folder, args("run"));
  const listed = JSON.parse((await withCache(folder, ["cache", "ls", "--json"])).out) as {
    readonly folder: string;
    readonly bytes: number;
    readonly kinds: readonly { readonly name: string; readonly entries: number }[];
  };
  expect(listed).toMatchObject({ folder: join(folder, "cache"), maxBytes: 5e9 });
  expect(listed.bytes).toBeGreaterThan(30 * 12 * 12 * 3);
  expect(Object.fromEntries(listed.kinds.map(({ name, entries }) => [name, entries]))).toEqual({
    facts: 30,
    "near-duplicates": 1,
    "pixels-12x12": 30,
  });
  expect((await withCache(folder, ["cache", "ls"])).out).toContain("pixels-12x12");
  const cleared = JSON.parse((await withCache(folder, ["cache", "clear", "--json"])).out) as object;
  expect(cleared).toMatchObject({ removedBytes: listed.bytes });
  expect(await filesIn(join(folder, "cache"))).toEqual(["CACHEDIR.TAG"]);
});

test("fovea cache says where there is none", async () => {
  const folder = await temporaryFolder();
  vi.stubEnv("FOVEA_CACHE", "off");
  expect(await ranIn(folder, ["cache", "ls"])).toMatchObject({ code: 2 });
  vi.stubEnv("FOVEA_CACHE", "cache");
  vi.stubEnv("FOVEA_CACHE_SIZE", "much");
  expect(await ranIn(folder, ["cache", "ls"])).toMatchObject({ code: 2 });
});
