import { FunctionBuilder, type I32Local } from "../../../simd/index.ts";
import type { Buffer } from "../../kernels/index.ts";

/**
 * How a product and a sum are rounded: twice, the same on every processor, or once where the processor has a fused one.
 * @example
 * const arithmetic: Arithmetic = "exact"; // the same bits on every processor
 */
export type Arithmetic = "exact" | "fused";

/** What is baked into a program's code. */
export interface EmitOptions {
  /** Where a buffer starts, in bytes. */
  readonly addressOf: (buffer: Buffer) => number;
  readonly arithmetic: Arithmetic;
}

/** A kernel's function (task, scratch) under construction, and what is baked into it. */
export interface KernelFunction extends EmitOptions {
  readonly f: FunctionBuilder;
  readonly task: I32Local;
  readonly scratch: I32Local;
}

/** How a kernel's function is called. */
export interface KernelCalls {
  /** It is called once with each task number from 0; tasks write apart from each other. */
  readonly tasks: number;
  /** Bytes of room a thread lends it for the length of a call. */
  readonly scratch: number;
}

export function kernelFunction(options: EmitOptions): KernelFunction {
  const f = new FunctionBuilder();
  const [task, scratch] = f.parameters(2);
  return { ...options, f, task, scratch };
}
