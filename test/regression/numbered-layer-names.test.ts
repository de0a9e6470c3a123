import { expect, test } from "vitest";
import { dense, flatten, outputShapeOf, sequential } from "../../src/nn/index.ts";
import { type FitOptions, fit } from "../../src/train/index.ts";
import { collect, toyData, toyOptions } from "../train/toy.ts";

// Names that are whole numbers, as PyTorch's Sequential gives them, come first among the keys of an object.

const model = sequential([
  flatten({ name: "pixels" }),
  dense({ name: "1", units: 8, activation: "relu" }),
  dense({ name: "0", units: 5, activation: "relu" }),
  dense({ name: "classes", units: 4, activation: "relu" }),
  dense({ name: "2", units: 3, activation: "softmax" }),
]);

test("what a model gives is what its last layer gives, whatever the layers are called", () => {
  expect(outputShapeOf(model, [6, 6, 3])).toEqual([3]);
});

test("a model with such names trains", async () => {
  const options: FitOptions = toyOptions({ epochs: 1, loss: "categoricalCrossentropy" });
  const { train } = toyData();
  const rows = { ...train, targetShape: [3] };
  await expect(collect(fit(model, { train }, toyOptions({ epochs: 1 })))).resolves.toBeDefined();
  // Rows of another width are told by the shape that the last layer gives.
  await expect(collect(fit(model, { train: { ...rows, targetShape: [4] } }, options))).rejects.toThrow(
    "expected a row [3] for each example, received a row [4]",
  );
});
