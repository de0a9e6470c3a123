import { describe, expect, test } from "vitest";
import { at, entryOf, ndarray, seeded } from "../../../src/base/index.ts";
import { type BatchSource, arraySource } from "../../../src/evaluate/index.ts";
import {
  type Layer,
  conv2d,
  dense,
  flatten,
  relu,
  sequential,
  sgd,
  whitening,
} from "../../../src/nn/index.ts";
import { fit } from "../../../src/train/index.ts";
import { firstWeights } from "../../../src/train/layers/whitening.ts";
import { collect, toyOptions } from "../toy.ts";

const [count, side] = [40, 5];

/** Images [40, 5, 5, 3] whose neighbours and colours resemble each other, as those of photographs do. */
function images(): Float32Array {
  const random = seeded(4);
  const x = new Float32Array(count * side * side * 3);
  for (let i = 0; i < x.length; i++) x[i] = 0.6 * (x[i - 1] ?? 0) + 0.3 * (x[i - 3] ?? 0) + random.normal();
  return x;
}

const x = images();
const source = arraySource(
  ndarray(x, [count, side, side, 3]),
  ndarray(
    Int32Array.from({ length: count }, (_, i) => i % 3),
    [count],
  ),
);
const first = (filters: number, epsilon = 1e-3): Layer =>
  conv2d({ name: "whiten", filters, kernelSize: 2, kernelInitializer: whitening({ epsilon }) });
const rest = [relu(), flatten(), dense({ units: 3, activation: "softmax" })];
const model = (filters = 24, epsilon = 1e-3): ReturnType<typeof sequential> =>
  sequential([first(filters, epsilon), ...rest]);

/** What filters k and l give for every patch: the mean of their product, in float64. */
function meanProduct(kernel: Float32Array, filters: number, k: number, l: number): number {
  let [sum, patches] = [0, 0];
  for (let n = 0; n < count; n++)
    for (let top = 0; top < side - 1; top++)
      for (let left = 0; left < side - 1; left++) {
        let [a, b] = [0, 0];
        for (let i = 0; i < 12; i++) {
          const [row, column, c] = [Math.floor(i / 6), Math.floor(i / 3) % 2, i % 3];
          const value = at(x, ((n * side + top + row) * side + left + column) * 3 + c);
          a += value * at(kernel, i * filters + k);
          b += value * at(kernel, i * filters + l);
        }
        sum += a * b;
        patches++;
      }
  return sum / patches;
}

describe("whitening filters", () => {
  test("give numbers of variance 1 that have nothing to do with each other, and then their negatives", async () => {
    const kernel = entryOf(await firstWeights(model(24, 1e-9), source, 0), "whiten/kernel");
    for (let k = 0; k < 12; k++) {
      for (let l = 0; l <= k; l++) expect(meanProduct(kernel, 24, k, l)).toBeCloseTo(k === l ? 1 : 0, 4);
      for (let i = 0; i < 12; i++) expect(at(kernel, i * 24 + 12 + k)).toBe(-at(kernel, i * 24 + k));
    }
  });

  test("are the strongest components where there are fewer, each weaker by its share of epsilon", async () => {
    const whole = entryOf(await firstWeights(model(24, 1e-9), source, 0), "whiten/kernel");
    const kernel = entryOf(await firstWeights(model(4, 0.5), source, 0), "whiten/kernel");
    const shares = [0, 1].map((k) => meanProduct(kernel, 4, k, k));
    for (const [k, share] of shares.entries()) {
      // With 1 / √(λ + ε) the variance is λ / (λ + ε); the filters of ε near 0 have length 1 / √λ.
      const length = Array.from({ length: 12 }, (_, i) => at(whole, i * 24 + k) ** 2).reduce((a, b) => a + b);
      expect(share).toBeCloseTo(1 / length / (1 / length + 0.5), 4);
    }
    expect(shares[0]).toBeGreaterThan(shares[1]!);
  });

  test("are not trained, and training begins with them", async () => {
    const options = toyOptions({ optimizer: sgd({ learningRate: 0.1 }), epochs: 2 });
    const { end } = await collect(fit(model(), { train: source }, options));
    const begun = await firstWeights(model(), source, 7);
    expect(entryOf(end.lastWeights, "whiten/kernel")).toEqual(entryOf(begun, "whiten/kernel"));
    expect(entryOf(end.lastWeights, "whiten/bias")).not.toEqual(entryOf(begun, "whiten/bias"));
  });

  test("come from so many images as are asked for", async () => {
    const few = sequential([
      conv2d({ name: "whiten", filters: 24, kernelSize: 2, kernelInitializer: whitening({ images: 5 }) }),
      ...rest,
    ]);
    const kernels = [few, model()].map(async (one) =>
      entryOf(await firstWeights(one, source, 0), "whiten/kernel"),
    );
    const [a, b] = await Promise.all(kernels);
    expect(a).not.toEqual(b);
  });
});

describe("are refused", () => {
  const refusal = (layers: readonly Layer[], data: BatchSource = source): Promise<unknown> =>
    collect(fit(sequential(layers), { train: data }, toyOptions()));

  test.each([
    [
      "an odd number of them",
      [first(5), ...rest],
      /^whitening: whiten\/kernel: .*even number .*at most 24, .*received 5/,
    ],
    ["more than twice the numbers of a patch", [first(26), ...rest], /at most 24, .*received 26/],
    [
      "anywhere but in the first layer",
      [conv2d({ filters: 3, kernelSize: 1 }), first(24), ...rest],
      /first layer/,
    ],
    [
      "dense layers",
      [flatten(), dense({ units: 3, activation: "softmax", kernelInitializer: whitening() })],
      /conv2d that is the first layer/,
    ],
  ])("for %s", async (_, layers, words) => {
    await expect(refusal(layers)).rejects.toThrow(words);
  });

  test("for a stream, whose images come once", async () => {
    await expect(refusal(model().layers, { ...source, inOrder: true })).rejects.toThrow(/a stream/);
  });
});
