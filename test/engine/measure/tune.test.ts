import { expect, test } from "vitest";
import {
  add,
  conv2d,
  createGraph,
  flatten,
  input,
  matmul,
  parameter,
  relu,
} from "../../../src/engine/index.ts";
import { tuningCasesOf, timeAlgorithms } from "../../../src/engine/index.ts";

function program() {
  const graph = createGraph();
  const x = input(graph, "x", [2, 8, 8, 4]);
  const filters = parameter(graph, "w", [3, 3, 4, 4]);
  const bias = parameter(graph, "bias", [4]);
  // The first and the second are the same work; the third has no bias.
  let y = relu(add(conv2d(x, filters, { padding: "same" }), bias));
  y = relu(add(conv2d(y, filters, { padding: "same" }), bias));
  y = conv2d(y, filters, { padding: "same" });
  y = conv2d(y, parameter(graph, "point", [1, 1, 4, 4]));
  return { graph, outputs: { y: matmul(flatten(y), parameter(graph, "dense", [256, 3])) } };
}

test("equal convolutions of a program are one choice, counted", () => {
  const choices = tuningCasesOf(program(), { panel: 8 });
  expect(choices.map(({ work, count }) => [work, count])).toEqual([
    ["conv2d+bias+relu 3x3 2x8x8x4 -> 4", 2],
    ["conv2d 3x3 2x8x8x4 -> 4", 1],
    ["conv2d 1x1 2x8x8x4 -> 4", 1],
    ["product 2x256 · 256x3", 1],
  ]);
  expect(choices[0]!.gflop).toBeCloseTo((2 * 2 * 64 * 9 * 16) / 1e9, 12);
  expect(choices[2]!.candidates.map(({ algorithm }) => algorithm)).toEqual(["direct", "packed product"]);
  for (const { chosen, candidates } of choices) {
    const least = candidates.reduce((best, one) => (one.cost < best.cost ? one : best));
    expect(chosen).toBe(least.algorithm);
  }
});

test("every algorithm of a choice is timed as often as the others, in milliseconds of the clock", () => {
  const [choice] = tuningCasesOf(program(), { panel: 8 });
  let now = 0;
  const clock = (): number => (now += 5);
  const times = timeAlgorithms(choice!, { panel: 8, arithmetic: "exact", clock, milliseconds: 100 });
  expect(times.map(({ algorithm }) => algorithm)).toEqual(
    choice!.candidates.map(({ algorithm }) => algorithm),
  );
  for (const { median, count } of times) {
    expect(median).toBe(5);
    expect(count).toBe(times[0]!.count);
    expect(count).toBeGreaterThanOrEqual(3);
  }
});
