import { describe, expect, test } from "vitest";
import {
  batchNormalization,
  conv2d,
  dense,
  dropout,
  flatten,
  maxPooling2d,
  sequential,
} from "../../src/nn/index.ts";
import { wasmBackend } from "../../src/platform/node/index.ts";
import { type Checkpoint, type FitOptions, fit } from "../../src/train/index.ts";
import { collect, toyData, toyOptions } from "./toy.ts";

const model = sequential([
  conv2d({ filters: 5, kernelSize: 3, activation: "relu" }),
  batchNormalization(),
  maxPooling2d(),
  dropout({ rate: 0.3 }),
  flatten(),
  dense({ units: 3, activation: "softmax" }),
]);

/** A whole training on so many threads. */
async function train(threads: number, options: Partial<FitOptions> = {}): ReturnType<typeof collect> {
  const backend = await wasmBackend({ threads });
  try {
    return await collect(fit(model, toyData(), toyOptions({ checkpoints: true, ...options, backend })));
  } finally {
    await backend.close();
  }
}

describe("training on the real backend", async () => {
  // Starting threads takes longer than these trainings, so all tests look at the same few.
  const whole = await train(2, { epochs: 3 });

  test.each([1, 3])("gives the same bits on %i threads as on 2", async (threads) => {
    const { end } = await train(threads, { epochs: 3 });
    expect(end.lastWeights).toEqual(whole.end.lastWeights);
    expect(end.history.map(({ loss }) => loss)).toEqual(whole.end.history.map(({ loss }) => loss));
  });

  test("resumed from a checkpoint, it goes on bit for bit, on another number of threads too", async () => {
    const saved = whole.events.find((event) => event.type === "checkpoint");
    const resume = (saved?.type === "checkpoint" ? saved.checkpoint : undefined) as Checkpoint;
    const rest = await train(1, { epochs: 3, resume });
    expect(rest.end.lastWeights).toEqual(whole.end.lastWeights);
    expect(rest.end.weights).toEqual(whole.end.weights);
  });
});
