import { expect, test } from "vitest";
import {
  add,
  conv2d,
  dense,
  denseParameterCount,
  flatten,
  input,
  modelSize,
  renderSummary,
  sequential,
  summarize,
} from "../../src/nn/index.ts";

const small = sequential([
  input({ shape: [8, 8, 3] }),
  add([[], [conv2d({ filters: 3, kernelSize: 3, padding: "same" })]]),
  flatten(),
  dense({ units: 4, activation: "softmax" }),
]);

test("the table has a row for every layer, branches set in, and the totals", () => {
  expect(renderSummary(summarize(small)).split("\n")).toEqual([
    'Model: "sequential"',
    "┌───────────────────┬──────────────┬────────────┐",
    "│ Layer (type)      │ Output shape │ Parameters │",
    "├───────────────────┼──────────────┼────────────┤",
    "│ input             │ (N, 8, 8, 3) │          0 │",
    "│   conv2d (Conv2D) │ (N, 8, 8, 3) │         84 │",
    "│ add (Add)         │ (N, 8, 8, 3) │          0 │",
    "│ flatten (Flatten) │ (N, 192)     │          0 │",
    "│ dense (Dense)     │ (N, 4)       │        772 │",
    "└───────────────────┴──────────────┴────────────┘",
    "Total parameters: 856 (3 kB)",
    "Trainable: 856, not trainable: 0",
    "Work for one image forward: 11,904 floating-point operations",
  ]);
});

test("work counts two operations for each multiplication with its addition", () => {
  const [conv, , , last] = summarize(small).rows;
  expect(conv!.flops).toBe(2 * 8 * 8 * 3 * 3 * 3 * 3);
  expect(last!.flops).toBe(2 * 192 * 4);
});

test("a fully connected net on 50x50 pixels needs 250,302 numbers, as the tutorial counts", () => {
  expect(denseParameterCount([50, 50], 100, 2)).toBe(250_302);
});

test("a model's facts count layers, bytes and what a fully connected net on the same images would need", () => {
  const facts = modelSize(small);
  expect(
    facts.layers.map(({ name, parameterBytes, outputBytes }) => [name, parameterBytes, outputBytes]),
  ).toEqual([
    ["conv2d", 336, 768],
    ["add", 0, 768],
    ["flatten", 0, 768],
    ["dense", 3088, 16],
  ]);
  expect(facts).toMatchObject({ parameters: 856, parameterBytes: 3424, outputBytes: 2320 });
  // 8·8·3 pixels to 100 units, 100 biases, 100 units to 4 classes, 4 biases.
  expect(facts.fullyConnected).toEqual({ hidden: 100, parameters: 19_704, parameterBytes: 78_816 });
  const tutorial = sequential([flatten(), dense({ units: 100 }), dense({ units: 2, activation: "softmax" })]);
  const { parameters, fullyConnected } = modelSize(tutorial, [50, 50, 1]);
  expect([parameters, fullyConnected.parameters]).toEqual([250_302, 250_302]);
});
