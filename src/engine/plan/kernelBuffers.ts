import {
  type Access,
  type Buffer,
  type ConvEpilogue,
  type Kernel,
  type Nest,
  visitExpr,
} from "../kernels/index.ts";
import { expressionsOf } from "./rewriteNest.ts";

/** The buffers a kernel reads and writes. */
interface KernelBuffers {
  readonly reads: readonly Buffer[];
  readonly writes: readonly Buffer[];
}

export function buffersOf(kernel: Kernel): KernelBuffers {
  switch (kernel.kind) {
    case "nest":
      return {
        reads: loadsOf(kernel).map(({ buffer }) => buffer),
        writes: kernel.writes.map(({ access }) => access.buffer),
      };
    case "direct":
    case "transposed":
      return withEpilogue(kernel.epilogue, [kernel.source, kernel.packed], kernel.output);
    case "directFilter":
      return {
        reads: [kernel.source, kernel.gradient, ...(kernel.positions ? [kernel.positions] : [])],
        writes: [kernel.partials],
      };
    case "depthwiseRows":
      return withEpilogue(kernel.epilogue, [kernel.source, kernel.filters], kernel.output);
    case "depthwiseSums":
      return { reads: [kernel.source, kernel.gradient], writes: [kernel.partials] };
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
      return { reads: [kernel.source, kernel.gradient], writes: [kernel.partials] };
    case "winogradFilterGradient":
      return { reads: [kernel.partials], writes: [kernel.output] };
    default:
      return kernel satisfies never;
  }
}

/** A kernel with the buffers it touches, under their storage. */
export interface TouchedStorage {
  readonly kernel: Kernel;
  readonly reads: ReadonlySet<Buffer>;
  readonly writes: ReadonlySet<Buffer>;
}

export function touchedStorage(kernel: Kernel, storageOf: (buffer: Buffer) => Buffer): TouchedStorage {
  const { reads, writes } = buffersOf(kernel);
  return { kernel, reads: new Set(reads.map(storageOf)), writes: new Set(writes.map(storageOf)) };
}

function withEpilogue({ bias, pool }: ConvEpilogue, reads: readonly Buffer[], output: Buffer): KernelBuffers {
  return { reads: bias ? [...reads, bias] : reads, writes: pool ? [output, pool.positions] : [output] };
}

/** Every access by which a nest reads. */
export function loadsOf(kernel: Nest): Access[] {
  const found: Access[] = [];
  for (const expr of expressionsOf(kernel))
    visitExpr(expr, (part) => part.kind === "load" && found.push(part.access));
  return found;
}
