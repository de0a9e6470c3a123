import type {
  Collection,
  FileTree,
  GroupSource,
  PrepareTransform,
  PreparedImages,
  SplitTable,
  Transform,
} from "../../data/index.ts";
import type { Backend } from "../../engine/index.ts";
import type { BatchSource } from "../../evaluate/index.ts";
import type { History, TrainingAdvice } from "../../train/index.ts";
import type { PartIndices } from "../records.ts";
import type { SplitReport } from "../results.ts";
import type { Resumed } from "./resume.ts";
import type { RunFolder } from "./runFolder.ts";
import type { TrainSettings } from "./settings.ts";

// The records that the steps of the pipeline hand on, in the order in which they come to be.

/** How images came to their groups. */
export interface Grouping {
  readonly source: GroupSource;
  /** Images that the source names no group for; each is one of its own. */
  readonly ungrouped: number;
  /** Photographs, where the images' content tells that some show the same scene: these are one group. */
  readonly photographs?: number;
}

/** What is known of the split before an image is read. */
export interface Division {
  readonly collection: Collection;
  /** Absent where nobody names groups. */
  readonly grouping?: Grouping | undefined;
  /** A split that was written down before. */
  readonly table?: SplitTable | undefined;
  /** Parts of a cross-validation; 0 where one part is kept back. */
  readonly folds: number;
  /** Images to learn from, those that cannot be read among them. */
  readonly trainCount: number;
}

/** What a training starts from, once the data is understood and the run folder stands. */
export interface Start extends Division {
  readonly tree: FileTree;
  readonly settings: TrainSettings;
  readonly run: RunFolder;
  readonly threads?: number;
  readonly resumed?: Resumed;
  /** Clock at the very beginning, in milliseconds. */
  readonly started: number;
}

/** Images that were read, with their groups. */
export interface GroupedImages {
  readonly prepared: PreparedImages;
  readonly grouping: Grouping;
}

/** What a training works with once the images are read and grouped. */
export interface Prepared extends Start, GroupedImages {
  readonly grouping: Grouping;
  readonly backend: Backend;
  readonly prepare: readonly PrepareTransform[];
  /** That reading all images and finding their groups took. */
  readonly readSeconds: number;
}

/** The sets as batch sources. */
export interface Sources {
  /** Augmented. */
  readonly train: BatchSource;
  readonly validation: BatchSource;
  /** Absent where the data has no test part. */
  readonly test?: BatchSource;
}

/** One part that was kept back while the others were learned from. */
export interface FoldOutcome {
  /** From 1. */
  readonly fold: number;
  readonly count: number;
  /** Fraction of its images named rightly after the last epoch. */
  readonly accuracy: number;
  readonly history: History;
  readonly advice: readonly TrainingAdvice[];
}

/** What models said of images that they had not learned from. */
export interface CrossValidation {
  /** Fold of each prepared image, from 0. */
  readonly foldOf: Int32Array;
  /** [images, classes], in the order of the prepared images. */
  readonly probabilities: Float32Array;
  readonly folds: readonly FoldOutcome[];
}

/** Everything that one training works with. */
export interface Training extends Prepared {
  readonly parts: PartIndices;
  readonly splitReport: SplitReport;
  readonly sources: Sources;
  /** From decoded image to the network's input; the augmentation too, which serving skips. */
  readonly transforms: readonly Transform[];
  /** What the figures come from, where no part is kept back. */
  readonly crossValidation?: CrossValidation;
}
