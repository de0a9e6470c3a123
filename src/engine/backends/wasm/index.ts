import type { Backend, Session } from "../../backend.ts";
import type { ChooseAlgorithm } from "../../plan/index.ts";
import type { Arithmetic } from "./kernel.ts";
import type { WorkerHandle } from "./protocol.ts";
import { poolOf } from "./pool.ts";
import { layOut, openSession } from "./session.ts";

export type { Arithmetic } from "./kernel.ts";
export type { Port, WorkerHandle } from "./protocol.ts";
export { computesVectors, fusesMultiplyAdd, tileProbe } from "./probe.ts";
export { type LinkedKernels, linkKernels } from "./link.ts";
export { type ServeOptions, serveWorker } from "./worker.ts";

/**
 * What a platform gives the backend.
 * @example
 * const exact: Partial<WasmOptions> = { arithmetic: "exact" };
 */
export interface WasmOptions {
  /** Started workers that run {@link serveWorker}, one a thread; the backend ends them when it is closed. */
  readonly workers: readonly WorkerHandle[];
  /** Turns a module's bytes into code. @default WebAssembly.compile */
  readonly compile?: (bytes: Uint8Array<ArrayBuffer>) => Promise<WebAssembly.Module>;
  /** Maximum of bytes that a session may take. @default 4 GiB, what WebAssembly can address */
  readonly memoryLimit?: number;
  /** Whose limit that is, for the error. @default "the limit of this backend" */
  readonly memoryLimitOf?: string;
  /**
   * Frees what nothing in this thread refers to any more; called when closed sessions have left much. It may do so later.
   * @default nothing: memory is freed when the runtime collects garbage
   */
  readonly collect?: () => void;
  /** How products and sums are rounded. @default "exact": the same bits on every processor */
  readonly arithmetic?: Arithmetic;
  /** Floats that a register tile computes side by side: 16 where V8 packs vectors. Changes no bit. @default 8 */
  readonly panel?: 8 | 16;
  /** Picks the algorithm of each convolution and product. @default the one that the cost model expects to be the fastest */
  readonly choose?: ChooseAlgorithm;
}

/**
 * Runs programs as WebAssembly emitted for their shapes, on workers over one shared memory per session.
 * @example
 * const open = (workers: readonly WorkerHandle[]): Backend => wasmBackendOn({ workers, arithmetic: "exact" });
 */
export function wasmBackendOn({
  workers,
  compile = WebAssembly.compile,
  memoryLimit = 2 ** 32,
  memoryLimitOf = "the limit of this backend",
  collect,
  arithmetic = "exact",
  ...planning
}: WasmOptions): Backend {
  const pool = poolOf(workers, collect);
  let number = 0;
  const all = { pool, compile, memoryLimit, memoryLimitOf, arithmetic, planning };
  const clocks = workers.flatMap(({ idleMs }) => idleMs ?? []);
  return {
    name: "wasm",
    arithmetic: `float32, ${arithmetic}`,
    measure: (programs) => layOut(programs, all).memory,
    open: (programs): Promise<Session> => openSession(programs, { ...all, number: number++ }),
    close: () => pool.close(),
    ...(clocks.length > 0 && {
      idleMs: () => clocks.reduce((sum, idleMs) => sum + idleMs(), 0) / clocks.length,
    }),
  };
}
