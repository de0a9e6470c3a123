import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { type PixelBudget, pixelBudget, sharedPixelBudget } from "../../src/platform/node/codec/budget.ts";

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** Work under a budget that ends when it is told to. */
function spender(budget: PixelBudget) {
  const running = new Set<string>();
  const end = new Map<string, (failed?: boolean) => void>();
  const spend = (name: string, pixels: number): Promise<string> =>
    budget.spend(pixels, async () => {
      running.add(name);
      await new Promise<void>((resolve, reject) =>
        end.set(name, (failed) => (failed ? reject(new Error(name)) : resolve())),
      ).finally(() => running.delete(name));
      return name;
    });
  const finish = async (name: string, failed = false): Promise<void> => {
    end.get(name)?.(failed);
    await turn();
  };
  return { running, spend, finish };
}

describe("a budget of pixels", () => {
  test("lets work begin as long as there is room, and the next as room comes", async () => {
    const { running, spend, finish } = spender(pixelBudget(10));
    const all = [spend("a", 4), spend("b", 6), spend("c", 1), spend("d", 3)];
    await turn();
    expect([...running]).toEqual(["a", "b"]);
    await finish("a");
    expect([...running]).toEqual(["b", "c", "d"]);
    for (const name of ["b", "c", "d"]) await finish(name);
    expect(await Promise.all(all)).toEqual(["a", "b", "c", "d"]);
  });

  test("serves in order, so that large work is not passed by small work for ever", async () => {
    const { running, spend, finish } = spender(pixelBudget(10));
    const all = [spend("first", 5), spend("large", 10), spend("small", 1)];
    await turn();
    expect([...running]).toEqual(["first"]);
    await finish("first");
    expect([...running]).toEqual(["large"]);
    await finish("large");
    await finish("small");
    await Promise.all(all);
  });

  test("gives back what failed work held", async () => {
    const { running, spend, finish } = spender(pixelBudget(10));
    const broken = spend("broken", 10);
    const next = spend("next", 10);
    await turn();
    const failed = expect(broken).rejects.toThrow("broken");
    await finish("broken", true);
    await failed;
    expect([...running]).toEqual(["next"]);
    await finish("next");
    expect(await next).toBe("next");
  });
});

describe("a budget that threads share", () => {
  const freeOf = (pixels: number): Int32Array => new Int32Array(new SharedArrayBuffer(4)).fill(pixels);

  test("is less by what is under way, and whole again afterwards, also where work failed", async () => {
    const free = freeOf(10);
    const budget = sharedPixelBudget(free);
    const during = await budget.spend(4, async () => {
      const inner = await budget.spend(6, async () => free[0]);
      return [inner, free[0]];
    });
    expect([during, free[0]]).toEqual([[0, 6], 10]);
    await expect(budget.spend(3, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    expect(free[0]).toBe(10);
  });

  test("makes a thread wait until another gives back", async () => {
    const free = freeOf(3);
    const code = `
      const { workerData: free } = require("node:worker_threads");
      setTimeout(() => { Atomics.add(free, 0, 7); Atomics.notify(free, 0); }, 5);`;
    const other = new Worker(code, { eval: true, workerData: free });
    expect(await sharedPixelBudget(free).spend(10, async () => free[0])).toBe(0);
    expect(free[0]).toBe(10);
    await other.terminate();
  });
});
