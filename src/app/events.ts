import type { AcrossGroups, GroupSource, ScanNote, SkippedFile } from "../data/index.ts";
import type { MemoryUse } from "../engine/index.ts";
import type { AdviceWithdrawn, AugmentationChoice, GivenTime, Written } from "../messages/index.ts";
import type { MonitorName, TrainingAdvice, TrainingNote } from "../train/index.ts";
import type { ParameterCount } from "../base/index.ts";
import type { SplitReport } from "./results.ts";

/** What may take a while without anything else to say of it. */
export type Work =
  | "finding-images"
  | "looking-at-sizes"
  | "planning"
  | "recognising-images"
  | "splitting"
  | "preparing"
  | "compiling"
  | "predicting"
  | "metrics"
  | "baselines"
  | "auditing"
  | "drawing-images"
  | "range-test"
  | "measuring-speed"
  | "report-images"
  | "writing";

/** Some work has begun, or goes on. */
export interface WorkingEvent {
  readonly type: "working";
  readonly on: Work;
  /** Part of it that is done, in [0, 1]; absent where that cannot be told. */
  readonly done?: number;
}

/** What was found in the data, before any image was read. */
export interface FoundEvent {
  readonly type: "found";
  readonly classes: readonly { readonly name: string; readonly count: number }[];
  readonly skipped: readonly SkippedFile[];
  /** How the data was read, where that is not plain. */
  readonly notes: readonly Written<ScanNote>[];
}

/** Images read so far. */
export interface ReadingEvent {
  readonly type: "reading";
  readonly done: number;
  readonly total: number;
}

/** Images that could not be read, once all were tried. */
export interface ReadEvent {
  readonly type: "read";
  readonly count: number;
  readonly skipped: readonly SkippedFile[];
  /** The pixels lie in a temporary file, since they do not fit in memory. */
  readonly spilled: boolean;
}

/** Images compared so far, to find those of one photograph. */
export interface ComparingEvent {
  readonly type: "comparing";
  readonly done: number;
  readonly total: number;
}

/** Which images belong together, once that is known. */
export interface GroupsEvent {
  readonly type: "groups";
  readonly source: GroupSource;
  readonly groups: number;
  readonly images: number;
  /** Images that the source names no group for; each is one of its own. */
  readonly ungrouped: number;
  /** Photographs, where the images' content tells that some show the same scene: these are one group. */
  readonly photographs?: number;
  /** Near-duplicates across the groups that a column or a pattern names; these groups count as one. */
  readonly acrossGroups?: AcrossGroups;
}

/** Everything is decided and training is about to begin. */
export interface ReadyEvent {
  readonly type: "ready";
  readonly run: string;
  readonly model: string;
  /** The run or model file whose architecture it has, with new weights; absent where none was given. */
  readonly modelFrom?: string;
  /** Of the model, moving averages included. */
  readonly parameters: ParameterCount;
  readonly size: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly trainCount: number;
  readonly validationCount: number;
  readonly testCount: number;
  /** Folds of a cross-validation; 0 where there is one validation set. */
  readonly folds: number;
  readonly split: SplitReport;
  /** Which augmentation the images decided for, and why; absent where it was asked for, or is the model's own. */
  readonly augmentation?: Written<AugmentationChoice>;
  readonly memory: MemoryUse;
  /** What is to be said of the training beforehand. */
  readonly notes: readonly Written<TrainingNote>[];
  /** Figure of the validation set by which epochs are compared. */
  readonly monitor: MonitorName;
  /** Validation measures and the file holds the moving average of the weights (EMA). */
  readonly averaged: boolean;
  /** Views of each image that the finished model averages; 1 where it is the image alone. */
  readonly views: number;
  /** What the epochs follow from, where a time was given. */
  readonly time?: GivenTime;
  /** First epoch to run, counts from 1; more than 1 when a run goes on. */
  readonly firstEpoch: number;
}

/** A fold of a cross-validation begins, or at its end the training of the model that is kept. */
export interface FoldEvent {
  readonly type: "fold";
  /** From 1; absent for the training on all images. */
  readonly fold?: number;
  readonly folds: number;
  readonly trainCount: number;
  readonly validationCount: number;
}

/** Where training stands after some batches; metrics are of this epoch so far. */
export interface BatchEvent {
  readonly type: "batch";
  readonly epoch: number;
  readonly epochs: number;
  /** Part of the epoch that is done, in (0, 1]. */
  readonly done: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly imagesPerSecond: number;
  /** To the end of the epoch. */
  readonly secondsLeft: number;
}

/** One epoch is done and was evaluated on the validation set. */
export interface EpochEvent {
  readonly type: "epoch";
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
  /** The figure by which epochs are compared, where it is neither loss nor accuracy. */
  readonly monitored?: { readonly metric: MonitorName; readonly value: number };
  readonly seconds: number;
  /** Part of the training time in which the engine waited for the next batch, in [0, 1]; absent where that cannot be told. */
  readonly stallFraction?: number;
}

/** Advice that holds from now on. */
export type AdviceEvent = Written<TrainingAdvice> & { readonly type: "advice" };

/** Earlier advice that no longer holds. */
export type AdviceWithdrawnEvent = Written<AdviceWithdrawn> & { readonly type: "advice-withdrawn" };

export type TrainEvent =
  | WorkingEvent
  | FoundEvent
  | ReadingEvent
  | ReadEvent
  | ComparingEvent
  | GroupsEvent
  | ReadyEvent
  | FoldEvent
  | BatchEvent
  | EpochEvent
  | AdviceEvent
  | AdviceWithdrawnEvent;

/** What every command that reads labelled images says of them. */
export type DataEvent = WorkingEvent | FoundEvent | ReadingEvent | ReadEvent | ComparingEvent | GroupsEvent;

/** Images evaluated so far. */
export interface EvaluatingEvent {
  readonly type: "evaluating";
  readonly done: number;
  readonly total: number;
}

export type EvaluateEvent = DataEvent | EvaluatingEvent;

/** Images explained so far. */
export interface ExplainEvent {
  readonly type: "explaining";
  readonly done: number;
  readonly total: number;
}

/** Images classified so far. */
export interface PredictEvent {
  readonly type: "predicting";
  readonly done: number;
  readonly total: number;
}
