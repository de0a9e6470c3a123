import { describe, expect, test } from "vitest";
import { seeded, sizeOf } from "../../src/base/index.ts";
import { buildModel } from "../../src/models/index.ts";
import { initialize, scalarsAt, trainingProgram, adam } from "../../src/nn/index.ts";
import { wasmBackend } from "../../src/platform/node/index.ts";
import { firstDifferent } from "./compare.ts";

const STEPS = 3;

type Weights = Readonly<Record<string, Float32Array>>;

/** All weights after a few steps of training on `threads` threads. */
async function train(name: string, size: number, threads: number): Promise<Weights> {
  const inputShape = [size, size, 3] as const;
  const model = buildModel(name, { inputShape, classes: 4 });
  const optimizer = adam({ learningRate: 1e-3 });
  const program = trainingProgram(model, { batchSize: 6, loss: "sparseCategoricalCrossentropy", optimizer });
  const backend = await wasmBackend({ threads });
  try {
    const session = await backend.open({ train: program });
    const random = seeded(11);
    for (const [parameter, data] of Object.entries(initialize(model, inputShape, random)))
      await session.write(parameter, data);
    const x = Float32Array.from({ length: 6 * sizeOf(inputShape) }, () => random.next());
    for (let step = 1; step <= STEPS; step++) {
      const scalars: Record<string, number> = { ...scalarsAt(optimizer, step, 1e-3), seed: step * 7919 };
      const given = Object.entries(scalars).filter(([key]) => program.inputs.includes(key));
      const wrapped = Object.fromEntries(given.map(([key, value]) => [key, [value]]));
      await session.run("train", { x, y: [0, 1, 2, 3, 0, 1], ...wrapped });
    }
    const entries = session.parameterNames.map(async (key) => [key, await session.read(key)] as const);
    return Object.fromEntries(await Promise.all(entries));
  } finally {
    await backend.close();
  }
}

describe.each([
  ["tutorial", 28],
  ["plain4", 24],
  ["mobilenet-quarter", 32],
])("training %s", (name, size) => {
  test("gives the same bits on 1, 2 and 3 threads, and twice in a row, and changes the weights", async () => {
    const first = await train(name, size, 1);
    for (const threads of [1, 2, 3])
      expect(firstDifferent(await train(name, size, threads), first), `${threads} threads`).toBeUndefined();
    const kernels = Object.keys(first).filter((key) => key.endsWith("/kernel") && !key.startsWith("adam"));
    expect(kernels.length).toBeGreaterThan(2);
    for (const key of kernels) {
      const numbers = first[key] ?? [];
      expect(new Set(numbers).size).toBeGreaterThan(numbers.length / 2);
    }
  }, 180_000);
});
