import type { Audit, DuplicateLink } from "../audit/index.ts";
import type {
  AugmentChoice,
  AcrossGroups,
  GroupSource,
  ScanNote,
  SkippedFile,
  SplitFacts,
} from "../data/index.ts";
import type { MemoryUse } from "../engine/index.ts";
import type {
  Baselines,
  CalibrationMetrics,
  ClassEstimates,
  Intervals,
  MeasuredBin,
  Metrics,
  PairedComparison,
} from "../evaluate/index.ts";
import type {
  AugmentationChoice,
  BaselineComparison,
  ComparisonStatement,
  LabelsStatement,
  OwnParts,
  RunNote,
  SplitWarning,
  TrainingOverlap,
  Written,
  WrittenFinding,
} from "../messages/index.ts";
import type { EndReason, MonitorName, TrainingAdvice } from "../train/index.ts";
import type { ParameterCount } from "../base/index.ts";
import type { SplitMethod } from "./requests.ts";

/** Advice on a result, the most serious first; no two pieces contradict each other. */
export type Advice = Written<
  TrainingAdvice | Exclude<BaselineComparison, { readonly code: "better-than-baseline" }>
> & {
  /** Where it was noticed in one part of a cross-validation: which, from 1. */
  readonly fold?: number;
};

/** How a model did on labelled images. */
export interface EvaluateResult extends Metrics {
  readonly classes: readonly string[];
  /** Groups (photographs, scenes, patients) that the images come from; an image without one counts as its own. */
  readonly groups: number;
  /** Who says which images belong together. */
  readonly groupSource: GroupSource;
  /** 95% confidence intervals of the metrics, by bootstrap over the groups. */
  readonly intervals: Intervals;
  /** Reliability diagram: images of similar confidence, the lowest first. */
  readonly reliability: readonly MeasuredBin[];
  readonly skipped: readonly SkippedFile[];
}

/** The JSON document of `evaluate`. */
export interface EvaluationResult extends EvaluateResult {
  /** Path of the model file. */
  readonly model: string;
  /** Whether the images are those that the model was made from. */
  readonly overlap: Written<TrainingOverlap>;
  /** Of every class against all others, with 95% confidence intervals. */
  readonly classEstimates: readonly ClassEstimates[];
  /** Folder of the results, and path of the page; absent where nothing was written. */
  readonly run?: string;
  readonly report?: string;
  /** How the data was read, where that is not plain. */
  readonly notes: readonly Written<ScanNote>[];
}

/** How the images were divided, and what to think of it. */
export interface SplitReport extends SplitFacts {
  /** Fraction that was asked for the validation set; absent where the data itself decided. */
  readonly requestedFraction?: number;
  readonly source: GroupSource;
  /** Images that the source names no group for; each is one of its own. */
  readonly ungrouped: number;
  /** Photographs, where the images' content tells that some show the same scene: these are one group. */
  readonly photographs?: number;
  /** Near-duplicates across the groups that a column or a pattern names. */
  readonly acrossGroups?: AcrossGroups;
  /** What became of the parts that the data brings itself; absent where it brings none. */
  readonly ownParts?: OwnParts;
  /** What makes the metrics mean less than they seem to. */
  readonly warnings: readonly Written<SplitWarning>[];
}

/** How the folds of a cross-validation differ. */
export interface FoldsResult {
  readonly count: number;
  readonly accuracies: readonly number[];
  readonly mean: number;
  /** Standard deviation, n - 1 in the divisor. */
  readonly deviation: number;
  /** The model file holds the folds' nets and averages them; accuracies without a test set are those of one net. @default false */
  readonly ensemble?: boolean;
}

/** An image that looks like another class than its label to models that were not trained on it. */
export interface LabelDoubt {
  /** From 1: the most doubtful first. */
  readonly rank: number;
  readonly path: string;
  readonly label: string;
  /** The class it looks like. */
  readonly suggested: string;
  /** Probability of the suggested class, in [0, 1]. */
  readonly confidence: number;
  /** Probability of the label it has, in [0, 1]: the smaller, the more doubtful. */
  readonly score: number;
  /** Confident learning counts the label as wrong; else the models may simply not know better. */
  readonly suspect: boolean;
  readonly group?: string;
}

/** The JSON document of `labels`. */
export interface LabelsResult {
  /** Folder of the run. */
  readonly run: string;
  /** Path of labels-to-review.csv. */
  readonly review: string;
  readonly classes: readonly string[];
  /** Images that were looked at. */
  readonly count: number;
  /** Fraction whose label is the class predicted by models that were not trained on them. */
  readonly accuracy: number;
  readonly folds: number;
  readonly splitReport: SplitReport;
  /** What the review comes to; `labels-not-reviewable` where the models are not significantly better than the majority class. */
  readonly outcome: Written<LabelsStatement>;
  /** Wrong labels that there are in all, by the confident joint; need not be whole; null where the labels cannot be reviewed. */
  readonly expectedWrong: number | null;
  /** Images of the list that confident learning counts as wrong. */
  readonly suspects: number;
  /** Images that look like another class than their label, the most doubtful first. */
  readonly labels: readonly LabelDoubt[];
  readonly skipped: readonly SkippedFile[];
  /** How the data was read, where that is not plain. */
  readonly notes: readonly Written<ScanNote>[];
  readonly seconds: number;
}

/** What a cross-validation finds out about the labels. */
export interface FoldsReview {
  /** Path of labels-to-review.csv. */
  readonly review: string;
  /** Images of that list: they look like another class than their label. */
  readonly images: number;
  readonly outcome: Written<LabelsStatement>;
}

/** Why training ended. */
export type TrainEnd = EndReason;

/** What the temperature did to the probabilities of some images. */
export interface CalibrationChange {
  /** As the network gives them. */
  readonly before: CalibrationMetrics;
  /** At the temperature; each validation image at one that was fitted without it and its group. */
  readonly after: CalibrationMetrics;
}

/** The temperature of the model file; it never changes which class is the most probable. */
export interface Calibration {
  /** 1 where scaling does not lower both log loss and calibration error on images that it was not fitted on. */
  readonly temperature: number;
  /** On all validation images, used or not. */
  readonly fittedTemperature: number;
  readonly validation: CalibrationChange;
  readonly test?: CalibrationChange;
}

/** What somebody without a network reaches on the validation images. */
export interface BaselineReport extends Baselines {
  /** The model against the stronger of the two, on the same images. */
  readonly comparison: Written<BaselineComparison>;
}

/** An image of a contact sheet. */
export interface AugmentedImage {
  /** Relative to the data. */
  readonly path: string;
  readonly label: string;
  /** One an epoch. */
  readonly versions: readonly {
    /** From 1. */
    readonly epoch: number;
    /** What was drawn, in few letters each; none where the image stayed as it was. */
    readonly changes: readonly string[];
  }[];
}

/** A contact sheet of augmented images. */
export interface AugmentResult {
  /** Path of the PNG file. */
  readonly preview: string;
  /** Name of the set, or the steps of the user's own list. */
  readonly augment: AugmentChoice;
  /** Height and width of the images, pixels. */
  readonly size: number;
  readonly seed: number;
  /** In the order of the sheet's rows. */
  readonly images: readonly AugmentedImage[];
  /** Files that are not used, and why. */
  readonly skipped: readonly SkippedFile[];
}

/** What training made; also the JSON document of `train`. Metrics are of the validation set, with the best weights. */
export interface TrainResult extends EvaluateResult {
  /** Folder of the run. */
  readonly run: string;
  /** Path of the model file. */
  readonly model: string;
  readonly report: string;
  readonly architecture: string;
  readonly seconds: number;
  /** Of these, for reading all images and finding their groups before the first epoch. */
  readonly readSeconds: number;
  /** Part of each epoch's training time in which the engine waited for the next batch, in [0, 1]; empty where that cannot be told. */
  readonly stallFractions: readonly number[];
  readonly end: TrainEnd;
  readonly epochs: number;
  /** The epoch that is saved: the best one by `monitor`; after folds the last. */
  readonly bestEpoch: number;
  /** Figure of the validation set by which epochs were compared. */
  readonly monitor: MonitorName;
  /** How the data was read, where that is not plain, and what was to be said of the training beforehand. */
  readonly notes: readonly Written<RunNote>[];
  readonly split: SplitMethod;
  readonly splitReport: SplitReport;
  /** Where the metrics come from cross-validation: every image was in the validation set once, and the model was trained on all. */
  readonly folds?: FoldsResult;
  /** There where folds are. */
  readonly labels?: FoldsReview;
  readonly seed: number;
  /** Name of the data augmentation, or its steps; with the reason where the images decided. */
  readonly augment: AugmentChoice;
  readonly augmentation?: Written<AugmentationChoice>;
  /** How numbers were rounded: the same settings give the same bits wherever this is the same. */
  readonly arithmetic: string;
  readonly images: { readonly train: number; readonly validation: number; readonly test: number };
  readonly parameters: ParameterCount;
  readonly memory: MemoryUse;
  readonly advice: readonly Advice[];
  readonly calibration: Calibration;
  readonly baselines: BaselineReport;
  /** On the data's own test part, where it has one. */
  readonly test?: EvaluateResult;
}

/** What is in a collection and what is wrong with it; also the JSON document of `audit`. */
export interface AuditResult extends Omit<Audit, "findings" | "duplicates" | "notes"> {
  readonly data: string;
  /** Folder of the results. */
  readonly run: string;
  /** Path of the page. */
  readonly report: string;
  readonly seconds: number;
  /** The most severe first. */
  readonly findings: readonly WrittenFinding[];
  /** How the data was read, where that is not plain. */
  readonly notes: readonly Written<ScanNote>[];
  /** With what became of the first image in the second, in words. */
  readonly duplicates: readonly (DuplicateLink & { readonly text: string })[];
}

/** The JSON document of `predict`. */
export interface PredictResult {
  readonly predictions: readonly Prediction[];
  /** Files of the folders that are no images, and why. */
  readonly skipped: readonly SkippedFile[];
}

export interface Prediction {
  readonly path: string;
  /** The most probable class; absent where the image could not be read. */
  readonly label?: string;
  readonly probability?: number;
  /** The most probable classes, best first. */
  readonly top?: readonly { readonly label: string; readonly probability: number }[];
  readonly error?: string;
}

/**
 * Two runs or evaluations on the images that both are of; the JSON document of `compare`.
 * `difference` and `interval` are the second run less the first: above 0 the second is better.
 */
export interface CompareResult extends PairedComparison {
  readonly runs: readonly [ComparedRun, ComparedRun];
  /** The set that runs were evaluated on, "test" where all have such a set; "data" of two evaluations. */
  readonly part: "validation" | "test" | "data";
  /** In common, and the groups they come from. */
  readonly images: number;
  readonly groups: number;
  readonly outcome: Written<ComparisonStatement>;
}

export interface ComparedRun {
  readonly run: string;
  /** On the images in common. */
  readonly accuracy: number;
  /** Images that it was evaluated on in all. */
  readonly total: number;
  /** Share of the images in common whose group (or scene) is in its training set. */
  readonly leakShare: number;
}
