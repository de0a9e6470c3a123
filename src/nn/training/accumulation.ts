import {
  type Graph,
  type Value,
  add,
  affine,
  input,
  multiply,
  parameter,
  update,
} from "../../engine/index.ts";

/** A parameter and its gradient, the mean over the examples of a batch. */
export interface Trainable {
  readonly weight: Value;
  readonly gradient: Value;
}

/** The sum over the examples of a group so far, with this batch. */
function summed(
  graph: Graph,
  { weight, gradient }: Trainable,
  batchSize: number,
): { kept: Value; sum: Value } {
  const kept = parameter(graph, `accumulated/${weight.name}`, weight.shape);
  return { kept, sum: add(kept, affine(gradient, batchSize)) };
}

/** Adds a batch to the sums of its group, and leaves the weights as they are. */
export function accumulate(graph: Graph, steps: readonly Trainable[], batchSize: number): void {
  for (const step of steps) {
    const { kept, sum } = summed(graph, step, batchSize);
    update(kept, sum);
  }
}

/** The gradients of a whole group, its last batch included; the sums begin anew. Takes an input `perExample` []: 1 by its examples. */
export function groupGradients(
  graph: Graph,
  steps: readonly Trainable[],
  batchSize: number,
): readonly Trainable[] {
  const perExample = input(graph, "perExample", []);
  return steps.map((step) => {
    const { kept, sum } = summed(graph, step, batchSize);
    update(kept, affine(kept, 0));
    return { weight: step.weight, gradient: multiply(sum, perExample) };
  });
}
