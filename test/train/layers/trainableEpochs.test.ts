import { describe, expect, test } from "vitest";
import { entryOf } from "../../../src/base/index.ts";
import {
  type ModelSpec,
  add,
  conv2d,
  dense,
  flatten,
  parseModel,
  relu,
  sequential,
  sgd,
} from "../../../src/nn/index.ts";
import { type FitEvent, type FitOptions, type Weights, fit } from "../../../src/train/index.ts";
import { collect, toyData, toyOptions } from "../toy.ts";

const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 });

/** A branch of a merge is trained for one epoch, the first layer for two. */
const model: ModelSpec = sequential([
  conv2d({ name: "first", filters: 4, kernelSize: 3, trainableEpochs: 2 }),
  add([[], [conv2d({ name: "inner", filters: 4, kernelSize: 1, trainableEpochs: 1 }), relu()]]),
  flatten(),
  dense({ name: "head", units: 3, activation: "softmax" }),
]);

const options = (more: Partial<FitOptions> = {}): FitOptions =>
  toyOptions({ epochs: 4, optimizer, batchSize: 8, ...more });

async function weightsAfter(epochs: number, more?: Partial<FitOptions>): Promise<Weights> {
  return (await collect(fit(model, toyData(), options({ epochs, ...more })))).end.lastWeights;
}

describe("layers with trainableEpochs", () => {
  test("move in their epochs and stay as they are afterwards; the others go on", async () => {
    const after = [await weightsAfter(1), await weightsAfter(2), await weightsAfter(3)];
    const moves = (name: string): readonly boolean[] =>
      [1, 2].map((i) => String(entryOf(after[i]!, name)) !== String(entryOf(after[i - 1]!, name)));
    expect(moves("inner/kernel")).toEqual([false, false]);
    expect(moves("inner/bias")).toEqual([false, false]);
    expect(moves("first/kernel")).toEqual([true, false]);
    expect(moves("head/kernel")).toEqual([true, true]);
  });

  test("are trained with incomplete and with accumulated batches alike", async () => {
    for (const steps of [1, 2]) {
      const grouped = { ...optimizer, gradientAccumulationSteps: steps };
      const [one, three] = [
        await weightsAfter(1, { optimizer: grouped }),
        await weightsAfter(3, { optimizer: grouped }),
      ];
      expect(entryOf(three, "inner/kernel")).toEqual(entryOf(one, "inner/kernel"));
      expect(entryOf(three, "head/kernel")).not.toEqual(entryOf(one, "head/kernel"));
    }
  });

  test("give the same bits after a resume in the middle", async () => {
    const whole = await weightsAfter(4);
    const checkpoint = await checkpointAfter(2);
    const { end } = await collect(fit(model, toyData(), options({ resume: checkpoint })));
    expect(end.lastWeights).toEqual(whole);
  });

  test("survive a file", () => {
    expect(parseModel(JSON.parse(JSON.stringify(model)), "net.json")).toEqual(model);
  });
});

type Checkpoint = Extract<FitEvent, { readonly type: "checkpoint" }>["checkpoint"];

async function checkpointAfter(epoch: number): Promise<Checkpoint> {
  for await (const event of fit(model, toyData(), options({ checkpoints: true })))
    if (event.type === "checkpoint" && event.checkpoint.state.epoch === epoch) return event.checkpoint;
  throw new Error("no such checkpoint");
}
