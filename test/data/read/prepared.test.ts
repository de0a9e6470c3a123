import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { fault } from "../../../src/base/index.ts";
import {
  type Codec,
  type PrepareOptions,
  type PreparedImages,
  type SpillFile,
  augmentSets,
  channelStatistics,
  createBatcher,
  epochOrder,
  indicesOf,
  prepareImages,
  rescale,
  resize,
} from "../../../src/data/index.ts";
import { patterned, treeOf } from "../trees.ts";

/** Every image is 6 x 4, of the byte that its file starts with; a file "broken" cannot be read. */
const codec: Codec = {
  decode: async (bytes, path) => {
    if (bytes[0] === 0) throw fault(path, { expected: "a whole image", received: "a broken one" });
    const { data, ...size } = patterned(6, 4);
    return { ...size, data: data.map((x) => x ^ bytes[0]!) };
  },
};

const files = {
  "a/1": Uint8Array.of(1),
  "a/2": Uint8Array.of(0),
  "b/3": Uint8Array.of(3),
  "c/4": Uint8Array.of(4),
};
const images = Object.keys(files).map((path) => ({ path, label: path.charAt(0) }));
const base: PrepareOptions = { codec, transforms: [resize({ height: 4, width: 4 })], classNames: ["a", "b"] };

/** A spill file in memory that tells whether it was closed. */
function memorySpill(): SpillFile & { readonly closed: () => boolean } {
  const bytes = new Uint8Array(4096);
  let closed = false;
  return {
    write: async (from, at) => bytes.set(from, at),
    read: async (target, at) => target.set(bytes.subarray(at, at + target.length)),
    close: async () => {
      closed = true;
    },
    closed: () => closed,
  };
}

async function bytesOf(prepared: PreparedImages, index: number): Promise<number[]> {
  const target = new Uint8Array(48 + 1);
  await prepared.copyInto(index, target, 1);
  return [...target.subarray(1)];
}

describe("prepareImages", () => {
  test("keeps what can be read, in order, and names the rest", async () => {
    const prepared = await prepareImages(treeOf(files), images, base);
    expect(prepared.count).toBe(3);
    expect(prepared.shape).toEqual([4, 4, 3]);
    expect(prepared.paths).toEqual(["a/1", "b/3", "c/4"]);
    expect([...prepared.labels]).toEqual([0, 1, -1]);
    expect(prepared.skipped).toEqual([
      { path: "a/2", reason: "expected a whole image, received a broken one" },
    ]);
    expect(prepared.sha256[1]).toBe(createHash("sha256").update(files["b/3"]).digest("hex"));
  });

  test("gives the same bytes from memory at once and from a file later", async () => {
    const inMemory = await prepareImages(treeOf(files), images, base);
    const spill = memorySpill();
    const onDisk = await prepareImages(treeOf(files), images, {
      ...base,
      memoryBytes: 100,
      openSpill: async () => spill,
    });
    expect([inMemory.spilled, onDisk.spilled]).toEqual([false, true]);
    expect(inMemory.copyInto(0, new Uint8Array(48), 0)).toBeUndefined();
    for (const i of [0, 1, 2]) expect(await bytesOf(onDisk, i)).toEqual(await bytesOf(inMemory, i));
    expect(await bytesOf(inMemory, 0)).not.toEqual(await bytesOf(inMemory, 1));
    await onDisk.close();
    expect(spill.closed()).toBe(true);
  });

  test("the number decoded at a time does not change the result, and is not exceeded", async () => {
    let [now, most] = [0, 0];
    const slow: Codec = {
      decode: async (bytes, path) => {
        most = Math.max(most, ++now);
        await new Promise((done) => setTimeout(done, path === "a/1" ? 5 : 0));
        now--;
        return codec.decode(bytes, path);
      },
    };
    const one = await prepareImages(treeOf(files), images, { ...base, concurrency: 1 });
    const three = await prepareImages(treeOf(files), images, { ...base, codec: slow, concurrency: 3 });
    expect(most).toBe(3);
    expect(three.paths).toEqual(one.paths);
    for (const i of [0, 1, 2]) expect(await bytesOf(three, i)).toEqual(await bytesOf(one, i));
  });

  test("tells its progress up to the last image", async () => {
    const seen: number[] = [];
    await prepareImages(treeOf(files), images, {
      ...base,
      onProgress: (done, total) => seen.push(done, total),
    });
    expect(seen).toEqual([1, 4, 2, 4, 3, 4, 4, 4]);
  });

  test("all images broken is an error that names the first", async () => {
    const broken = images.filter(({ path }) => path === "a/2");
    await expect(prepareImages(treeOf(files), broken, base)).rejects.toThrow(
      /^images: expected images that can be read, received 1 that cannot, the first being a\/2: /,
    );
  });

  test("stops when aborted and closes its file", async () => {
    const spill = memorySpill();
    const abort = new AbortController();
    const options = {
      ...base,
      memoryBytes: 0,
      concurrency: 1,
      signal: abort.signal,
      openSpill: async () => spill,
    };
    let calls = 0;
    const onProgress = (): void => {
      calls++;
      abort.abort();
    };
    await expect(prepareImages(treeOf(files), images, { ...options, onProgress })).rejects.toThrow(/abort/i);
    expect([calls, spill.closed()]).toEqual([1, true]);
  });

  test("a full disk and a bug end the run, they are no fault of the image", async () => {
    const full = {
      ...memorySpill(),
      write: () => Promise.reject(fault("disk", { received: "a full disk" })),
    };
    const spilling = { ...base, memoryBytes: 0, openSpill: async () => full };
    await expect(prepareImages(treeOf(files), images, spilling)).rejects.toThrow(/full disk/);
    const buggy: Codec = { decode: () => Promise.reject(new TypeError("oops")) };
    await expect(prepareImages(treeOf(files), images, { ...base, codec: buggy })).rejects.toThrow("oops");
  });
});

describe("channelStatistics", () => {
  test("is the mean and deviation over the pixels of the chosen images", async () => {
    const prepared = await prepareImages(treeOf(files), images, base);
    const red = (await Promise.all([0, 2].map((i) => bytesOf(prepared, i))))
      .flat()
      .filter((_, i) => i % 3 === 0);
    const mean = red.reduce((a, b) => a + b) / red.length;
    const variance = red.reduce((sum, x) => sum + (x - mean) ** 2, 0) / red.length;
    const found = channelStatistics(prepared, [0, 2]);
    expect(found.mean[0]).toBeCloseTo(mean, 10);
    expect(found.deviation[0]).toBeCloseTo(Math.sqrt(variance), 10);
    expect(channelStatistics(prepared, [2, 0])).toEqual(found);
  });

  test("a channel of one value has the deviation 1, none at all is an error", () => {
    const flat = { shape: [1, 2, 3] as const, channelSums: Float64Array.of(10, 20, 30, 50, 200, 450) };
    expect(channelStatistics(flat, [0])).toEqual({ mean: [5, 10, 15], deviation: [1, 1, 1] });
    expect(() => channelStatistics(flat, [])).toThrow(/^channelStatistics: indices/);
  });
});

/** How many different images come out over 30 numbers. */
const views = (of: (n: number) => number[][]): number =>
  new Set(Array.from({ length: 30 }, (_, n) => String(of(n)))).size;

describe("batches", () => {
  const size = 48;
  const target = (count: number) => ({
    images: new Float32Array(count * size).fill(-1),
    labels: new Float32Array(count).fill(-1),
  });
  const normalise = [rescale({ scale: 1, offset: 0 })];

  test("holds the images of the order, and the last has its true size", async () => {
    const prepared = await prepareImages(treeOf(files), images, base);
    const batcher = createBatcher(prepared, { normalise });
    const order = Int32Array.of(1, 0, 2);
    const batch = target(2);
    expect(batcher.write({ order, from: 0 }, batch)).toBe(2);
    expect([...batch.labels]).toEqual([1, 0]);
    expect([...batch.images]).toEqual([...(await bytesOf(prepared, 1)), ...(await bytesOf(prepared, 0))]);
    expect(batcher.write({ order, from: 2 }, batch)).toBe(1);
    expect([...batch.images.subarray(0, size)]).toEqual(await bytesOf(prepared, 2));
    expect(batcher.write({ order, from: 3 }, batch)).toBe(0);
  });

  test("a spilled image gives the same batch", async () => {
    const options = { normalise, augment: augmentSets.turns, seed: 3 };
    const order = Int32Array.of(2, 0, 1);
    const spilled = { ...base, memoryBytes: 0, openSpill: async () => memorySpill() };
    const [here, there] = [target(3), target(3)];
    await createBatcher(await prepareImages(treeOf(files), images, base), options).write(
      { order, from: 0 },
      here,
    );
    await createBatcher(await prepareImages(treeOf(files), images, spilled), options).write(
      { order, from: 0 },
      there,
    );
    expect(there).toEqual(here);
  });

  test("augmentation depends on seed, epoch and image, not on the place in the batch", async () => {
    const prepared = await prepareImages(treeOf(files), images, base);
    const draw = (order: number[], epoch: number, seed: number): number[][] => {
      const batch = target(order.length);
      void createBatcher(prepared, { normalise, augment: augmentSets.turns, seed }).write(
        { order: Int32Array.from(order), from: 0, epoch },
        batch,
      );
      return order.map((_, place) => [...batch.images.subarray(place * size, (place + 1) * size)]);
    };
    const [first, second] = draw([0, 1], 1, 7);
    expect(draw([1, 2, 0], 1, 7)).toEqual([second, draw([2], 1, 7)[0], first]);
    expect(views((epoch) => draw([0], epoch, 7))).toBe(8);
    expect(views((seed) => draw([0], 1, seed))).toBe(8);
  });

  test("each epoch has an order of its own, the same for the same seed", () => {
    const indices = Array.from({ length: 50 }, (_, i) => i * 2);
    const order = epochOrder(indices, 4, 0);
    expect(order).toEqual(epochOrder(indices, 4, 0));
    expect(order).not.toEqual(epochOrder(indices, 4, 1));
    expect(order).not.toEqual(epochOrder(indices, 5, 0));
    expect([...order].sort((a, b) => a - b)).toEqual(indices);
  });

  test("a part's images are found again, less those that could not be read", async () => {
    const prepared = await prepareImages(treeOf(files), images, base);
    expect([...indicesOf(prepared, [{ path: "c/4" }, { path: "a/2" }, { path: "a/1" }])]).toEqual([2, 0]);
  });
});
