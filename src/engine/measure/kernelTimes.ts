import { type Spread, at, spreadOf } from "../../base/index.ts";
import { PAGE } from "../../simd/index.ts";
import type { Program } from "../backend.ts";
import { sharedConstants } from "../program.ts";
import { type Arithmetic, linkKernels } from "../backends/wasm/index.ts";
import { type Buffer, bytesOf } from "../kernels/index.ts";
import {
  type Plan,
  addressesOf,
  aligned,
  describeKernel,
  gflopOfKernel,
  planProgram,
} from "../plan/index.ts";

/** A program with numbers to run it on. */
export interface Job {
  readonly program: Program;
  /** First numbers of the parameters by name; those without are zeros. */
  readonly parameters: Readonly<Record<string, ArrayLike<number>>>;
  /** What step number `step`, from 1, is given. */
  readonly inputsAt: (step: number) => Readonly<Record<string, ArrayLike<number>>>;
}

/** How to measure on this machine. */
export interface MeasureOptions {
  /** Milliseconds from any fixed moment. */
  readonly clock: () => number;
  readonly arithmetic: Arithmetic;
  readonly panel: 8 | 16;
}

/** One kernel of a program, timed alone, milliseconds. */
export interface KernelTime extends Spread {
  /** Position in the program, from 0. */
  readonly index: number;
  /** What it does and on what: "conv2d+relu 16x100x100x32 -> 32". */
  readonly label: string;
  readonly tasks: number;
  /** By the plain algorithm, 10^9; 0 for what is bound by memory. */
  readonly gflop: number;
}

/** The first page stays empty, as in a session. */
export const FIRST_BYTE = PAGE;

/** Runs before V8 has optimised every kernel; chosen, not measured. */
const WARM_UP = 3;

/**
 * Times every kernel of a program, all its tasks on this thread, in the program's order and on its own data. Kernels that run once,
 * not in every step, are left out.
 */
export function timeKernels(
  { program, parameters, inputsAt }: Job,
  { clock, arithmetic, panel, repeats }: MeasureOptions & { readonly repeats: number },
): readonly KernelTime[] {
  const plan = planProgram(program, { panel });
  const constants = sharedConstants({ program });
  const { addressOf, parameterAt, constantAt, end } = layOut(plan, constants);
  const { heap, kernels } = linkKernels(plan.kernels, { arithmetic, addressOf, end });
  const write = (address: number, numbers: ArrayLike<number> = []): void =>
    new Float32Array(heap, address, numbers.length).set(numbers);
  for (const { name } of plan.parameters) write(parameterAt(name), parameters[name]);
  for (const [name, numbers] of constants) write(constantAt(name), numbers);
  const measured = kernels.map(({ run, tasks }) => {
    const times: number[] = [];
    return { run, tasks, times };
  });
  for (let step = 1; step <= repeats + WARM_UP; step++) {
    const inputs = inputsAt(step);
    for (const value of plan.inputs) write(addressOf(value), inputs[value.name]);
    for (const { run, times } of measured) {
      const started = clock();
      run();
      if (step > WARM_UP) times.push(clock() - started);
    }
  }
  const timed = plan.kernels.map((kernel, index): KernelTime => {
    const { tasks, times } = at(measured, index);
    const [label, gflop] = [describeKernel(kernel), gflopOfKernel(kernel)];
    return { index, label, tasks, gflop, ...spreadOf(times) };
  });
  return timed.slice(plan.prologueLength);
}

interface Layout {
  readonly addressOf: (buffer: Buffer) => number;
  /** First byte of a parameter. */
  readonly parameterAt: (name: string) => number;
  /** First byte of a constant. */
  readonly constantAt: (name: string) => number;
  /** First byte after the arena. */
  readonly end: number;
}

function layOut(plan: Plan, constants: ReadonlyMap<string, ArrayLike<number>>): Layout {
  const addresses = new Map<string, number>();
  let arena = FIRST_BYTE;
  const place = (key: string, bytes: number): void => {
    addresses.set(key, arena);
    arena += aligned(bytes);
  };
  for (const buffer of plan.parameters) place(`parameter ${buffer.name}`, bytesOf(buffer));
  for (const [name, { length }] of constants)
    place(`constant ${name}`, Float32Array.BYTES_PER_ELEMENT * length);
  const parameterAt = (name: string): number => addresses.get(`parameter ${name}`) ?? FIRST_BYTE;
  const constantAt = (name: string): number => addresses.get(`constant ${name}`) ?? FIRST_BYTE;
  const addressOf = addressesOf(plan, { arena, parameter: parameterAt, constant: constantAt });
  return { end: arena + plan.arenaBytes, addressOf, parameterAt, constantAt };
}
