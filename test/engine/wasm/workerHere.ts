import { type WorkerHandle, serveWorker } from "../../../src/engine/index.ts";
import type { FromWorker, ToWorker } from "../../../src/engine/backends/wasm/protocol.ts";

/** A worker that lives in this thread, and what happened to it. */
export interface WorkerHere extends WorkerHandle {
  /** What it was sent. */
  readonly received: ToWorker[];
  /** Whether the process might end, each time that changed. */
  readonly idle: boolean[];
  readonly ended: () => boolean;
  /** Answers the next message by this instead of doing what it says. */
  failNext(how: "answer" | "crash"): void;
}

/** A worker of this thread that answers as soon as this thread has nothing else to do. */
export function workerHere(): WorkerHere {
  const none = (): void => undefined;
  let toWorker: (message: unknown) => void = none;
  let toMain: (message: unknown) => void = none;
  let onEnd: (reason: Error) => void = none;
  let failure: "answer" | "crash" | undefined;
  let terminated = false;
  const [received, idle]: [ToWorker[], boolean[]] = [[], []];
  serveWorker({
    post: (message) => setImmediate(() => toMain(message)),
    onMessage: (handler) => void (toWorker = handler),
  });
  const deliver = (message: ToWorker): void => {
    const how = failure;
    failure = undefined;
    const request = "request" in message ? message.request : 0;
    const failed: FromWorker = { type: "failed", request, message: "out of order" };
    if (terminated) return;
    if (how === "answer") toMain(failed);
    else if (how === "crash") onEnd(new Error("it crashed"));
    else toWorker(message);
  };
  return {
    received,
    idle,
    ended: () => terminated,
    failNext: (how) => void (failure = how),
    post(message) {
      const known = message as ToWorker;
      received.push(known);
      setImmediate(() => deliver(known));
    },
    onMessage: (handler) => void (toMain = handler),
    onEnd: (handler) => void (onEnd = handler),
    setIdle: (value) => void idle.push(value),
    terminate: async () => void (terminated = true),
  };
}
