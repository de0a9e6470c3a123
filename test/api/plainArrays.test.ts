import { expect, test } from "vitest";
import { classificationMetrics } from "../../src/evaluate/index.ts";
import { dense, flatten, input } from "../../src/nn/index.ts";
import type { Model } from "../../src/api/index.ts";
import { toyPlatform } from "./platform.ts";

const x = Array.from({ length: 6 }, (_, i) => [
  [i, 5 - i],
  [i % 2, 1],
]);
const y = [0, 1, 0, 1, 0, 1];

function model(units: number, loss: "binaryCrossentropy" | "sparseCategoricalCrossentropy"): Model {
  const made = toyPlatform().api.sequential([
    input({ shape: [2, 2] }),
    flatten(),
    dense({ units, activation: units === 1 ? "sigmoid" : "softmax" }),
  ]);
  made.compile({ loss });
  return made;
}

test("metrics are computed of plain lists", () => {
  const probabilities = [
    [0.2, 0.8],
    [0.9, 0.1],
    [0.6, 0.4],
  ];
  const { accuracy, confusionMatrix } = classificationMetrics(probabilities, [1, 0, 1], {
    classNames: ["a", "b"],
  });
  expect(accuracy).toBeCloseTo(2 / 3, 12);
  expect(confusionMatrix).toEqual([
    [1, 0],
    [1, 1],
  ]);
});

test.each<[string, unknown, RegExp]>([
  ["one example without a list around it", x[0], /; give a list of examples: \[x\]$/],
  ["numbers in one row", x.flat(2), /; give its shape: ndarray\(numbers, \[6, 2, 2\]\)$/],
  ["a row an example", x.map((rows) => rows.flat()), /ndarray\(numbers, \[6, 2, 2\]\)$/],
  ["numbers that no example is made of", [1, 2, 3], /received \[3\]$/],
])("%s as x is refused with what to give", async (_, given, message) => {
  const two = model(2, "sparseCategoricalCrossentropy");
  await expect(two.fit(given as never, y, { verbose: false })).rejects.toThrow(message);
});

test("labels that a sigmoid cannot reach are refused, and probabilities are not", async () => {
  const one = model(1, "binaryCrossentropy");
  for (const wrong of [2, -1, Number.NaN])
    await expect(one.fit(x, [...y.slice(1), wrong], { verbose: false })).rejects.toThrow(
      new RegExp(`^model\\.fit: y\\[5\\]: expected 0 or 1, .*received ${wrong}$`),
    );
  await one.fit(x, [0, 0.25, 0.5, 0.75, 1, 0], { verbose: false });
});

test("class indices for one unit name the loss that fits", async () => {
  const one = model(1, "sparseCategoricalCrossentropy");
  await expect(one.fit(x, y, { verbose: false })).rejects.toThrow(
    /compile\(\{ loss: "binaryCrossentropy" \}\)$/,
  );
});
