import { describe, expect, test } from "vitest";
import { fault } from "../../../src/base/index.ts";
import {
  type Cache,
  type Codec,
  type ReadResult,
  cachedCodec,
  resize,
  withRange,
} from "../../../src/data/index.ts";
import { patterned, treeOf } from "../trees.ts";
import { memoryCache } from "./memoryCache.ts";

const small = [resize({ height: 4, width: 4 })];

/** Decodes every file but an empty one as a pattern of its first byte, and counts. */
function countingCodec(): Codec & { readonly decoded: string[] } {
  const decoded: string[] = [];
  return {
    decoded,
    decode: async (bytes, path) => {
      decoded.push(path);
      if (bytes.length === 0) throw fault(path, { expected: "an image", received: "an empty file" });
      const { data, ...size } = patterned(40, 30);
      return { ...size, data: data.map((x) => x ^ (bytes[0] ?? 0)) };
    },
    describe: () => ({ format: "png", depth: 8 }),
  };
}

const files = { "a/1": Uint8Array.of(1), "a/2": Uint8Array.of(2), "b/3": Uint8Array.of(3) };

interface Asked {
  readonly cache: Cache;
  readonly codec?: Codec;
  readonly given?: Readonly<Record<string, Uint8Array>>;
  readonly transforms?: Parameters<NonNullable<Codec["readMany"]>>[0]["transforms"];
  readonly inspect?: boolean;
  readonly signal?: AbortSignal;
}

/** What became of each file, by its path, in memory of its own. */
async function read({ cache, codec = countingCodec(), given = files, ...request }: Asked) {
  const results: Record<string, ReadResult> = {};
  const paths = Object.keys(given);
  await cachedCodec(codec, cache).readMany?.(
    { tree: treeOf(given), paths, transforms: small, inspect: true, ...request },
    async (i, image) => {
      results[paths[i] ?? ""] = "data" in image ? { ...image, data: image.data.slice() } : image;
    },
  );
  return results;
}

/** The files that were decoded in a reading. */
async function decodedBy(asked: Asked): Promise<readonly string[]> {
  const codec = countingCodec();
  await read({ ...asked, codec });
  return codec.decoded;
}

describe("a codec with a cache", () => {
  test("gives the second time what it gave the first time, and decodes nothing", async () => {
    const cache = memoryCache();
    const codec = countingCodec();
    const first = await read({ cache, codec });
    expect(codec.decoded).toHaveLength(3);
    expect(await read({ cache, codec })).toEqual(first);
    expect(codec.decoded).toHaveLength(3);
    const { fingerprint } = (first["a/1"] as Extract<ReadResult, { readonly sha256: string }>).inspection!;
    expect(fingerprint.thumbnail.length).toBeGreaterThan(0);
  });

  test("decodes a file whose bytes have changed, and one that is new", async () => {
    const cache = memoryCache();
    await read({ cache });
    const given = { ...files, "a/2": Uint8Array.of(9), "c/4": Uint8Array.of(4) };
    expect(await decodedBy({ cache, given })).toEqual(["a/2", "c/4"]);
  });

  test("finds a file under another name", async () => {
    const cache = memoryCache();
    await read({ cache });
    expect(await decodedBy({ cache, given: { moved: Uint8Array.of(2) } })).toEqual([]);
  });

  test("keeps pixels by their steps and facts by the range alone", async () => {
    const cache = memoryCache();
    const first = await read({ cache });
    const transforms = [resize({ height: 8, width: 8 })];
    const kept = cache.put.length;
    const codec = countingCodec();
    const larger = await read({ cache, codec, transforms });
    expect(codec.decoded).toHaveLength(3);
    // The facts were known.
    expect(cache.put.slice(kept)).toEqual(["pixels-8x8", "pixels-8x8", "pixels-8x8"]);
    expect(larger["a/1"]).toMatchObject({
      inspection: (first["a/1"] as { readonly inspection: object }).inspection,
    });
    expect(larger).toEqual(await read({ cache: memoryCache(), transforms }));
    const ranged = withRange({ min: 0, max: 100 }, small);
    expect(await decodedBy({ cache, transforms: ranged })).toHaveLength(3);
  });

  test("takes the facts where only the pixels are known", async () => {
    const cache = memoryCache();
    await read({ cache, inspect: false });
    expect(await decodedBy({ cache, inspect: false })).toEqual([]);
    expect(await read({ cache })).toEqual(await read({ cache: memoryCache() }));
  });

  test("gives facts without pixels", async () => {
    const cache = memoryCache();
    const first = await read({ cache, transforms: [] });
    const codec = countingCodec();
    expect(await read({ cache, codec, transforms: [] })).toEqual(first);
    expect(codec.decoded).toEqual([]);
  });

  test("names a file that cannot be read each time", async () => {
    const cache = memoryCache();
    const given = { ...files, "b/broken": new Uint8Array(0) };
    const first = await read({ cache, given });
    expect(first["b/broken"]).toEqual({ reason: "expected an image, received an empty file" });
    expect(await read({ cache, given })).toEqual(first);
  });

  test("reads without keeping where there is no room", async () => {
    const cache = memoryCache(0);
    expect(await read({ cache })).toEqual(await read({ cache: memoryCache() }));
    expect(cache.put).toEqual([]);
  });

  test("closes the cache and keeps what was read where the reader fails", async () => {
    const cache = memoryCache();
    const failing = cachedCodec(countingCodec(), cache).readMany?.(
      { tree: treeOf(files), paths: Object.keys(files), transforms: small },
      (i) => (i === 2 ? Promise.reject(new Error("no room")) : undefined),
    );
    await expect(failing).rejects.toThrow("no room");
    expect(cache.unclosed.size).toBe(0);
    expect((await decodedBy({ cache, inspect: false })).length).toBeLessThan(3);
  });

  test("stops where it is aborted, with what it knows as without", async () => {
    const cache = memoryCache();
    await read({ cache });
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(read({ cache, signal })).rejects.toThrow("enough");
    expect(cache.unclosed.size).toBe(0);
  });
});
