import { describe, expect, test } from "vitest";
import { ndarray, seeded } from "../../src/base/index.ts";
import {
  type Codec,
  type FileTree,
  prepareImages,
  randomFlip,
  rescale,
  resize,
} from "../../src/data/index.ts";
import { referenceBackend } from "../../src/engine/index.ts";
import {
  type BatchSource,
  arraySource,
  evaluateModel,
  augmentedSource,
  imageSource,
  runBatches,
  scoreOf,
} from "../../src/evaluate/index.ts";
import { dense, flatten, initialize, sequential } from "../../src/nn/index.ts";

const model = sequential([flatten(), dense({ units: 3, activation: "softmax" })]);
const weights = initialize(model, [2, 2, 3], seeded(1));
const random = seeded(2);
const x = ndarray(
  Float32Array.from({ length: 7 * 12 }, () => random.normal()),
  [7, 2, 2, 3],
);
const y = ndarray(Int32Array.of(0, 1, 2, 0, 1, 2, 0), [7]);

describe("evaluateModel", () => {
  test("the size of the batch changes nothing, the last incomplete batch included", async () => {
    const backend = referenceBackend();
    const one = await evaluateModel({ model, weights }, arraySource(x, y), { backend, batchSize: 1 });
    for (const batchSize of [2, 3, 7, 100])
      expect(await evaluateModel({ model, weights }, arraySource(x, y), { backend, batchSize })).toEqual(one);
    expect(one?.probabilities.shape).toEqual([7, 3]);
    expect([...(one?.targets.data ?? [])]).toEqual([...y.data]);
    expect(one?.actual).toEqual([3, 2, 2]);
  });

  test("stops when its caller says so", async () => {
    const done: number[] = [];
    const found = await evaluateModel({ model, weights }, arraySource(x, y), {
      backend: referenceBackend(),
      batchSize: 2,
      onBatch: (count) => {
        done.push(count);
        return count < 4;
      },
    });
    expect(found).toBeUndefined();
    expect(done).toEqual([2, 4]);
  });
});

describe("scoreOf", () => {
  const probabilities = ndarray(Float32Array.of(0.5, 0.25, 0.25, 0.125, 0.75, 0.125), [2, 3]);
  const losses = Float32Array.of(0.5, 2);
  test.each([
    ["class indices", ndarray(Float32Array.of(0, 2), [2]), 0.5, [1, 0, 1]],
    ["rows", ndarray(Float32Array.of(1, 0, 0, 0, 1, 0), [2, 3]), 1, [1, 1, 0]],
  ] as const)("%s, by hand", (...[, targets, accuracy, actual]) => {
    const score = scoreOf({ probabilities, targets, losses });
    expect(score).toEqual({ loss: 1.25, accuracy, actual, predicted: [1, 1, 0] });
  });

  test("one unit, by hand", () => {
    const one = ndarray(Float32Array.of(0.75, 0.25, 0.5), [3, 1]);
    const targets = ndarray(Float32Array.of(1, 1, 0), [3, 1]);
    const score = scoreOf({ probabilities: one, targets, losses: Float32Array.of(1, 2, 3) });
    expect(score).toEqual({ loss: 2, accuracy: 2 / 3, predicted: [2, 1], actual: [1, 2] });
  });
});

describe("runBatches", () => {
  test("gives every example once, in order, and waits for a run before it throws what assembling threw", async () => {
    const source = arraySource(x, y);
    const order = Int32Array.of(6, 5, 4, 3, 2, 1, 0);
    const seen: number[] = [];
    for await (const { batch, result } of runBatches(
      { source, order, batchSize: 3 },
      ({ y: labels, count }) => Promise.resolve([...labels.subarray(0, count)]),
    )) {
      expect(batch.count).toBe(result.length);
      seen.push(...result);
    }
    expect(seen).toEqual([...y.data].reverse());

    let finished = false;
    const broken: BatchSource = {
      ...source,
      write: (request, target) =>
        request.indices[0] === 3 ? Promise.reject(new Error("gone")) : source.write(request, target),
    };
    const slow = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      finished = true;
    };
    const all = async (): Promise<void> => {
      for await (const _ of runBatches({ source: broken, order, batchSize: 3 }, slow));
    };
    await expect(all()).rejects.toThrow("gone");
    expect(finished).toBe(true);
  });
});

describe("runBatches", () => {
  const order = Int32Array.of(0, 1, 2, 3, 4, 5, 6);

  /** What happens, in turn, until so many results were heard. */
  async function heard(startsAhead: boolean, count: number): Promise<readonly string[]> {
    const found: string[] = [];
    const run = async ({ from }: { readonly from: number }): Promise<void> => {
      found.push(`run ${from}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
      found.push(`ran ${from}`);
    };
    let left = count;
    for await (const { batch } of runBatches(
      { source: arraySource(x, y), order, batchSize: 3, startsAhead },
      run,
    )) {
      found.push(`heard ${batch.from} of ${batch.y[0]}`);
      if (--left === 0) break;
    }
    return found;
  }

  test("runs a batch when the result of the one before was heard", async () => {
    expect(await heard(false, 2)).toEqual([
      "run 0",
      "ran 0",
      "heard 0 of 0",
      "run 3",
      "ran 3",
      "heard 3 of 0",
    ]);
  });

  test("runs it ahead where that is wanted, with the same batches, and leaves none running", async () => {
    expect(await heard(true, 2)).toEqual([
      "run 0",
      "ran 0",
      "run 3",
      "heard 0 of 0",
      "ran 3",
      "run 6",
      "heard 3 of 0",
      "ran 6",
    ]);
  });

  test("throws what a batch threw that ran ahead, after the results before it", async () => {
    const run = async ({ from }: { readonly from: number }): Promise<number> => {
      if (from === 3) throw new Error("gone");
      return from;
    };
    const seen: number[] = [];
    const all = async (): Promise<void> => {
      const plan = { source: arraySource(x, y), order, batchSize: 3, startsAhead: true };
      for await (const { result } of runBatches(plan, run)) {
        seen.push(result);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    };
    await expect(all()).rejects.toThrow("gone");
    expect(seen).toEqual([0]);
  });
});

describe("imageSource", () => {
  const codec: Codec = {
    decode: ([seed = 0]) =>
      Promise.resolve({
        width: 2,
        height: 2,
        data: Uint8Array.from({ length: 12 }, (_, i) => seed * 20 + i),
      }),
  };
  const tree: FileTree = {
    name: "t",
    list: () => Promise.resolve([]),
    read: (path) => Promise.resolve(Uint8Array.of(Number(path))),
    close: () => Promise.resolve(),
  };
  const images = ["b", "a", "zebra", "b"].map((label, i) => ({ path: `${i}`, label }));
  const prepare = (): ReturnType<typeof prepareImages> =>
    prepareImages(tree, images, {
      codec,
      transforms: [resize({ height: 2, width: 2 })],
      classNames: ["a", "b"],
    });

  test("writes normalised images and class indices of the wanted ones", async () => {
    const source = imageSource(await prepare(), { normalise: [rescale({ scale: 0.5 })], indices: [3, 1] });
    const target = { x: new Float32Array(24), y: new Float32Array(2) };
    await source.write({ indices: Int32Array.of(1, 0), epoch: 1 }, target);
    expect([...target.y]).toEqual([0, 1]);
    expect([...target.x.subarray(0, 3)]).toEqual([10, 10.5, 11]);
    expect([...target.x.subarray(12, 15)]).toEqual([30, 30.5, 31]);
  });

  test("augments by epoch and image, whatever else is in the batch", async () => {
    const augment = [randomFlip({ horizontal: true, vertical: true })];
    const source = augmentedSource(await prepare(), { normalise: [], augment, indices: [0, 1, 3], seed: 5 });
    const written = async (indices: number[], epoch: number): Promise<number[]> => {
      const target = { x: new Float32Array(indices.length * 12), y: new Float32Array(indices.length) };
      await source.write({ indices: Int32Array.from(indices), epoch }, target);
      return [...target.x];
    };
    expect((await written([0, 1, 2], 1)).slice(12, 24)).toEqual(await written([1], 1));
    const epochs = await Promise.all([1, 2, 3, 4, 5, 6].map((epoch) => written([0], epoch)));
    expect(new Set(epochs.map(String)).size).toBeGreaterThan(1);
  });

  test("an image of a class that is not known is named", async () => {
    const prepared = await prepare();
    expect(() => imageSource(prepared, { normalise: [] })).toThrow(
      "2: expected a class that the model knows, received zebra",
    );
  });
});
