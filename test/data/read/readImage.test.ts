import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { fault } from "../../../src/base/index.ts";
import {
  type ImageFile,
  type ReadResult,
  bytesToPrepare,
  centerCrop,
  readHere,
  readImage,
  resize,
  sha256Of,
} from "../../../src/data/index.ts";
import type { Codec, Raster } from "../../../src/data/types.ts";
import { numbered } from "../scripted.ts";
import { treeOf } from "../trees.ts";

/** Files are what `numbered` gives for the two sides that they name, or broken from "!" on. */
const decode = async (bytes: Uint8Array, path: string): Promise<Raster> => {
  const [width = 0, height = 0] = new TextDecoder().decode(bytes).split("x").map(Number);
  if (bytes[0] === 33) throw fault(path, { expected: "a whole image", received: "a broken one" });
  return numbered(width, height);
};

const file = (text: string, path = "a/1.png"): ImageFile => ({
  path,
  read: () => new TextEncoder().encode(text),
  digest: sha256Of,
});

const read = (
  text: string,
  codec: Partial<Codec> = {},
  options: { readonly inspect?: boolean; readonly target?: Uint8Array } = {},
) =>
  readImage(file(text), {
    codec: { decode, ...codec },
    transforms: [centerCrop({ height: 2, width: 3 })],
    ...options,
  });

describe("an image that is read", () => {
  test("has its prepared pixels, their sums, and the digest of its file", async () => {
    const image = await read("3x2");
    const pixels = numbered(3, 2).data;
    const sum = (of: (x: number) => number, c: number): number =>
      pixels.reduce((total, x, i) => total + (i % 3 === c ? of(x) : 0), 0);
    expect(image).toEqual({
      data: pixels,
      sha256: createHash("sha256").update("3x2").digest("hex"),
      channelSums: Float64Array.from([
        ...[0, 1, 2].map((c) => sum((x) => x, c)),
        ...[0, 1, 2].map((c) => sum((x) => x * x, c)),
      ]),
    });
  });

  test("is written to the room that it is given", async () => {
    const target = new Uint8Array(18).fill(9);
    const image = await read("3x2", {}, { target });
    expect(image).toMatchObject({ data: target });
    expect(target).toEqual(numbered(3, 2).data);
  });

  test("leaves nothing of what its room held before", async () => {
    // A crop of a smaller image leaves black around it, whatever the memory held.
    const target = new Uint8Array(18).fill(200);
    await read("1x1", {}, { target });
    expect([...target].filter((x) => x === 200)).toEqual([]);
  });

  test("brings the facts of the file and of the pixels where they are asked for", async () => {
    const describeFile = (): { readonly format: "png" } => ({ format: "png" });
    const image = await read("20x10", { describe: describeFile }, { inspect: true });
    expect(image).toMatchObject({
      inspection: {
        format: "png",
        width: 20,
        height: 10,
        bytes: 5,
        pixelDigest: createHash("sha256").update(numbered(20, 10).data).digest("hex"),
      },
    });
    expect("inspection" in (await read("20x10"))).toBe(false);
  });
});

describe("an image that cannot be read", () => {
  test("says why, without its path", async () => {
    expect(await read("!")).toEqual({ reason: "expected a whole image, received a broken one" });
  });

  test("says how much is left of it, where it was inspected and something is", async () => {
    const salvage: Codec["salvage"] = async () => ({ share: 0.75 });
    expect(await read("!", { salvage }, { inspect: true })).toMatchObject({ recoverable: 0.75 });
    expect(await read("!", { salvage })).not.toHaveProperty("recoverable");
    expect(await read("!", { salvage: async () => undefined }, { inspect: true })).not.toHaveProperty(
      "recoverable",
    );
    expect(await read("!", {}, { inspect: true })).not.toHaveProperty("recoverable");
  });

  test("is not salvaged when its file could not be opened", async () => {
    let salvaged = 0;
    const salvage: Codec["salvage"] = async () => ({ share: ++salvaged });
    const gone: ImageFile = {
      ...file(""),
      read: () => Promise.reject(fault("a/1.png", { received: "no such file or folder" })),
    };
    const image = await readImage(gone, { codec: { decode, salvage }, transforms: [], inspect: true });
    expect(image).toEqual({ reason: "received no such file or folder" });
    expect(salvaged).toBe(0);
  });

  test("is none where the fault lies in the program", async () => {
    const buggy = { decode: () => Promise.reject(new TypeError("oops")) };
    await expect(read("3x2", buggy)).rejects.toThrow(TypeError);
  });
});

describe("reading in this thread", () => {
  const files = Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`${n}.png`, n === 3 ? "!" : `${n}x${n}`]));
  const paths = Object.keys(files);

  test.each([1, 2, 9])("hands over each image once with its index, %i at a time", async (limit) => {
    const images = new Map<number, ReadResult>();
    await readHere({ decode }, limit)(
      { tree: treeOf(files), paths, transforms: [resize({ height: 2, width: 2 })] },
      (i, image) => void images.set(i, image),
    );
    expect([...images.keys()].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
    expect(images.get(2)).toEqual({ reason: "expected a whole image, received a broken one" });
    expect(images.get(1)).toMatchObject({
      data: numbered(2, 2).data,
      sha256: await sha256Of(new TextEncoder().encode("2x2")),
    });
  });

  test("waits for the receiver before it takes the next", async () => {
    const order: string[] = [];
    await readHere({ decode }, 1)(
      { tree: treeOf(files), paths: paths.slice(0, 2), transforms: [] },
      async (i) => {
        order.push(`begin ${i}`);
        await new Promise((resolve) => void setTimeout(resolve));
        order.push(`end ${i}`);
      },
    );
    expect(order).toEqual(["begin 0", "end 0", "begin 1", "end 1"]);
  });

  test("without transforms prepares no pixels", async () => {
    expect(bytesToPrepare([])).toBe(0);
    expect(bytesToPrepare([resize({ height: 4, width: 5 })])).toBe(60);
    const images: ReadResult[] = [];
    await readHere({ decode }, 1)(
      { tree: treeOf(files), paths: ["1.png"], transforms: [], inspect: true },
      (_, image) => void images.push(image),
    );
    expect(images[0]).toMatchObject({ data: new Uint8Array(0), inspection: { width: 1 } });
  });
});

describe("sha256Of", () => {
  // FIPS 180-2, appendix B.1.
  test("is that of the standard", async () => {
    expect(await sha256Of(new TextEncoder().encode("abc"))).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });

  test("takes a part of memory, shared memory too", async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(8), 2, 3);
    shared.set(new TextEncoder().encode("abc"));
    expect(await sha256Of(shared)).toMatch(/^ba7816bf/);
  });
});
