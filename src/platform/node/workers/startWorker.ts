import { Worker } from "node:worker_threads";
import { fault, plural } from "../../../base/index.ts";
import { takeAddressSpace } from "../limits/addressSpace.ts";
import { packagesFrom } from "./packages.ts";
import { type WorkerName, workerSource } from "./workerSource.ts";

/** Scripts by the worker's name. */
const scripts = new Map<WorkerName, string>();

/**
 * WebAssembly memories of so many threads of a program. Engine threads share that of their session, beside one in which the processor
 * was tried; a decoding thread has one to decode or resample and one for sums over pixels.
 */
const memoriesOf: Readonly<Record<WorkerName, (threads: number) => number>> = {
  engine: () => 2,
  decode: (threads) => 2 * threads,
};

/**
 * Starts so many threads. Their program is a text in this one: a file beside it would stay behind when a bundler moves this module.
 * @throws where the system does not let all of them start; none is left then
 */
export function startWorkers(name: WorkerName, count: number, workerData?: unknown): readonly Worker[] {
  const release = takeAddressSpace({ threads: count, memories: memoriesOf[name](count) });
  const script = scripts.get(name) ?? scriptOf(name);
  scripts.set(name, script);
  const started: Worker[] = [];
  let ended = 0;
  try {
    while (started.length < count) {
      // What the process was told to load first, it need not load in every thread.
      const worker = new Worker(script, { eval: true, workerData, execArgv: [] });
      worker.on("exit", () => ++ended === count && release());
      started.push(worker);
    }
  } catch (cause) {
    release();
    for (const worker of started) void worker.terminate();
    throw fault("threads", {
      expected: plural(count, "thread"),
      received: `${started.length} that started (${cause instanceof Error ? cause.message : String(cause)})`,
      fix: "use fewer threads, or raise the limit (ulimit -u, ulimit -v, or that of the container)",
      ofProcess: true,
      cause,
    });
  }
  return started;
}

/** Runs as a CommonJS script, as Node has it, and as a module, as Deno does. */
function scriptOf(name: WorkerName): string {
  const from = JSON.stringify(packagesFrom());
  return (
    `((require, packagesFrom) => {${workerSource(name)}\n})` +
    `(process.getBuiltinModule("node:module").createRequire(${from}), ${from});`
  );
}
