import { assert, asyncProperty, integer } from "fast-check";
import { describe, expect, test } from "vitest";
import { checkMemory, copiesOf, refuseLargeBatch, refuseTooMuch } from "../../../src/app/data/memory.ts";
import { fault } from "../../../src/base/index.ts";
import type { Backend, MemoryUse } from "../../../src/engine/index.ts";
import { adam, dense, flatten, sequential } from "../../../src/nn/index.ts";
import { fakeServices } from "../fakeServices.ts";

const budget = (bytes: number): { readonly bytes: number; readonly of: string } => ({
  bytes,
  of: "80% of the container's limit",
});
const use = (total: number): MemoryUse => ({ parameters: 0, working: total, code: 0, total });

describe("memory", () => {
  test("is refused from the first byte too many on, and the limit is named", () => {
    expect(() => refuseTooMuch(use(1000), budget(1000))).not.toThrow();
    expect(() => refuseTooMuch(use(1001), budget(1000))).toThrow(
      "memory: expected at most 1,000 bytes, 80% of the container's limit, received a need of 1,001 bytes (",
    );
  });

  test("outside the session counts as well", () => {
    expect(() => refuseTooMuch(use(600), budget(1000), { outside: 400 })).not.toThrow();
    expect(() => refuseTooMuch(use(600), budget(1000), { outside: 401 })).toThrow(
      "received a need of 1,001 bytes",
    );
  });

  test("of a batch is its float32 RGB pixels", () => {
    expect(() => refuseLargeBatch({ count: 2, size: 10 }, budget(2400))).not.toThrow();
    expect(() => refuseLargeBatch({ count: 2, size: 10 }, budget(2399))).toThrow(/^memory: /);
  });
});

test("a training holds copies: weights of three epochs and of the file, all parameters twice, two batches", () => {
  // By hand: 100 bytes of weights and as many again for each of Adam's two moments.
  expect(copiesOf({ weights: 100, parameters: 300, batch: 50 })).toBe(4 * 100 + 2 * 300 + 2 * 50);
});

test("what a training leaves is for the images", async () => {
  const model = sequential([flatten(), dense({ units: 2, activation: "softmax" })]);
  const settings = { model, size: 2, optimizer: adam(), batchSize: 4 };
  const measured: MemoryUse = { parameters: 312, working: 1000, code: 688, total: 2000 };
  const backend: Backend = { ...(await fakeServices().openBackend({})), measure: () => measured };
  // 12 inputs to 2 outputs: 24 weights and 2 biases of 4 bytes; 4 images of 2 × 2 × 3 floats a batch; 300 MB for the program.
  const outside = 4 * 104 + 2 * 312 + 2 * 192 + 300e6;
  expect(checkMemory({ settings, trainCount: 9 }, backend, budget(2000 + outside + 5))).toBe(5);
  expect(() => checkMemory({ settings, trainCount: 9 }, backend, budget(2000 + outside - 1))).toThrow(
    /^memory: /,
  );
  // A batch is no larger than the training set.
  expect(checkMemory({ settings, trainCount: 1 }, backend, budget(2000 + outside))).toBe(2 * (192 - 48));
});

describe("the largest batch that fits", () => {
  const model = sequential([flatten(), dense({ units: 2, activation: "softmax" })]);

  /** A backend whose sessions take what `bytesOf` says of their batch size. */
  const backendOf = async (bytesOf: (batch: number) => number): Promise<Backend> => ({
    ...(await fakeServices().openBackend({})),
    measure: (programs) => {
      const [program] = Object.values(programs);
      const images = program?.graph.values.find(({ name, role }) => name === "x" && role === "input");
      return use(bytesOf(images?.shape[0] ?? 0));
    },
  });

  const check = (batchSize: number, backend: Backend, bytes: number): number =>
    checkMemory(
      { settings: { model, size: 2, optimizer: adam(), batchSize }, trainCount: 1e6 },
      backend,
      budget(bytes),
    );

  const refusal = (batchSize: number, backend: Backend, bytes: number): string => {
    try {
      check(batchSize, backend, bytes);
      return "";
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };

  test("is named where the one that was asked for does not fit, and one more image would not", async () => {
    await assert(
      asyncProperty(
        integer({ min: 1, max: 60 }),
        integer({ min: 5000, max: 1e7 }),
        integer({ min: 0, max: 1e9 }),
        integer({ min: 0, max: 4000 }),
        async (largest, each, fixed, uneven) => {
          // Not quite in proportion, as with algorithms that change and buffers that are padded.
          const backend = await backendOf((batch) => fixed + each * batch + ((batch * 7919) % (uneven + 1)));
          const outside = 300e6 + 4 * 104 + 2 * 48 * largest;
          const bytes = fixed + each * largest + uneven + outside;
          const said = refusal(5000, backend, bytes);
          const named = Number(/--batch (\d+)/.exec(said)?.[1]);
          expect(() => check(named, backend, bytes), said).not.toThrow();
          expect(() => check(named + 1, backend, bytes), said).toThrow(/^memory: /);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("is none where not even one image fits", async () => {
    const backend = await backendOf(() => 1e9);
    expect(refusal(8, backend, 1e9)).toMatch(/; not even one image at a time fits: choose a smaller --size/);
  });

  test("is found where the engine itself refuses larger ones, which no address reaches", async () => {
    const backend = await backendOf((batch) => {
      if (batch > 11) throw fault("memory", { expected: "at most 4 GiB", received: "more" });
      return 1000 * batch;
    });
    expect(refusal(64, backend, 1e12)).toMatch(
      /^memory: expected at most 4 GiB, received more: the .*--batch 11;/,
    );
  });

  test("is looked for without planning a batch whose images alone take too much", async () => {
    const planned: number[] = [];
    const backend = await backendOf((batch) => {
      planned.push(batch);
      return 1000;
    });
    expect(refusal(1e6, backend, 301e6)).toMatch(/--batch \d+;/);
    expect(Math.max(...planned)).toBeLessThan(301e6 / 48);
  });
});
