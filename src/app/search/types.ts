import type { GroupSource, ScanNote, SkippedFile } from "../../data/index.ts";
import type { Interval } from "../../evaluate/index.ts";
import type { SearchStatement, TrialFailure, Written } from "../../messages/index.ts";
import type { StoppingRequest, TrainRequest } from "../requests.ts";
import type { SplitReport } from "../results.ts";

/** Lower and upper end of a log-uniform draw, both above 0. */
export interface DrawnRange {
  readonly min: number;
  readonly max: number;
}

/** What trials are drawn from. */
export interface SearchSpace {
  /** Names of architectures. */
  readonly models: readonly string[];
  /** Heights and widths of the images, pixels. */
  readonly sizes: readonly number[];
  /** Log-uniform. @default a fifth to five times of the model's own */
  readonly learningRate?: DrawnRange;
  /** Log-uniform. */
  readonly weightDecay: DrawnRange;
  /** Names of augmentation sets. */
  readonly augment: readonly string[];
}

/** What may be asked of a search; a setting of a training that is given is fixed, and the rest of the space is searched. */
export interface SearchRequest extends Omit<
  TrainRequest,
  "resume" | "minutes" | "lengths" | "validation" | "tensorboard" | keyof StoppingRequest
> {
  /** Time for everything, the last evaluation included. */
  readonly minutes: number;
  /** Most trials. @default as many as fit into the time */
  readonly trials?: number;
  /** Successive halving promotes one of so many trials, from 2. @default 3 */
  readonly reduction?: number;
  /** What is searched, where it is not the default. */
  readonly space?: Partial<SearchSpace>;
}

/** A search that goes on. */
export interface ResumeSearchRequest {
  /** Folder of the search. */
  readonly resume: string;
  /** Time from now. @default what was left */
  readonly minutes?: number;
  readonly threads?: number;
}

/** What was drawn for a trial; what is absent is fixed by the request. */
export interface DrawnSettings {
  readonly model?: string;
  readonly size?: number;
  /** Absent in the first trial, which has the model's own. */
  readonly learningRate?: number;
  readonly weightDecay?: number;
  readonly augment?: string;
}

/** The settings of a trial as its run has them. */
export interface TrialSettings {
  /** Name of the architecture. */
  readonly model: string;
  /** Height and width of the images, pixels. */
  readonly size: number;
  readonly optimizer: string;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Name of a set; custom for a list of steps. */
  readonly augment: string;
  readonly batchSize: number;
}

/** Metrics on the images of a fold, or of several, that the trial was not trained on there. */
export interface TrialScore {
  readonly accuracy: number;
  /** 95% confidence interval of the accuracy. */
  readonly interval: Interval;
  /** Log loss after temperature scaling, nats. */
  readonly loss: number;
  readonly images: number;
}

/** A rung that a trial has completed. */
export interface TrialRung extends TrialScore {
  /** From 1. */
  readonly rung: number;
  /** Passes over the training set in all. */
  readonly epochs: number;
  /** Time of this rung, evaluation included. */
  readonly seconds: number;
  /** Folds that the metrics are of: 1, but more for finalists. */
  readonly folds: number;
}

/** One point of a learning curve. */
export interface TrialEpoch {
  readonly epoch: number;
  readonly validationAccuracy: number;
  readonly validationLoss: number;
}

/** One set of settings that was tried. */
export interface Trial {
  /** From 1; the first has the defaults. */
  readonly number: number;
  /** Its run folder, below that of the search. */
  readonly run: string;
  readonly drawn: DrawnSettings;
  /** Absent where the settings do not fit the images. */
  readonly settings?: TrialSettings;
  /** In order; none where it failed or was stopped in the first. */
  readonly rungs: readonly TrialRung[];
  readonly history: readonly TrialEpoch[];
  /** Mean time of an epoch, validation included. */
  readonly secondsPerEpoch?: number;
  readonly failure?: Written<TrialFailure>;
}

/** What a search is made of once the first trial's speed is known. */
export interface SearchPlan {
  /** Epochs in all at the end of each rung. */
  readonly rungs: readonly number[];
  /** Time of an epoch of the first trial, foretold. */
  readonly secondsPerEpoch: number;
  /** Trials of the first rung, once it has ended. */
  readonly trials?: number;
}

/** The images that no trial was trained on or compared by. */
export interface Holdout {
  readonly images: number;
  /** The data's own test part, or drawn for the search. */
  readonly source: "test part" | "drawn";
  /** Of the best trial; absent where the search was interrupted. */
  readonly metrics?: TrialScore & { readonly groups: number };
}

/** The best trial. */
export interface BestTrial {
  /** Number of the trial. */
  readonly trial: number;
  /** Path of its run folder. */
  readonly run: string;
  /** Path of the settings for train --config. */
  readonly config: string;
}

/** What a search found; search.json. */
export interface SearchResult {
  /** Folder of the search. */
  readonly run: string;
  /** Path of report.html. */
  readonly report: string;
  /** Path of search.csv. */
  readonly table: string;
  readonly end: "done" | "interrupted";
  readonly data: string;
  readonly seed: number;
  /** Time that was given. */
  readonly minutes: number;
  /** Time taken in all, that before a resumption included. */
  readonly seconds: number;
  readonly classes: readonly string[];
  readonly folds: number;
  readonly reduction: number;
  readonly space: SearchSpace;
  /** Absent where the search was interrupted before. */
  readonly plan?: SearchPlan;
  readonly groupSource: GroupSource;
  readonly splitReport?: SplitReport;
  readonly holdout: Holdout;
  /** Absent where no trial has completed a rung. */
  readonly best?: BestTrial;
  /** The best first. */
  readonly trials: readonly Trial[];
  /** What was done, what was found, and what it is worth. */
  readonly statements: readonly Written<SearchStatement>[];
  readonly skipped: readonly SkippedFile[];
  /** How the data was read, where that is not plain. */
  readonly notes: readonly Written<ScanNote>[];
}
