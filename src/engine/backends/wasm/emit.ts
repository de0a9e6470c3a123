import type { ChosenKernel } from "../../plan/index.ts";
import { assemble } from "./assembler.ts";
import { emitDepthwiseRows } from "./depthwise/rows.ts";
import { emitDepthwiseSums } from "./depthwise/sums.ts";
import { emitDirect } from "./direct.ts";
import { emitFilterGradient } from "./filterGradient.ts";
import { type AddressOf, type EmittedKernel, emitNest } from "./nest.ts";
import { emitProduct } from "./product.ts";
import type { Arithmetic } from "./tile.ts";
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

export interface EmitOptions {
  readonly addressOf: AddressOf;
  readonly arithmetic: Arithmetic;
}

function emitKernel(name: string, kernel: ChosenKernel, options: EmitOptions): EmittedKernel {
  switch (kernel.kind) {
    case "nest":
      return emitNest(name, kernel, options.addressOf);
    case "direct":
      return emitDirect(name, kernel, options);
    case "directFilter":
      return emitFilterGradient(name, kernel, options);
    case "depthwiseRows":
      return emitDepthwiseRows(name, kernel, options);
    case "depthwiseSums":
      return emitDepthwiseSums(name, kernel, options);
    case "product":
      return emitProduct(name, kernel, options);
    case "winogradFilters":
      return emitWinogradFilters(name, kernel, options);
    case "winograd":
      return emitWinograd(name, kernel, options);
    case "winogradFilterSums":
      return emitWinogradFilterSums(name, kernel, options);
    case "winogradFilterGradient":
      return emitWinogradFilterGradient(name, kernel, options);
    default:
      return kernel satisfies never;
  }
}

/** Emits every kernel with the addresses of its buffers baked in. */
export function emitProgram(kernels: readonly ChosenKernel[], options: EmitOptions): EmittedProgram {
  const emitted = kernels.map((kernel, i) => emitKernel(`k${i}`, kernel, options));
  return {
    bytes: assemble(emitted.map((kernel) => kernel.function)),
    kernels: emitted.map(({ function: f, tasks }, i) => ({ name: f.name, label: kernels[i]!.label, tasks })),
    scratch: emitted.reduce((most, { scratch }) => Math.max(most, scratch), 0),
  };
}
