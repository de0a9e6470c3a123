import { describe, expect, test } from "vitest";
import { forEachConcurrently } from "../../../src/data/index.ts";

/** Work that ends when it is told to. */
function controlled() {
  const started: number[] = [];
  const ends: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];
  const work = (index: number): Promise<void> =>
    new Promise((resolve, reject) => {
      started.push(index);
      ends[index] = { resolve, reject };
    });
  return { started, ends, work };
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe("work on many items", () => {
  test("is begun in order, so many at a time, the next when one ends", async () => {
    const { started, ends, work } = controlled();
    const all = forEachConcurrently(5, work, { limit: 2 });
    expect(started).toEqual([0, 1]);
    ends[1]!.resolve();
    await turn();
    expect(started).toEqual([0, 1, 2]);
    for (const i of [2, 3]) {
      ends[i]!.resolve();
      await turn();
    }
    expect(started).toEqual([0, 1, 2, 3, 4]);
    ends[0]!.resolve();
    ends[4]!.resolve();
    await expect(all).resolves.toBeUndefined();
  });

  test.each([0, 1, 3])("is done once for each of %i items, fewer than the limit too", async (count) => {
    const seen: number[] = [];
    await forEachConcurrently(count, async (i) => void seen.push(i), { limit: 8 });
    expect(seen).toEqual(Array.from({ length: count }, (_, i) => i));
  });

  test("stops at the first error, waits for what is under way, and throws it", async () => {
    const { started, ends, work } = controlled();
    const all = forEachConcurrently(9, work, { limit: 3 });
    let settled = false;
    void all.catch(() => undefined).finally(() => (settled = true));
    ends[1]!.reject(new Error("broken"));
    await turn();
    expect([started.length, settled]).toEqual([3, false]);
    ends[0]!.resolve();
    ends[2]!.resolve();
    await expect(all).rejects.toThrow("broken");
    expect(started).toEqual([0, 1, 2]);
  });

  test("throws what the work throws before it waits", async () => {
    const work = (): Promise<void> => {
      throw new RangeError("at once");
    };
    await expect(forEachConcurrently(3, work, { limit: 2 })).rejects.toThrow("at once");
  });

  test("begins nothing more once it is aborted, and says so with the signal's reason", async () => {
    const abort = new AbortController();
    const { started, ends, work } = controlled();
    const all = forEachConcurrently(9, work, { limit: 2, signal: abort.signal });
    abort.abort(new Error("enough"));
    ends[0]!.resolve();
    ends[1]!.resolve();
    await expect(all).rejects.toThrow("enough");
    expect(started).toEqual([0, 1]);
    await expect(forEachConcurrently(2, work, { limit: 2, signal: abort.signal })).rejects.toThrow("enough");
    expect(started).toEqual([0, 1]);
  });
});
