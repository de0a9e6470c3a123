import { PAGE, link } from "../../../simd/index.ts";
import type { Kernel } from "../../kernels/index.ts";
import { emitProgram } from "./emit.ts";
import type { EmitOptions } from "./kernel.ts";

/** Kernels as functions of this thread, over a memory of their own. */
export interface LinkedKernels {
  readonly heap: ArrayBufferLike;
  readonly kernels: readonly {
    readonly tasks: number;
    /** All tasks, one after the other. */
    readonly run: () => void;
  }[];
}

/** Compiles kernels to run here, without workers. `end` is the first byte after the last buffer. */
export function linkKernels(
  kernels: readonly Kernel[],
  { end, ...options }: EmitOptions & { readonly end: number },
): LinkedKernels {
  const emitted = emitProgram(kernels, options);
  const pages = Math.ceil((end + emitted.scratch) / PAGE) + 1;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const exported = link(new WebAssembly.Module(emitted.bytes), memory);
  return {
    heap: memory.buffer,
    kernels: emitted.kernels.map(({ name, tasks }) => {
      const task = exported(name);
      const run = (): void => {
        for (let i = 0; i < tasks; i++) task(i, end);
      };
      return { tasks, run };
    }),
  };
}
