import { type Shape, fault, showShape, sizeOf } from "../../../base/index.ts";
import type { MemoryUse, Program, Session } from "../../backend.ts";
import type { Buffer } from "../../kernels/index.ts";
import { type Plan, type PlanOptions, addressesOf, aligned, bytesOf, planProgram } from "../../plan/index.ts";
import { checkInputs, programNamed, sharedParameters } from "../../program.ts";
import { type EmittedProgram, emitProgram } from "./emit.ts";
import type { Arithmetic } from "./kernel.ts";
import {
  Control,
  type FromWorker,
  type LoadedProgram,
  type ToWorker,
  type WorkerHandle,
} from "./protocol.ts";

const PAGE = 65_536;
/** A 32-bit address space; the first page stays empty, and loads may reach a little past the last buffer. */
const MAX_BYTES = 65_536 * PAGE;
const SLACK = 4_096;

/** What the layout of a session follows from, beside its programs. */
interface LayoutOptions {
  readonly workers: readonly WorkerHandle[];
  readonly arithmetic: Arithmetic;
  readonly planning: PlanOptions;
  /** Bytes a session may take. */
  readonly memoryLimit: number;
}

export interface SessionOptions extends LayoutOptions {
  readonly compile: (bytes: Uint8Array<ArrayBuffer>) => Promise<WebAssembly.Module>;
  readonly number: number;
  /** Lets one piece of work at a time talk to the workers. */
  readonly exclusive: <T>(work: () => Promise<T>) => Promise<T>;
}

interface PlacedPlan {
  readonly plan: Plan;
  readonly addressOf: (buffer: Buffer) => number;
}

interface Layout {
  readonly plans: Readonly<Record<string, PlacedPlan>>;
  readonly programs: Readonly<Record<string, EmittedProgram>>;
  readonly parameters: ReadonlyMap<string, { readonly shape: Shape; readonly address: number }>;
  readonly scratchAt: number;
  readonly scratch: number;
  /** Of all of it. */
  readonly bytes: number;
  readonly memory: MemoryUse;
}

/**
 * Plans and emits every program around one set of parameters: parameters first, then one arena for all, then scratch.
 * @throws when that takes more memory than there is
 */
export function layOut(
  programs: Readonly<Record<string, Program>>,
  { workers, arithmetic, planning, memoryLimit }: LayoutOptions,
): Layout {
  const parameters = new Map<string, { shape: Shape; address: number }>();
  let end = PAGE;
  for (const [name, value] of sharedParameters(programs)) {
    parameters.set(name, { shape: value.shape, address: end });
    end += aligned(bytesOf(value));
  }
  const arena = end;
  const bases = { arena, parameter: (name: string) => parameters.get(name)!.address };
  const plans = mapValues(programs, (program): PlacedPlan => {
    const plan = planProgram(program, planning);
    return { plan, addressOf: addressesOf(plan, bases) };
  });
  const arenaBytes = Math.max(...Object.values(plans).map(({ plan }) => plan.arenaBytes));
  const emitted = mapValues(plans, ({ plan, addressOf }) =>
    emitProgram(plan.kernels, { arithmetic, addressOf }),
  );
  const scratch = aligned(Math.max(...Object.values(emitted).map((program) => program.scratch)) + SLACK);
  const scratchAt = arena + arenaBytes;
  const bytes = scratchAt + scratch * workers.length + SLACK;
  checkMemory(bytes, memoryLimit);
  const use = {
    parameters: arena - PAGE,
    working: arenaBytes + scratch * workers.length,
    code: Object.values(emitted).reduce((sum, { bytes }) => sum + bytes.length, 0),
  };
  const memory = { ...use, total: use.parameters + use.working + use.code };
  return { plans, programs: emitted, parameters, scratchAt, scratch, bytes, memory };
}

const mapValues = <T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

/** Compiles the programs, shares them with the workers, and gives the session that runs them. */
export async function openSession(
  programs: Readonly<Record<string, Program>>,
  options: SessionOptions,
): Promise<Session> {
  const layout = layOut(programs, options);
  const pages = Math.ceil(layout.bytes / PAGE);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const most = Math.max(...Object.values(layout.programs).map(({ kernels }) => kernels.length));
  const control = new SharedArrayBuffer(4 * (Control.tasks + most));
  const loaded: Record<string, LoadedProgram> = {};
  for (const [name, { bytes: code, kernels }] of Object.entries(layout.programs))
    loaded[name] = { module: await options.compile(code), kernels };
  await options.exclusive(() =>
    tellAll(options, (thread) => ({
      type: "open",
      session: options.number,
      memory,
      control,
      programs: loaded,
      threads: options.workers.length,
      scratch: layout.scratchAt + thread * layout.scratch,
    })),
  );
  return new WasmSession(programs, layout, { memory, control }, options);
}

function checkMemory(bytes: number, limit: number): void {
  const most = Math.min(limit, MAX_BYTES);
  if (bytes <= most) return;
  const gigabytes = (count: number): string => `${(count / 1e9).toFixed(2)} GB`;
  throw fault("memory", {
    expected: `at most ${gigabytes(most)} on this machine`,
    received: `a model and batch that need ${gigabytes(bytes)}`,
    fix: "use a smaller batch or smaller images",
  });
}

/** Sends a message to every worker and waits until all have answered. */
async function tellAll(
  { workers, number }: SessionOptions,
  message: (thread: number) => ToWorker,
): Promise<void> {
  await Promise.all(
    workers.map(
      (worker, thread) =>
        new Promise<void>((resolve, reject) => {
          worker.setIdle(false);
          const finish = (error?: Error): void => {
            worker.setIdle(true);
            if (error) reject(error);
            else resolve();
          };
          worker.onError(finish);
          worker.onMessage((received) => {
            const answer = received as FromWorker;
            if (answer.session !== number) return;
            finish(answer.type === "failed" ? new Error(answer.message) : undefined);
          });
          worker.post(message(thread));
        }),
    ),
  );
}

class WasmSession implements Session {
  readonly memory: MemoryUse;
  readonly parameterNames: readonly string[];
  private readonly programs: Readonly<Record<string, Program>>;
  private readonly layout: Layout;
  private readonly heap: WebAssembly.Memory;
  private readonly control: Int32Array;
  private readonly options: SessionOptions;
  /** The program whose prologue's results stand in the arena, computed from the parameters as they are. */
  private ready: string | undefined;
  private closed = false;

  constructor(
    programs: Readonly<Record<string, Program>>,
    layout: Layout,
    heap: { memory: WebAssembly.Memory; control: SharedArrayBuffer },
    options: SessionOptions,
  ) {
    this.programs = programs;
    this.layout = layout;
    this.heap = heap.memory;
    this.control = new Int32Array(heap.control);
    this.options = options;
    this.memory = layout.memory;
    this.parameterNames = [...layout.parameters.keys()];
  }

  read(name: string): Float32Array {
    const { shape, address } = this.parameter(name);
    return this.floats(address, sizeOf(shape)).slice();
  }

  write(name: string, data: ArrayLike<number>): void {
    const { shape, address } = this.parameter(name);
    if (data.length !== sizeOf(shape)) {
      throw fault(`parameter ${name}`, {
        expected: `${sizeOf(shape)} numbers for shape ${showShape(shape)}`,
        received: `${data.length}`,
      });
    }
    this.floats(address, data.length).set(data);
    this.ready = undefined;
  }

  async run(
    name: string,
    inputs: Readonly<Record<string, ArrayLike<number>>>,
  ): Promise<Readonly<Record<string, Float32Array>>> {
    checkInputs(name, programNamed(this.programs, name), inputs);
    return this.options.exclusive(() => this.runAlone(this.layout.plans[name]!, name, inputs));
  }

  close(): void {
    this.closed = true;
    for (const worker of this.options.workers)
      worker.post({ type: "close", session: this.options.number } satisfies ToWorker);
  }

  private async runAlone(
    { plan, addressOf }: PlacedPlan,
    program: string,
    inputs: Readonly<Record<string, ArrayLike<number>>>,
  ): Promise<Readonly<Record<string, Float32Array>>> {
    this.checkOpen();
    for (const buffer of plan.inputs)
      this.floats(addressOf(buffer), sizeOf(buffer.shape)).set(inputs[buffer.name]!);
    this.control.fill(0);
    const from = this.ready === program ? plan.prologueLength : 0;
    // Set before the run: a parameter written meanwhile takes it back.
    this.ready = program;
    await tellAll(this.options, () => ({ type: "run", session: this.options.number, program, from })).catch(
      (error: unknown) => {
        this.ready = undefined;
        throw error;
      },
    );
    return mapValues(plan.outputs, (buffer) => this.readBuffer(buffer, addressOf(buffer)));
  }

  private checkOpen(): void {
    if (this.closed) throw fault("session", { expected: "an open session", received: "a closed one" });
  }

  private parameter(name: string): { shape: Shape; address: number } {
    this.checkOpen();
    const found = this.layout.parameters.get(name);
    if (!found)
      throw fault("parameter", { expected: `one of ${this.parameterNames.join(", ")}`, received: name });
    return found;
  }

  private floats(address: number, count: number): Float32Array {
    return new Float32Array(this.heap.buffer, address, count);
  }

  private readBuffer({ shape, dtype }: Buffer, address: number): Float32Array {
    if (dtype === "u8") return Float32Array.from(new Uint8Array(this.heap.buffer, address, sizeOf(shape)));
    return this.floats(address, sizeOf(shape)).slice();
  }
}
