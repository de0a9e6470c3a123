import type { Graph, Value } from "./graph/graph.ts";

/**
 * One graph and what to read from it: one thing that can be run.
 * @example
 * const program: Program = { graph, outputs: { y: relu(x) } };
 */
export interface Program {
  /** What is computed. */
  readonly graph: Graph;
  /** Values that a run returns, under names of your choice. */
  readonly outputs: Readonly<Record<string, Value>>;
}

/**
 * Memory that a session holds, in bytes.
 * @example
 * const inMegabytes = ({ total }: MemoryUse): number => total / 1e6;
 */
export interface MemoryUse {
  /** Parameters, the optimiser's state included. */
  readonly parameters: number;
  /** Inputs, outputs and everything between, of the largest program. */
  readonly working: number;
  /** Compiled code and constants. */
  readonly code: number;
  /** All of it. */
  readonly total: number;
}

/**
 * Programs made ready to run, and the parameters that they share by name. Parameters start as zeros. A write counts for every run and
 * read that is asked for after it, whether it was awaited or not.
 * @example
 * const train = async (session: Session, batch: Float32Array): Promise<void> => {
 *   await session.write("w", new Float32Array(12));
 *   await session.run("step", { x: batch });
 * };
 */
export interface Session {
  /** What it holds, in bytes. */
  readonly memory: MemoryUse;
  /** Names for `read` and `write`, of all programs. */
  readonly parameterNames: readonly string[];
  /** A copy of a parameter. @throws FoveaError when there is none of that name */
  read(parameter: string): Promise<Float32Array>;
  /** Copies numbers into a parameter. @throws FoveaError when name or length do not fit */
  write(parameter: string, data: ArrayLike<number>): Promise<void>;
  /**
   * Runs a program once, applies its updates, and gives its outputs; runs of one backend queue. One that fails on the way may have
   * changed parameters. @throws FoveaError naming an input that does not fit, or what ended the backend's threads
   */
  run(
    program: string,
    inputs: Readonly<Record<string, ArrayLike<number>>>,
  ): Promise<Readonly<Record<string, Float32Array>>>;
  /** Frees its memory; it cannot run afterwards. */
  close(): void;
}

/**
 * A way to run programs.
 * @example
 * const backend: Backend = referenceBackend();
 * backend.name; // → "reference"
 */
export interface Backend {
  /** For people, e.g. "wasm". */
  readonly name: string;
  /** How numbers are rounded, for the receipt of a run: two runs can only have the same bits if this is the same. */
  readonly arithmetic: string;
  /**
   * There where every product and sum is rounded by itself although that was not asked for: nothing here fuses a multiplication with an
   * addition. It names the JavaScript runtime if that lacks it, and not the processor.
   */
  readonly roundedSeparately?: { readonly runtime?: string };
  /** What a session of these programs would hold, without opening one. @throws where it could not be opened */
  measure(programs: Readonly<Record<string, Program>>): MemoryUse;
  /**
   * Compiles programs, which then share their parameters by name.
   * @throws FoveaError where memory does not suffice, a thread has ended, or the backend is closed
   */
  open(programs: Readonly<Record<string, Program>>): Promise<Session>;
  /** Milliseconds that its threads have had nothing to do since they started, their mean; absent where it cannot tell. */
  readonly idleMs?: () => number;
  /** Ends its threads: what is under way is rejected, and so is all that is asked afterwards. Parameters can still be read. */
  close(): Promise<void>;
}
