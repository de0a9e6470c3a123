import { at, fault, showShape, sizeOf } from "../../base/index.ts";
import { add } from "../ops/elementwise/add.ts";
import { ones } from "../ops/creation/fill.ts";
import type { Graph, Node, Value } from "../graph/graph.ts";

/**
 * Extends the graph with the gradients of `loss` with respect to each of `wanted` (reverse mode).
 * `loss` must hold one number. A constant, and a value that the loss does not depend on, gets undefined.
 * @example
 * const w = parameter(graph, "w", [3, 4]);
 * const [gradient] = differentiate(reduceSum(matmul(x, w)), [w]); // gradient has the shape of w, [3, 4]
 */
export function differentiate(loss: Value, wanted: readonly Value[]): readonly (Value | undefined)[] {
  if (sizeOf(loss.shape) !== 1) {
    throw fault("differentiate: loss", {
      expected: "one number",
      received: `shape ${showShape(loss.shape)}`,
      fix: "reduce it",
    });
  }
  const needed = dependents(
    loss.graph,
    wanted.filter(({ role }) => role !== "constant"),
  );
  const gradients = new Map<Value, Value>([[loss, ones(loss)]]);
  for (const node of loss.graph.nodes.toReversed()) {
    if (
      !node.outputs.some((output) => gradients.has(output)) ||
      !node.inputs.some((value) => needed.has(value))
    )
      continue;
    for (const [value, gradient] of contributions(node, gradients)) {
      if (!needed.has(value)) continue;
      const sum = gradients.get(value);
      gradients.set(value, sum ? add(sum, gradient) : gradient);
    }
  }
  return wanted.map((value) => (value.role === "constant" ? undefined : gradients.get(value)));
}

function contributions(node: Node, gradients: ReadonlyMap<Value, Value>): [Value, Value][] {
  const { op, inputs, outputs, attributes } = node;
  if (!op.gradient)
    throw fault(op.name, {
      expected: "an op with a gradient",
      received: "one without",
      fix: "stop the gradient before it",
    });
  const found = op.gradient({
    inputs,
    outputs,
    attributes,
    gradients: outputs.map((output) => gradients.get(output)),
  });
  return found.flatMap((gradient, i) => (gradient ? [[at(inputs, i), gradient]] : []));
}

/** The values through which `wanted` can reach anything. */
function dependents(graph: Graph, wanted: readonly Value[]): ReadonlySet<Value> {
  const reached = new Set<Value>(wanted);
  for (const node of graph.nodes) {
    if (node.inputs.some((value) => reached.has(value)))
      for (const output of node.outputs) reached.add(output);
  }
  return reached;
}
