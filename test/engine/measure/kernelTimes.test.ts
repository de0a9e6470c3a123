import { expect, test } from "vitest";
import {
  type Program,
  add,
  conv2d,
  createGraph,
  input,
  parameter,
  relu,
  reshape,
  update,
} from "../../../src/engine/index.ts";
import { timeKernels } from "../../../src/engine/measure/kernelTimes.ts";

/** Time that passes by what `step` says at every look. */
function steppingClock(step: number): () => number {
  let now = 0;
  return () => (now += step);
}

const measuring = { arithmetic: "exact", panel: 8, repeats: 4 } as const;

/** relu(x ∘ w), and an update of w if it is trained. */
function convolution(trained: boolean): Program {
  const graph = createGraph();
  const w = parameter(graph, "w", [3, 3, 4, 4]);
  const y = relu(conv2d(input(graph, "x", [1, 8, 8, 4]), w, { strides: [2, 2] }));
  if (trained) update(w, add(w, w));
  return { graph, outputs: { y } };
}

const job = (program: Program, asked: number[] = []) => ({
  program,
  parameters: { w: Array.from({ length: 144 }, () => 0.5) },
  inputsAt: (step: number) => {
    asked.push(step);
    return { x: Array.from({ length: 256 }, () => step) };
  },
});

test("every kernel of a step is timed as often as was asked, without the steps that warm up", () => {
  const asked: number[] = [];
  const times = timeKernels(job(convolution(true), asked), { ...measuring, clock: steppingClock(3) });
  expect(times.map(({ index, label }) => [index, label])).toEqual([
    [0, "pack filters 1x36x8x1"],
    [1, "direct: conv2d+relu 1x8x8x4 -> 4"],
    [2, "add 3x3x4x4"],
  ]);
  for (const { median, count, tasks } of times) {
    expect([median, count]).toEqual([3, 4]);
    expect(tasks).toBeGreaterThanOrEqual(1);
  }
  // 3 x 3 outputs, 3 x 3 taps, 4 channels, 4 filters, two operations each.
  expect(times.map(({ gflop }) => Math.round(gflop * 1e9))).toEqual([0, 2 * 9 * 9 * 16, 0]);
  // Three steps warm up, four are timed; inputs are those of the step.
  expect(asked).toEqual([1, 2, 3, 4, 5, 6, 7]);
});

test("a parameter and an input that are read in another shape alone get their numbers", () => {
  const graph = createGraph();
  const seen = [input(graph, "x", [2, 2]), parameter(graph, "w", [2, 2])].map((value) => reshape(value, [4]));
  const y = add(seen[0]!, seen[1]!);
  const given = { program: { graph, outputs: { y } }, parameters: { w: [1, 2, 3, 4] } };
  const times = timeKernels(
    { ...given, inputsAt: () => ({ x: [1, 1, 1, 1] }) },
    { ...measuring, clock: () => 0 },
  );
  expect(times.map(({ label }) => label)).toEqual(["add 4"]);
});

test("what runs once, not in every step, is left out", () => {
  const times = timeKernels(job(convolution(false)), { ...measuring, clock: steppingClock(1) });
  expect(times.map(({ index, label }) => [index, label])).toEqual([[1, "direct: conv2d+relu 1x8x8x4 -> 4"]]);
});
