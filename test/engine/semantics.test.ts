import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type Backend,
  type Value,
  argmax,
  batchNorm,
  binaryCrossEntropy,
  conv2d,
  differentiate,
  dropout,
  gelu,
  geluTanh,
  hardSigmoid,
  logSoftmax,
  maximum,
  mish,
  pad,
  reduceMax,
  reduceSum,
  relu,
  relu6,
  sigmoid,
  silu,
  slice,
  softmax,
  softmaxCrossEntropy,
  softplus,
  tanh,
} from "../../src/engine/index.ts";
import { backends, runOnce } from "./backends.ts";
import { firstApart } from "./compare.ts";

/** y of one input x. */
async function y(
  backend: Backend,
  shape: readonly number[],
  data: readonly number[],
  make: (x: Value) => Value,
): Promise<number[]> {
  const found = await runOnce(backend, { x: { shape, data } }, ({ x }) => ({ y: make(x!) }));
  return [...found["y"]!];
}

const gradientOfSum = (make: (x: Value) => Value) => (x: Value) => differentiate(reduceSum(make(x)), [x])[0]!;

/** Within a few float32 steps. */
function expectClose(found: ArrayLike<number>, expected: readonly number[], tolerance = 2e-6): void {
  expect(firstApart(found, expected, { rtol: tolerance, atol: tolerance })).toBeUndefined();
}

describe.each(backends)("%s", (_, open) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await open();
  });
  afterAll(() => backend.close());

  test("relu gives 0 and no gradient at 0", async () => {
    expect(await y(backend, [3], [-1, 0, 2], relu)).toEqual([0, 0, 2]);
    expect(await y(backend, [3], [-1, 0, 2], gradientOfSum(relu))).toEqual([0, 0, 1]);
  });

  test("a clip passes no gradient on at its bounds", async () => {
    expect(await y(backend, [4], [0, 1, 6, 7], relu6)).toEqual([0, 1, 6, 6]);
    expect(await y(backend, [4], [0, 1, 6, 7], gradientOfSum(relu6))).toEqual([0, 1, 0, 0]);
  });

  test("hardSigmoid is relu6(x + 3) / 6", async () => {
    expectClose(await y(backend, [5], [-4, -3, 0, 1.5, 4], hardSigmoid), [0, 0, 0.5, 0.75, 1]);
  });

  test("smooth activations stay finite and right for huge numbers", async () => {
    const huge = [-1e30, -200, 200, 1e30];
    expectClose(await y(backend, [4], huge, sigmoid), [0, 0, 1, 1]);
    expectClose(await y(backend, [4], huge, tanh), [-1, -1, 1, 1]);
    for (const activation of [softplus, silu, mish, gelu, geluTanh]) {
      expectClose(await y(backend, [4], huge, activation), [0, 0, 200, 1e30]);
      expectClose(await y(backend, [4], huge, gradientOfSum(activation)), [0, 0, 1, 1]);
    }
  });

  // torch 2.13: x = torch.tensor([-2., -.1, .1, 1.], dtype=torch.float64); F.gelu(x); F.gelu(x, approximate="tanh"); F.mish(x); torch.tanh(x)
  test("activations have PyTorch's values", async () => {
    const x = [-2, -0.1, 0.1, 1];
    expectClose(
      await y(backend, [4], x, gelu),
      [-0.0455002638964, -0.0460172162723, 0.0539827837277, 0.841344746069],
    );
    expectClose(
      await y(backend, [4], x, geluTanh),
      [-0.0454023059122, -0.0460172489546, 0.0539827510454, 0.841191990608],
    );
    expectClose(
      await y(backend, [4], x, mish),
      [-0.252501482696, -0.0567885752128, 0.0631794174915, 0.865098388267],
    );
    expectClose(
      await y(backend, [4], x, tanh),
      [-0.964027580076, -0.099667994625, 0.099667994625, 0.761594155956],
    );
  });

  test("softmax ignores how large its numbers are", async () => {
    const third = Math.log(3);
    expectClose(await y(backend, [2, 2], [10_000, 10_000, -1e30, 1e30], softmax), [0.5, 0.5, 0, 1]);
    expectClose(await y(backend, [2], [0, third], (x) => softmax(x)), [0.25, 0.75]);
    expectClose(await y(backend, [2], [0, 200], (x) => logSoftmax(x)), [-200, 0]);
  });

  test("softmaxCrossEntropy takes class indices and one-hot rows alike", async () => {
    const given = {
      logits: { shape: [2, 3], data: [1, 2, 3, 1000, 0, -1000] },
      labels: { shape: [2], data: [2, 1] },
      rows: { shape: [2, 3], data: [0, 0, 1, 0, 1, 0] },
    };
    const found = await runOnce(backend, given, ({ logits, labels, rows }) => ({
      indices: softmaxCrossEntropy(logits!, labels!),
      rows: softmaxCrossEntropy(logits!, rows!),
    }));
    // log(1 + e^-1 + e^-2) = 0.4076059644
    expectClose(found["indices"]!, [0.4076059644, 1000]);
    expectClose(found["rows"]!, [0.4076059644, 1000]);
  });

  test("label smoothing spreads its share over all classes", async () => {
    const given = { logits: { shape: [1, 2], data: [0, Math.log(3)] }, labels: { shape: [1], data: [1] } };
    const found = await runOnce(backend, given, ({ logits, labels }) => ({
      y: softmaxCrossEntropy(logits!, labels!, { labelSmoothing: 0.2 }),
    }));
    expectClose(found["y"]!, [-0.9 * Math.log(0.75) - 0.1 * Math.log(0.25)]);
  });

  test("a label that is no class has loss 0 and gradient 0", async () => {
    const given = { logits: { shape: [2, 2], data: [3, 1, 3, 1] }, labels: { shape: [2], data: [2, -1] } };
    const found = await runOnce(backend, given, ({ logits, labels }) => {
      const loss = softmaxCrossEntropy(logits!, labels!);
      return { loss, gradient: differentiate(reduceSum(loss), [logits!])[0]! };
    });
    expect([...found["loss"]!, ...found["gradient"]!].map(Math.abs)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test("binaryCrossEntropy of huge logits is finite", async () => {
    const given = { x: { shape: [3], data: [500, -500, 0] }, t: { shape: [3], data: [1, 1, 0.5] } };
    const found = await runOnce(backend, given, ({ x, t }) => ({ y: binaryCrossEntropy(x!, t!) }));
    expectClose(found["y"]!, [0, 500, Math.LN2]);
  });

  test("batchNorm brings each channel to mean beta and deviation gamma, and reports mean and biased variance", async () => {
    const given = {
      x: { shape: [4, 2], data: [1, 10, 2, 20, 3, 30, 4, 40] },
      gamma: { shape: [2], data: [1, 2] },
      beta: { shape: [2], data: [0, 5] },
    };
    const found = await runOnce(backend, given, ({ x, gamma, beta }) => {
      const [y, mean, variance] = batchNorm(x!, { gamma: gamma!, beta: beta!, epsilon: 0 });
      return { y, mean, variance };
    });
    expectClose(found["mean"]!, [2.5, 25]);
    expectClose(found["variance"]!, [1.25, 125]);
    const [near, far] = [0.4472135955, 1.3416407865];
    expectClose(found["y"]!, [-far, 5 - 2 * far, -near, 5 - 2 * near, near, 5 + 2 * near, far, 5 + 2 * far]);
  });

  test("dropout drops its share, keeps the mean, and draws anew for another seed or salt", async () => {
    const size = 20_000;
    const given = {
      x: { shape: [size], data: new Float32Array(size).fill(1) },
      first: { shape: [], data: [1] },
      second: { shape: [], data: [2] },
    };
    const found = await runOnce(backend, given, ({ x, first, second }) => ({
      y: dropout(x!, first!, { rate: 0.25, salt: 7 }),
      again: dropout(x!, first!, { rate: 0.25, salt: 7 }),
      seed: dropout(x!, second!, { rate: 0.25, salt: 7 }),
      salt: dropout(x!, first!, { rate: 0.25, salt: 8 }),
    }));
    const kept = found["y"]!;
    expect(new Set(kept)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
    // Standard deviation of the share: √(0.25 · 0.75 / 20000) = 0.003.
    const share = (data: Float32Array): number => data.reduce((sum, v) => sum + Number(v === 0), 0) / size;
    expect(share(kept)).toBeGreaterThan(0.238);
    expect(share(kept)).toBeLessThan(0.262);
    expect(found["again"]).toEqual(kept);
    for (const other of ["seed", "salt"]) {
      const both = kept.map((v, i) => Number(v === 0 && found[other]![i] === 0));
      // Independent draws agree on 1/16.
      expect(both.reduce((sum, v) => sum + v, 0) / size).toBeGreaterThan(0.055);
      expect(both.reduce((sum, v) => sum + v, 0) / size).toBeLessThan(0.07);
    }
  });

  test("dropout's gradient is dropped where its output was", async () => {
    const given = {
      x: { shape: [200], data: new Float32Array(200).fill(3) },
      seed: { shape: [], data: [9] },
    };
    const found = await runOnce(backend, given, ({ x, seed }) => {
      const dropped = dropout(x!, seed!, { rate: 0.5 });
      return { y: dropped, dx: differentiate(reduceSum(dropped), [x!])[0]! };
    });
    expect([...found["dx"]!]).toEqual([...found["y"]!].map((v) => v / 3));
  });

  test("argmax takes the first of equals", async () => {
    expect(await y(backend, [2, 3], [1, 5, 5, -2, -2, -3], (x) => argmax(x))).toEqual([1, 0]);
    expect(await y(backend, [2, 3], [1, 5, 5, 2, 4, 5], (x) => argmax(x, 0))).toEqual([1, 0, 0]);
  });

  test("equal greatest elements share the gradient", async () => {
    expect(
      await y(
        backend,
        [4],
        [1, 3, 3, 2],
        gradientOfSum((x) => reduceMax(x)),
      ),
    ).toEqual([0, 0.5, 0.5, 0]);
    const found = await runOnce(
      backend,
      { a: { shape: [2], data: [1, 2] }, b: { shape: [2], data: [1, 1] } },
      ({ a, b }) => {
        const [da, db] = differentiate(reduceSum(maximum(a!, b!)), [a!, b!]);
        return { da: da!, db: db! };
      },
    );
    expect([...found["da"]!, ...found["db"]!]).toEqual([0.5, 1, 0.5, 0]);
  });

  test("slice counts negative bounds from the end and can run backwards", async () => {
    const data = [0, 1, 2, 3, 4, 5];
    expect(await y(backend, [6], data, (x) => slice(x, [-3], [-1]))).toEqual([3, 4]);
    expect(await y(backend, [6], data, (x) => slice(x, [-1], [-7], [-2]))).toEqual([5, 3, 1]);
    expect(await y(backend, [6], data, (x) => slice(x, [4], [100]))).toEqual([4, 5]);
  });

  test("negative padding of a convolution leaves rows and columns out", async () => {
    const given = {
      x: { shape: [1, 3, 3, 1], data: [1, 2, 3, 4, 5, 6, 7, 8, 9] },
      w: { shape: [2, 2, 1, 1], data: [1, 10, 100, 1000] },
    };
    const found = await runOnce(backend, given, ({ x, w }) => {
      const cut = conv2d(x!, w!, {
        padding: [
          [-1, 0],
          [0, -1],
        ],
      });
      const [dx, dw] = differentiate(reduceSum(cut), [x!, w!]);
      return { y: cut, dx: dx!, dw: dw! };
    });
    expect([...found["y"]!]).toEqual([8754]);
    expect([...found["dx"]!]).toEqual([0, 0, 0, 1, 10, 0, 100, 1000, 0]);
    expect([...found["dw"]!]).toEqual([4, 5, 7, 8]);
  });

  test("pad surrounds an array with one value", async () => {
    expect(await y(backend, [1, 2], [1, 2], (x) => pad(x, [0, 1], [1, 0], 9))).toEqual([9, 1, 2, 9, 9, 9]);
  });

  test("a sum of a million float32 numbers keeps six digits", async () => {
    const size = 1_000_003;
    const data = Float32Array.from({ length: size }, (_, i) => 1 + (i % 7) / 7);
    const exact = data.reduce((sum, v) => sum + v, 0);
    const found = await runOnce(backend, { x: { shape: [size], data } }, ({ x }) => ({ y: reduceSum(x!) }));
    expect(Math.abs(found["y"]![0]! / exact - 1)).toBeLessThan(1e-6);
  });
});
