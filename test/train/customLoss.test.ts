import { describe, expect, test } from "vitest";
import { type Value, affine, multiply, reduceMean, softmaxCrossEntropy } from "../../src/engine/index.ts";
import { evaluateModel } from "../../src/evaluate/index.ts";
import type { AnyLoss, LossInputs } from "../../src/nn/index.ts";
import { fit } from "../../src/train/index.ts";
import { collect, toyData, toyModel, toyOptions } from "./toy.ts";

const perExample = ({ logits, labels }: LossInputs): Value => softmaxCrossEntropy(logits, labels);
const wholeBatch = (inputs: LossInputs): Value => reduceMean(perExample(inputs));

const endOf = async (loss: AnyLoss) =>
  (await collect(fit(toyModel, toyData(), toyOptions({ loss, epochs: 2 })))).end;

describe("a loss from ops", () => {
  test.each([
    ["one number for each example", perExample],
    ["one for the batch", wholeBatch],
    ["with a name", { name: "mine", loss: perExample }],
  ] as const)(
    "%s: trains, validates and evaluates like the built-in of the same formula",
    async (_, loss) => {
      const built = await endOf("sparseCategoricalCrossentropy");
      const own = await endOf(loss);
      expect(own.weights).toEqual(built.weights);
      const losses = ({ history }: typeof own): unknown =>
        history.map((epoch) => [epoch.loss, epoch.validation]);
      for (const [i, epoch] of own.history.entries()) {
        const other = built.history[i]!;
        expect(epoch.loss).toBe(other.loss);
        // 10 validation examples in batches of 8: the mean over the batch of 2 must not hold the rows that fill it up.
        expect(epoch.validation!.loss).toBeCloseTo(other.validation!.loss, 6);
      }
      expect(losses(own)).toHaveLength(2);
      const { backend } = toyOptions();
      const source = toyData().validation!;
      const evaluated = await evaluateModel({ model: toyModel, weights: own.weights }, source, {
        backend,
        loss,
        batchSize: 4,
      });
      const best = own.history.find(({ epoch }) => epoch === own.bestEpoch);
      expect(evaluated?.loss).toBeCloseTo(best!.validation!.loss, 6);
    },
  );

  test("is given the outputs after the last activation as predictions", async () => {
    const confident = ({ predictions }: LossInputs): Value =>
      affine(reduceMean(multiply(predictions, predictions), { axes: [1] }), -3);
    const { history } = await endOf(confident);
    // -Σ p² lies from -1 to -1/3 for three classes.
    for (const { loss } of history) {
      expect(loss).toBeGreaterThan(-1);
      expect(loss).toBeLessThan(-1 / 3 + 1e-6);
    }
  });

  test.each([
    [
      ({ predictions }: LossInputs): Value => predictions,
      /loss margin: expected .* shape \[8\], .* received shape \[8, 3\]/,
    ],
    [(): Value => 3 as unknown as Value, /loss margin: expected .* received 3/],
  ])("that gives another shape is refused with its name, before anything runs", async (loss, message) => {
    await expect(endOf({ name: "margin", loss })).rejects.toThrow(message);
  });
});
