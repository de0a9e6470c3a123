import { type Shape, type Tuple, fault, sameNumbers, sameShape, showShape } from "../../base/index.ts";
import type { ArrayType, Buffer, LoweredOp, MakeTemporary, Role } from "../kernels/index.ts";

/**
 * One array that flows through a graph; it has a shape, and only a constant has numbers.
 * @example
 * const y: Value = relu(x); // [2, 3]
 * y.role; // → "result"
 */
export interface Value extends ArrayType {
  /** The graph that it belongs to. */
  readonly graph: Graph;
  /** Index in `graph.values`. */
  readonly id: number;
  /** Whether the caller gives it, the session keeps it, it never changes, or an op computes it. */
  readonly role: Role;
  /** Unique among the inputs and parameters of a graph; the hash of a constant's numbers; for results a hint for people. */
  readonly name: string;
  /** The node that computes it; absent for all but results. */
  readonly producer?: Node;
  /** The numbers of a constant, float32, row-major; absent for all others. */
  readonly numbers?: ArrayLike<number>;
}

/**
 * One application of an op.
 * @example
 * const node: Node | undefined = relu(x).producer;
 * node?.inputs.length; // → 1
 */
export interface Node {
  /** What is applied. */
  readonly op: AnyOp;
  /** The op's own settings, plain data. */
  readonly attributes: unknown;
  /** What it reads, in the op's order. */
  readonly inputs: readonly Value[];
  /** What it computes, in the op's order. */
  readonly outputs: readonly Value[];
}

/** Whether a node applies this op; then its attributes are the op's. */
export const appliesOp = <A, N extends number, M extends number>(
  node: Node,
  op: Op<A, N, M>,
): node is Node & { readonly attributes: A } => Object.is(node.op, op);

/**
 * A program without numbers: nodes in an order in which they can run, and what the run leaves in the parameters.
 * @example
 * const net: Graph = createGraph();
 * net.nodes.length; // → 0
 */
export interface Graph {
  /** Every array, in order of creation. */
  readonly values: Value[];
  /** In an order in which they can run. */
  readonly nodes: Node[];
  /** After a run, parameter `target` holds what `value` held; all of them change at the end, at once. */
  readonly updates: { readonly target: Value; readonly value: Value }[];
}

/** Numbers for the reference loops: float64, row-major. */
export interface Tensor {
  readonly shape: Shape;
  readonly data: Float64Array;
}

/** An op of N inputs and M outputs with its rules. `A` is its attributes: plain data. */
export interface Op<A, N extends number, M extends number = 1> {
  readonly name: string;
  /** A function of each number by itself that never decreases: it commutes with taking a maximum. @default false */
  readonly monotonic?: boolean;
  /** Types of the outputs. @throws FoveaError naming the op and the argument that does not fit. */
  infer(inputs: Tuple<ArrayType, N>, attributes: A): Tuple<ArrayType, M>;
  /** Gradients of the inputs from those of the outputs; undefined where none flows. Absent: not differentiable. */
  gradient?(call: GradientCall<A, N, M>): Tuple<Value | undefined, N>;
  /** An input with the same sums over `axes` as the output, where there is one: reducing it instead can be far less work. */
  reducesLike?(inputs: Tuple<Value, N>, axes: readonly number[]): Value | undefined;
  /** Plain float64 loops, obviously right: the oracle of every backend. */
  reference(call: ReferenceCall<A, N, M>): Tuple<Float64Array, M>;
  /** The same work as loops and products that a plan can fuse and a backend can emit. */
  lower(call: LowerCall<A, N, M>): readonly LoweredOp[];
}

/** Some op of a graph, whatever its inputs and attributes. */
export type AnyOp = Op<unknown, number, number>;

export interface GradientCall<A, N extends number, M extends number = 1> {
  readonly inputs: Tuple<Value, N>;
  readonly outputs: Tuple<Value, M>;
  readonly attributes: A;
  /** One an output; of several outputs, undefined where the loss does not depend on one. */
  readonly gradients: M extends 1 ? readonly [Value] : Tuple<Value | undefined, M>;
}

export interface ReferenceCall<A, N extends number, M extends number = 1> {
  readonly inputs: Tuple<Tensor, N>;
  readonly attributes: A;
  readonly outputs: Tuple<ArrayType, M>;
}

export interface LowerCall<A, N extends number, M extends number = 1> {
  readonly inputs: Tuple<Buffer, N>;
  readonly outputs: Tuple<Buffer, M>;
  readonly attributes: A;
  /** A buffer that lives only between this call's kernels. */
  readonly temporary: MakeTemporary;
}

/** Gives an op its type; the name must be unique. */
export const defineOp = <A, N extends number, M extends number = 1>(op: Op<A, N, M>): Op<A, N, M> => op;

/**
 * An empty graph, to which `input`, `parameter` and the ops add.
 * @example
 * const net = createGraph();
 * const y = relu(input(net, "x", [4, 3])); // [4, 3]
 */
export function createGraph(): Graph {
  const graph: Graph = { values: [], nodes: [], updates: [] };
  registers.set(graph, { names: new Set(), updated: new Set(), constants: new Map() });
  return graph;
}

/** What may be in a graph once only: looked up here, for a search would make deep nets slow to build. */
interface Register {
  /** Of inputs and parameters. */
  readonly names: Set<string>;
  /** Parameters that have an update. */
  readonly updated: Set<Value>;
  /** By the hash of their numbers. */
  readonly constants: Map<string, Value[]>;
}

const registers = new WeakMap<Graph, Register>();

function registerOf(graph: Graph): Register {
  const found = registers.get(graph);
  if (found) return found;
  throw fault("graph", { expected: "one made by createGraph", received: "another object" });
}

/** Adds a value that no node computes; `name` must be new. */
function declare(graph: Graph, role: "input" | "parameter", name: string, shape: Shape): Value {
  const { names } = registerOf(graph);
  if (names.has(name)) {
    throw fault(`${role} ${name}`, {
      expected: "a name that the graph has not",
      received: `a second "${name}"`,
    });
  }
  checkShape(`${role} ${name}`, shape);
  names.add(name);
  return addValue(graph, { role, name, shape, dtype: "f32" });
}

/**
 * An array that the caller gives at every run.
 * @example
 * const given = input(graph, "given", [4, 3]); // [4, 3]
 */
export const input = (graph: Graph, name: string, shape: Shape): Value =>
  declare(graph, "input", name, shape);

/**
 * An array that is kept between runs: a weight, a moving average, an optimiser's moment.
 * @example
 * const w = parameter(graph, "w", [3, 4]); // [3, 4]
 * const y = matmul(x, w); // [2, 4]
 */
export const parameter = (graph: Graph, name: string, shape: Shape): Value =>
  declare(graph, "parameter", name, shape);

/** What a constant holds: float32 numbers that nobody changes any more, and their hash. */
export interface Contents {
  readonly numbers: ArrayLike<number>;
  readonly name: string;
}

/** A value that holds these numbers in every run, the one that the graph has if any. They fit the shape. */
export function declareConstant(graph: Graph, { numbers, name }: Contents, shape: Shape): Value {
  const { constants } = registerOf(graph);
  const alike = constants.get(name) ?? [];
  const known = alike.find(
    (value) => value.numbers && sameShape(value.shape, shape) && sameNumbers(value.numbers, numbers),
  );
  if (known) return known;
  const added = addValue(graph, { role: "constant", name, numbers, shape, dtype: "f32" });
  constants.set(name, [...alike, added]);
  return added;
}

/**
 * After each run parameter `target` takes what `value` held. @throws unless the two fit, and where `target` has an update
 * @example
 * const steps = parameter(graph, "steps", [1]);
 * update(steps, affine(steps, 1, 1)); // each run adds 1
 */
export function update(target: Value, value: Value): void {
  const { updates } = target.graph;
  const { updated } = registerOf(target.graph);
  const refuse = (expected: string, received: string): never => {
    throw fault(`update ${target.name}`, { expected, received });
  };
  if (target.role !== "parameter") refuse("a parameter", `a value of role ${target.role}`);
  if (value.graph !== target.graph) refuse("a value of the parameter's graph", "one of another graph");
  if (!sameShape(value.shape, target.shape))
    refuse(`a value of shape ${showShape(target.shape)}`, showShape(value.shape));
  if (updated.has(target)) refuse("one update of each parameter", "a second");
  updated.add(target);
  updates.push({ target, value });
}

/** Applies an op to values of one graph and returns its outputs. */
export function apply<A, N extends number, M extends number>(
  op: Op<A, N, M>,
  inputs: Tuple<Value, N>,
  attributes: A,
): Tuple<Value, M>;
export function apply(op: AnyOp, inputs: readonly Value[], attributes: unknown): readonly Value[] {
  const graph = inputs[0]?.graph;
  if (!graph || inputs.some((value) => value.graph !== graph)) {
    throw fault(op.name, {
      expected: "inputs of one graph",
      received: graph ? "values of two graphs" : "no input",
    });
  }
  const types = op.infer(inputs, attributes);
  for (const { shape } of types) checkShape(op.name, shape);
  const outputs: Value[] = [];
  const node: Node = { op, attributes, inputs, outputs };
  for (const { shape, dtype } of types) {
    outputs.push(addValue(graph, { role: "result", name: op.name, producer: node, shape, dtype }));
  }
  graph.nodes.push(node);
  return outputs;
}

/** {@link apply} for the many ops with one output. */
export function applyOne<A, N extends number>(op: Op<A, N>, inputs: Tuple<Value, N>, attributes: A): Value {
  const [output] = apply(op, inputs, attributes);
  return output;
}

/** @throws unless every extent is a whole number from 0 */
export function checkShape(who: string, shape: Shape): void {
  if (shape.every((extent) => Number.isInteger(extent) && extent >= 0)) return;
  throw fault(who, { expected: "a shape of whole numbers from 0", received: showShape(shape) });
}

function addValue(graph: Graph, fields: Omit<Value, "graph" | "id">): Value {
  const value: Value = { graph, id: graph.values.length, ...fields };
  graph.values.push(value);
  return value;
}
