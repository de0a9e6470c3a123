import type { Program } from "../backend.ts";
import type { Node } from "../graph/graph.ts";

/** The node that reads a value, if there is exactly one and nothing else wants the value: a def-use chain of length 1. */
export type SingleUse = (value: { readonly id: number }) => Node | undefined;

export function singleUseAmong(nodes: readonly Node[], { graph, outputs }: Program): SingleUse {
  const uses = new Map<number, { readonly first: Node; readonly count: number }>();
  for (const node of nodes) {
    for (const { id } of node.inputs) {
      const { first, count } = uses.get(id) ?? { first: node, count: 0 };
      uses.set(id, { first, count: count + 1 });
    }
  }
  const liveOut = new Set<number>();
  for (const { id } of [...Object.values(outputs), ...graph.updates.map(({ value }) => value)])
    liveOut.add(id);
  return ({ id }) => {
    const use = uses.get(id);
    return use?.count === 1 && !liveOut.has(id) ? use.first : undefined;
  };
}
