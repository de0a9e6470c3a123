import { describe, expect, test } from "vitest";
import {
  type Program,
  clip,
  createGraph,
  input,
  planProgram,
  readPlan,
  writePlan,
} from "../../../src/engine/index.ts";
import { emitProgram } from "../../../src/engine/backends/wasm/emit.ts";
import { type Plan, addressesOf } from "../../../src/engine/plan/index.ts";
import { elementwiseChain, trainingStep } from "./programs.ts";

/** The module that the WebAssembly backend makes of a plan. */
const moduleOf = (plan: Plan): Uint8Array =>
  emitProgram(plan.kernels, {
    arithmetic: "exact",
    addressOf: addressesOf(plan, { arena: 1 << 20, parameter: () => 4096, constant: () => 8192 }),
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
    expect(String(read)).toBe(String(plan));
    expect(moduleOf(read)).toEqual(moduleOf(plan));
  });
});

test("a document of another schema, or that names a buffer it does not hold, is refused", () => {
  const document = writePlan(planProgram(elementwiseChain()));
  expect(() => readPlan(JSON.parse(JSON.stringify({ ...document, schema: 2 })))).toThrow("schema 1");
  expect(() => readPlan({ ...document, inputs: [999] })).toThrow("readPlan: expected a buffer of the plan");
  expect(() => readPlan({ ...document, kernels: ["nest"] })).toThrow("readPlan: expected a kernel");
  expect(() => readPlan({ ...document, kernels: [{ kind: "loop" }] })).toThrow("received loop");
  expect(() => readPlan({ ...document, kernels: [{ kind: "toString" }] })).toThrow("received toString");
});

test("a kernel of another plan has no address", () => {
  const plan = planProgram(elementwiseChain());
  const addressOf = addressesOf(plan, { arena: 0, parameter: () => 0, constant: () => 0 });
  const [buffer] = plan.inputs;
  expect(() => addressOf({ ...buffer!, id: 999 })).toThrow("expected a buffer of this plan");
});
