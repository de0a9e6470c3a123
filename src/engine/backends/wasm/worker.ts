import { type Callable, link } from "../../../simd/index.ts";
import { programNamed } from "../../program.ts";
import { Control, type FromWorker, type LoadedProgram, type Port, type ToWorker } from "./protocol.ts";

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
 * The whole life of an engine worker: it opens sessions and replays their programs, side by side with its siblings.
 * @example
 * // The module of a web worker; the page sends its WorkerHandle's messages here.
 * const begin = (scope: { post(message: unknown): void; onMessage: Port["onMessage"] }): void => serveWorker(scope);
 */
export function serveWorker(port: Port): void {
  const sessions = new Map<number, OpenSession>();
  const answer = (message: FromWorker): void => port.post(message);
  port.onMessage((received) => {
    const message = received as ToWorker;
    switch (message.type) {
      case "open":
        sessions.set(message.session, openSession(message));
        return answer({ type: "opened", session: message.session });
      case "run": {
        const session = sessions.get(message.session);
        if (!session) return answer({ type: "failed", session: message.session, message: "no such session" });
        try {
          runProgram(session, message);
          return answer({ type: "done", session: message.session });
        } catch (error) {
          Atomics.store(session.control, Control.aborted, 1);
          Atomics.notify(session.control, Control.generation);
          return answer({ type: "failed", session: message.session, message: String(error) });
        }
      }
      case "close":
        sessions.delete(message.session);
        return undefined;
      default:
        return message satisfies never;
    }
  });
}

function openSession({
  memory,
  control,
  programs,
  threads,
  scratch,
}: Extract<ToWorker, { type: "open" }>): OpenSession {
  const tasksOf = ({ module, kernels }: LoadedProgram): OpenSession["programs"][string] => {
    const exported = link(module, memory);
    return kernels.map(({ name, tasks }) => ({ run: exported(name), tasks }));
  };
  const linked = Object.entries(programs).map(([name, program]) => [name, tasksOf(program)]);
  return { control: new Int32Array(control), threads, scratch, programs: Object.fromEntries(linked) };
}

/** Every kernel from the first wanted on, in order; its tasks go to whichever thread is free, and all threads wait for each other before the next kernel. */
function runProgram(
  { control, threads, scratch, programs }: OpenSession,
  { program, from }: { readonly program: string; readonly from: number },
): void {
  for (const [i, { run, tasks }] of programNamed(programs, program).entries()) {
    if (i < from) continue;
    for (;;) {
      const task = Atomics.add(control, Control.tasks + i, 1);
      if (task >= tasks) break;
      run(task, scratch);
    }
    barrier(control, threads);
  }
}

function barrier(control: Int32Array, threads: number): void {
  const generation = Atomics.load(control, Control.generation);
  if (Atomics.add(control, Control.arrived, 1) === threads - 1) {
    Atomics.store(control, Control.arrived, 0);
    Atomics.add(control, Control.generation, 1);
    Atomics.notify(control, Control.generation);
    return;
  }
  for (let spin = 0; spin < SPINS; spin++)
    if (Atomics.load(control, Control.generation) !== generation) return;
  while (Atomics.load(control, Control.generation) === generation) {
    if (Atomics.load(control, Control.aborted)) throw new Error("another thread failed");
    Atomics.wait(control, Control.generation, generation, SLEEP_MS);
  }
}
