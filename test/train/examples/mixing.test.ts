import { describe, expect, test } from "vitest";
import { ndarray, seeded } from "../../../src/base/index.ts";
import { type BatchSource, arraySource, withWeights } from "../../../src/evaluate/index.ts";
import { type AnyLoss, dense, sequential, sgd } from "../../../src/nn/index.ts";
import { type Mixing, fit, mixingIn } from "../../../src/train/index.ts";
import {
  blendRows,
  boxAround,
  drawBox,
  drawShare,
  pasteBoxes,
  shareOutside,
} from "../../../src/train/examples/blend.ts";
import { mixedExamples } from "../../../src/train/examples/mixing.ts";
import golden from "../../golden/examples/mixing.json" with { type: "json" };
import { collect, toyData, toyModel, toyOptions } from "../toy.ts";

const [count, height, width, channels] = golden.shape as [number, number, number, number];

/** Numbers within 1e-6 of others. */
function expectClose(got: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(got.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) expect(got[i]).toBeCloseTo(wanted[i]!, 6);
}

describe("a mixed batch is torchvision's", () => {
  test.each(golden.mixup)("of mixup with the share $share", ({ share, x, y }) => {
    const [images, targets] = [Float32Array.from(golden.x), Float32Array.from(golden.oneHot)];
    for (const rows of [images, targets]) blendRows(rows, count, () => share);
    expectClose(images, x);
    expectClose(targets, y);
  });

  test.each(golden.cutmix)("of CutMix with the share $share around $at", ({ share, at, box, x, y }) => {
    const found = boxAround({ x: at[0]!, y: at[1]! }, { height, width }, share);
    expect([found.left, found.top, found.right, found.bottom]).toEqual(box);
    const [images, targets] = [Float32Array.from(golden.x), Float32Array.from(golden.oneHot)];
    pasteBoxes(images, [height, width, channels], found);
    blendRows(targets, count, () => shareOutside(found, { height, width }));
    expect([...images]).toEqual([...Float32Array.from(x)]);
    expectClose(targets, y);
  });
});

describe("a share from Beta(a, a)", () => {
  // Its mean is 1/2, its variance 1 / (4·(2a + 1)); the standard error of 20,000 draws' variance is under 1% of 1/4.
  test.each([0.05, 0.2, 1, 4])("has its mean and variance for a = %d", (alpha) => {
    const random = seeded(5).fork("share");
    const shares = Array.from({ length: 20_000 }, () => drawShare(random, alpha));
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.012);
    expect(Math.abs(variance - 1 / (4 * (2 * alpha + 1)))).toBeLessThan(0.0025);
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
  });

  test.each([1e-300, 1e-9, 1e9])("is a number in [0, 1] for a = %d too", (alpha) => {
    const random = seeded(1);
    for (let i = 0; i < 100; i++) {
      const share = drawShare(random, alpha);
      expect(share >= 0 && share <= 1).toBe(true);
      if (alpha > 1) expect(share).toBeCloseTo(0.5, 3);
    }
  });

  test("makes boxes within the image, and some of every size", () => {
    const random = seeded(2);
    const outside = Array.from({ length: 500 }, () => {
      const box = drawBox(random, { height: 60, width: 90 }, drawShare(random, 1));
      expect(box.top >= 0 && box.top <= box.bottom && box.bottom <= 60).toBe(true);
      expect(box.left >= 0 && box.left <= box.right && box.right <= 90).toBe(true);
      return shareOutside(box, { height: 60, width: 90 });
    });
    expect(Math.min(...outside)).toBeLessThan(0.3);
    expect(Math.max(...outside)).toBeGreaterThan(0.99);
  });
});

/** Seven examples of three classes whose input is their own number: [0, 1, 0, …] is the second. */
const labels = [2, 0, 0, 1, 2, 1, 0];
const identity = Float32Array.from({ length: 49 }, (_, i) => Number(i % 8 === 0));
const source = arraySource(ndarray(identity, [7, 7]), ndarray(Int32Array.from(labels), [7]));
const weights = [0.5, 2, 0, 0, 3, 1, 0.25];

interface Mixed {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly weights: Float32Array;
  /** What each keeps of itself. */
  readonly share: number;
}

async function mixedBatch(
  train: BatchSource,
  options: Mixing,
  { epoch = 1, order = Int32Array.of(0, 1, 2, 3, 4, 5, 6) } = {},
): Promise<Mixed> {
  const loss = "sparseCategoricalCrossentropy";
  const { source: mixed } = mixedExamples(train, { options, loss, output: [3], batchSize: 7, seed: 4 });
  const target = { x: new Float32Array(49), y: new Float32Array(21), weights: new Float32Array(7) };
  await mixed.write({ indices: order, epoch }, target);
  return { ...target, share: target.x[order[0]!]! };
}

describe("mixing", () => {
  test("gives inputs and targets the same share of the example before each, of which the last stands before the first", async () => {
    const { x, y, share } = await mixedBatch(source, { mixup: 1 });
    expect(share > 0.01 && share < 0.99).toBe(true);
    for (let i = 0; i < 7; i++) {
      const before = (i + 6) % 7;
      const [input, target] = [Array.from({ length: 7 }, () => 0), [0, 0, 0]];
      input[i]! += share;
      input[before]! += 1 - share;
      target[labels[i]!]! += share;
      target[labels[before]!]! += 1 - share;
      expectClose(x.subarray(i * 7, i * 7 + 7), input);
      expectClose(y.subarray(i * 3, i * 3 + 3), target);
    }
  });

  test("of weighted examples costs each example's loss times its share and its weight", async () => {
    const { y, weights: mixed, share } = await mixedBatch(withWeights(source, weights), { mixup: 1 });
    const costs = [0.3, 1.7, 0.9];
    for (let i = 0; i < 7; i++) {
      const before = (i + 6) % 7;
      const [own, other] = [share * weights[i]!, (1 - share) * weights[before]!];
      const cost = costs.reduce((sum, of, c) => sum + of * y[i * 3 + c]!, 0) * mixed[i]!;
      expect(cost).toBeCloseTo(own * costs[labels[i]!]! + other * costs[labels[before]!]!, 6);
      expect(y[i * 3]! + y[i * 3 + 1]! + y[i * 3 + 2]!).toBeCloseTo(1, 6);
    }
  });

  test("draws by seed, epoch and batch alone", async () => {
    const first = await mixedBatch(source, { mixup: true });
    expect(await mixedBatch(source, { mixup: 0.2 })).toEqual(first);
    expect((await mixedBatch(source, { mixup: 0.2 }, { epoch: 2 })).share).not.toBe(first.share);
  });

  test("of both kinds takes each for some batches", async () => {
    const { train } = toyData();
    const task = { loss: "sparseCategoricalCrossentropy", output: [3], batchSize: 2, seed: 0 } as const;
    const { source: mixed } = mixedExamples(train, { ...task, options: { mixup: 1, cutmix: 1 } });
    const plain = { x: new Float32Array(216), y: new Float32Array(2) };
    void train.write({ indices: Int32Array.of(3, 4), epoch: 0 }, plain);
    const kinds = new Set<string>();
    for (let epoch = 1; epoch <= 12; epoch++) {
      const target = { x: new Float32Array(216), y: new Float32Array(6) };
      await mixed.write({ indices: Int32Array.of(3, 4), epoch }, target);
      const isPasted = target.x.every(
        (value, i) => value === plain.x[i] || value === plain.x[(i + 108) % 216],
      );
      kinds.add(isPasted ? "cutmix" : "mixup");
    }
    expect([...kinds].toSorted()).toEqual(["cutmix", "mixup"]);
  });

  test("counts as the class that the example mostly is", async () => {
    const rows = arraySource(
      ndarray(identity, [7, 7]),
      ndarray(
        Float32Array.from(labels.flatMap((label) => [0, 1, 2].map((c) => Number(c === label)))),
        [7, 3],
      ),
    );
    const task = { options: { mixup: 1 }, output: [3], batchSize: 7, seed: 4 };
    const ofIndices = mixedExamples(source, { ...task, loss: "sparseCategoricalCrossentropy" });
    const ofRows = mixedExamples(rows, { ...task, loss: "categoricalCrossentropy" });
    const batch = { from: 0, count: 7, ...(await mixedBatch(source, { mixup: 1 })) };
    const { share } = batch;
    const mostly = labels.map((own, i) => (share >= 0.5 ? own : labels[(i + 6) % 7]!));
    expect([...ofIndices.targetsOf(batch)]).toEqual(mostly);
    expect([...ofRows.targetsOf(batch)]).toEqual(
      mostly.flatMap((label) => [0, 1, 2].map((c) => Number(c === label))),
    );
  });
});

describe("training on mixed examples", () => {
  test("has the loss of the mixed rows", async () => {
    const model = sequential([dense({ units: 3, activation: "softmax" })]);
    const kernel = Float32Array.from({ length: 21 }, (_, i) => ((i * 5) % 11) / 4 - 1);
    const given = { "dense/kernel": kernel, "dense/bias": new Float32Array(3) };
    const orders: Int32Array<ArrayBuffer>[] = [];
    const train: BatchSource = {
      ...source,
      write: (request, target) => {
        orders.push(Int32Array.from(request.indices));
        return source.write(request, target);
      },
    };
    const options = { epochs: 1, batchSize: 7, optimizer: sgd(), weights: given, mixup: 1, seed: 4 };
    const { end } = await collect(fit(model, { train }, toyOptions(options)));
    const { x, y, share } = await mixedBatch(source, { mixup: 1 }, { order: orders.at(-1)! });
    expect(share > 0.01 && share < 0.99).toBe(true);
    let wanted = 0;
    for (let i = 0; i < 7; i++) {
      const logits = [0, 1, 2].map((c) =>
        x.subarray(i * 7, i * 7 + 7).reduce((sum, value, k) => sum + value * kernel[k * 3 + c]!, 0),
      );
      const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
      wanted += logits.reduce((sum, logit, c) => sum + y[i * 3 + c]! * (total - logit), 0) / 7;
    }
    expect(end.history[0]!.loss).toBeCloseTo(wanted, 5);
  });

  const refused = async (options: Mixing, loss: AnyLoss, data = toyData()): Promise<unknown> =>
    collect(fit(toyModel, data, toyOptions({ epochs: 1, loss, ...options })));

  test.each<[Mixing, AnyLoss, RegExp]>([
    [
      { mixup: 0.2 },
      "categoricalHinge",
      /^fit: mixup: expected a loss over classes: .*, received categoricalHinge/,
    ],
    [{ mixup: 0 }, "sparseCategoricalCrossentropy", /^fit: mixup: expected .*above 0, received 0/],
    [{ cutmix: -1 }, "sparseCategoricalCrossentropy", /^fit: cutmix: expected .*above 0, received -1/],
  ])("refuses %j with %s", async (options, loss, message) => {
    await expect(refused(options, loss)).rejects.toThrow(message);
  });

  test("refuses streams, and CutMix of what is no image", async () => {
    const data = toyData();
    const stream = { ...data, train: { ...data.train, inOrder: true } as BatchSource };
    await expect(refused({ mixup: 1 }, "sparseCategoricalCrossentropy", stream)).rejects.toThrow(
      /^fit: mixup: expected arrays or a folder, received a stream; mix the images in the stream/,
    );
    const model = sequential([dense({ units: 3, activation: "softmax" })]);
    await expect(
      collect(fit(model, { train: source }, toyOptions({ epochs: 1, cutmix: 1 }))),
    ).rejects.toThrow(
      /^fit: cutmix: expected images, \[height, width, channels\], received \[7\]; use mixup/,
    );
  });

  test("names the example that is no number, not the one that it was mixed with", async () => {
    const { x, y } = { x: Float32Array.from(identity), y: Int32Array.from(labels) };
    x[5 * 7 + 2] = Number.NaN;
    const train = arraySource(ndarray(x, [7, 7]), ndarray(y, [7]));
    const model = sequential([dense({ units: 3, activation: "softmax" })]);
    const { end } = await collect(fit(model, { train }, toyOptions({ epochs: 1, batchSize: 7, mixup: 1 })));
    expect(end.reason).toBe("diverged");
    expect(end.advice[0]).toMatchObject({
      code: "not-finite",
      data: { array: "x", at: [5, 2], value: "NaN" },
    });
  });

  test("takes true for the papers' alphas", () => {
    expect(mixingIn({ mixup: true, cutmix: true }, (name) => name)).toEqual({ mixup: 0.2, cutmix: 1 });
    expect(mixingIn({}, (name) => name)).toEqual({});
  });
});
