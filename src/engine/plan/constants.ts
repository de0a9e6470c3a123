import type { Program } from "../backend.ts";
import type { Value } from "../graph/graph.ts";
import { neededNodes } from "../program.ts";

/** Whether a value follows from parameters alone, and the program leaves all of them alone: such values are computed once. */
export type Settled = (value: Value) => boolean;

export function settledIn(program: Program): Settled {
  if (program.graph.updates.length > 0) return () => false;
  const results = new Set<Value>();
  const settled: Settled = (value) => value.role === "parameter" || results.has(value);
  for (const node of neededNodes(program))
    if (node.inputs.every(settled)) for (const output of node.outputs) results.add(output);
  return settled;
}
