import type { Value } from "../../graph/graph.ts";
import { buffersOf } from "../kernelBuffers.ts";
import type { ChosenKernel } from "../algorithms/candidates.ts";

/** Kernels in order; the first `prepared` of them depend on parameters alone. */
export interface PreparedKernels {
  readonly kernels: readonly ChosenKernel[];
  readonly prepared: number;
  /** Results of the prepared kernels that must outlast the run. */
  readonly lasting: ReadonlySet<Value>;
}

/**
 * Puts the kernels first that follow from parameters alone, such as packing and transforming filters: they need not run again
 * until a parameter changes. `kept` are results that are read after the run.
 */
export function prepareFirst(
  kernels: readonly ChosenKernel[],
  { root, kept }: { root: (value: Value) => Value; kept: ReadonlySet<Value> },
): PreparedKernels {
  const made = new Set<Value>();
  const wanted = new Set(kept);
  const [first, rest]: [ChosenKernel[], ChosenKernel[]] = [[], []];
  for (const kernel of kernels) {
    const { reads, writes } = buffersOf(kernel);
    const sources = reads.map(root);
    if (sources.every((value) => value.role === "parameter" || made.has(value))) {
      first.push(kernel);
      for (const value of writes) made.add(root(value));
    } else {
      rest.push(kernel);
      for (const value of sources) wanted.add(value);
    }
  }
  const lasting = new Set([...made].filter((value) => wanted.has(value)));
  return { kernels: [...first, ...rest], prepared: first.length, lasting };
}
