import type { Spread } from "../../base/index.ts";
import type { AlgorithmTime, TuningCase } from "../../engine/index.ts";
import type { Services } from "../context.ts";

/** The machine and the program that runs this one, for people. */
export interface MachineFacts {
  readonly processor: string;
  /** Threads that can run side by side. */
  readonly cores: number;
  readonly memoryBytes: number;
  /** "linux x64" */
  readonly system: string;
  /** "Node 24.21.0, V8 13.6" */
  readonly runtime: string;
}

/** What measuring needs from the place it runs in. */
export interface BenchServices extends Pick<Services, "files" | "openBackend" | "clock" | "memory"> {
  readonly machine: MachineFacts;
  readonly prepareProcessor: (options: {
    readonly exact: boolean;
  }) => Promise<{ readonly arithmetic: "exact" | "fused"; readonly panel: 8 | 16 }>;
  /** The most memory that the process has held, bytes. */
  readonly peakBytes: () => number;
}

/** What was measured, and on what. */
export interface BenchSubject {
  readonly machine: MachineFacts & {
    readonly threads: number;
    /** fused: a product and a sum are rounded once; exact: each by itself. */
    readonly arithmetic: "exact" | "fused";
    /** Two vectors of 128 bits are worked on as one. */
    readonly packsVectors: boolean;
  };
  readonly model: {
    readonly name: string;
    readonly parameters: number;
    /** Height and width of the images, pixels. */
    readonly size: number;
    readonly batchSize: number;
    /** Of an ensemble, of which one is measured. @default 1 */
    readonly nets?: number;
  };
}

/** One kind of step; times in milliseconds. */
export interface StepTime extends Spread {
  /** Images a step. */
  readonly batchSize: number;
  readonly imagesPerSecond: number;
  /** Convolutions and dense layers by the plain algorithm, 10^9 operations; faster algorithms show as more a second. */
  readonly gflop: number;
  readonly gflopPerSecond: number;
}

export interface BenchResult extends BenchSubject {
  readonly training: StepTime;
  readonly prediction: StepTime;
  /** One image at a time. */
  readonly single: StepTime;
  /** Compiling a training step, and the first one. */
  readonly startSeconds: number;
  /** The most memory that the process held while training, bytes. */
  readonly peakBytes: number;
  /** What showing the model so many images once would take, without reading them. */
  readonly epoch: { readonly images: number; readonly seconds: number };
  /** The threads meet after every kernel. */
  readonly barrier: {
    readonly kernels: number;
    readonly microseconds: number;
    /** Of a training step, in [0, 1]. */
    readonly share: number;
  };
}

/** A convolution or product with the time of every algorithm that is correct for it, on one thread. */
export interface TunedWork extends Omit<TuningCase, "candidates"> {
  readonly fastest: AlgorithmTime["algorithm"];
  /** The chosen one's time over the fastest one's. */
  readonly ratio: number;
  readonly candidates: readonly AlgorithmTime[];
}

export interface TuneResult extends BenchSubject {
  readonly works: readonly TunedWork[];
}

/** What is being measured now. */
export interface BenchEvent {
  readonly type: "measuring";
  readonly what: "training" | "prediction" | "single" | "barrier" | "algorithms";
  /** Part of it that is done, in [0, 1]. */
  readonly done: number;
}
