import { type Shape, fault } from "../../base/index.ts";
import type { Kernel } from "../kernels/index.ts";

/** f32: a number. u8: a small whole number, 0-255, e.g. where in its window a maximum stood. */
export type DType = "f32" | "u8";

/** What is known of an array before anything runs. */
export interface ValueType {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** input: given at every run. parameter: kept between runs. result: computed by a node. */
export type Role = "input" | "parameter" | "result";

/** One array that flows through a graph; it has a shape and no numbers. */
export interface Value extends ValueType {
  readonly graph: Graph;
  readonly id: number;
  readonly role: Role;
  /** Unique among the inputs and parameters of a graph; for results a hint for people. */
  readonly name: string;
  /** The node that computes it; absent for inputs and parameters. */
  readonly producer?: Node;
}

/** One application of an op. */
export interface Node {
  readonly op: Op;
  readonly attributes: unknown;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

/** A program without numbers: nodes in an order in which they can run, and what the run leaves in the parameters. */
export interface Graph {
  readonly values: Value[];
  readonly nodes: Node[];
  /** After a run, parameter `target` holds what `value` held; all of them change at the end, at once. */
  readonly updates: { readonly target: Value; readonly value: Value }[];
}

/** Numbers for the reference loops: float64, row-major. */
export interface Tensor {
  readonly shape: Shape;
  readonly data: Float64Array;
}

/** An op with its rules. `A` is its attributes: plain data. */
export interface Op<A = unknown> {
  readonly name: string;
  /** Types of the outputs. @throws FoveaError naming the op and the argument that does not fit. */
  infer(inputs: readonly ValueType[], attributes: A): readonly ValueType[];
  /** Gradients of the inputs from those of the outputs; undefined where none flows. Absent: not differentiable. */
  gradient?(call: GradientCall<A>): readonly (Value | undefined)[];
  /** An input with the same sums over `axes` as the output, where there is one: summing it instead can be far less work. */
  sumsAs?(inputs: readonly Value[], axes: readonly number[]): Value | undefined;
  /** Plain float64 loops, obviously right: the oracle of every backend. */
  reference(call: ReferenceCall<A>): readonly Float64Array[];
  /** The same work as kernels of loops that a backend can emit. */
  lower(call: LowerCall<A>): readonly Kernel[];
}

export interface GradientCall<A> {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: A;
  /** One an output; undefined where the loss does not depend on it. */
  readonly gradients: readonly (Value | undefined)[];
}

export interface ReferenceCall<A> {
  readonly inputs: readonly Tensor[];
  readonly attributes: A;
  readonly outputs: readonly ValueType[];
}

export interface LowerCall<A> {
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: A;
  /** A buffer that lives only between this call's kernels. */
  readonly temporary: (type: ValueType) => Value;
}

/** Gives an op its type; the name must be unique. */
export const defineOp = <A>(op: Op<A>): Op<A> => op;

export const createGraph = (): Graph => ({ values: [], nodes: [], updates: [] });

/** Adds a value that no node computes; `name` must be new. */
function declare(graph: Graph, role: "input" | "parameter", name: string, shape: Shape): Value {
  if (graph.values.some((value) => value.role !== "result" && value.name === name)) {
    throw fault(`${role} ${name}`, {
      expected: "a name that the graph has not",
      received: `a second "${name}"`,
    });
  }
  return addValue(graph, { role, name, shape, dtype: "f32" });
}

/** An array that the caller gives at every run. */
export const input = (graph: Graph, name: string, shape: Shape): Value =>
  declare(graph, "input", name, shape);

/** An array that is kept between runs: a weight, a moving average, an optimiser's moment. */
export const parameter = (graph: Graph, name: string, shape: Shape): Value =>
  declare(graph, "parameter", name, shape);

/** After each run `target` takes what `value` held. */
export function update(target: Value, value: Value): void {
  target.graph.updates.push({ target, value });
}

/** Applies an op to values of one graph and returns its outputs. */
export function apply<A>(op: Op<A>, inputs: readonly Value[], attributes: A): readonly Value[] {
  const graph = inputs[0]?.graph;
  if (!graph || inputs.some((value) => value.graph !== graph)) {
    throw fault(op.name, {
      expected: "inputs of one graph",
      received: graph ? "values of two graphs" : "no input",
    });
  }
  const types = op.infer(inputs, attributes);
  const outputs: Value[] = [];
  const node: Node = { op, attributes, inputs, outputs };
  for (const { shape, dtype } of types) {
    outputs.push(addValue(graph, { role: "result", name: op.name, producer: node, shape, dtype }));
  }
  graph.nodes.push(node);
  return outputs;
}

/** {@link apply} for the many ops with one output. */
export function applyOne<A>(op: Op<A>, inputs: readonly Value[], attributes: A): Value {
  return apply(op, inputs, attributes)[0] as Value;
}

function addValue(graph: Graph, fields: Omit<Value, "graph" | "id">): Value {
  const value: Value = { graph, id: graph.values.length, ...fields };
  graph.values.push(value);
  return value;
}

/** A buffer outside any graph, for kernels that need room of their own. */
export function temporaryValue(graph: Graph, { shape, dtype }: ValueType): Value {
  return addValue(graph, { role: "result", name: "temporary", shape, dtype });
}
