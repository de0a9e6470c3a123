import { fault } from "../base/index.ts";
import type { CacheStore, Services } from "./context.ts";

/** What a cache holds. */
export interface CacheListing {
  readonly folder: string;
  /** Of all entries together. */
  readonly bytes: number;
  /** Where they become more, the least recently used go first. */
  readonly maxBytes: number;
  /** The most recently used first. */
  readonly kinds: readonly {
    /** "facts", "near-duplicates", or "pixels-144x144" for images of that size */
    readonly name: string;
    readonly entries: number;
    readonly bytes: number;
    /** As ISO 8601: "2026-05-01T13:45:10.000Z". */
    readonly lastUsed: string;
  }[];
}

/** What was removed from a cache. */
export interface CacheClearing {
  readonly folder: string;
  readonly removedBytes: number;
}

/** Lists what the cache holds. @throws where there is none */
export async function listCache(services: Pick<Services, "cache">): Promise<CacheListing> {
  const cache = needed(services);
  const { folder, maxBytes } = cache;
  const kinds = (await cache.list()).map((kind) => ({
    ...kind,
    lastUsed: new Date(kind.lastUsed).toISOString(),
  }));
  return { folder, bytes: kinds.reduce((sum, { bytes }) => sum + bytes, 0), maxBytes, kinds };
}

/** Removes what the cache holds. @throws where there is none */
export async function clearCache(services: Pick<Services, "cache">): Promise<CacheClearing> {
  const cache = needed(services);
  const { bytes } = await listCache(services);
  await cache.clear();
  const left = await listCache(services);
  return { folder: cache.folder, removedBytes: bytes - left.bytes };
}

function needed({ cache }: Pick<Services, "cache">): CacheStore {
  if (cache) return cache;
  throw fault("FOVEA_CACHE", {
    expected: "a folder, or nothing for the usual one",
    received: '"off"',
    exitCode: 2,
  });
}
