import type { Program } from "../backend.ts";
import { neededNodes } from "../program.ts";

/** What is asked about: a value of the graph, or its buffer. */
interface Asked {
  readonly id: number;
  readonly role: string;
}

/** Whether a value follows only from constants and from parameters that the program does not update: it is computed once. */
export type IsConstant = (value: Asked) => boolean;

/**
 * Constant propagation over weights, parameter by parameter: the values of a program that {@link IsConstant} holds for. A step
 * of training that leaves some layers alone (frozen layers) has such values too.
 */
export function constantsOf(program: Program): IsConstant {
  const updated = new Set(program.graph.updates.map(({ target }) => target.id));
  const results = new Set<number>();
  const isConstant: IsConstant = ({ id, role }) =>
    role === "parameter" ? !updated.has(id) : role === "constant" || results.has(id);
  for (const node of neededNodes(program))
    if (node.inputs.every(isConstant)) for (const output of node.outputs) results.add(output.id);
  return isConstant;
}
