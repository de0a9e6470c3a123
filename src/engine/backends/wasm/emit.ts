import { groupBy } from "../../../base/index.ts";
import { type FunctionBuilder, assemble } from "../../../simd/index.ts";
import type { Buffer, Kernel } from "../../kernels/index.ts";
import { emitDepthwiseRows } from "./depthwise/rows.ts";
import { emitDepthwiseSums } from "./depthwise/sums.ts";
import { emitDirect } from "./direct/convolution.ts";
import { emitFilterGradient } from "./direct/filterGradient.ts";
import { emitTransposed } from "./direct/transposed.ts";
import {
  type EmitOptions,
  type KernelCalls,
  type KernelFunction,
  kernelFunction,
  sharedFunction,
} from "./kernel.ts";
import { emitNest } from "./nest/nest.ts";
import { emitProduct } from "./product.ts";
import { type Structure, structureOf } from "./structure.ts";
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

/** A function that the worker calls, (task, scratch), and how. */
interface EmittedKernel extends KernelCalls {
  readonly f: FunctionBuilder;
}

/**
 * Emits every kernel. One that stands alone has the addresses of its buffers baked in; of those that differ in addresses alone,
 * as the layers of a deep net do, one is emitted, and a function for each calls it with its addresses.
 */
export function emitProgram(kernels: readonly Kernel[], options: EmitOptions): EmittedProgram {
  const structures = kernels.map((kernel) => ({ kernel, ...structureOf(kernel) }));
  const groups = groupBy(structures, ({ key }) => key);
  const bodies = new Map<string, SharedBody>();
  for (const [key, [first, ...others]] of groups)
    if (first && others.length > 0) bodies.set(key, emitBody(first, bodies.size, options));
  const emitted = structures.map(({ kernel, key, buffers }): EmittedKernel => {
    const body = bodies.get(key);
    if (body) return emitCall(body, buffers, options);
    const into = kernelFunction(options);
    return { f: into.f, ...emitKernel(kernel, into) };
  });
  const exported = Object.fromEntries(emitted.map(({ f }, i) => [nameOf(i), f]));
  return {
    bytes: assemble(
      exported,
      "imported",
      Array.from(bodies.values(), ({ f }) => f),
    ),
    kernels: emitted.map(({ tasks }, i) => ({ name: nameOf(i), tasks })),
    scratch: Math.max(0, ...emitted.map(({ scratch }) => scratch)),
  };
}

const nameOf = (kernel: number): string => `k${kernel}`;

/** A function that several kernels call, (task, scratch, addresses), and its number in the module. */
interface SharedBody extends EmittedKernel {
  readonly number: number;
}

function emitBody(
  { kernel, buffers }: Structure & { readonly kernel: Kernel },
  number: number,
  { arithmetic }: EmitOptions,
): SharedBody {
  const into = sharedFunction(arithmetic, buffers);
  return { number, f: into.f, ...emitKernel(kernel, into) };
}

/** One call of a shared function with the addresses of a kernel's buffers. */
function emitCall(
  { number, tasks, scratch: room }: SharedBody,
  buffers: readonly Buffer[],
  options: EmitOptions,
): EmittedKernel {
  const { f, task, scratch } = kernelFunction(options);
  f.call(number, [task, scratch, ...buffers.map(options.addressOf)]);
  return { f, tasks, scratch: room };
}
