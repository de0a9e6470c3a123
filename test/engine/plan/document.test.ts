import { describe, expect, test } from "vitest";
import {
  type Program,
  clip,
  createGraph,
  describePlan,
  input,
  planProgram,
  readPlan,
  writePlan,
} from "../../../src/engine/index.ts";
import { emitProgram } from "../../../src/engine/backends/wasm/emit.ts";
import { type Plan, addressesOf, describeKernel, gflopOfKernel } from "../../../src/engine/plan/index.ts";
import { elementwiseChain, trainingStep } from "./programs.ts";

/** The module that the WebAssembly backend makes of a plan. */
const moduleOf = (plan: Plan): Uint8Array =>
  emitProgram(plan.kernels, {
    arithmetic: "exact",
    addressOf: addressesOf(plan, { arena: 1 << 20, parameter: () => 4096 }),
  }).bytes;

function unbounded(): Program {
  const graph = createGraph();
  return { graph, outputs: { y: clip(input(graph, "x", [4]), -0, Infinity) } };
}

describe.each([
  ["a training step", () => trainingStep()],
  ["a chain of elementwise ops", elementwiseChain],
  ["numbers that JSON has not", unbounded],
])("a plan of %s", (_, program) => {
  const plan = planProgram(program());

  test("is plain data: a structured clone of it is emitted to the same module", () => {
    const clone = structuredClone(plan);
    expect(clone).toEqual(plan);
    expect(moduleOf(clone)).toEqual(moduleOf(plan));
  });

  test("survives JSON: what is read back is equal and emitted to the same module", () => {
    const text = JSON.stringify(writePlan(plan));
    const read = readPlan(JSON.parse(text));
    expect(read).toEqual(plan);
    expect(moduleOf(read)).toEqual(moduleOf(plan));
  });
});

test("a document of another schema, or that names a buffer it does not hold, is refused", () => {
  const document = writePlan(planProgram(elementwiseChain()));
  expect(() => readPlan(JSON.parse(JSON.stringify({ ...document, schema: 2 })))).toThrow("schema 1");
  expect(() => readPlan({ ...document, inputs: [999] })).toThrow("readPlan: expected a buffer of the plan");
  expect(() => readPlan({ ...document, kernels: ["nest"] })).toThrow("readPlan: expected a kernel");
});

test("a kernel of another plan has no address", () => {
  const plan = planProgram(elementwiseChain());
  const addressOf = addressesOf(plan, { arena: 0, parameter: () => 0 });
  const [buffer] = plan.inputs;
  expect(() => addressOf({ ...buffer!, id: 999 })).toThrow("expected a buffer of this plan");
});

test("the description tells passes, algorithms, kernels and buffers with their places", () => {
  const plan = planProgram(trainingStep());
  const text = describePlan(plan);
  for (const { name } of plan.passes) expect(text).toContain(name);
  expect(text).toMatch(/conv2d 3x3 4x8x8x4 -> 8 +\S/);
  expect(text).toContain(`Kernels (${plan.kernels.length};`);
  for (const { buffer, placement } of plan.buffers) {
    const line = text.split("\n").find((one) => one.trimStart().startsWith(`#${buffer.id} `));
    expect(line).toContain(
      placement.kind === "parameter"
        ? `parameter ${placement.name}`
        : `arena + ${placement.offset.toLocaleString("en-US")}`,
    );
  }
  // Columns are aligned: every row of the table of buffers has its type in the same column.
  const rows = text.slice(text.indexOf("Buffers")).split("\n").slice(2);
  expect(new Set(rows.map((row) => row.search(/\b(f32|u8)\b/))).size).toBe(1);
});

test("kernels and workloads are described by what they do, their sizes and their work", () => {
  const plan = planProgram(trainingStep());
  const described = plan.kernels.map((kernel) => [describeKernel(kernel), gflopOfKernel(kernel)] as const);
  const convolution = described.find(
    ([text]) => text.includes("conv2d 4x8x8x4 -> 8") || /winograd: .*4x8x8x4 -> 8/.test(text),
  );
  // 2 operations a product: 4 images of 8 x 8 pixels, 3 x 3 taps, 4 channels, 8 filters.
  expect(convolution?.[1]).toBeCloseTo((2 * 4 * 64 * 9 * 4 * 8) / 1e9, 12);
  expect(described.filter(([text]) => text.startsWith("dgamma")).map(([, gflop]) => gflop)).toContain(0);
});
