import type { Value } from "../graph/graph.ts";
import { type Access, type Nest, visitExpr } from "../kernels/index.ts";
import type { ChosenKernel } from "./choose.ts";
import { expressionsOf } from "./simplify.ts";

/** The buffers a kernel reads and writes. */
export function buffersOf(kernel: ChosenKernel): { reads: readonly Value[]; writes: readonly Value[] } {
  switch (kernel.kind) {
    case "nest":
      return {
        reads: loadsOf(kernel).map(({ buffer }) => buffer),
        writes: kernel.writes.map(({ access }) => access.buffer),
      };
    case "direct": {
      const { bias, pool } = kernel.epilogue;
      return {
        reads: [kernel.source, kernel.packed, ...(bias ? [bias] : [])],
        writes: [kernel.output, ...(pool ? [pool.positions] : [])],
      };
    }
    case "directFilter":
      return { reads: [kernel.source, kernel.gradient], writes: [kernel.parts] };
    case "product":
      return {
        reads: [kernel.a, kernel.b, ...(kernel.epilogue.bias ? [kernel.epilogue.bias] : [])],
        writes: [kernel.output],
      };
    default:
      return kernel satisfies never;
  }
}

/** Every place a nest reads. */
export function loadsOf(kernel: Nest): Access[] {
  const found: Access[] = [];
  for (const expr of expressionsOf(kernel))
    visitExpr(expr, (part) => part.kind === "load" && found.push(part.access));
  return found;
}
