import type { ScanNote, SkippedFile } from "../../data/index.ts";
import type { LearningRateStatement, Written } from "../../messages/index.ts";
import type { LearningRateSuggestion, RangeTestRun } from "../../train/index.ts";

/** What a range test of the learning rate found. */
export interface FindLearningRateResult {
  /** Folder of the results. */
  readonly run: string;
  /** Path of report.html. */
  readonly report: string;
  /** Path of learning-rates.csv. */
  readonly table: string;
  /** Name of the architecture. */
  readonly model: string;
  readonly optimizer: string;
  readonly batchSize: number;
  /** Of the training set. */
  readonly images: number;
  /** Of a run that does not diverge. */
  readonly steps: number;
  readonly minLearningRate: number;
  readonly maxLearningRate: number;
  readonly runs: readonly RangeTestRun[];
  /** Absent where the loss of no run fell by 5% or more. */
  readonly suggestion?: LearningRateSuggestion;
  /** What was done. */
  readonly summary: Written<LearningRateStatement>;
  readonly outcome: Written<LearningRateStatement>;
  readonly skipped: readonly SkippedFile[];
  /** How the data was read, where that is not plain. */
  readonly notes: readonly Written<ScanNote>[];
  readonly seconds: number;
}
