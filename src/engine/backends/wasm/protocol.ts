import type { KernelEntry } from "./emit.ts";

/**
 * Both ends of the line between the main thread and one worker.
 * @example
 * const logged = (port: Port, log: (message: unknown) => void): Port => ({
 *   ...port,
 *   post: (message) => (log(message), port.post(message)),
 * });
 */
export interface Port {
  /** Sends a message to the other end. */
  post(message: unknown): void;
  /** Says who takes the messages of the other end; called once. */
  onMessage(handler: (message: unknown) => void): void;
}

/**
 * A worker as the main thread sees it.
 * @example
 * const endAll = async (workers: readonly WorkerHandle[]): Promise<void> => {
 *   for (const worker of workers) await worker.terminate();
 * };
 */
export interface WorkerHandle extends Port {
  /**
   * Says who is told, once, that the worker answers no more, and why: an error that nobody caught, its exit, a message that cannot be
   * read at either end. Called once; it tells at once where that has happened before.
   */
  onEnd(handler: (reason: Error) => void): void;
  /** Whether the process may end while the worker lives. */
  setIdle(idle: boolean): void;
  /** Ends it at once. */
  terminate(): Promise<void>;
  /** Milliseconds that it has had nothing to do since it started; absent where the platform cannot tell. */
  readonly idleMs?: () => number;
}

export interface LoadedProgram {
  readonly module: WebAssembly.Module;
  readonly kernels: readonly KernelEntry[];
}

/** What the workers of a session do side by side, and answer. */
export type Order =
  | {
      readonly type: "open";
      readonly session: number;
      readonly memory: WebAssembly.Memory;
      /** See {@link Control}. */
      readonly control: SharedArrayBuffer;
      readonly programs: Readonly<Record<string, LoadedProgram>>;
      readonly threads: number;
      /** Address of this thread's private room. */
      readonly scratch: number;
    }
  /** From kernel number `from` on: what the earlier ones make still stands. */
  | { readonly type: "run"; readonly session: number; readonly program: string; readonly from: number };

export type ToWorker =
  | (Order & { readonly request: number })
  /** Forgets the session, and frees the memory of closed ones where `collect` says so; no answer. */
  | { readonly type: "close"; readonly session: number; readonly collect: boolean };

/** `stopped`: because another thread has failed. */
export type Answer =
  | { readonly type: "done" | "stopped" }
  | { readonly type: "failed"; readonly message: string };

export type FromWorker = Answer & { readonly request: number };

/** Words of the control block that the threads of a session share; task counters of the kernels follow. */
export const Control = { arrived: 0, generation: 1, aborted: 2, tasks: 4 } as const;
