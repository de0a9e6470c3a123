import { expect, test } from "vitest";
import {
  add,
  conv2d,
  dense,
  denseParameterCount,
  flatten,
  input,
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
    "Total parameters: 856 (3.34 KB)",
    "Trainable: 856, not trainable: 0",
    "Work for one picture forward: 11,904 floating-point operations",
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
