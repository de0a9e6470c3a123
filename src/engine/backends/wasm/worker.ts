import { type Callable, link } from "../../../simd/index.ts";
import { programNamed } from "../../program.ts";
import {
  type Answer,
  Control,
  type FromWorker,
  type LoadedProgram,
  type Order,
  type Port,
  type ToWorker,
} from "./protocol.ts";

/** How often a waiting thread looks before it sleeps. Chosen, not measured: longer than busy threads need, 0.5 µs (docs/performance.md, Scaling). */
const SPINS = 3_000;

/** After so long a sleeping thread looks whether another has failed. Chosen, not measured: nobody waits so long otherwise. */
const SLEEP_MS = 100;

interface OpenSession {
  readonly control: Int32Array;
  readonly threads: number;
  readonly scratch: number;
  readonly programs: Readonly<Record<string, readonly { readonly run: Callable; readonly tasks: number }[]>>;
}

/**
 * What a platform gives an engine worker.
 * @example
 * const serve = (port: Port, collect: () => void): void => serveWorker(port, { collect });
 */
export interface ServeOptions {
  /** See {@link WasmOptions.collect}, here for the worker. */
  readonly collect?: () => void;
}

/**
 * The whole life of an engine worker: it opens sessions and replays their programs, side by side with its siblings.
 * @example
 * // The module of a web worker; the page sends its WorkerHandle's messages here.
 * const begin = (scope: { post(message: unknown): void; onMessage: Port["onMessage"] }): void => serveWorker(scope);
 */
export function serveWorker(port: Port, { collect }: ServeOptions = {}): void {
  const sessions = new Map<number, OpenSession>();
  const carryOut = (order: Order): "done" | "stopped" => {
    if (order.type === "run") return runOrder(sessions.get(order.session), order);
    sessions.set(order.session, openSession(order));
    return "done";
  };
  const answered = (order: Order): Answer => {
    try {
      return { type: carryOut(order) };
    } catch (error) {
      return { type: "failed", message: String(error) };
    }
  };
  port.onMessage((received) => {
    const message = received as ToWorker;
    if (message.type === "close") {
      sessions.delete(message.session);
      if (message.collect) collect?.();
    } else port.post({ ...answered(message), request: message.request } satisfies FromWorker);
  });
}

function openSession({
  memory,
  control,
  programs,
  threads,
  scratch,
}: Extract<Order, { type: "open" }>): OpenSession {
  const tasksOf = ({ module, kernels }: LoadedProgram): OpenSession["programs"][string] => {
    const exported = link(module, memory);
    return kernels.map(({ name, tasks }) => ({ run: exported(name), tasks }));
  };
  const linked = Object.entries(programs).map(([name, program]) => [name, tasksOf(program)]);
  return { control: new Int32Array(control), threads, scratch, programs: Object.fromEntries(linked) };
}

type RunOrder = Extract<Order, { type: "run" }>;

/** Runs a program of a session. @throws what a kernel throws, and the threads that wait for it stop */
function runOrder(session: OpenSession | undefined, order: RunOrder): "done" | "stopped" {
  if (!session) throw new Error("no such session");
  try {
    return runProgram(session, order) ? "done" : "stopped";
  } catch (error) {
    Atomics.store(session.control, Control.aborted, 1);
    Atomics.notify(session.control, Control.generation);
    throw error;
  }
}

/**
 * Every kernel from the first wanted on, in order; its tasks go to whichever thread is free, and all threads wait for each other before
 * the next kernel. Gives false where another thread has failed.
 */
function runProgram(
  { control, threads, scratch, programs }: OpenSession,
  { program, from }: RunOrder,
): boolean {
  for (const [i, { run, tasks }] of programNamed(programs, program).entries()) {
    if (i < from) continue;
    for (;;) {
      const task = Atomics.add(control, Control.tasks + i, 1);
      if (task >= tasks) break;
      run(task, scratch);
    }
    if (!barrier(control, threads)) return false;
  }
  return true;
}

/** Waits until all threads are here; gives false where one has failed instead. */
function barrier(control: Int32Array, threads: number): boolean {
  const generation = Atomics.load(control, Control.generation);
  if (Atomics.add(control, Control.arrived, 1) === threads - 1) {
    Atomics.store(control, Control.arrived, 0);
    Atomics.add(control, Control.generation, 1);
    Atomics.notify(control, Control.generation);
    return true;
  }
  for (let spin = 0; spin < SPINS; spin++)
    if (Atomics.load(control, Control.generation) !== generation) return true;
  while (Atomics.load(control, Control.generation) === generation) {
    if (Atomics.load(control, Control.aborted)) return false;
    Atomics.wait(control, Control.generation, generation, SLEEP_MS);
  }
  return true;
}
