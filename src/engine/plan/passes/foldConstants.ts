import { at, fault } from "../../../base/index.ts";
import type { Program } from "../../backend.ts";
import {
  type Node,
  type Value,
  apply,
  appliesOp,
  createGraph,
  declareConstant,
  input,
  parameter,
  update,
} from "../../graph/graph.ts";
import { add } from "../../ops/elementwise/add.ts";
import { negate } from "../../ops/elementwise/affine.ts";
import { conv2dOp, inputGradientOp } from "../../ops/linear/conv2d.ts";
import { matmulOp } from "../../ops/linear/matmul.ts";
import { multiply } from "../../ops/elementwise/multiply.ts";
import { subtract } from "../../ops/elementwise/subtract.ts";
import { reshape } from "../../ops/shape/reshape.ts";
import { neededNodes } from "../../program.ts";
import { type IsConstant, constantsOf } from "../constants.ts";
import { type SingleUse, singleUseAmong } from "../singleUse.ts";
import type { Pass } from "./pass.ts";

/** A convolution or product and the steps after it that add, subtract or multiply one number a channel. */
interface Chain {
  readonly product: Node;
  readonly x: Value;
  readonly filters: Value;
  readonly steps: readonly Step[];
}

interface Step {
  readonly node: Node;
  readonly name: "add" | "subtract" | "multiply";
  /** One number a channel. */
  readonly vector: Value;
  readonly output: Value;
}

/**
 * Folds scales and shifts of channels into the filters before them, so that a batch norm in use costs nothing but a bias:
 * (x ∘ w - mean)·scale + beta = x ∘ (w·scale) + (beta - mean·scale). Only where filters, scales and shifts are constant: they
 * follow only from parameters that the program does not update, and hoisting computes them once.
 */
export const constantFolding: Pass = {
  name: "constant folding",
  run: (state) => ({ ...state, program: foldChannels(state.program) }),
};

function foldChannels(program: Program): Program {
  const nodes = neededNodes(program);
  const singleUse = singleUseAmong(nodes, program);
  const isConstant = constantsOf(program);
  const chains = nodes.flatMap((product): Chain[] => {
    const [x, filters] = product.inputs;
    if (!x || !filters || !canTakeScales(product) || !isConstant(filters)) return [];
    const steps = stepsAfter(product, { singleUse, isConstant });
    return steps.some(({ name }) => name === "multiply") ? [{ product, x, filters, steps }] : [];
  });
  return chains.length > 0 ? rebuilt(program, nodes, chains) : program;
}

const canTakeScales = (node: Node): boolean =>
  appliesOp(node, conv2dOp) ||
  isTransposedConvolution(node) ||
  (appliesOp(node, matmulOp) && !node.attributes.transposeB);

const isTransposedConvolution = (node: Node): boolean =>
  appliesOp(node, inputGradientOp) && node.attributes.groups === 1;

/** The steps that follow one another, each the single use of the one before. */
function stepsAfter(
  { outputs: [first] }: Node,
  { singleUse, isConstant }: { readonly singleUse: SingleUse; readonly isConstant: IsConstant },
): readonly Step[] {
  const steps: Step[] = [];
  for (let value = first; value; value = steps.at(-1)?.output) {
    const step = stepFrom(value, singleUse(value));
    if (!step || !isConstant(step.vector)) return steps;
    steps.push(step);
  }
  return steps;
}

function stepFrom(value: Value, node: Node | undefined): Step | undefined {
  const [from, vector] = node?.inputs ?? [];
  const [output] = node?.outputs ?? [];
  const isVector = vector?.shape.length === 1 && vector.shape[0] === value.shape.at(-1);
  if (!node || !output || from !== value || !isVector) return undefined;
  const { name } = node.op;
  return name === "add" || name === "subtract" || name === "multiply"
    ? { node, name, vector, output }
    : undefined;
}

/** The program with every chain as one convolution or product and a bias, in the position of the chain's last step. */
function rebuilt(program: Program, nodes: readonly Node[], chains: readonly Chain[]): Program {
  const graph = createGraph();
  const copies = new Map<Value, Value>();
  for (const value of program.graph.values) {
    if (value.role === "input") copies.set(value, input(graph, value.name, value.shape));
    if (value.role === "parameter") copies.set(value, parameter(graph, value.name, value.shape));
    const { numbers, name, shape } = value;
    if (numbers) copies.set(value, declareConstant(graph, { numbers, name }, shape));
  }
  const copyOf = (value: Value): Value => {
    const copy = copies.get(value);
    if (copy) return copy;
    throw fault(value.name, { expected: "a value that an earlier node computes", received: "a later one" });
  };
  const ends = new Map(chains.flatMap((chain) => chain.steps.slice(-1).map(({ node }) => [node, chain])));
  const folded = new Set(chains.flatMap(({ product, steps }) => [product, ...steps.map(({ node }) => node)]));
  for (const node of nodes) {
    const chain = ends.get(node);
    const outputs = chain
      ? [foldChain(chain, copyOf)]
      : folded.has(node)
        ? []
        : apply(node.op, node.inputs.map(copyOf), node.attributes);
    for (const [i, copy] of outputs.entries()) {
      const output = node.outputs[i];
      if (output) copies.set(output, copy);
    }
  }
  for (const { target, value } of program.graph.updates) update(copyOf(target), copyOf(value));
  const outputs = Object.entries(program.outputs).map(([name, value]) => [name, copyOf(value)] as const);
  return { graph, outputs: Object.fromEntries(outputs) };
}

function foldChain({ product, x, filters, steps }: Chain, copyOf: (value: Value) => Value): Value {
  let [scale, shift]: [Value?, Value?] = [];
  for (const step of steps) {
    const vector = copyOf(step.vector);
    if (step.name === "multiply") {
      scale = scale ? multiply(scale, vector) : vector;
      shift &&= multiply(shift, vector);
    } else if (step.name === "add") shift = shift ? add(shift, vector) : vector;
    else shift = shift ? subtract(shift, vector) : negate(vector);
  }
  // Filters [R, S, C, K] give channels C where they run the other way round.
  const factor = scale && isTransposedConvolution(product) ? reshape(scale, [...scale.shape, 1]) : scale;
  const scaled = factor ? multiply(copyOf(filters), factor) : copyOf(filters);
  const y = at(apply(product.op, [copyOf(x), scaled], product.attributes), 0);
  return shift ? add(y, shift) : y;
}
