import type { Program } from "../backend.ts";
import type { Node, Value } from "../graph/graph.ts";

/** The node that reads a value, if there is exactly one and nothing else wants the value. */
export type OnlyReader = (value: Value) => Node | undefined;

export function onlyReaderAmong(nodes: readonly Node[], { graph, outputs }: Program): OnlyReader {
  const readers = new Map<Value, Node[]>();
  for (const node of nodes)
    for (const value of node.inputs) readers.set(value, [...(readers.get(value) ?? []), node]);
  const kept = new Set<Value>([...Object.values(outputs), ...graph.updates.map(({ value }) => value)]);
  return (value) => {
    const found = readers.get(value) ?? [];
    return found.length === 1 && !kept.has(value) ? found[0] : undefined;
  };
}
