import { sizeOf } from "../../../src/base/index.ts";
import { emitProgram } from "../../../src/engine/backends/wasm/emit.ts";
import type { Arithmetic } from "../../../src/engine/backends/wasm/index.ts";
import { type Buffer, type Kernel, bytesOf } from "../../../src/engine/kernels/index.ts";
import {
  type PlanOptions,
  addressesOf,
  aligned,
  buffersOf,
  planProgram,
} from "../../../src/engine/plan/index.ts";
import { link } from "../../../src/simd/index.ts";
import type { BuiltCase } from "../cases.ts";

const PAGE = 65_536;
/** All bits set: a NaN, or four bytes of 255. */
const POISON = -1;

export interface EmitHereOptions {
  /** @default "exact" */
  readonly arithmetic?: Arithmetic;
  /** The last task of each kernel first. @default false */
  readonly reversed?: boolean;
  /** All of it a second time on arrays elsewhere, whose results count: each kernel is one of two equal ones. @default false */
  readonly twice?: boolean;
}

/** What kernels left in memory. */
interface Execution {
  /** The numbers of a buffer. */
  readonly read: (buffer: Buffer) => Float32Array;
  /** Tasks of each kernel. */
  readonly tasks: readonly number[];
  /** Words changed that belong to no buffer and to no scratch. */
  readonly stray: number;
}

interface Layout extends EmitHereOptions {
  readonly addressOf: (buffer: Buffer) => number;
  /** First byte after the last buffer. */
  readonly end: number;
  /** Numbers that stand in memory before. */
  readonly given: ReadonlyMap<Buffer, ArrayLike<number>>;
}

/**
 * Runs kernels on this thread, without workers, in memory that holds no number but the given ones: so a kernel that reads what
 * nobody wrote, leans on the order of its tasks or writes beside its arrays is found out.
 */
function execute(
  kernels: readonly Kernel[],
  { arithmetic = "exact", reversed = false, addressOf, end, given }: Layout,
): Execution {
  const emitted = emitProgram(kernels, { arithmetic, addressOf });
  const room = aligned(emitted.scratch);
  const scratch = aligned(end + PAGE);
  const pages = Math.ceil((scratch + room) / PAGE) + 1;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const words = new Int32Array(memory.buffer).fill(POISON);
  const numbersOf = (buffer: Buffer): Float32Array | Uint8Array =>
    new (buffer.dtype === "u8" ? Uint8Array : Float32Array)(
      memory.buffer,
      addressOf(buffer),
      sizeOf(buffer.shape),
    );
  for (const [buffer, numbers] of given) numbersOf(buffer).set(numbers);
  const functions = link(new WebAssembly.Module(emitted.bytes), memory);
  for (const { name, tasks } of emitted.kernels)
    for (let i = 0; i < tasks; i++) functions(name)(reversed ? tasks - 1 - i : i, scratch);
  const changed = (from: number, to: number): number => {
    let count = 0;
    for (const word of words.subarray(from / 4, to / 4)) if (word !== POISON) count++;
    return count;
  };
  return {
    read: (buffer) => Float32Array.from(numbersOf(buffer)),
    tasks: emitted.kernels.map(({ tasks }) => tasks),
    stray: changed(0, PAGE) + changed(aligned(end), scratch) + changed(scratch + room, pages * PAGE),
  };
}

/** What a program computed, and what it did on the way. */
export interface HereRun {
  readonly outputs: Readonly<Record<string, Float32Array>>;
  readonly kernels: readonly Kernel[];
  readonly stray: number;
}

/** Plans a case and runs it by {@link execute}. */
export function runHere(
  built: BuiltCase,
  { arithmetic, reversed, twice = false, ...planning }: EmitHereOptions & PlanOptions,
): HereRun {
  const plan = planProgram(built, planning);
  const twin = twins();
  const addressOf = addressesOf(plan, { arena: PAGE, parameter: () => 0, constant: () => 0 });
  const given = plan.inputs.map((buffer) => [buffer, built.inputs[buffer.name] ?? []] as const);
  const { read, stray } = execute(twice ? [...plan.kernels, ...twin.of(plan.kernels)] : plan.kernels, {
    ...(arithmetic && { arithmetic }),
    ...(reversed && { reversed }),
    addressOf: (buffer) => {
      const first = twin.firstOf(buffer);
      return first ? addressOf(first) + plan.arenaBytes : addressOf(buffer);
    },
    end: PAGE + plan.arenaBytes * (twice ? 2 : 1),
    given: new Map([
      ...given,
      ...(twice ? given.map(([buffer, numbers]) => [twin.of(buffer), numbers] as const) : []),
    ]),
  });
  const outputs = Object.entries(plan.outputs).map(
    ([name, buffer]) => [name, read(twice ? twin.of(buffer) : buffer)] as const,
  );
  return { outputs: Object.fromEntries(outputs), kernels: plan.kernels, stray };
}

/** Copies of kernels on buffers of their own. */
function twins(): {
  readonly of: <T>(original: T) => T;
  readonly firstOf: (buffer: Buffer) => Buffer | undefined;
} {
  const copies = new Map<unknown, unknown>();
  const firsts = new Map<unknown, Buffer>();
  const copied = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    const known = copies.get(value);
    if (known) return known;
    const copy: unknown = Array.isArray(value)
      ? value.map(copied)
      : Object.fromEntries(Object.entries(value).map(([field, item]) => [field, copied(item)]));
    copies.set(value, copy);
    if (isBuffer(value)) {
      const moved = { ...value, id: -1 - value.id };
      copies.set(value, moved);
      firsts.set(moved, value);
      return moved;
    }
    return copy;
  };
  return { of: <T>(original: T) => copied(original) as T, firstOf: (buffer) => firsts.get(buffer) };
}

const isBuffer = (value: object): value is Buffer => "role" in value && "id" in value;

let ids = 0;

/** A buffer for kernels that are written down without a graph. */
export const bufferHere = (
  shape: readonly number[],
  { dtype = "f32", name = "" }: Partial<Pick<Buffer, "dtype" | "name">> = {},
): Buffer => ({ id: ids++, role: "result", name, dtype, shape });

/** Runs kernels that were written down without a graph by {@link execute}, one line of cache between two buffers. */
export function runKernels(
  kernels: readonly Kernel[],
  given: ReadonlyMap<Buffer, ArrayLike<number>>,
  options: EmitHereOptions = {},
): Execution {
  const addresses = new Map<Buffer, number>();
  let end = PAGE;
  for (const kernel of kernels) {
    const { reads, writes } = buffersOf(kernel);
    for (const buffer of [...reads, ...writes]) {
      if (addresses.has(buffer)) continue;
      addresses.set(buffer, end);
      end = aligned(end + bytesOf(buffer)) + 64;
    }
  }
  return execute(kernels, { ...options, addressOf: (buffer) => addresses.get(buffer) ?? 0, end, given });
}
