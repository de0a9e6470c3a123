import { describe, expect, test } from "vitest";
import { ndarray } from "../../../src/base/index.ts";
import {
  type BatchSource,
  arraySource,
  classFactors,
  withClassFactors,
  withWeights,
} from "../../../src/evaluate/index.ts";
import { dense, sequential, sgd } from "../../../src/nn/index.ts";
import { fit } from "../../../src/train/index.ts";
import golden from "../../golden/examples/weights.json" with { type: "json" };
import { collect, toyData, toyModel, toyOptions } from "../toy.ts";

const { x, y, kernel, bias, classes, samples } = golden;
const source = arraySource(ndarray(Float32Array.from(x.flat()), [6, 2]), ndarray(Int32Array.from(y), [6]));

/** Loss, and gradients from one step at the rate 1. */
async function stepOn(train: BatchSource): Promise<{ loss: number; kernel: number[]; bias: number[] }> {
  const weights = {
    "dense/kernel": Float32Array.from(kernel.flat()),
    "dense/bias": Float32Array.from(bias),
  };
  const model = sequential([dense({ units: 3, activation: "softmax" })]);
  const options = toyOptions({ epochs: 1, batchSize: 6, optimizer: sgd({ learningRate: 1 }), weights });
  const { end } = await collect(fit(model, { train }, options));
  const gradient = (name: "dense/kernel" | "dense/bias"): number[] =>
    [...weights[name]].map((before, i) => before - end.lastWeights[name]![i]!);
  return {
    loss: end.history[0]!.loss,
    kernel: gradient("dense/kernel"),
    bias: gradient("dense/bias"),
  };
}

describe("a step on weighted examples has PyTorch's loss and gradients, the divisor being the examples'", () => {
  const byRows = arraySource(ndarray(Float32Array.from(x.flat()), [6, 2]), ndarray(Int32Array.from(y), [6]));
  test.each([
    ["by class", withClassFactors(source, classes), golden.byClass],
    ["by example", withWeights(byRows, samples), golden.bySample],
    ["by both, multiplied", withClassFactors(withWeights(source, samples), classes), golden.byBoth],
  ])("%s", async (_, train, wanted) => {
    const step = await stepOn(train);
    expect(step.loss).toBeCloseTo(wanted.loss, 6);
    for (const [i, value] of wanted.kernel.flat().entries()) expect(step.kernel[i]).toBeCloseTo(value, 6);
    for (const [i, value] of wanted.bias.entries()) expect(step.bias[i]).toBeCloseTo(value, 6);
  });
});

describe("weights", () => {
  test("of classes are the same by indices and by one-hot rows", async () => {
    const rows = ndarray(
      Float32Array.from(y.flatMap((label) => [0, 1, 2].map((c) => Number(c === label)))),
      [6, 3],
    );
    const ofRows = withClassFactors(arraySource(ndarray(Float32Array.from(x.flat()), [6, 2]), rows), classes);
    const written = (train: BatchSource, width: number): number[] => {
      const weights = new Float32Array(6);
      void train.write(
        { indices: Int32Array.of(5, 4, 3, 2, 1, 0), epoch: 1 },
        { x: new Float32Array(12), y: new Float32Array(6 * width), weights },
      );
      return [...weights];
    };
    expect(written(ofRows, 3)).toEqual(y.map((label) => classes[label]).toReversed());
    expect(written(withClassFactors(source, classes), 1)).toEqual(written(ofRows, 3));
  });

  test("of 0 take an example out of training, whose accuracy still counts it", async () => {
    const { loss, kernel: gradient } = await stepOn(withWeights(source, [0, 0, 0, 0, 0, 0]));
    expect(loss).toBe(0);
    expect(gradient.every((value) => value === 0)).toBe(true);
    const model = sequential([dense({ units: 3, activation: "softmax" })]);
    const plain = await collect(fit(model, { train: source }, toyOptions({ epochs: 1, batchSize: 6 })));
    const weighted = await collect(
      fit(model, { train: withWeights(source, [0, 1, 0, 0, 0, 0]) }, toyOptions({ epochs: 1, batchSize: 6 })),
    );
    expect(weighted.end.history[0]!.accuracy).toBe(plain.end.history[0]!.accuracy);
  });

  test("do not change what is measured on a validation set without any", async () => {
    const { train, validation } = toyData();
    const options = toyOptions({ epochs: 1, optimizer: sgd({ learningRate: 1e-9 }) });
    const factors = classFactors("w", { 0: 5 }, { classes: 3 });
    const plain = await collect(fit(toyModel, { train, validation: validation! }, options));
    const weighted = await collect(
      fit(toyModel, { train: withClassFactors(train, factors), validation: validation! }, options),
    );
    expect(weighted.end.history[0]!.validation!.loss).toBeCloseTo(plain.end.history[0]!.validation!.loss, 5);
    expect(weighted.end.history[0]!.loss).toBeGreaterThan(1.5 * plain.end.history[0]!.loss);
  });
});
