import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Codec,
  type PrepareOptions,
  type PreparedImages,
  prepareImages,
  resize,
} from "../../src/data/index.ts";
import { openTree, sharpCodec, spillFile } from "../../src/platform/node/index.ts";

// Two threads are started from 128 images on.
const count = 140;
const broken = 33;
const cutOff = 101;
let folder = "";

/** An image that no other is alike. */
const drawn = (i: number): ReturnType<typeof sharp> => {
  const data = Uint8Array.from({ length: 40 * 30 * 3 }, (_, k) => (k * (i + 3) + (k >> 5) * i) % 256);
  return sharp(data, { raw: { width: 40, height: 30, channels: 3 } });
};

const paths = Array.from({ length: count }, (_, i) => `a/${String(i).padStart(3, "0")}.jpg`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-threads-"));
  await mkdir(join(folder, "a"));
  await Promise.all(
    paths.map(async (path, i) => {
      // A PNG of the prepared size among them: it takes the other way, and its memory is the decoder's own.
      const bytes = await (
        i % 7 === 3 ? drawn(i).resize(16, 16, { fit: "fill" }).png() : drawn(i).jpeg()
      ).toBuffer();
      const kept = i === cutOff ? bytes.subarray(0, bytes.length - 60) : bytes;
      await writeFile(join(folder, path), i === broken ? "no image" : kept);
    }),
  );
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const read = async (codec: Codec, options: Partial<PrepareOptions> = {}): Promise<PreparedImages> =>
  prepareImages(
    await openTree(folder),
    paths.map((path) => ({ path, label: "a" })),
    { codec, transforms: [resize({ height: 16, width: 16 })], classNames: ["a"], ...options },
  );

async function pixelsOf(prepared: PreparedImages): Promise<Uint8Array> {
  const all = new Uint8Array(prepared.count * 16 * 16 * 3);
  for (let i = 0; i < prepared.count; i++) await prepared.copyInto(i, all, i * 16 * 16 * 3);
  return all;
}

describe("reading on threads", () => {
  test("gives the same images, in order, on one thread, on two and on none", async () => {
    const codec = sharpCodec();
    const here = await read({ decode: (bytes, path) => codec.decode(bytes, path) });
    const expected = await pixelsOf(here);
    for (const threads of [1, 2]) {
      const prepared = await read(sharpCodec({ threads }));
      expect(prepared.paths).toEqual(paths.filter((_, i) => i !== broken && i !== cutOff));
      expect(prepared.sha256).toEqual(here.sha256);
      expect(prepared.channelSums).toEqual(here.channelSums);
      expect(prepared.skipped).toEqual(here.skipped);
      expect(Buffer.compare(await pixelsOf(prepared), expected)).toBe(0);
    }
  });

  test("gives the same images when they are spilled to a file", async () => {
    const prepared = await read(sharpCodec({ threads: 2 }), { memoryBytes: 0, openSpill: () => spillFile() });
    expect(prepared.spilled).toBe(true);
    const spilled = await pixelsOf(prepared);
    await prepared.close();
    expect(Buffer.compare(spilled, await pixelsOf(await read(sharpCodec({ threads: 1 }))))).toBe(0);
  });

  test("names what is broken or cut off", async () => {
    const { skipped } = await read(sharpCodec({ threads: 2 }));
    expect(skipped).toEqual([
      { path: paths[broken], reason: expect.stringMatching(/received a text file/) },
      { path: paths[cutOff], reason: expect.stringMatching(/expected a whole image/) },
    ]);
  });

  test("names a file that is gone", async () => {
    const tree = await openTree(folder);
    const gone = [...paths, "a/gone.jpg"].map((path) => ({ path, label: "a" }));
    const transforms = [resize({ height: 4, width: 4 })];
    const { skipped } = await prepareImages(tree, gone, {
      codec: sharpCodec(),
      transforms,
      classNames: [],
    });
    expect(skipped.at(-1)).toEqual({
      path: "a/gone.jpg",
      reason: "expected a file that can be read, received no such file or folder",
    });
  });

  test("stops when told to, and its threads with it", async () => {
    const threadsNow = (): number =>
      process.getActiveResourcesInfo().filter((kind) => kind === "MessagePort" || kind === "Worker").length;
    const before = threadsNow();
    const stop = new AbortController();
    const onProgress = (done: number): void => {
      if (done !== 20) return;
      expect(threadsNow()).toBeGreaterThan(before);
      stop.abort(new Error("enough"));
    };
    await expect(read(sharpCodec({ threads: 2 }), { signal: stop.signal, onProgress })).rejects.toThrow(
      "enough",
    );
    expect(threadsNow()).toBe(before);
  });

  test("passes on what the receiver throws", async () => {
    const onProgress = (done: number): void => {
      if (done === 20) throw new TypeError("oops");
    };
    await expect(read(sharpCodec({ threads: 2 }), { onProgress })).rejects.toThrow("oops");
  });

  test("refuses an impossible number of threads", () => {
    expect(() => sharpCodec({ threads: 0 })).toThrow(
      "threads: expected a whole number from 1 to 64, received 0",
    );
  });
});
