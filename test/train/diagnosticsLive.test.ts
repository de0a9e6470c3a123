import { describe, expect, test } from "vitest";
import { ndarray } from "../../src/base/index.ts";
import { arraySource } from "../../src/evaluate/index.ts";
import { adam, constant, conv2d, dense, flatten, sequential, sgd } from "../../src/nn/index.ts";
import { type FitData, type FitOptions, type TrainingAdvice, fit } from "../../src/train/index.ts";
import { collect, toyArrays, toyData, toyModel, toyOptions } from "./toy.ts";

const classNames = ["red", "green", "blue"];
const model = sequential([flatten(), dense({ units: 3, activation: "softmax" })]);

async function adviceOf(
  spec: typeof model,
  options: Partial<FitOptions>,
  data: FitData = toyData(30, 15),
): Promise<readonly TrainingAdvice[]> {
  const { end } = await collect(fit(spec, data, toyOptions({ classNames, ...options })));
  return end.advice;
}
const codes = (advice: readonly TrainingAdvice[]): readonly string[] => advice.map(({ code }) => code);
const healthy = { epochs: 6, optimizer: adam({ learningRate: 0.01 }) };

describe("advice on real trainings", () => {
  test("is that nothing is learned where the rate is too small, and not of one that learns", async () => {
    const dull = sequential([
      flatten(),
      dense({ units: 3, activation: "softmax", kernelInitializer: "zeros" }),
    ]);
    const stuck = await adviceOf(dull, { optimizer: sgd({ learningRate: 1e-9 }) });
    expect(codes(stuck)).toContain("not-learning");
    expect(stuck[0]?.data).toMatchObject({ majorityAccuracy: 1 / 3, classes: 3, entropy: Math.log(3) });
    expect(codes(await adviceOf(toyModel, healthy))).not.toContain("not-learning");
  });

  test("stops a training whose data spoils and keeps the last good weights", async () => {
    const data = toyData(32);
    const bad = { ...data, train: { ...data.train, write: spoilAfter(6, data) } };
    const options = toyOptions({ epochs: 4 });
    const { end } = await collect(fit(toyModel, bad, options));
    expect(end).toMatchObject({ reason: "diverged", bestEpoch: 1 });
    expect(end.advice[0]).toMatchObject({ code: "not-finite", data: { epoch: 2, step: 3, array: "x" } });
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

  test("names a layer that is dead, and none in a training that learns", async () => {
    const dead = sequential([
      conv2d({ filters: 2, kernelSize: 3, activation: "relu", biasInitializer: constant(-100) }),
      flatten(),
      dense({ units: 3, activation: "softmax" }),
    ]);
    const advice = await adviceOf(dead, {});
    expect(advice[0]).toMatchObject({ code: "dead-layer", data: { layer: "conv2d" } });
    expect(codes(await adviceOf(toyModel, healthy))).not.toContain("dead-layer");
  });

  test("names a class that is never predicted, and none when all are", async () => {
    // 12 red, 12 green and 1 blue image to train on, 5 of each to be measured on.
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
    expect(advice.find(({ code }) => code === "class-never-predicted")?.data).toMatchObject({
      classes: [{ name: "blue", images: 5 }],
    });
    // Its fifth epoch is kept and predicts all three; the sixth would be and does not.
    const all = await adviceOf(toyModel, { ...healthy, epochs: 5 });
    expect(codes(all)).not.toContain("class-never-predicted");
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
