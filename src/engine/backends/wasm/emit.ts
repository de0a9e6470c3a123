import { assemble } from "../../../simd/index.ts";
import type { Kernel } from "../../kernels/index.ts";
import { emitDepthwiseRows } from "./depthwise/rows.ts";
import { emitDepthwiseSums } from "./depthwise/sums.ts";
import { emitDirect } from "./direct.ts";
import { emitFilterGradient } from "./filterGradient.ts";
import type { EmitOptions, EmittedKernel } from "./kernel.ts";
import { emitNest } from "./nest.ts";
import { emitProduct } from "./product.ts";
import { emitWinograd } from "./winograd/convolution.ts";
import { emitWinogradFilterSums } from "./winograd/filterSums.ts";
import { emitWinogradFilterGradient, emitWinogradFilters } from "./winograd/filters.ts";

/** One kernel of a module: the exported function's name, how many tasks it has, and what it does. */
export interface KernelEntry {
  readonly name: string;
  readonly label: string;
  readonly tasks: number;
}

/** A program as a WebAssembly module and the order to call its functions in. */
export interface EmittedProgram {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly kernels: readonly KernelEntry[];
  /** Bytes of room each thread lends the kernels. */
  readonly scratch: number;
}

function emitKernel(kernel: Kernel, options: EmitOptions): EmittedKernel {
  switch (kernel.kind) {
    case "nest":
      return emitNest(kernel, options);
    case "direct":
      return emitDirect(kernel, options);
    case "directFilter":
      return emitFilterGradient(kernel, options);
    case "depthwiseRows":
      return emitDepthwiseRows(kernel, options);
    case "depthwiseSums":
      return emitDepthwiseSums(kernel, options);
    case "product":
      return emitProduct(kernel, options);
    case "winogradFilters":
      return emitWinogradFilters(kernel, options);
    case "winograd":
      return emitWinograd(kernel, options);
    case "winogradFilterSums":
      return emitWinogradFilterSums(kernel, options);
    case "winogradFilterGradient":
      return emitWinogradFilterGradient(kernel, options);
    default:
      return kernel satisfies never;
  }
}

/** Emits every kernel with the addresses of its buffers baked in. */
export function emitProgram(kernels: readonly Kernel[], options: EmitOptions): EmittedProgram {
  const emitted = kernels.map((kernel, i) => ({
    name: `k${i}`,
    label: kernel.label,
    ...emitKernel(kernel, options),
  }));
  const functions = Object.fromEntries(emitted.map((kernel) => [kernel.name, kernel.function]));
  return {
    bytes: assemble(functions, "imported"),
    kernels: emitted.map(({ name, label, tasks }) => ({ name, label, tasks })),
    scratch: Math.max(0, ...emitted.map(({ scratch }) => scratch)),
  };
}
