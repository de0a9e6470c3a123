import type { Value } from "../graph/graph.ts";
import { type Access, type ConvEpilogue, type Nest, visitExpr } from "../kernels/index.ts";
import type { ChosenKernel } from "./algorithms/candidates.ts";
import { expressionsOf } from "./simplify.ts";

/** The buffers a kernel reads and writes. */
export interface Buffers {
  readonly reads: readonly Value[];
  readonly writes: readonly Value[];
}

export function buffersOf(kernel: ChosenKernel): Buffers {
  switch (kernel.kind) {
    case "nest":
      return {
        reads: loadsOf(kernel).map(({ buffer }) => buffer),
        writes: kernel.writes.map(({ access }) => access.buffer),
      };
    case "direct":
      return withEpilogue(kernel.epilogue, [kernel.source, kernel.packed], kernel.output);
    case "directFilter":
      return {
        reads: [kernel.source, kernel.gradient, ...(kernel.positions ? [kernel.positions] : [])],
        writes: [kernel.parts],
      };
    case "depthwiseRows":
      return withEpilogue(kernel.epilogue, [kernel.source, kernel.filters], kernel.output);
    case "depthwiseSums":
      return { reads: [kernel.source, kernel.gradient], writes: [kernel.parts] };
    case "product":
      return {
        reads: [kernel.a, kernel.b, ...(kernel.epilogue.bias ? [kernel.epilogue.bias] : [])],
        writes: [kernel.output],
      };
    case "winogradFilters":
      return { reads: [kernel.filters], writes: [kernel.transformed] };
    case "winograd":
      return withEpilogue(kernel.epilogue, [kernel.source, kernel.transformed], kernel.output);
    case "winogradFilterSums":
      return { reads: [kernel.source, kernel.gradient], writes: [kernel.parts] };
    case "winogradFilterGradient":
      return { reads: [kernel.parts], writes: [kernel.output] };
    default:
      return kernel satisfies never;
  }
}

function withEpilogue({ bias, pool }: ConvEpilogue, reads: readonly Value[], output: Value): Buffers {
  return { reads: bias ? [...reads, bias] : reads, writes: pool ? [output, pool.positions] : [output] };
}

/** Every place a nest reads. */
export function loadsOf(kernel: Nest): Access[] {
  const found: Access[] = [];
  for (const expr of expressionsOf(kernel))
    visitExpr(expr, (part) => part.kind === "load" && found.push(part.access));
  return found;
}
