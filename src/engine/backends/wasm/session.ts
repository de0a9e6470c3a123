import {
  type Shape,
  entryOf,
  fault,
  mapValues,
  sameNumbers,
  showShape,
  sizeOf,
} from "../../../base/index.ts";
import { PAGE } from "../../../simd/index.ts";
import type { MemoryUse, Program, Session } from "../../backend.ts";
import { type Buffer, bytesOf } from "../../kernels/index.ts";
import { type Plan, type PlanOptions, addressesOf, aligned, planProgram } from "../../plan/index.ts";
import { checkInputs, programNamed, sharedConstants, sharedParameters } from "../../program.ts";
import { type EmittedProgram, emitProgram } from "./emit.ts";
import type { Arithmetic } from "./kernel.ts";
import { type MemoryLimit, checkReach, sharedMemory } from "./memory.ts";
import type { WorkerPool } from "./pool.ts";
import { Control, type LoadedProgram, type Order } from "./protocol.ts";

/** Loads may reach a little past the last buffer. */
const SLACK = 4_096;

/** What the layout of a session follows from, beside its programs. */
interface LayoutOptions extends MemoryLimit {
  readonly pool: WorkerPool;
  readonly arithmetic: Arithmetic;
  readonly planning: PlanOptions;
}

export interface SessionOptions extends LayoutOptions {
  readonly compile: (bytes: Uint8Array<ArrayBuffer>) => Promise<WebAssembly.Module>;
  readonly number: number;
}

interface PlacedPlan {
  readonly program: Program;
  readonly plan: Plan;
  readonly addressOf: (buffer: Buffer) => number;
}

interface Layout {
  readonly plans: Readonly<Record<string, PlacedPlan>>;
  readonly programs: Readonly<Record<string, EmittedProgram>>;
  readonly parameters: ReadonlyMap<string, { readonly shape: Shape; readonly address: number }>;
  readonly constants: readonly { readonly numbers: ArrayLike<number>; readonly address: number }[];
  readonly scratchAt: number;
  readonly scratch: number;
  /** Of all of it. */
  readonly bytes: number;
  readonly memory: MemoryUse;
}

/**
 * Plans and emits every program around one set of parameters: an empty page, parameters, constants, one arena for all, then scratch.
 * @throws when that takes more memory than there is
 */
export function layOut(
  programs: Readonly<Record<string, Program>>,
  { pool, arithmetic, planning, ...limit }: LayoutOptions,
): Layout {
  const parameters = new Map<string, { shape: Shape; address: number }>();
  let end = PAGE;
  for (const [name, value] of sharedParameters(programs)) {
    parameters.set(name, { shape: value.shape, address: end });
    end += aligned(bytesOf(value));
  }
  const afterParameters = end;
  const constants = [...sharedConstants(programs)].map(([name, numbers]) => {
    const address = end;
    end += aligned(numbers.length * Float32Array.BYTES_PER_ELEMENT);
    return { name, numbers, address };
  });
  const arena = end;
  const constantAt = Object.fromEntries(constants.map(({ name, address }) => [name, address]));
  const bases = {
    arena,
    parameter: (name: string) => parameterNamed(parameters, name).address,
    constant: (name: string) => entryOf(constantAt, name),
  };
  const plans = mapValues(programs, (program): PlacedPlan => {
    const plan = planProgram(program, planning);
    return { program, plan, addressOf: addressesOf(plan, bases) };
  });
  const arenaBytes = Math.max(...Object.values(plans).map(({ plan }) => plan.arenaBytes));
  const emitted = mapValues(plans, ({ plan, addressOf }) =>
    emitProgram(plan.kernels, { arithmetic, addressOf }),
  );
  const scratch = aligned(Math.max(...Object.values(emitted).map((program) => program.scratch)) + SLACK);
  const scratchAt = arena + arenaBytes;
  const bytes = scratchAt + scratch * pool.threads + SLACK;
  checkReach(bytes, limit);
  const use = {
    parameters: afterParameters - PAGE,
    working: arenaBytes + scratch * pool.threads,
    code: Object.values(emitted).reduce((sum, { bytes }) => sum + bytes.length, arena - afterParameters),
  };
  const memory = { ...use, total: use.parameters + use.working + use.code };
  return { plans, programs: emitted, parameters, constants, scratchAt, scratch, bytes, memory };
}

function parameterNamed(parameters: Layout["parameters"], name: string): { shape: Shape; address: number } {
  const found = parameters.get(name);
  if (found) return found;
  throw fault("parameter", { expected: `one of ${[...parameters.keys()].join(", ")}`, received: name });
}

/** Compiles the programs, shares them with the workers, and gives the session that runs them. */
export async function openSession(
  programs: Readonly<Record<string, Program>>,
  options: SessionOptions,
): Promise<Session> {
  options.pool.check("open session");
  const layout = layOut(programs, options);
  const memory = sharedMemory(layout.bytes);
  for (const { numbers, address } of layout.constants)
    new Float32Array(memory.buffer, address, numbers.length).set(numbers);
  const maxKernels = Math.max(...Object.values(layout.programs).map(({ kernels }) => kernels.length));
  const control = new SharedArrayBuffer(4 * (Control.tasks + maxKernels));
  const loaded: Record<string, LoadedProgram> = {};
  for (const [name, { bytes: code, kernels }] of Object.entries(layout.programs))
    loaded[name] = { module: await options.compile(code), kernels };
  const { pool, number } = options;
  const order = (thread: number): Order => ({
    type: "open",
    session: number,
    memory,
    control,
    programs: loaded,
    threads: pool.threads,
    scratch: layout.scratchAt + thread * layout.scratch,
  });
  try {
    await pool.exclusive(() => pool.ask("open session", order));
  } catch (error) {
    // Those that could open it let it go.
    pool.forget(number, layout.bytes);
    throw error;
  }
  return sessionOver(layout, { memory, control: new Int32Array(control) }, options);
}

type Arrays = Readonly<Record<string, ArrayLike<number>>>;

interface Shared {
  readonly memory: WebAssembly.Memory;
  readonly control: Int32Array;
}

/** The session over a memory whose workers have opened it. */
function sessionOver(layout: Layout, shared: Shared, { number: session, pool }: SessionOptions): Session {
  /** Gone once it is closed: the session itself may be kept for long. */
  let held: Shared | undefined = shared;
  /** The program whose prologue's results stand in the arena, computed from the parameters as they are. */
  let ready: string | undefined;
  const whileOpen = (): Shared => {
    if (held) return held;
    throw fault("session", { expected: "an open session", received: "a closed one" });
  };
  const parameter = (name: string): { shape: Shape; data: Float32Array } => {
    const { memory } = whileOpen();
    const { shape, address } = parameterNamed(layout.parameters, name);
    return { shape, data: floatsOf(memory, shape, address) };
  };
  const runAlone = async (
    name: string,
    { plan, addressOf }: PlacedPlan,
    inputs: Arrays,
  ): Promise<Readonly<Record<string, Float32Array>>> => {
    const { memory, control } = whileOpen();
    // checkInputs has seen that all are there.
    for (const buffer of plan.inputs)
      floatsOf(memory, buffer.shape, addressOf(buffer)).set(inputs[buffer.name]!);
    control.fill(0);
    const from = ready === name ? plan.prologueLength : 0;
    // Set before the run: a parameter written meanwhile takes it back.
    ready = name;
    try {
      await pool.ask(`run ${name}`, () => ({ type: "run", session, program: name, from }));
    } catch (error) {
      ready = undefined;
      throw error;
    }
    return mapValues(plan.outputs, (buffer) => numbersOf(memory, buffer, addressOf(buffer)));
  };
  return {
    memory: layout.memory,
    parameterNames: [...layout.parameters.keys()],
    read: async (name) => parameter(name).data.slice(),
    write: async (name, data) => {
      const { shape, data: target } = parameter(name);
      if (data.length !== target.length) {
        throw fault(`parameter ${name}`, {
          expected: `${target.length} numbers for shape ${showShape(shape)}`,
          received: `${data.length}`,
        });
      }
      // Equal numbers change nothing, nor what was computed from the parameters.
      if (sameNumbers(target, data)) return;
      target.set(data);
      ready = undefined;
    },
    run: async (name, inputs) => {
      const placed = programNamed(layout.plans, name);
      checkInputs(name, placed.program, inputs);
      return pool.exclusive(() => runAlone(name, placed, inputs));
    },
    close: () => {
      if (held) pool.forget(session, layout.bytes);
      held = undefined;
    },
  };
}

const floatsOf = (memory: WebAssembly.Memory, shape: Shape, address: number): Float32Array =>
  new Float32Array(memory.buffer, address, sizeOf(shape));

const numbersOf = (memory: WebAssembly.Memory, { shape, dtype }: Buffer, address: number): Float32Array =>
  dtype === "u8"
    ? Float32Array.from(new Uint8Array(memory.buffer, address, sizeOf(shape)))
    : floatsOf(memory, shape, address).slice();
