import { sizeOf } from "../../../src/base/index.ts";
import { type Program, runReference } from "../../../src/engine/index.ts";
import type { Buffer } from "../../../src/engine/kernels/index.ts";
import { type Plan, addressesOf } from "../../../src/engine/plan/index.ts";
import type { PlanState } from "../../../src/engine/plan/passes/pass.ts";
import { type Memory, separateMemory } from "../interpret/nest.ts";
import { runOp } from "../interpret/op.ts";
import { runKernel } from "../interpret/kernel.ts";

/** Numbers of inputs and parameters by name. */
export type Given = Readonly<Record<string, ArrayLike<number>>>;

/** What a run gives, and what it leaves in the parameters that it updates. */
export interface Results {
  readonly outputs: Readonly<Record<string, ArrayLike<number>>>;
  readonly updates: Readonly<Record<string, ArrayLike<number>>>;
}

/** Numbers for every input and parameter of a program, in quarters, so that short sums are exact, and those of its constants. */
export function numbersFor({ graph }: Program): Given {
  const given = graph.values.filter(({ role }) => role !== "result");
  return Object.fromEntries(
    given.map(({ id, name, shape, numbers }) => [
      name,
      numbers ?? Array.from({ length: sizeOf(shape) }, (_, i) => (((i * 7 + id * 5) % 13) - 6) / 4),
    ]),
  );
}

/** What the reference loops give. */
export function referenceResults(program: Program, given: Given): Results {
  const { outputs, updates } = runReference(program, given);
  return { outputs, updates: Object.fromEntries(updates) };
}

/** Runs a program as far as passes have brought it: by its nodes, its lowered ops or its kernels, every buffer by itself. */
export function runState(state: PlanState, given: Given): Results {
  const { program, buffers, lowered, kernels, storageOf, inPlace, oldValues } = state;
  if (!lowered) return referenceResults(program, given);
  const arrays = separateMemory();
  for (const value of program.graph.values)
    if (value.role !== "result") arrays.set(buffers.of(value), Float64Array.from(given[value.name] ?? []));
  const memory: Memory = (buffer) => {
    const storage = storageOf(buffer);
    return arrays(inPlace.get(storage) ?? storage);
  };
  if (kernels) for (const kernel of kernels) runKernel(kernel, memory);
  else for (const op of lowered.flatMap(({ ops }) => ops)) runOp(op, arrays);
  // In-place updates leave the new numbers in the parameters; before that pass they stand in the results.
  const isUpdated = kernels?.some(({ label }) => label === "copy") || inPlace.size > 0;
  return {
    outputs: Object.fromEntries(
      Object.entries(program.outputs).map(([name, value]) => {
        const returned = buffers.of(value);
        return [name, memory(oldValues.get(returned) ?? returned)];
      }),
    ),
    updates: Object.fromEntries(
      program.graph.updates.map(({ target, value }) => [
        target.name,
        memory(buffers.of(isUpdated ? target : value)),
      ]),
    ),
  };
}

/** A plan in memory as a session lays it out: parameters, and one arena in which buffers share room. */
export class PlacedRun {
  private readonly parameters = new Map<string, Float32Array>();
  private readonly memory: Memory;
  private readonly plan: Plan;
  private first = true;

  constructor(plan: Plan) {
    this.plan = plan;
    const addresses = new Map<string, number>();
    let end = 0;
    for (const { bytes: size, placement } of plan.buffers) {
      if (placement.kind === "arena" || addresses.has(placement.name)) continue;
      addresses.set(placement.name, end);
      end += Math.ceil(size / 64) * 64;
    }
    const bytes = new ArrayBuffer(end + plan.arenaBytes);
    // Whatever is read before it is written is NaN.
    new Uint8Array(bytes).fill(0xff);
    const kept = (name: string): number => addresses.get(name) ?? Number.NaN;
    const addressOf = addressesOf(plan, { arena: end, parameter: kept, constant: kept });
    this.memory = (buffer) =>
      buffer.dtype === "u8"
        ? new Uint8Array(bytes, addressOf(buffer), sizeOf(buffer.shape))
        : new Float32Array(bytes, addressOf(buffer), sizeOf(buffer.shape));
    for (const { name, shape } of plan.parameters)
      this.parameters.set(name, new Float32Array(bytes, kept(name), sizeOf(shape)));
  }

  /** Runs the plan; from the second run on without its prologue. */
  run(given: Given): Results["outputs"] {
    const { kernels, prologueLength, inputs, outputs } = this.plan;
    const write = (buffer: Buffer): void => this.memory(buffer).set(given[buffer.name] ?? []);
    for (const buffer of inputs) write(buffer);
    if (this.first) for (const [name, array] of this.parameters) array.set(given[name] ?? []);
    // Constants are written once, as a session does it.
    for (const { buffer, placement } of this.first ? this.plan.buffers : [])
      if (placement.kind === "constant") this.memory(buffer).set(given[placement.name] ?? []);
    for (const kernel of kernels.slice(this.first ? 0 : prologueLength)) runKernel(kernel, this.memory);
    this.first = false;
    return Object.fromEntries(
      Object.entries(outputs).map(([name, buffer]) => [name, Float32Array.from(this.memory(buffer))]),
    );
  }

  /** What a parameter holds now. */
  parameter(name: string): Float32Array | undefined {
    return this.parameters.get(name);
  }
}
