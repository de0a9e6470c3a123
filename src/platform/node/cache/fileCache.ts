import { createHash } from "node:crypto";
import { readdir, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Cache, CachedKind, CacheKind } from "../../../data/index.ts";
import { countEntries, openCachePack } from "./packReader.ts";
import { packEnding, packWriter, partEnding } from "./packWriter.ts";

export interface FileCacheOptions {
  /** Made where it is missing, when the first entry is kept. */
  readonly folder: string;
  /** Of all packs together; the least recently used go first. */
  readonly maxBytes: number;
  /** Version of the program; with that of the decoders it is part of every key. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A cache in a folder: each run adds one pack of a kind, which never changes. Any file in it may be removed at any time. */
export interface FileCache extends Cache {
  readonly folder: string;
  readonly maxBytes: number;
  list(): Promise<readonly CachedKind[]>;
  /** Removes all packs, and the folders that are empty then. */
  clear(): Promise<void>;
}

/** Below the cache's folder, so that clearing touches nothing else where somebody names a folder with other things in it. */
const packsFolder = "packs";

export function fileCache({ folder, maxBytes, version, now }: FileCacheOptions): FileCache {
  const root = join(folder, packsFolder);
  const folderOf = ({ name, settings }: CacheKind): string =>
    join(root, `${name}-${digestOf(`${version}\n${settings}`)}`);
  return {
    folder,
    maxBytes,
    async open(kind) {
      const packs = await packsIn(folderOf(kind));
      const readers = packs
        .toSorted((a, b) => b.used - a.used)
        .flatMap(({ path }) => openCachePack(path) ?? []);
      if (readers.length === 0) return undefined;
      return {
        read(key) {
          const bytes = Buffer.from(key, "hex");
          for (const reader of readers) {
            const found = reader.read(bytes);
            if (found) return found;
          }
          return undefined;
        },
        close: async () => readers.forEach((reader) => reader.close(now())),
      };
    },
    write: (kind, bytes) =>
      bytes > maxBytes
        ? undefined
        : packWriter({
            folder: folderOf(kind),
            maxBytes,
            onKept: async () => {
              await tagFolder(folder);
              await evict(root, { maxBytes, now: now() });
            },
          }),
    list: async () => summed(await allPacks(root)),
    async clear() {
      for (const { path } of await allPacks(root)) await remove(path);
      await removeEmpty(root);
    },
  };
}

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

interface Pack {
  readonly path: string;
  /** Name of its kind. */
  readonly kind: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly used: number;
}

/** The packs of one kind; none where there is no such folder. */
async function packsIn(folder: string): Promise<readonly Pack[]> {
  return (await filesIn(folder)).filter(({ path }) => path.endsWith(packEnding));
}

/** Packs and what is being written, of all kinds. */
async function allPacks(root: string): Promise<readonly Pack[]> {
  const kinds = await namesIn(root);
  const found = await Promise.all(kinds.map((kind) => filesIn(join(root, kind))));
  return found.flat();
}

async function filesIn(folder: string): Promise<readonly Pack[]> {
  const kind = folder.replace(/^.*[/\\]/, "").replace(/-[0-9a-f]{16}$/, "");
  const packs: Pack[] = [];
  for (const name of await namesIn(folder)) {
    if (!name.endsWith(packEnding) && !name.endsWith(partEnding)) continue;
    const path = join(folder, name);
    // It may be gone by now.
    const info = await stat(path).catch(() => undefined);
    if (info) packs.push({ path, kind, bytes: info.size, used: info.mtimeMs });
  }
  return packs;
}

const namesIn = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);

/** What another program removes meanwhile, or holds, is left to it. */
const remove = (path: string): Promise<void> => rm(path, { force: true }).catch(() => undefined);

async function removeEmpty(root: string): Promise<void> {
  for (const kind of await namesIn(root)) await rmdir(join(root, kind)).catch(() => undefined);
  await rmdir(root).catch(() => undefined);
}

/** From that age on, a pack that is being written belongs to a program that died: a day. */
const maxPartAgeMs = 24 * 60 * 60 * 1000;

/** Removes the least recently used packs until the rest is small enough, and what dead programs left. */
async function evict(
  root: string,
  { maxBytes, now }: { readonly maxBytes: number; readonly now: number },
): Promise<void> {
  const files = await allPacks(root);
  const dead = files.filter(({ path, used }) => path.endsWith(partEnding) && now - used > maxPartAgeMs);
  const packs = files.filter(({ path }) => path.endsWith(packEnding));
  let bytes = packs.reduce((sum, pack) => sum + pack.bytes, 0);
  for (const { path } of dead) await remove(path);
  for (const pack of packs.toSorted((a, b) => a.used - b.used)) {
    if (bytes <= maxBytes) break;
    await remove(pack.path);
    bytes -= pack.bytes;
  }
  await removeEmpty(root);
}

function summed(packs: readonly Pack[]): readonly CachedKind[] {
  const kinds = new Map<string, CachedKind>();
  for (const { path, kind, bytes, used } of packs) {
    const before = kinds.get(kind);
    kinds.set(kind, {
      name: kind,
      entries: (before?.entries ?? 0) + (countEntries(path) ?? 0),
      bytes: (before?.bytes ?? 0) + bytes,
      lastUsed: Math.max(before?.lastUsed ?? 0, used),
    });
  }
  return [...kinds.values()].toSorted((a, b) => b.lastUsed - a.lastUsed);
}

/** Tells programs that make backups that nothing here is worth one (bford.info/cachedir). */
const tagFolder = (folder: string): Promise<void> =>
  writeFile(
    join(folder, "CACHEDIR.TAG"),
    "Signature: 8a477f597d28d172789f06886806bc55\n# Made by fovea: safe to remove at any time.\n",
    { flag: "wx" },
  ).catch(() => undefined);
