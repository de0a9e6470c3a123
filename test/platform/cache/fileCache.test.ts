import { createHash } from "node:crypto";
import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FileCache, type FileCacheOptions, fileCache } from "../../../src/platform/node/index.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-cache-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const kind = { name: "facts", settings: "1" };
const keyOf = (name: string): string => createHash("sha256").update(name).digest("hex");
/** Bytes that tell one entry from others, of some length. */
const bytesOf = (name: string, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (name.charCodeAt(0) + i * 7) % 256);

let time = 1_700_000_000_000;
const opened = (changes: Partial<FileCacheOptions> = {}): FileCache =>
  fileCache({ folder, maxBytes: 1e9, version: "1.0", now: () => time, ...changes });

/** Keeps entries of those names, each of so many bytes. */
async function keep(cache: FileCache, names: readonly string[], length = 1000, what = kind): Promise<void> {
  const writer = cache.write(what, names.length * length);
  for (const name of names) await writer?.put(keyOf(name), bytesOf(name, length));
  await writer?.close();
}

/** Which of those names the cache has, whole. */
async function found(cache: FileCache, names: readonly string[], what = kind): Promise<readonly string[]> {
  const reader = await cache.open(what);
  const there: string[] = [];
  for (const name of names) {
    const bytes = await reader?.read(keyOf(name));
    if (!bytes) continue;
    // Comparing large arrays as values takes minutes.
    expect(Buffer.compare(bytes, bytesOf(name, bytes.length))).toBe(0);
    there.push(name);
  }
  await reader?.close();
  return there;
}

/** Paths of the files below the folder that end so. */
async function filesEnding(ending: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => name.endsWith(ending)).map((name) => join(folder, name));
}

const [a, b, c] = ["a", "b", "c"] as const;

describe("a cache in a folder", () => {
  test("gives later runs what earlier ones kept, of all runs together", async () => {
    await keep(opened(), [a, b]);
    await keep(opened(), [c]);
    expect(await found(opened(), [a, b, c, "d"])).toEqual([a, b, c]);
  });

  test.each([1, 2 ** 20 - 1, 2 ** 20, 2 ** 20 + 1, 3_000_000])(
    "keeps entries of %d bytes",
    async (length) => {
      await keep(opened(), [a, b, c], length);
      expect(await found(opened(), [c, a, b])).toEqual([c, a, b]);
    },
  );

  test("finds each of a thousand entries, in any order", async () => {
    const names = Array.from({ length: 1000 }, (_, i) => `${i}`);
    await keep(opened(), names, 3000);
    expect(await found(opened(), names)).toEqual(names);
    expect(await found(opened(), names.toReversed())).toEqual(names.toReversed());
  });

  test("gives bytes whose slice is a copy", async () => {
    await keep(opened(), [a]);
    const reader = await opened().open(kind);
    const bytes = (await reader?.read(keyOf(a))) ?? new Uint8Array();
    bytes.slice(0, 1)[0] = 99;
    expect(bytes).toEqual(bytesOf(a, 1000));
    await reader?.close();
  });

  test("keeps kinds, settings and versions of the program apart", async () => {
    await keep(opened(), [a]);
    expect(await opened().open({ ...kind, name: "pixels-4x4" })).toBeUndefined();
    expect(await opened().open({ ...kind, settings: "2" })).toBeUndefined();
    expect(await opened({ version: "1.1" }).open(kind)).toBeUndefined();
  });

  test("shows nothing of what is being written, and all of it once it is closed", async () => {
    const writer = opened().write(kind, 1000);
    await writer?.put(keyOf(a), bytesOf(a, 1000));
    expect(await found(opened(), [a])).toEqual([]);
    await writer?.close();
    expect(await found(opened(), [a])).toEqual([a]);
  });

  test("takes what several runs write at a time", async () => {
    const runs = ["e", "f", "g", "h"].map((name) => keep(opened(), [a, name], 100_000));
    await Promise.all(runs);
    expect(await found(opened(), [a, "e", "f", "g", "h"])).toEqual([a, "e", "f", "g", "h"]);
    expect(await filesEnding(".part")).toEqual([]);
  });

  test("writes an entry that it is given twice once", async () => {
    await keep(opened(), [a, a, b]);
    expect((await opened().list())[0]).toMatchObject({ name: "facts", entries: 2 });
  });
});

describe("damage", () => {
  test("of an entry leaves the others, and one kept anew takes its place", async () => {
    await keep(opened(), [a, b, c]);
    const [pack = ""] = await filesEnding(".pack");
    const bytes = await readFile(pack);
    bytes[1500] = (bytes[1500] ?? 0) ^ 1;
    await writeFile(pack, bytes);
    expect(await found(opened(), [a, b, c])).toEqual([a, c]);
    await keep(opened(), [b]);
    expect(await found(opened(), [a, b, c])).toEqual([a, b, c]);
  });

  test.each([
    ["cut off", (path: string) => truncate(path, 2000)],
    ["empty", (path: string) => truncate(path, 0)],
    ["other bytes", (path: string) => writeFile(path, "x".repeat(5000))],
    [
      "longer",
      async (path: string) => writeFile(path, Buffer.concat([await readFile(path), Buffer.alloc(8)])),
    ],
    [
      "damaged in its index",
      async (path: string) => {
        const bytes = await readFile(path);
        bytes[3000 + 5] = (bytes[3005] ?? 0) ^ 1;
        await writeFile(path, bytes);
      },
    ],
    ["gone", (path: string) => rm(path)],
  ])("of a whole pack (%s) forgets it", async (_, damage) => {
    await keep(opened(), [a, b, c]);
    await damage((await filesEnding(".pack"))[0] ?? "");
    expect(await found(opened(), [a, b, c])).toEqual([]);
    await keep(opened(), [a]);
    expect(await found(opened(), [a])).toEqual([a]);
  });

  test("by removing the whole folder while it is read and written stops nobody", async () => {
    await keep(opened(), [a]);
    const reader = await opened().open(kind);
    const writer = opened().write(kind, 2e6);
    await writer?.put(keyOf(b), bytesOf(b, 2_000_000));
    await rm(folder, { recursive: true });
    await reader?.read(keyOf(a));
    await reader?.close();
    await writer?.close();
    expect(await found(opened(), [a, b])).toEqual([]);
  });
});

describe("room", () => {
  test("is made by removing what was not used for longest", async () => {
    const cache = opened({ maxBytes: 3500 });
    for (const name of [a, b, c]) {
      time += 10_000;
      await keep(cache, [name]);
    }
    const [first = "", second = "", third = ""] = await packsBy([a, b, c], cache);
    for (const [i, path] of [first, second, third].entries()) await utimes(path, 1e6 + i, 1e6 + i);
    time += 10_000;
    // Reading it counts as use.
    expect(await found(cache, [a])).toEqual([a]);
    await keep(cache, ["d"]);
    expect(await found(cache, [a, b, c, "d"])).toEqual([a, c, "d"]);
  });

  test("is not taken by what has no room at all", async () => {
    const cache = opened({ maxBytes: 3500 });
    expect(cache.write(kind, 3501)).toBeUndefined();
    // Entries turned out larger than foretold.
    const writer = cache.write(kind, 10);
    for (const name of [a, b, c, "d"]) await writer?.put(keyOf(name), bytesOf(name, 1000));
    await writer?.close();
    expect(await readdir(folder, { recursive: true })).not.toContain("CACHEDIR.TAG");
    expect([...(await filesEnding(".pack")), ...(await filesEnding(".part"))]).toEqual([]);
  });

  test("is given back by what programs that died were writing", async () => {
    const writer = opened().write(kind, 2e6);
    await writer?.put(keyOf(a), bytesOf(a, 2_000_000));
    await keep(opened(), [b]);
    expect(await filesEnding(".part")).toHaveLength(1);
    const [part = ""] = await filesEnding(".part");
    await utimes(part, time / 1000 - 90_000, time / 1000 - 90_000);
    await keep(opened(), [c]);
    expect(await filesEnding(".part")).toEqual([]);
    await writer?.close();
  });
});

/** The pack that holds each of these names. */
async function packsBy(names: readonly string[], cache: FileCache): Promise<readonly string[]> {
  expect(await found(cache, names)).toEqual(names);
  const packs = await filesEnding(".pack");
  const contents = await Promise.all(packs.map((path) => readFile(path)));
  return names.map(
    (name) => packs[contents.findIndex((bytes) => bytes.includes(Buffer.from(keyOf(name), "hex")))] ?? "",
  );
}

describe("a cache", () => {
  test("lists what it holds by kind", async () => {
    const cache = opened();
    await keep(cache, [a, b]);
    await keep(cache, [c], 50, { name: "pixels-4x4", settings: "" });
    await keep(opened({ version: "2" }), [a]);
    const list = await cache.list();
    expect(Object.fromEntries(list.map(({ name, entries }) => [name, entries]))).toEqual({
      facts: 3,
      "pixels-4x4": 1,
    });
    expect(list.find(({ name }) => name === "facts")?.bytes).toBeGreaterThan(3000);
  });

  test("is empty after clearing, and nothing else of its folder is gone", async () => {
    await mkdir(join(folder, "packs"));
    await writeFile(join(folder, "packs", "mine.txt"), "x");
    await writeFile(join(folder, "mine.pack"), "x");
    await keep(opened(), [a]);
    await opened().clear();
    expect(await opened().list()).toEqual([]);
    expect((await readdir(folder, { recursive: true })).toSorted()).toEqual([
      "CACHEDIR.TAG",
      "mine.pack",
      "packs",
      join("packs", "mine.txt"),
    ]);
  });

  test("that cannot be written keeps nothing and complains of nothing", async () => {
    const file = join(folder, "file");
    await writeFile(file, "x");
    await keep(opened({ folder: file }), [a]);
    expect(await found(opened({ folder: file }), [a])).toEqual([]);
    expect((await stat(file)).size).toBe(1);
  });

  test.skipIf(process.getuid?.() === 0)("that may not be written keeps nothing", async () => {
    await chmod(folder, 0o500);
    await keep(opened(), [a]);
    await chmod(folder, 0o700);
    expect(await readdir(folder)).toEqual([]);
  });
});
