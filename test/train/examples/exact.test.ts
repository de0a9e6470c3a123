import { describe, expect, test } from "vitest";
import {
  type TrainingSource,
  augmentedArraySource,
  withClassFactors,
  withWeights,
} from "../../../src/evaluate/index.ts";
import { ndarray } from "../../../src/base/index.ts";
import { augmentSteps } from "../../../src/data/index.ts";
import {
  batchNormalization,
  conv2d,
  dense,
  dropout,
  flatten,
  rescaling,
  sequential,
} from "../../../src/nn/index.ts";
import { wasmBackend } from "../../../src/platform/node/index.ts";
import { type Checkpoint, type FitOptions, fit } from "../../../src/train/index.ts";
import { collect, toyArrays, toyOptions } from "../toy.ts";

const model = sequential([
  rescaling({ scale: 1 / 255 }),
  conv2d({ filters: 5, kernelSize: 3, activation: "relu" }),
  batchNormalization(),
  dropout({ rate: 0.3 }),
  flatten(),
  dense({ units: 3, activation: "softmax" }),
]);

/** Bytes of 26 images, of which the first class has most. */
function images(seed: number): TrainingSource {
  const { x } = toyArrays(26, seed);
  const bytes = ndarray(
    Uint8Array.from(x.data, (value) => 180 * value),
    x.shape,
  );
  const y = ndarray(
    Int32Array.from({ length: 26 }, (_, i) => (i < 17 ? 0 : 1 + (i % 2))),
    [26],
  );
  return augmentedArraySource(bytes, y, { augment: augmentSteps("turns"), seed: 7 });
}

const plain = images(1);
const { isAugmented: _, ...validation } = images(2);
const weights = Float32Array.from({ length: 26 }, (_each, i) => 0.25 + (i % 4));

async function train(
  threads: number,
  source: TrainingSource,
  options: Partial<FitOptions>,
): ReturnType<typeof collect> {
  const backend = await wasmBackend({ threads });
  const asked = toyOptions({ checkpoints: true, epochs: 3, ...options, backend });
  try {
    return await collect(fit(model, { train: source, validation }, asked));
  } finally {
    await backend.close();
  }
}

const unchanged = await train(2, plain, {});

describe.each<[string, TrainingSource, Partial<FitOptions>]>([
  ["weights of classes and examples", withClassFactors(withWeights(plain, weights), [1, 2, 3]), {}],
  ["balanced sampling", plain, { sampling: "balanced" }],
  [
    "mixup and CutMix of weighted classes",
    withClassFactors(plain, [1, 2, 3]),
    { mixup: 0.4, cutmix: true, sampling: "balanced" },
  ],
])("%s", async (_name, source, options) => {
  const whole = await train(2, source, options);

  test("change the training", () => {
    expect(whole.end.lastWeights).not.toEqual(unchanged.end.lastWeights);
  });

  test("give the same bits on another number of threads", async () => {
    const { end } = await train(1, source, options);
    expect(end.lastWeights).toEqual(whole.end.lastWeights);
    expect(end.history.map(({ loss }) => loss)).toEqual(whole.end.history.map(({ loss }) => loss));
  });

  test("give the same bits resumed from a checkpoint", async () => {
    const saved = whole.events.find((event) => event.type === "checkpoint");
    const resume = (saved?.type === "checkpoint" ? saved.checkpoint : undefined) as Checkpoint;
    const rest = await train(3, source, { ...options, resume });
    expect(rest.end.lastWeights).toEqual(whole.end.lastWeights);
    expect(rest.end.history).toHaveLength(3);
  });
});
