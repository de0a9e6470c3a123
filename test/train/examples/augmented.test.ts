import { afterAll, describe, expect, test } from "vitest";
import { ndarray } from "../../../src/base/index.ts";
import { augmentSteps } from "../../../src/data/index.ts";
import { type TrainingSource, augmentedArraySource } from "../../../src/evaluate/index.ts";
import { conv2d, dense, globalAveragePooling2d, rescaling, sequential } from "../../../src/nn/index.ts";
import { wasmBackend } from "../../../src/platform/node/index.ts";
import { type FitOptions, fit } from "../../../src/train/index.ts";
import { collect, toyOptions } from "../toy.ts";

const model = sequential([
  rescaling({ scale: 1 / 255 }),
  conv2d({ filters: 4, kernelSize: 3, activation: "relu" }),
  globalAveragePooling2d(),
  dense({ units: 3, activation: "softmax" }),
]);

const [count, side] = [14, 18];
// Colours that change slowly, so that blurs, hues and cosines have something to change.
const bytes = Uint8Array.from(
  { length: count * side * side * 3 },
  (_, i) => 128 + 120 * Math.sin(i * i * 1e-4),
);
const images = ndarray(bytes, [count, side, side, 3]);
const labels = ndarray(
  Int32Array.from({ length: count }, (_, i) => i % 3),
  [count],
);

const backends = {
  1: await wasmBackend({ threads: 1 }),
  2: await wasmBackend({ threads: 2 }),
  4: await wasmBackend({ threads: 4 }),
};
afterAll(() => Promise.all(Object.values(backends).map((backend) => backend.close())));

/** Trains on images that a set augments; also gives the batches that the training was given, each epoch's in their order. */
async function train(
  set: Parameters<typeof augmentSteps>[0],
  threads: keyof typeof backends,
  options: Partial<FitOptions> = {},
) {
  const source = augmentedArraySource(images, labels, { augment: augmentSteps(set), seed: 3 });
  const batches = new Map<number, Float32Array[]>();
  const noted: TrainingSource = {
    ...source,
    write: (request, target) => {
      void source.write(request, target);
      batches.set(request.epoch, [...(batches.get(request.epoch) ?? []), target.x.slice()]);
    },
  };
  const asked = toyOptions({ checkpoints: true, epochs: 2, batchSize: 4, ...options });
  return {
    batches,
    ...(await collect(fit(model, { train: noted }, { ...asked, backend: backends[threads] }))),
  };
}

describe.each(["none", "light", "microscope", "photo", "heavy"] as const)("the set %s", async (set) => {
  const whole = await train(set, 1);

  test("changes each image anew in each epoch, or none", () => {
    const sums = (epoch: number): number[] =>
      whole.batches.get(epoch)!.map((batch) => batch.reduce((sum, level) => sum + level, 0));
    const sumOf = (list: readonly number[]): number => list.reduce((sum, one) => sum + one, 0);
    if (set === "none") expect(sumOf(sums(2))).toBe(sumOf(sums(1)));
    else expect(sumOf(sums(2))).not.toBe(sumOf(sums(1)));
  });

  test.each([2, 4] as const)("gives the same bytes and weights on %i threads", async (threads) => {
    const { batches, end } = await train(set, threads);
    expect(batches).toEqual(whole.batches);
    expect(end.lastWeights).toEqual(whole.end.lastWeights);
  });

  test("gives the same bytes and weights resumed in the middle", async () => {
    const saved = whole.events.find((event) => event.type === "checkpoint");
    const rest = await train(set, 2, { ...(saved && { resume: saved.checkpoint }) });
    expect(rest.end.history).toHaveLength(2);
    expect(rest.batches.get(2)).toEqual(whole.batches.get(2));
    expect(rest.end.lastWeights).toEqual(whole.end.lastWeights);
  });
});
