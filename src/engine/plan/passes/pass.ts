import type { Program } from "../../backend.ts";
import type { Node } from "../../graph/graph.ts";
import type { Buffer, Kernel, LoweredOp } from "../../kernels/index.ts";
import { type BufferTable, bufferTable } from "../bufferTable.ts";
import type { IsConstant } from "../constants.ts";
import type { AlgorithmChoice, PlanOptions } from "../types.ts";

/** A node of the graph and what it was lowered to. */
export interface LoweredNode {
  readonly node: Node;
  readonly ops: readonly LoweredOp[];
}

/** Which buffer a buffer really is, following aliases. */
export type StorageOf = (buffer: Buffer) => Buffer;

/** What passes over kernels must know of the buffers. */
export interface Liveness {
  readonly storageOf: StorageOf;
  /** Buffers, under their storage, that are read after the run: they are written even if no kernel reads them. */
  readonly liveOut: ReadonlySet<Buffer>;
}

/** A program on its way to a plan: nodes first, then lowered ops, then kernels. */
export interface PlanState extends Liveness {
  readonly program: Program;
  readonly options: Required<PlanOptions>;
  readonly buffers: BufferTable;
  readonly isConstant: IsConstant;
  /** Filled by lowering. */
  readonly lowered: readonly LoweredNode[] | undefined;
  /** Filled when algorithms are selected. */
  readonly kernels: readonly Kernel[] | undefined;
  readonly algorithms: readonly AlgorithmChoice[];
  /** Nests in whose expressions a pass may have put the same part twice. */
  readonly repetitive: ReadonlySet<Kernel>;
  /** Results that are computed straight into a parameter, and that parameter. */
  readonly inPlace: ReadonlyMap<Buffer, Buffer>;
  /** Parameters, or views of them, that are returned and updated, and what keeps their old values for the caller. */
  readonly oldValues: ReadonlyMap<Buffer, Buffer>;
  /** This many kernels at the start depend only on parameters that the program does not update. */
  readonly prologueLength: number;
  /** Results of these kernels that later kernels read: they outlast the run. */
  readonly persistent: ReadonlySet<Buffer>;
}

/** One step from a graph to a plan. It changes no result. */
export interface Pass {
  /** Its standard name. */
  readonly name: string;
  readonly run: (state: PlanState) => PlanState;
}

export const initialState = (program: Program, options: Required<PlanOptions>): PlanState => ({
  program,
  options,
  buffers: bufferTable(program.graph),
  isConstant: () => false,
  storageOf: (buffer) => buffer,
  liveOut: new Set(),
  lowered: undefined,
  kernels: undefined,
  algorithms: [],
  repetitive: new Set(),
  inPlace: new Map(),
  oldValues: new Map(),
  prologueLength: 0,
  persistent: new Set(),
});

/** A pass over kernels alone. */
export const kernelPass = (
  name: string,
  run: (kernels: readonly Kernel[], state: PlanState) => Partial<PlanState>,
): Pass => ({ name, run: (state) => ({ ...state, ...run(state.kernels ?? [], state) }) });
