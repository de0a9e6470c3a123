import type { Program } from "../backend.ts";
import { neededNodes } from "../program.ts";

/** What is asked about: a value of the graph, or its buffer. */
interface Asked {
  readonly id: number;
  readonly role: string;
}

/** Whether a value follows from parameters alone, and the program leaves all of them alone: such values are computed once. */
export type IsConstant = (value: Asked) => boolean;

/** Constant propagation over weights: the values of a program that {@link IsConstant} holds for. */
export function constantsOf(program: Program): IsConstant {
  if (program.graph.updates.length > 0) return () => false;
  const results = new Set<number>();
  const isConstant: IsConstant = ({ id, role }) => role === "parameter" || results.has(id);
  for (const node of neededNodes(program))
    if (node.inputs.every(isConstant)) for (const output of node.outputs) results.add(output.id);
  return isConstant;
}
