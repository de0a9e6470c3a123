import { type Graph, type Value, input } from "../../src/engine/index.ts";
import type { Attribute, OnnxNode, OnnxTensor } from "./protobuf.ts";

/** One ONNX node with the numbers of its case, as a conversion rule sees it. */
export class Call {
  readonly graph: Graph;
  private readonly node: OnnxNode;
  private readonly tensors: ReadonlyMap<string, OnnxTensor>;
  /** The numbers of the graph inputs that rules have asked for. */
  readonly given: Record<string, readonly number[]> = {};

  constructor(graph: Graph, node: OnnxNode, tensors: ReadonlyMap<string, OnnxTensor>) {
    this.graph = graph;
    this.node = node;
    this.tensors = tensors;
  }

  get count(): number {
    return this.node.inputs.length;
  }

  /** Input `i` as a value that flows through the graph. */
  value(i: number): Value {
    const name = this.node.inputs[i]!;
    const known = this.graph.values.find((value) => value.role === "input" && value.name === name);
    if (known) return known;
    const { shape, data } = this.tensor(i)!;
    this.given[name] = data;
    return input(this.graph, name, shape);
  }

  optional(i: number): Value | undefined {
    return this.tensor(i) && this.value(i);
  }

  /** Input `i` as numbers that are known before the program is built: shapes, axes, bounds. */
  constant(i: number): readonly number[] | undefined {
    return this.tensor(i)?.data;
  }

  /** An array of zeros that the node has not. */
  zeros(name: string, shape: readonly number[]): Value {
    const value = input(this.graph, name, shape);
    this.given[name] = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 0);
    return value;
  }

  number(name: string, fallback: number): number {
    const found = this.attribute(name) ?? fallback;
    if (typeof found !== "number") throw new Error(`attribute ${name}: expected a number`);
    return found;
  }

  text(name: string, fallback: string): string {
    const found = this.attribute(name) ?? fallback;
    if (typeof found !== "string") throw new Error(`attribute ${name}: expected a text`);
    return found;
  }

  numbers(name: string): readonly number[] | undefined {
    const found = this.attribute(name);
    if (found === undefined) return undefined;
    if (!Array.isArray(found)) throw new Error(`attribute ${name}: expected numbers`);
    return found as readonly number[];
  }

  private attribute(name: string): Attribute {
    return this.node.attributes[name];
  }

  private tensor(i: number): OnnxTensor | undefined {
    const name = this.node.inputs[i];
    return name ? this.tensors.get(name) : undefined;
  }
}

/** An output: a value, and what turns its numbers into ONNX's where the two count differently. */
export interface Output {
  readonly value: Value;
  readonly read: (data: Float32Array) => ArrayLike<number>;
}

/** Builds a node's outputs from ours. */
export type Rule = (call: Call) => readonly (Value | Output)[];

/** A rule for a node of one output. */
export const one =
  (make: (call: Call) => Value): Rule =>
  (call) => [make(call)];

export const axisFrom = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
