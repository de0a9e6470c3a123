import { describe, expect, test } from "vitest";
import { at, seeded } from "../../src/base/index.ts";
import { differentiate } from "../../src/engine/index.ts";
import { type Loss, activation, dense, lossProgram, sequential } from "../../src/nn/index.ts";
import { runSteps } from "./run.ts";

// A dense layer of two inputs and three outputs on a batch of two; the losses are written out here from their definitions.

const random = seeded(5);
const x = [0.5, -1, 2, 0.25];
const kernel = Array.from({ length: 6 }, () => random.normal());
type Row = readonly number[];

const softmax = (z: Row): Row => {
  const powers = z.map(Math.exp);
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
};
const sigmoid = (z: Row): Row => z.map((value) => 1 / (1 + Math.exp(-value)));
const logits = (weights: Row, row: number): Row =>
  [0, 1, 2].map((unit) => at(x, 2 * row) * at(weights, unit) + at(x, 2 * row + 1) * at(weights, 3 + unit));
const mean = (values: Row): number => values.reduce((a, b) => a + b, 0) / values.length;

const crossEntropy = (z: Row, t: Row): number =>
  -softmax(z).reduce((sum, p, c) => sum + at(t, c) * Math.log(p), 0);
const binary = (z: Row, t: Row): number =>
  mean(sigmoid(z).map((p, c) => -(at(t, c) * Math.log(p) + (1 - at(t, c)) * Math.log(1 - p))));
const squares = (z: Row, t: Row): number => mean(z.map((value, c) => (value - at(t, c)) ** 2));

const rows = (y: Row): Row[] => [y.slice(0, 3), y.slice(3)];
const oneHot = (label: number): Row => [0, 1, 2].map((c) => (c === label ? 1 : 0));

interface Case {
  readonly loss: Loss;
  readonly head: "softmax" | "sigmoid" | "linear";
  readonly y: Row;
  /** Of one image, from the logits and the target as a row. */
  readonly definition: (z: Row, t: Row) => number;
}

/** Loss and gradient to the kernel as the program computes them. */
async function computed({ loss, head, y }: Case): Promise<{ value: number; gradient: Row }> {
  const model = sequential([dense({ units: 3, useBias: false }), activation(head)]);
  const { graph, loss: value, weights } = lossProgram(model, { inputShape: [2], batchSize: 2, loss });
  const [gradient] = differentiate(value, weights);
  if (!gradient) throw new Error("no gradient");
  const { outputs } = await runSteps(
    { graph, outputs: { value, gradient } },
    { parameters: { "dense/kernel": kernel }, inputs: [{ x, y: [...y] }] },
  );
  const found = at(outputs, 0);
  return { value: at(found["value"] ?? [], 0), gradient: [...(found["gradient"] ?? [])] };
}

describe("loss and gradient are those of the definition", () => {
  const smoothed = (label: number): Row => oneHot(label).map((t) => 0.9 * t + 0.1 / 3);
  test.each<[string, Case]>([
    [
      "class indices",
      { loss: "sparseCategoricalCrossentropy", head: "softmax", y: [2, 0], definition: crossEntropy },
    ],
    [
      "one-hot rows",
      {
        loss: "categoricalCrossentropy",
        head: "softmax",
        y: [...oneHot(2), ...oneHot(0)],
        definition: crossEntropy,
      },
    ],
    [
      "smoothed labels",
      {
        loss: "categoricalCrossentropy",
        head: "softmax",
        y: [...smoothed(2), ...smoothed(1)],
        definition: crossEntropy,
      },
    ],
    [
      "rows that do not sum to 1, as class weights make them",
      { loss: "categoricalCrossentropy", head: "softmax", y: [3, 0, 0, 0, 0.5, 0], definition: crossEntropy },
    ],
    [
      "several labels an image",
      { loss: "binaryCrossentropy", head: "sigmoid", y: [1, 0, 1, 0, 0, 1], definition: binary },
    ],
    [
      "uncertain labels",
      { loss: "binaryCrossentropy", head: "sigmoid", y: [0.9, 0.2, 0.5, 0, 1, 0.75], definition: binary },
    ],
    [
      "squares of bare sums",
      { loss: "meanSquaredError", head: "linear", y: [1, -2, 0.5, 3, 0, 1], definition: squares },
    ],
    [
      "squares behind a softmax",
      {
        loss: "meanSquaredError",
        head: "softmax",
        y: [1, 0, 0, 0, 0.5, 0.5],
        definition: (z, t) => squares(softmax(z), t),
      },
    ],
  ])("%s", async (_, example) => {
    const targets = example.y.length === 2 ? example.y.map(oneHot) : rows(example.y);
    const lossAt = (weights: Row): number =>
      mean(targets.map((target, row) => example.definition(logits(weights, row), target)));
    const { value, gradient } = await computed(example);
    expect(value).toBeCloseTo(lossAt(kernel), 5);
    // Central differences of the definition.
    const moved = (i: number, by: number): Row => kernel.map((w, j) => (i === j ? w + by : w));
    for (const [i, slope] of gradient.entries())
      expect(slope).toBeCloseTo((lossAt(moved(i, 1e-5)) - lossAt(moved(i, -1e-5))) / 2e-5, 5);
  });
});
