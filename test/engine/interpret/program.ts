import type { Program } from "../../../src/engine/index.ts";
import { bufferTable } from "../../../src/engine/plan/bufferTable.ts";
import { neededNodes } from "../../../src/engine/program.ts";
import { type Rounding, separateMemory } from "./nest.ts";
import { runOp } from "./op.ts";

/**
 * Runs a program by what its ops lower to; `inputs` holds the numbers of inputs and parameters by name.
 * `round` is for the loop nests; products and convolutions stay float64.
 */
export function interpret(
  program: Program,
  inputs: Readonly<Record<string, ArrayLike<number>>>,
  round: Rounding = (x) => x,
): Readonly<Record<string, Float64Array>> {
  const { graph } = program;
  const memory = separateMemory();
  const table = bufferTable(graph);
  for (const value of graph.values) {
    if (value.role !== "result")
      memory.set(table.of(value), Float64Array.from(value.numbers ?? inputs[value.name]!));
  }
  for (const { op, attributes, ...node } of neededNodes(program)) {
    const [ins, outs] = [node.inputs.map(table.of), node.outputs.map(table.of)];
    const { temporary } = table;
    for (const lowered of op.lower({ inputs: ins, outputs: outs, attributes, temporary }))
      runOp(lowered, memory, round);
  }
  return Object.fromEntries(
    Object.entries(program.outputs).map(([name, value]) => [
      name,
      Float64Array.from(memory(table.of(value))),
    ]),
  );
}
