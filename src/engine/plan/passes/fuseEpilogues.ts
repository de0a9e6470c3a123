import type { Program } from "../../backend.ts";
import type { Node, Value } from "../../graph/graph.ts";
import { temporaryValue } from "../../graph/graph.ts";
import type {
  Alias,
  Convolution,
  Depthwise,
  DepthwiseEpilogue,
  Kernel,
  MatrixProduct,
} from "../../kernels/index.ts";
import type { Clip } from "../../ops/activation/clip.ts";
import type { PoolGeometry } from "../../ops/pooling/pool.ts";
import { neededNodes } from "../../program.ts";
import { type OnlyReader, onlyReaderAmong } from "../singleUse.ts";

/** Every live node as kernels; a convolution or product takes the bias, activation and pooling after it along. */
export function lowerNodes(program: Program): Kernel[] {
  const { graph } = program;
  const nodes = neededNodes(program);
  const onlyReader = onlyReaderAmong(nodes, program);
  const absorbed = new Set<Node>();
  const ready = new Set<Value>();
  const reach = { onlyReader, absorbed, ready };
  const kernels: Kernel[] = [];
  const lower = (node: Node): readonly Kernel[] =>
    node.op.lower({ ...node, temporary: (type) => temporaryValue(graph, type) });
  for (const node of nodes) {
    if (absorbed.has(node) || isReadBySumsAlone(node, onlyReader)) continue;
    for (const kernel of lower(node)) {
      if (kernel.kind === "matrix") kernels.push(withEpilogue(kernel, reach));
      else if (kernel.kind === "depthwise") kernels.push(withClipping(kernel, reach, lower));
      else if (kernel.kind !== "convolution") kernels.push(kernel);
      else if (kernel.direction === "forward") kernels.push(withEpilogue(kernel, reach));
      else kernels.push(withUnpooling(kernel, onlyReader, lower));
    }
    for (const output of node.outputs) ready.add(output);
  }
  return kernels;
}

/** The gradient of a 2x2 pooling whose only reader is a convolution's filter gradient: that one may spread it out itself. */
function isReadBySumsAlone(node: Node, onlyReader: OnlyReader): boolean {
  if (node.op.name !== "maxPool2dGradient" || !isHalving(node.attributes as PoolGeometry)) return false;
  const reader = onlyReader(node.outputs[0]!);
  return reader?.op.name === "conv2dFilterGradient" && (reader.attributes as { groups: number }).groups === 1;
}

/** Takes the pooling's gradient along that {@link isReadBySumsAlone} left out. */
function withUnpooling(
  kernel: Convolution,
  onlyReader: OnlyReader,
  lower: (node: Node) => readonly Kernel[],
): Convolution {
  const unpools = kernel.direction === "filterGradient" ? kernel.inputs[1].producer : undefined;
  if (!unpools || !isReadBySumsAlone(unpools, onlyReader)) return kernel;
  const [gradient, positions] = unpools.inputs as [Value, Value];
  return { ...kernel, unpool: { gradient, positions, kernels: lower(unpools) } };
}

interface Reach {
  readonly onlyReader: OnlyReader;
  /** Nodes that a kernel has taken along. */
  readonly absorbed: Set<Node>;
  /** Results of the nodes so far: a bias must be known before the kernel that adds it. */
  readonly ready: ReadonlySet<Value>;
}

/** Follows the single readers of a kernel's output: + bias, then (convolutions) 2x2 max-pooling, then relu. */
function withEpilogue(kernel: Convolution | MatrixProduct, reach: Reach): Kernel {
  const { onlyReader, absorbed } = reach;
  let fused: Convolution | MatrixProduct = kernel;
  const take = (node: Node, epilogue: Convolution["epilogue"]): void => {
    absorbed.add(node);
    fused = {
      ...fused,
      output: node.outputs[0]!,
      epilogue: { ...fused.epilogue, ...epilogue },
    };
  };
  const biased = addsBias(fused.output, reach);
  if (biased) take(biased.node, { bias: biased.bias });
  const pools = onlyReader(fused.output);
  if (
    kernel.kind === "convolution" &&
    pools?.op.name === "maxPool2d" &&
    isHalving(pools.attributes as PoolGeometry)
  ) {
    take(pools, { pool: { positions: pools.outputs[1]! } });
  }
  const activates = onlyReader(fused.output);
  if (activates?.op.name === "relu") take(activates, { relu: true });
  return fused;
}

/** The node that adds one number a channel to a kernel's output and nobody else reads it, if the numbers are known by then. */
function addsBias(output: Value, { onlyReader, ready }: Reach): { node: Node; bias: Value } | undefined {
  const node = onlyReader(output);
  const bias = node?.inputs[1];
  const fits = bias?.shape.length === 1 && bias.shape[0] === output.shape.at(-1);
  if (node?.op.name !== "add" || node.inputs[0] !== output || !fits) return undefined;
  return bias.role !== "result" || ready.has(bias) ? { node, bias } : undefined;
}

/** Follows the single readers of a depthwise convolution: + bias, then relu or clip. */
function withClipping(kernel: Depthwise, reach: Reach, lower: (node: Node) => readonly Kernel[]): Depthwise {
  if (kernel.direction !== "forward") return kernel;
  let fused = kernel;
  const take = (node: Node, epilogue: DepthwiseEpilogue): void => {
    reach.absorbed.add(node);
    fused = {
      ...fused,
      output: node.outputs[0]!,
      epilogue: { ...fused.epilogue, ...epilogue },
      loops: [...fused.loops, ...lower(node)],
    };
  };
  const biased = addsBias(fused.output, reach);
  if (biased) take(biased.node, { bias: biased.bias });
  const activates = reach.onlyReader(fused.output);
  if (activates?.op.name === "relu") take(activates, { least: 0 });
  if (activates?.op.name === "clip") {
    const { min, max } = activates.attributes as Clip;
    take(activates, { least: min, most: max });
  }
  return fused;
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

/** Which buffer a value really stands in, following aliases. */
export function aliasRoots(kernels: readonly Kernel[]): (value: Value) => Value {
  const parent = new Map<Value, Value>();
  for (const kernel of kernels)
    if (kernel.kind === "alias") parent.set((kernel satisfies Alias).output, kernel.input);
  const root = (value: Value): Value => {
    const up = parent.get(value);
    return up ? root(up) : value;
  };
  return root;
}
