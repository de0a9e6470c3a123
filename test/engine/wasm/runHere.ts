import { sizeOf } from "../../../src/base/index.ts";
import { emitProgram } from "../../../src/engine/backends/wasm/emit.ts";
import type { Arithmetic } from "../../../src/engine/backends/wasm/index.ts";
import type { Kernel } from "../../../src/engine/kernels/index.ts";
import { type PlanOptions, addressesOf, aligned, planProgram } from "../../../src/engine/plan/index.ts";
import { link } from "../../../src/simd/index.ts";
import type { BuiltCase } from "../cases.ts";

const PAGE = 65_536;
/** A byte that is NaN four times over, 255, and -1. */
const POISON = 0xff;

export interface HereOptions extends PlanOptions {
  /** @default "exact" */
  readonly arithmetic?: Arithmetic;
  /** The last task of each kernel first. @default false */
  readonly reversed?: boolean;
}

/** What a program computed, and what it did on the way. */
export interface HereRun {
  readonly outputs: Readonly<Record<string, Float32Array>>;
  readonly kernels: readonly Kernel[];
  /** Tasks of all kernels. */
  readonly tasks: number;
  /** Bytes changed that belong to no buffer and to no scratch. */
  readonly stray: number;
}

/**
 * Runs a case on this thread, without workers, in memory that holds no number before: so a kernel that reads what nobody wrote,
 * leans on the order of its tasks or writes beside its arrays is found out.
 */
export function runHere(
  built: BuiltCase,
  { arithmetic = "exact", reversed = false, ...planning }: HereOptions,
): HereRun {
  const plan = planProgram(built, planning);
  const addressOf = addressesOf(plan, { arena: PAGE, parameter: () => 0 });
  const emitted = emitProgram(plan.kernels, { arithmetic, addressOf });
  const [arenaEnd, room] = [PAGE + plan.arenaBytes, aligned(emitted.scratch)];
  const scratch = aligned(arenaEnd + PAGE);
  const pages = Math.ceil((scratch + room) / PAGE) + 1;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const bytes = new Uint8Array(memory.buffer);
  bytes.fill(POISON);
  for (const buffer of plan.inputs)
    new Float32Array(memory.buffer, addressOf(buffer), sizeOf(buffer.shape)).set(
      built.inputs[buffer.name] ?? [],
    );
  const functions = link(new WebAssembly.Module(emitted.bytes), memory);
  for (const { name, tasks } of emitted.kernels)
    for (let i = 0; i < tasks; i++) functions(name)(reversed ? tasks - 1 - i : i, scratch);
  const outputs = Object.entries(plan.outputs).map(([name, { dtype, shape, ...buffer }]) => {
    const Numbers = dtype === "u8" ? Uint8Array : Float32Array;
    const at = addressOf({ dtype, shape, ...buffer });
    return [name, Float32Array.from(new Numbers(memory.buffer, at, sizeOf(shape)))];
  });
  const changed = (from: number, to: number): number =>
    bytes.subarray(from, to).reduce((count, byte) => count + (byte === POISON ? 0 : 1), 0);
  return {
    outputs: Object.fromEntries(outputs),
    kernels: plan.kernels,
    tasks: emitted.kernels.reduce((sum, { tasks }) => sum + tasks, 0),
    stray: changed(0, PAGE) + changed(arenaEnd, scratch) + changed(scratch + room, bytes.length),
  };
}
