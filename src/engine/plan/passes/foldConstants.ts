import type { Program } from "../../backend.ts";
import { type Node, type Value, apply, createGraph, input, parameter } from "../../graph/graph.ts";
import { add } from "../../ops/elementwise/add.ts";
import { negate } from "../../ops/elementwise/affine.ts";
import type { MatmulAttributes } from "../../ops/linear/matmul.ts";
import { multiply } from "../../ops/elementwise/multiply.ts";
import { subtract } from "../../ops/elementwise/subtract.ts";
import { neededNodes } from "../../program.ts";
import { type OnlyReader, onlyReaderAmong } from "../singleUse.ts";
import { type Settled, settledIn } from "../constants.ts";

/** A convolution or product and the steps after it that add, subtract or multiply one number a channel. */
interface Chain {
  readonly sum: Node;
  readonly steps: readonly Node[];
}

/**
 * Works scales and shifts of channels into the filters before them, so that a batch norm in use costs nothing but a bias:
 * (x ∘ w - mean)·scale + beta = x ∘ (w·scale) + (beta - mean·scale). Only where filters, scales and shifts follow from
 * parameters that the program leaves alone: then they are computed once.
 */
export function foldChannels(program: Program): Program {
  if (program.graph.updates.length > 0) return program;
  const nodes = neededNodes(program);
  const onlyReader = onlyReaderAmong(nodes, program);
  const settled = settledIn(program);
  const chains = nodes
    .filter((node) => canTakeScales(node) && settled(node.inputs[1]!))
    .map((sum): Chain => ({ sum, steps: stepsAfter(sum, { onlyReader, settled }) }))
    .filter(({ steps }) => steps.some(({ op }) => op.name === "multiply"));
  return chains.length > 0 ? rebuilt(program, nodes, chains) : program;
}

const canTakeScales = ({ op, attributes }: Node): boolean =>
  op.name === "conv2d" || (op.name === "matmul" && !(attributes as MatmulAttributes).transposeB);

const foldable = new Set(["add", "subtract", "multiply"]);

function stepsAfter(
  sum: Node,
  { onlyReader, settled }: { onlyReader: OnlyReader; settled: Settled },
): Node[] {
  const steps: Node[] = [];
  const channels = sum.outputs[0]!.shape.at(-1);
  for (let value = sum.outputs[0]!; ;) {
    const step = onlyReader(value);
    const [from, vector] = step?.inputs ?? [];
    const fits = vector?.shape.length === 1 && vector.shape[0] === channels && settled(vector);
    if (!step || !foldable.has(step.op.name) || from !== value || !fits) return steps;
    steps.push(step);
    value = step.outputs[0]!;
  }
}

/** The program with every chain as one convolution or product and a bias, at the place of the chain's last step. */
function rebuilt(program: Program, nodes: readonly Node[], chains: readonly Chain[]): Program {
  const graph = createGraph();
  const copies = new Map<Value, Value>();
  for (const value of program.graph.values) {
    if (value.role === "input") copies.set(value, input(graph, value.name, value.shape));
    if (value.role === "parameter") copies.set(value, parameter(graph, value.name, value.shape));
  }
  const copyOf = (value: Value): Value => copies.get(value)!;
  const lastSteps = new Map(chains.map((chain) => [chain.steps.at(-1)!, chain]));
  const left = new Set(chains.flatMap(({ sum, steps }) => [sum, ...steps]));
  for (const node of nodes) {
    const chain = lastSteps.get(node);
    if (chain) copies.set(node.outputs[0]!, folded(chain, copyOf));
    if (left.has(node)) continue;
    const outputs = apply(node.op, node.inputs.map(copyOf), node.attributes);
    for (const [i, output] of node.outputs.entries()) copies.set(output, outputs[i]!);
  }
  const outputs = Object.entries(program.outputs).map(([name, value]) => [name, copyOf(value)] as const);
  return { graph, outputs: Object.fromEntries(outputs) };
}

function folded({ sum, steps }: Chain, copyOf: (value: Value) => Value): Value {
  let [scale, shift]: [Value?, Value?] = [];
  for (const { op, inputs } of steps) {
    const vector = copyOf(inputs[1]!);
    if (op.name === "multiply") {
      scale = scale ? multiply(scale, vector) : vector;
      shift &&= multiply(shift, vector);
    } else if (op.name === "add") shift = shift ? add(shift, vector) : vector;
    else shift = shift ? subtract(shift, vector) : negate(vector);
  }
  const [x, filters] = sum.inputs.map(copyOf) as [Value, Value];
  const [y] = apply(sum.op, [x, multiply(filters, scale!)], sum.attributes) as [Value];
  return shift ? add(y, shift) : y;
}
