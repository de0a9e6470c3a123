import { Worker } from "node:worker_threads";
import { packagesFrom } from "./packages.ts";
import { type WorkerName, workerSource } from "./workerSource.ts";

/** Scripts by the worker's name. */
const scripts = new Map<WorkerName, string>();

/** Starts a thread. Its program is a text in this one: a file beside it would stay behind when a bundler moves this module. */
export function startWorker(name: WorkerName, workerData?: unknown): Worker {
  const script = scripts.get(name) ?? scriptOf(name);
  scripts.set(name, script);
  // What the process was told to load first, it need not load in every thread.
  return new Worker(script, { eval: true, workerData, execArgv: [] });
}

/** Runs as a CommonJS script, as Node has it, and as a module, as Deno does. */
function scriptOf(name: WorkerName): string {
  const from = JSON.stringify(packagesFrom());
  return (
    `((require, packagesFrom) => {${workerSource(name)}\n})` +
    `(process.getBuiltinModule("node:module").createRequire(${from}), ${from});`
  );
}
