import { checkOptions, fault } from "../../base/index.ts";
import { compileOptimised } from "./compile.ts";
import { prepareProcessor } from "./processor.ts";
import { memoryHere } from "./limits/memoryHere.ts";
import { checkRuntime } from "./limits/runtime.ts";
import { MAX_THREADS, usableThreads } from "./usableThreads.ts";
import { engineHandle } from "./workers/engineHandle.ts";
import { collectGarbage, exposeCollector } from "./workers/garbage.ts";
import { startWorkers } from "./workers/startWorker.ts";
import { type Backend, type WorkerHandle, wasmBackendOn } from "../../engine/index.ts";

/**
 * Threads and rounding of {@link wasmBackend}.
 * @example
 * const options: NodeBackendOptions = { threads: 2, exact: true };
 */
export interface NodeBackendOptions {
  /** Threads that do arithmetic, 1-64. The results are the same for any number. @default one for each processor that the process may use, 64 at most */
  readonly threads?: number;
  /**
   * Round every product and sum by itself, so that the bits are the same on processors without a fused multiply-add too.
   * @default false: fused where the processor can, the same bits on every processor that can
   */
  readonly exact?: boolean;
}

/** Worker threads that wait for an engine's orders; they do not keep the process alive while idle. */
export function engineWorkers(threads: number): readonly WorkerHandle[] {
  exposeCollector();
  return startWorkers("engine", threads).map(engineHandle);
}

/**
 * The WebAssembly backend on worker threads of this process.
 * @example
 * const net = createGraph();
 * const y = relu(input(net, "x", [6]));
 * const backend = await wasmBackend({ threads: 1 });
 * const session = await backend.open({ step: { graph: net, outputs: { y } } });
 * const { y: numbers } = await session.run("step", { x: Float32Array.of(-1, 0, 1, 2, 3, 4) });
 * session.close();
 * await backend.close();
 * numbers; // → [0, 0, 1, 2, 3, 4]
 */
export async function wasmBackend(options: NodeBackendOptions = {}): Promise<Backend> {
  checkOptions("wasmBackend", options, { threads: true, exact: true });
  const threads = options.threads ?? usableThreads();
  if (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS) {
    throw fault("threads", {
      expected: `a whole number from 1 to ${MAX_THREADS}`,
      received: String(threads),
      exitCode: 2,
    });
  }
  checkRuntime();
  // They start while the processor is tried.
  const workers = engineWorkers(threads);
  const processor = await prepareProcessor({ exact: options.exact ?? false });
  const { bytes, of } = memoryHere(0.9);
  const backend = wasmBackendOn({
    workers,
    compile: compileOptimised,
    memoryLimit: bytes,
    memoryLimitOf: of,
    collect: collectGarbage,
    ...processor,
  });
  if (options.exact || processor.arithmetic === "fused") return backend;
  const { bun } = process.versions;
  return { ...backend, roundedSeparately: bun === undefined ? {} : { runtime: `Bun ${bun}` } };
}
