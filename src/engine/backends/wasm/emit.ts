import { assemble } from "../../../simd/index.ts";
import type { Kernel } from "../../kernels/index.ts";
import { emitDepthwiseRows } from "./depthwise/rows.ts";
import { emitDepthwiseSums } from "./depthwise/sums.ts";
import { emitDirect } from "./direct/convolution.ts";
import { emitFilterGradient } from "./direct/filterGradient.ts";
import { type EmitOptions, type KernelCalls, type KernelFunction, kernelFunction } from "./kernel.ts";
import { emitNest } from "./nest.ts";
import { emitProduct } from "./product.ts";
import { emitTransposed } from "./direct/transposed.ts";
import { emitWinograd } from "./winograd/convolution.ts";
import { emitWinogradFilterSums } from "./winograd/filterSums.ts";
import { emitWinogradFilterGradient, emitWinogradFilters } from "./winograd/filters.ts";

/** One kernel of a module: the exported function's name, and how many tasks it has. */
export interface KernelEntry {
  readonly name: string;
  readonly tasks: number;
}

/** A program as a WebAssembly module and the order to call its functions in. */
export interface EmittedProgram {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly kernels: readonly KernelEntry[];
  /** Bytes of room each thread lends the kernels. */
  readonly scratch: number;
}

/** Emits a kernel into its function. */
function emitKernel(kernel: Kernel, into: KernelFunction): KernelCalls {
  switch (kernel.kind) {
    case "nest":
      return emitNest(kernel, into);
    case "direct":
      return emitDirect(kernel, into);
    case "directFilter":
      return emitFilterGradient(kernel, into);
    case "transposed":
      return emitTransposed(kernel, into);
    case "depthwiseRows":
      return emitDepthwiseRows(kernel, into);
    case "depthwiseSums":
      return emitDepthwiseSums(kernel, into);
    case "product":
      return emitProduct(kernel, into);
    case "winogradFilters":
      return emitWinogradFilters(kernel, into);
    case "winograd":
      return emitWinograd(kernel, into);
    case "winogradFilterSums":
      return emitWinogradFilterSums(kernel, into);
    case "winogradFilterGradient":
      return emitWinogradFilterGradient(kernel, into);
    default:
      return kernel satisfies never;
  }
}

/** Emits every kernel with the addresses of its buffers baked in. */
export function emitProgram(kernels: readonly Kernel[], options: EmitOptions): EmittedProgram {
  const emitted = kernels.map((kernel, i) => {
    const into = kernelFunction(options);
    return { name: `k${i}`, f: into.f, ...emitKernel(kernel, into) };
  });
  return {
    bytes: assemble(Object.fromEntries(emitted.map(({ name, f }) => [name, f])), "imported"),
    kernels: emitted.map(({ name, tasks }) => ({ name, tasks })),
    scratch: Math.max(0, ...emitted.map(({ scratch }) => scratch)),
  };
}
