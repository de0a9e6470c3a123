import type { Worker } from "node:worker_threads";
import type { WorkerHandle } from "../../../engine/index.ts";

/** An engine worker of Node as the backend sees it; it does not keep the process alive while idle. */
export function engineHandle(worker: Worker): WorkerHandle {
  worker.unref();
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (handler) => void worker.on("message", handler),
    onEnd: endOf(worker),
    setIdle: (idle) => (idle ? worker.unref() : worker.ref()),
    terminate: async () => void (await worker.terminate()),
    ...(measuresIdleness(worker) && { idleMs: () => worker.performance.eventLoopUtilization().idle }),
  };
}

/** Listens from the start: a worker may fail before anybody asks. */
function endOf(worker: Worker): WorkerHandle["onEnd"] {
  let reason: Error | undefined;
  let tell: (reason: Error) => void = () => undefined;
  const end = (error: unknown): void => {
    if (reason) return;
    reason = error instanceof Error ? error : new Error(String(error));
    tell(reason);
  };
  worker.on("error", end);
  worker.on("messageerror", end);
  worker.on("exit", (code) => end(new Error(`exit code ${code}`)));
  return (handler) => {
    tell = handler;
    if (reason) tell(reason);
  };
}

/** Node can tell how long a worker has waited; Deno has no function for it, and that of Bun only warns and answers 0. */
const measuresIdleness = (worker: Pick<Worker, "performance">): boolean =>
  !("bun" in process.versions) && typeof worker.performance?.eventLoopUtilization === "function";
