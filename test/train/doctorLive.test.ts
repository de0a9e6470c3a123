import { describe, expect, test } from "vitest";
import { ndarray } from "../../src/base/index.ts";
import { arraySource } from "../../src/evaluate/index.ts";
import { adam, constant, conv2d, dense, flatten, sequential, sgd } from "../../src/nn/index.ts";
import { type Advice, type FitData, type FitOptions, fit } from "../../src/train/index.ts";
import { collect, toyArrays, toyData, toyModel, toyOptions } from "./toy.ts";

const classNames = ["red", "green", "blue"];
const model = sequential([flatten(), dense({ units: 3, activation: "softmax" })]);

async function adviceOf(
  spec: typeof model,
  options: Partial<FitOptions>,
  data: FitData = toyData(30, 15),
): Promise<readonly Advice[]> {
  const { end } = await collect(fit(spec, data, toyOptions({ classNames, ...options })));
  return end.advice;
}
const codes = (advice: readonly Advice[]): readonly string[] => advice.map(({ code }) => code);
const healthy = { epochs: 6, optimizer: adam({ learningRate: 0.01 }) };

describe("the doctor beside real trainings", () => {
  test("says chance and ln(3) where the rate is too small to learn, and not of one that learns", async () => {
    const dull = sequential([
      flatten(),
      dense({ units: 3, activation: "softmax", kernelInitializer: "zeros" }),
    ]);
    const stuck = await adviceOf(dull, { optimizer: sgd({ learningRate: 1e-9 }) });
    expect(codes(stuck)).toContain("chance");
    expect(stuck[0]?.sentence).toMatch(/guessing \(33.3%\).*below 1.099, which is ln\(3\)/);
    expect(codes(await adviceOf(toyModel, healthy))).not.toContain("chance");
  });

  test("stops a training that explodes and keeps the last good weights", async () => {
    const data = toyData(32);
    const bad = { ...data, train: { ...data.train, write: spoilAfter(6, data) } };
    const options = toyOptions({ epochs: 4 });
    const { end } = await collect(fit(toyModel, bad, options));
    expect(end).toMatchObject({ reason: "diverged", bestEpoch: 1 });
    expect(codes(end.advice)).toContain("diverged");
    expect(end.advice[0]?.sentence).toMatch(/at step [34] of epoch 2/);
    const one = await collect(fit(toyModel, data, { ...options, epochs: 1 }));
    expect(end.lastWeights).toEqual(one.end.lastWeights);
    expect(codes(await adviceOf(toyModel, healthy))).not.toContain("diverged");
  });

  test("stops on a learning rate that is far too high", async () => {
    const relu = sequential([
      conv2d({ filters: 4, kernelSize: 3 }),
      flatten(),
      dense({ units: 3, activation: "softmax" }),
    ]);
    const { end } = await collect(
      fit(relu, toyData(30), toyOptions({ epochs: 9, optimizer: sgd({ learningRate: 1e4 }) })),
    );
    expect(end.reason).toBe("diverged");
    for (const data of Object.values(end.weights)) expect(data.every(Number.isFinite)).toBe(true);
  });

  test("names a layer that is silent, and none in a training that learns", async () => {
    const dead = sequential([
      conv2d({ filters: 2, kernelSize: 3, activation: "relu", biasInitializer: constant(-100) }),
      flatten(),
      dense({ units: 3, activation: "softmax" }),
    ]);
    const advice = await adviceOf(dead, {});
    expect(advice[0]?.sentence).toMatch(/^Every output of the layer conv2d is 0 after epoch 2/);
    expect(codes(await adviceOf(toyModel, healthy))).not.toContain("silentLayer");
  });

  test("names a class that is never predicted, and none when all are", async () => {
    // 12 red, 12 green and 1 blue image to learn from, 5 of each to be measured on.
    const { x, y } = toyArrays(36, 5);
    const rows = [...y.data.keys()].filter((i) => y.data[i] !== 2 || i === 2);
    const few = arraySource(
      ndarray(Float32Array.from(rows.flatMap((i) => [...x.data.subarray(i * 108, (i + 1) * 108)])), [
        rows.length,
        6,
        6,
        3,
      ]),
      ndarray(
        Int32Array.from(rows, (i) => y.data[i] ?? 0),
        [rows.length],
      ),
    );
    const { validation } = toyData(3, 15);
    const data = { train: few, validation: validation! };
    const options = { epochs: 4, optimizer: adam({ learningRate: 0.01 }) };
    const advice = await adviceOf(model, options, data);
    expect(advice.find(({ code }) => code === "classNeverPredicted")?.sentence).toBe(
      "No validation image was named blue, though 5 show it.",
    );
    expect(codes(await adviceOf(toyModel, healthy))).not.toContain("classNeverPredicted");
  });
});

/** The examples as they are, but NaN in the batches after the first so many. */
function spoilAfter(batches: number, { train }: FitData): typeof train.write {
  let written = 0;
  return (request, target) => {
    written++;
    if (written > batches) target.x.fill(Number.NaN);
    else return train.write(request, target);
  };
}
