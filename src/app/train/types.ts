import type {
  Collection,
  FileTree,
  MatchedPair,
  NormaliseTransform,
  PrepareTransform,
  PreparedImages,
  SplitTable,
  Transform,
} from "../../data/index.ts";
import type { Backend } from "../../engine/index.ts";
import type { BatchSource, TrainingSource } from "../../evaluate/index.ts";
import type { EndEvent, History, StartEvent, TrainingAdvice, Weights } from "../../train/index.ts";
import type { AugmentationChoice, LabelsStatement } from "../../messages/index.ts";
import type { Cleanup } from "../cleanup.ts";
import type { Services } from "../context.ts";
import type { Grouping } from "../data/grouping.ts";
import type { PartIndices } from "../files/tables.ts";
import type { LabelDoubt, SplitReport } from "../results.ts";
import type { Resumed } from "./resume.ts";
import type { RunFolder } from "../files/runFolder.ts";
import type { PlannedSettings, TrainSettings } from "./settings.ts";
import type { TimedTraining } from "./time/budget.ts";
import type { TensorBoardLog } from "./tensorBoard.ts";

// The records that the steps of the pipeline hand on, in the order in which they come to be.

/** What every step may use. */
export interface PipelineContext {
  readonly services: Services;
  readonly signal: AbortSignal;
  readonly cleanup: Cleanup;
}

/** One training: what it reads, what was decided, and where it writes. */
export interface TrainingTask<Settings extends PlannedSettings = TrainSettings> {
  readonly tree: FileTree;
  readonly settings: Settings;
  readonly run: RunFolder;
  readonly threads?: number;
  readonly resumed?: Resumed;
  /** Event files, where they were asked for. */
  readonly tensorBoard?: TensorBoardLog;
  /** What an epoch and the end take on this machine, in seconds, where a time was given. */
  readonly times?: TimedTraining;
  /** Clock at the very beginning, in milliseconds. */
  readonly started: number;
}

/** What is known of the split before an image is read. */
export interface Division {
  readonly collection: Collection;
  /** Absent where nobody names groups. */
  readonly grouping?: Grouping | undefined;
  /** A split that was written down before. */
  readonly table?: SplitTable | undefined;
  /** Folds of a cross-validation; 0 where there is one validation set. */
  readonly folds: number;
  /** Images of the training set, those that cannot be read among them. */
  readonly trainCount: number;
}

/** After the scan: nothing is read yet, and all that can be refused before is refused. */
export interface Scanned {
  readonly task: TrainingTask<PlannedSettings>;
  readonly division: Division;
}

/** The images as they were read, with their groups. */
export interface Dataset {
  readonly collection: Collection;
  readonly prepared: PreparedImages;
  readonly grouping: Grouping;
  /** Near-duplicates that lie on their side or upside down beside each other; none where the images were not compared. */
  readonly turned: readonly MatchedPair[];
  /** The transforms before the bytes that `prepared` holds. */
  readonly prepare: readonly PrepareTransform[];
  /** Time for reading all images and finding their groups. */
  readonly readSeconds: number;
}

/** After reading: every image with its group, and the engine that will train. */
export interface Grouped extends Scanned {
  readonly dataset: Dataset;
  readonly backend: Backend;
}

/** How the images are divided. */
export interface DataSplit {
  /** In a cross-validation all images that are in folds are in both the training and the validation set. */
  readonly parts: PartIndices;
  readonly report: SplitReport;
  /** split.csv */
  readonly csv: string;
  /** Folds of a cross-validation; 0 where there is one validation set. */
  readonly folds: number;
  /** Fold of each prepared image, from 0, `noFold` for the test set; absent where there is one validation set. */
  readonly foldOf?: Int32Array;
}

/** The sets as batch sources. */
export interface Sources {
  readonly train: TrainingSource;
  readonly validation: BatchSource;
  /** Absent where the data has no test set. */
  readonly test?: BatchSource;
}

/** Everything that one training works with. */
export interface Training {
  readonly task: TrainingTask;
  readonly dataset: Dataset;
  readonly split: DataSplit;
  readonly backend: Backend;
  readonly sources: Sources;
  /** Why the augmentation is what it is, where the images decided. */
  readonly augmentation?: AugmentationChoice | undefined;
  /** From decoded image to the network's input; the augmentation too, which serving skips. */
  readonly transforms: readonly Transform[];
}

/** One fold of a cross-validation: a model that was trained on all other folds. */
export interface FoldOutcome {
  /** From 1. */
  readonly fold: number;
  readonly count: number;
  /** On the fold, after the last epoch. */
  readonly accuracy: number;
  readonly history: History;
  readonly advice: readonly TrainingAdvice[];
  /** Where the folds' nets are kept. */
  readonly net?: FoldNet;
}

/** The network of one fold. */
export interface FoldNet {
  /** After the last epoch. */
  readonly weights: Weights;
  /** By the fold's own training images. */
  readonly normalise: readonly NormaliseTransform[];
}

/** What models predict for the folds that they were not trained on. */
export interface CrossValidation {
  /** The images that are in folds, as indices of the prepared ones. */
  readonly indices: Int32Array;
  /** Fold of each of them, from 0. */
  readonly foldOf: Int32Array;
  /** [indices, classes] */
  readonly probabilities: Float32Array;
  readonly folds: readonly FoldOutcome[];
  /** The training of the last fold. */
  readonly last: Pick<Fitted, "start" | "end">;
}

/** How a training began and ended. */
export interface Fitted {
  readonly start: StartEvent;
  readonly end: EndEvent;
  /** Where the metrics come from, in place of a validation set. */
  readonly crossValidation?: CrossValidation | undefined;
  /** Of the labels, by the same predictions. */
  readonly review?: { readonly doubts: readonly LabelDoubt[]; readonly outcome: LabelsStatement };
}
