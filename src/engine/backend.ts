import type { Graph, Value } from "./graph/graph.ts";

/** One graph and what to read from it: one thing that can be run. */
export interface Program {
  readonly graph: Graph;
  readonly outputs: Readonly<Record<string, Value>>;
}

/** Memory that a session holds, in bytes. */
export interface MemoryUse {
  readonly parameters: number;
  /** Inputs, outputs and everything between, of the largest program. */
  readonly working: number;
  readonly code: number;
  readonly total: number;
}

/** Programs made ready to run, and the parameters that they share by name. Parameters start as zeros. */
export interface Session {
  readonly memory: MemoryUse;
  readonly parameterNames: readonly string[];
  /** A copy. */
  read(parameter: string): Float32Array;
  write(parameter: string, data: ArrayLike<number>): void;
  /** Runs a program once, applies its updates, and gives its outputs. @throws FoveaError naming an input that does not fit */
  run(
    program: string,
    inputs: Readonly<Record<string, ArrayLike<number>>>,
  ): Promise<Readonly<Record<string, Float32Array>>>;
  close(): void;
}

/** A way to run programs. */
export interface Backend {
  readonly name: string;
  /** How numbers are rounded, for the receipt of a run: two runs can only have the same bits if this is the same. */
  readonly arithmetic: string;
  /** What a session of these programs would hold, without opening one. @throws where it could not be opened */
  measure(programs: Readonly<Record<string, Program>>): MemoryUse;
  open(programs: Readonly<Record<string, Program>>): Promise<Session>;
  /** Milliseconds that its threads have had nothing to do since they started, their mean; absent where it cannot tell. */
  readonly idleMs?: () => number;
  close(): Promise<void>;
}
