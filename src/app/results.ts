import type { LeftOut } from "../data/index.ts";
import type { MemoryUse } from "../engine/index.ts";
import type { FigureName, Interval, Metrics } from "../evaluate/index.ts";

/** One sentence on what to think of a result, and one on what to do. */
export interface Advice {
  readonly code: string;
  readonly sentence: string;
  readonly tryThis: string;
}

/** How a model did on labelled pictures; also the JSON document of `evaluate`. */
export interface EvaluateResult extends Metrics {
  readonly classes: readonly string[];
  /** Groups (photographs, patients) that the pictures come from; a picture without one counts as its own. */
  readonly groups: number;
  /** Where the true figure lies, 95 %; a figure that is not defined has none. */
  readonly intervals: { readonly accuracy: Interval } & {
    readonly [figure in FigureName]?: Interval | null;
  };
  readonly leftOut: readonly LeftOut[];
}

/** Why training ended. */
export type TrainEnd = "done" | "interrupted" | "diverged" | "stopped early";

/** What training made; also the JSON document of `train`. Figures are of the pictures kept back, with the best weights. */
export interface TrainResult extends EvaluateResult {
  /** Folder of the run. */
  readonly run: string;
  /** Path of the model file. */
  readonly model: string;
  readonly report: string;
  readonly architecture: string;
  readonly seconds: number;
  /** Of these, for reading all pictures before the first epoch. */
  readonly readSeconds: number;
  /** Part of each epoch's training time in which the engine waited for the next batch, in [0, 1]; empty where that cannot be told. */
  readonly waitShares: readonly number[];
  readonly end: TrainEnd;
  readonly epochs: number;
  readonly bestEpoch: number;
  readonly split: "random" | "folders";
  readonly seed: number;
  /** How numbers were rounded: the same settings give the same bits wherever this is the same. */
  readonly arithmetic: string;
  readonly pictures: { readonly train: number; readonly validation: number; readonly test: number };
  readonly parameters: number;
  readonly memory: MemoryUse;
  readonly advice: readonly Advice[];
  /** On the data's own test part, where it has one. */
  readonly test?: EvaluateResult;
}

/** The JSON document of `predict`. */
export interface PredictResult {
  readonly predictions: readonly Prediction[];
}

export interface Prediction {
  readonly path: string;
  /** The most probable class; absent where the picture could not be read. */
  readonly label?: string;
  readonly probability?: number;
  /** The most probable classes, best first. */
  readonly top?: readonly { readonly label: string; readonly probability: number }[];
  readonly error?: string;
}
