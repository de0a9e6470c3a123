import type {
  Buffer,
  Convolution,
  Depthwise,
  Kernel,
  MakeTemporary,
  MatrixProduct,
} from "../kernels/index.ts";

/** Work that more than one algorithm can do. */
export type Workload = MatrixProduct | Convolution | Depthwise;

/** Ways to do a {@link Workload}; which of them are correct depends on its shapes. */
export const algorithms = [
  "direct",
  "Winograd F(4x4)",
  "Winograd F(2x2)",
  "packed product",
  "vectors of channels",
  "loop nests",
] as const;

export type Algorithm = (typeof algorithms)[number];

/** One correct way to do a {@link Workload}. */
export interface Candidate {
  readonly algorithm: Algorithm;
  /** What the cost model expects, in multiply-adds; only its ratio to the other candidates' counts. */
  readonly cost: number;
  /** Its kernels in order; each call allocates their temporaries anew. */
  kernels(): readonly Kernel[];
}

/** Picks one of the algorithms that are correct for some work; there is always one. */
export type ChooseAlgorithm = (candidates: readonly Candidate[], work: Workload) => Candidate;

/** Planner options. `panel` and the thread count never change results; another choice of algorithms does. */
export interface PlanOptions {
  /** Outputs that a register tile computes side by side, in floats: two vectors of the machine. @default 8 */
  readonly panel?: 8 | 16;
  /** @default the algorithm that the cost model expects to be the fastest */
  readonly choose?: ChooseAlgorithm;
}

/** What the kernels of an algorithm are made for. */
export interface PlanContext extends Required<PlanOptions> {
  /** Whether a buffer follows only from parameters that the program does not update. */
  readonly isConstant: (buffer: Buffer) => boolean;
  readonly temporary: MakeTemporary;
}

/** Where a buffer stands: in the room that all programs of a session share for parameters and constants, or in this program's arena. */
export type Placement =
  | { readonly kind: "parameter" | "constant"; readonly name: string }
  | {
      readonly kind: "arena";
      /** Bytes from the arena's start. */
      readonly offset: number;
      /** First and last kernel during which nothing else may stand there; -1 is before the run, the number of kernels after it. */
      readonly lifetime: readonly [first: number, last: number];
    };

/** A buffer, its size and its place. */
export interface PlacedBuffer {
  readonly buffer: Buffer;
  readonly bytes: number;
  readonly placement: Placement;
}

/** What the planner decided for one convolution or product. */
export interface AlgorithmChoice {
  /** "conv2d+bias+relu 3x3 16x100x100x32 -> 32" */
  readonly workload: string;
  readonly algorithm: Algorithm;
  /** All that would have been correct, with their expected costs; see {@link Candidate}. */
  readonly candidates: readonly Pick<Candidate, "algorithm" | "cost">[];
}

/** How much work a program is at one moment of planning. */
export interface WorkSize {
  /** nodes of the graph, ops lowered from them, or kernels whose algorithm is chosen. */
  readonly unit: "nodes" | "ops" | "kernels";
  readonly count: number;
  /** Arrays written. */
  readonly stores: number;
  /** Distinct parts (operations, loads, constants) of the expressions of all loop nests. */
  readonly operations: number;
  /** Results that are computed straight into a parameter. */
  readonly inPlace: number;
  /** Kernels that run again only after a parameter that the program does not update has changed. */
  readonly hoisted: number;
}

/** What one pass changed. */
export interface PassRecord {
  readonly name: string;
  readonly before: WorkSize;
  readonly after: WorkSize;
}

/** A program ready to be emitted. Plain data: nothing of the graph, and no function but the one that writes it out for people. */
export interface Plan {
  /** In the order in which they run. */
  readonly kernels: readonly Kernel[];
  /** This many kernels at the start depend only on parameters that the program does not update; their results stay in the arena when it has run. */
  readonly prologueLength: number;
  /** Every buffer that a kernel, an input or an output names. */
  readonly buffers: readonly PlacedBuffer[];
  readonly inputs: readonly Buffer[];
  readonly outputs: Readonly<Record<string, Buffer>>;
  /** Parameters that the program reads or writes. */
  readonly parameters: readonly Buffer[];
  readonly arenaBytes: number;
  readonly algorithms: readonly AlgorithmChoice[];
  /** In the order in which they ran. */
  readonly passes: readonly PassRecord[];
  /** Passes, algorithms, kernels and buffers as a table for people. It is not enumerable, so that copies and JSON leave it out. */
  toString(): string;
}
