import { Worker } from "node:worker_threads";
import type { WorkerHandle } from "../../../src/engine/index.ts";
import { engineHandle } from "../../../src/platform/node/workers/engineHandle.ts";
import { workerSource } from "../../../src/platform/node/workers/workerSource.ts";

const engine = `((require, packagesFrom) => {${workerSource("engine")}\n})(require, "");`;

export interface FailingWorker {
  readonly worker: Worker;
  readonly handle: WorkerHandle;
}

/** A thread that runs `script` (CommonJS, `port` is its end of the line) and then serves the engine. */
export function failingWorker(script = "", options: WorkerOptions = {}): FailingWorker {
  const source = `const port = require("node:worker_threads").parentPort;\n${script}\n${engine}`;
  const worker = new Worker(source, { eval: true, execArgv: [], ...options });
  return { worker, handle: engineHandle(worker) };
}

type WorkerOptions = NonNullable<ConstructorParameters<typeof Worker>[1]>;

/** Does `what` instead of running the program `name`. */
export const insteadOf = (name: string, what: string): string =>
  `port.on("message", (message) => { if (message.type === "run" && message.program === "${name}") { ${what} } });`;
