import { describe, expect, test } from "vitest";
import { checkMemory, copiesOf, refuseLargeBatch, refuseTooMuch } from "../../../src/app/data/memory.ts";
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
    expect(() => refuseTooMuch(use(600), budget(1000), 400)).not.toThrow();
    expect(() => refuseTooMuch(use(600), budget(1000), 401)).toThrow("received a need of 1,001 bytes");
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
