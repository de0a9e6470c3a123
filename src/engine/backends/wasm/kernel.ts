import { at } from "../../../base/index.ts";
import { FunctionBuilder, type I32, type I32Local, type V128, f32x4 } from "../../../simd/index.ts";
import type { Buffer } from "../../kernels/index.ts";

/**
 * How a product and a sum are rounded: twice, the same on every processor, or once where the processor has a fused one.
 * @example
 * const arithmetic: Arithmetic = "exact"; // the same bits on every processor
 */
export type Arithmetic = "exact" | "fused";

/** a·b + sum in four lanes. */
export const multiplyAdd = (arithmetic: Arithmetic, a: V128, b: V128, sum: V128): V128 =>
  arithmetic === "fused" ? f32x4.relaxedMadd(a, b, sum) : f32x4.add(sum, f32x4.mul(a, b));

/** What a program's code is made for. */
export interface EmitOptions {
  /** Where a buffer starts, in bytes. */
  readonly addressOf: (buffer: Buffer) => number;
  readonly arithmetic: Arithmetic;
}

/** A kernel's function (task, scratch) under construction, and what is baked into it. */
export interface KernelFunction {
  readonly f: FunctionBuilder;
  /** Where a buffer starts, in bytes: known now, or an argument. */
  readonly addressOf: (buffer: Buffer) => I32;
  readonly arithmetic: Arithmetic;
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

/** A function for one kernel at the addresses that its buffers have. */
export function kernelFunction(options: EmitOptions): KernelFunction {
  const f = new FunctionBuilder();
  const [task, scratch] = f.parameters(2);
  return { ...options, f, task, scratch };
}

/** A function for all kernels that differ in their buffers' addresses alone: those are arguments, in the order of `buffers`. */
export function sharedFunction(arithmetic: Arithmetic, buffers: readonly Buffer[]): KernelFunction {
  const f = new FunctionBuilder();
  const given = f.parameters(2 + buffers.length);
  const addressOf = ({ id }: Buffer): I32Local => at(given, 2 + buffers.findIndex((one) => one.id === id));
  return { arithmetic, addressOf, f, task: at(given, 0), scratch: at(given, 1) };
}
