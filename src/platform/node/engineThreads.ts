import { createRequire } from "node:module";
import { availableParallelism, totalmem } from "node:os";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { fault } from "../../base/index.ts";
import { prepareProcessor } from "./processor.ts";
import { type Backend, type WorkerHandle, wasmBackendOn } from "../../engine/index.ts";

export interface NodeBackendOptions {
  /** Threads that do arithmetic, 1-64. The results are the same for any number. @default one a core */
  readonly threads?: number;
  /**
   * Round every product and sum by itself, so that the bits are the same on processors without a fused multiply-add too.
   * @default false: fused where the processor can, the same bits on every processor that can
   */
  readonly exact?: boolean;
}

/** The worker stands beside this file: as JavaScript in the package, as source, which needs a loader, while developing. */
function startWorker(): Worker {
  if (!import.meta.url.endsWith(".ts")) return new Worker(new URL("./engineWorker.js", import.meta.url));
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx/package.json"));
  const loader = new URL("./dist/esm/api/index.mjs", tsx).href;
  const source = new URL("./engineWorker.ts", import.meta.url).href;
  return new Worker(`import("${loader}").then(({ register }) => (register(), import("${source}")))`, {
    eval: true,
  });
}

function handle(worker: Worker): WorkerHandle {
  worker.unref();
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (handler) => {
      worker.removeAllListeners("message");
      worker.on("message", handler);
    },
    onError: (handler) => {
      worker.removeAllListeners("error");
      worker.on("error", handler);
    },
    setIdle: (idle) => (idle ? worker.unref() : worker.ref()),
    terminate: async () => void (await worker.terminate()),
  };
}

/** Worker threads that wait for an engine's orders; they do not keep the process alive while idle. */
export const engineWorkers = (threads: number): readonly WorkerHandle[] =>
  Array.from({ length: threads }, () => handle(startWorker()));

/** The WebAssembly backend on worker threads of this process. */
export async function wasmBackend(options: NodeBackendOptions = {}): Promise<Backend> {
  const threads = options.threads ?? availableParallelism();
  if (!Number.isInteger(threads) || threads < 1 || threads > 64) {
    throw fault("threads", {
      expected: "a whole number from 1 to 64",
      received: String(threads),
      exitCode: 2,
    });
  }
  const processor = await prepareProcessor({ exact: options.exact ?? false });
  // A limit of a container counts, where Node can see it.
  const allowed = process.constrainedMemory?.() || totalmem();
  return wasmBackendOn({
    workers: engineWorkers(threads),
    memoryLimit: Math.min(totalmem(), allowed) * 0.9,
    ...processor,
  });
}
