import { fault } from "../../../base/index.ts";
import type { Program } from "../../backend.ts";
import { type Node, type Value, appliesOp } from "../../graph/graph.ts";
import type {
  Buffer,
  ConvEpilogue,
  Convolution,
  Depthwise,
  DepthwiseEpilogue,
  MatrixProduct,
  Nest,
} from "../../kernels/index.ts";
import { clipOp } from "../../ops/activation/clip.ts";
import { filterGradientOp } from "../../ops/linear/conv2d.ts";
import { maxPool2dGradientOp, maxPool2dOp } from "../../ops/pooling/maxPool2d.ts";
import type { PoolGeometry } from "../../ops/pooling/pool.ts";
import type { BufferTable } from "../bufferTable.ts";
import { type SingleUse, singleUseAmong } from "../singleUse.ts";
import type { LoweredNode, Pass } from "./pass.ts";

/**
 * Takes the bias, pooling and activation after a convolution or product into it, so that they work on its result in registers,
 * and a pooling's gradient into the filter gradient after it.
 */
export const epilogueFusion: Pass = {
  name: "epilogue fusion",
  run: (state) => ({ ...state, lowered: fuseEpilogues(state.lowered ?? [], state) }),
};

interface FusionState {
  readonly singleUse: SingleUse;
  readonly buffers: BufferTable;
  readonly nestsOf: (node: Node) => readonly Nest[];
  /** Nodes that an earlier op does along with its own work. */
  readonly absorbed: Set<Node>;
  /** Results of the nodes so far: a bias must be known before the op that adds it. */
  readonly ready: Set<Value>;
}

function fuseEpilogues(
  lowered: readonly LoweredNode[],
  { program, buffers }: { readonly program: Program; readonly buffers: BufferTable },
): LoweredNode[] {
  const nests = new Map(
    lowered.map(({ node, ops }) => [node, ops.filter((op): op is Nest => op.kind === "nest")]),
  );
  const nodes = lowered.map(({ node }) => node);
  const singleUse = singleUseAmong(nodes, program);
  const nestsOf = (node: Node): readonly Nest[] => nests.get(node) ?? [];
  const state = { singleUse, buffers, nestsOf, absorbed: new Set<Node>(), ready: new Set<Value>() };
  return lowered.flatMap(({ node, ops }) => {
    if (state.absorbed.has(node) || isScatteredByReader(node, singleUse)) return [];
    const fused = ops.map((op) => {
      if (op.kind === "matrix") return withEpilogue(op, node, state);
      if (op.kind === "depthwise") return withClipping(op, node, state);
      if (op.kind !== "convolution") return op;
      return op.direction === "filterGradient"
        ? withUnpooling(op, node, state)
        : withEpilogue(op, node, state);
    });
    for (const output of node.outputs) state.ready.add(output);
    return [{ node, ops: fused }];
  });
}

/** The gradient of a 2x2 pooling whose only use is a convolution's filter gradient: that one may scatter it by itself. */
function isScatteredByReader(node: Node, singleUse: SingleUse): boolean {
  if (!appliesOp(node, maxPool2dGradientOp) || !isHalving(node.attributes)) return false;
  const use = singleUse(firstOutput(node));
  return use !== undefined && appliesOp(use, filterGradientOp) && use.attributes.groups === 1;
}

/** Takes the pooling's gradient along that {@link isScatteredByReader} left out. */
function withUnpooling(op: Convolution, node: Node, state: FusionState): Convolution {
  const unpools = node.inputs[1]?.producer;
  if (!unpools || !isScatteredByReader(unpools, state.singleUse)) return op;
  const [gradient, positions] = unpools.inputs.map(state.buffers.of);
  return gradient && positions
    ? { ...op, unpool: { gradient, positions, nests: state.nestsOf(unpools) } }
    : op;
}

const isForward = (op: Convolution | MatrixProduct): boolean =>
  op.kind === "convolution" && op.direction === "forward";

/** Follows the single uses of an op's output: + bias, then (convolutions, not transposed ones) 2x2 max-pooling, then relu. */
function withEpilogue<T extends Convolution | MatrixProduct>(op: T, node: Node, state: FusionState): T {
  let [last, output]: [Node, Buffer] = [node, op.output];
  let epilogue: ConvEpilogue = op.epilogue;
  const take = (next: Node, more: ConvEpilogue): void => {
    state.absorbed.add(next);
    last = next;
    output = resultOf(next, state);
    epilogue = { ...epilogue, ...more };
  };
  const biased = biasAfter(last, state);
  if (biased) take(biased.node, { bias: state.buffers.of(biased.bias) });
  const pool = useOf(last, state);
  const positions = pool?.outputs[1];
  if (isForward(op) && pool && appliesOp(pool, maxPool2dOp) && positions)
    if (isHalving(pool.attributes)) take(pool, { pool: { positions: state.buffers.of(positions) } });
  const activation = useOf(last, state);
  if (activation?.op.name === "relu") take(activation, { relu: true });
  return { ...op, output, epilogue };
}

/** Follows the single uses of a depthwise convolution: + bias, then relu or clip. */
function withClipping(op: Depthwise, node: Node, state: FusionState): Depthwise {
  if (op.direction !== "forward") return op;
  let [last, fused]: [Node, Depthwise] = [node, op];
  const take = (next: Node, epilogue: DepthwiseEpilogue): void => {
    state.absorbed.add(next);
    last = next;
    fused = {
      ...fused,
      output: resultOf(next, state),
      epilogue: { ...fused.epilogue, ...epilogue },
      nests: [...fused.nests, ...state.nestsOf(next)],
    };
  };
  const biased = biasAfter(last, state);
  if (biased) take(biased.node, { bias: state.buffers.of(biased.bias) });
  const activation = useOf(last, state);
  if (activation?.op.name === "relu") take(activation, { min: 0 });
  if (activation && appliesOp(activation, clipOp)) {
    const { min, max } = activation.attributes;
    take(activation, { min, max });
  }
  return fused;
}

/** The first output of a node: the one that epilogues work on. */
function firstOutput({ op, outputs: [output] }: Node): Value {
  if (output) return output;
  throw fault(op.name, { expected: "an op with an output", received: "one without" });
}

const resultOf = (node: Node, { buffers }: FusionState): Buffer => buffers.of(firstOutput(node));

const useOf = (node: Node, { singleUse }: FusionState): Node | undefined => singleUse(firstOutput(node));

/** The node that adds one number a channel to a node's result, if it is its single use and the numbers are known by then. */
function biasAfter(node: Node, state: FusionState): { node: Node; bias: Value } | undefined {
  const output = firstOutput(node);
  const use = useOf(node, state);
  const bias = use?.inputs[1];
  const fits = bias?.shape.length === 1 && bias.shape[0] === output.shape.at(-1);
  if (use?.op.name !== "add" || use.inputs[0] !== output || !fits) return undefined;
  return bias.role !== "result" || state.ready.has(bias) ? { node: use, bias } : undefined;
}

/** Windows of 2x2 side by side, none over the edge. */
function isHalving(g: PoolGeometry): boolean {
  const pairs = [g.poolSize, g.strides].every(([v, h]) => v === 2 && h === 2);
  return (
    pairs &&
    g.dilation.every((d) => d === 1) &&
    g.padTop === 0 &&
    g.padLeft === 0 &&
    g.outHeight * 2 <= g.height &&
    g.outWidth * 2 <= g.width
  );
}
