import type { Program } from "../../backend.ts";
import type { Node } from "../../graph/graph.ts";
import type { Buffer } from "../../kernels/index.ts";
import { neededNodes } from "../../program.ts";
import { type BufferTable, bufferTable } from "../bufferTable.ts";
import { constantsOf } from "../constants.ts";
import type { LoweredNode, Pass, StorageOf } from "./pass.ts";

/** Turns every needed node into loops, products and aliases over buffers; from here on nothing refers to the graph's values. */
export const lowering: Pass = {
  name: "lowering",
  run: (state) => {
    const { program } = state;
    const buffers = bufferTable(program.graph);
    const lowered = neededNodes(program).map((node) => lowerNode(node, buffers));
    const storageOf = resolveAliases(lowered);
    return {
      ...state,
      buffers,
      lowered,
      storageOf,
      isConstant: constantsOf(program),
      liveOut: new Set(resultsOf(program).map((value) => storageOf(buffers.of(value)))),
    };
  },
};

const resultsOf = ({ graph, outputs }: Program): Node["outputs"] => [
  ...Object.values(outputs),
  ...graph.updates.map(({ value }) => value),
];

function lowerNode(node: Node, buffers: BufferTable): LoweredNode {
  const { op, attributes } = node;
  const inputs = node.inputs.map(buffers.of);
  const outputs = node.outputs.map(buffers.of);
  return { node, ops: op.lower({ inputs, outputs, attributes, temporary: buffers.temporary }) };
}

/** Which buffer a buffer really is, following the aliases that reshaping leaves. */
function resolveAliases(lowered: readonly LoweredNode[]): StorageOf {
  const sources = new Map<Buffer, Buffer>();
  for (const op of lowered.flatMap(({ ops }) => ops))
    if (op.kind === "alias") sources.set(op.output, op.input);
  const storageOf: StorageOf = (buffer) => {
    const source = sources.get(buffer);
    return source ? storageOf(source) : buffer;
  };
  return storageOf;
}
