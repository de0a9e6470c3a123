import type { GroupSource, SkippedFile } from "../data/index.ts";
import type {
  BaselineComparison,
  CalibrationStatement,
  ExplainNote,
  LearningRateStatement,
  Fact,
  PageMetric,
  ReportedAdvice,
  ResultStatement,
  RunNote,
  RunPageStatement,
  SplitWarning,
  TrainingOverlap,
} from "../messages/index.ts";
import type { ClassCurves, ClassEstimates, ClassMetrics, Interval, MeasuredBin } from "../evaluate/index.ts";

/** The metrics of one epoch; NaN where nothing was measured. */
export interface ReportEpoch {
  /** Counts from 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
}

/** The accuracy on one set. */
export interface ReportAccuracy {
  readonly accuracy: number;
  readonly loss: number;
  /** Images evaluated. */
  readonly count: number;
  /** Groups (source images, patients …) that the images come from; as many as images where none are known. */
  readonly groups: number;
  /** Of the accuracy. */
  readonly interval: Interval;
}

/** Another metric of the same predictions. */
export interface ReportMetric {
  readonly metric: PageMetric;
  readonly value: number;
  /** Absent where there is none. */
  readonly interval?: Interval;
}

/** What a simple baseline reaches on the same images. */
export interface ReportBaseline {
  readonly name: string;
  readonly accuracy: number;
  readonly interval?: Interval;
}

/** One set of the split. */
export interface ReportPart {
  readonly name: string;
  readonly images: number;
  /** Absent where nothing is known of groups. */
  readonly groups?: number;
  /** Images of each class, in the order of the classes. */
  readonly perClass: readonly number[];
}

/** A caveat of the metrics. */
export interface ReportNote {
  readonly kind: "good" | "plain" | "warning";
  readonly statement:
    | ResultStatement
    | SplitWarning
    | TrainingOverlap
    | RunPageStatement
    | RunNote
    | ExplainNote
    | LearningRateStatement;
}

/** The wrong predictions. */
export interface ReportErrors {
  /** How many there are. */
  readonly count: number;
  /** A confidence of so much and more is high, in [0, 1]. */
  readonly threshold: number;
  /** Errors of high confidence. */
  readonly confident: number;
  /** The most confident first; those of high confidence, and a few more. */
  readonly images: readonly ReportImage[];
  /** Name of the file that holds every prediction. */
  readonly file: string;
}

/** Whether the probabilities are calibrated. */
export interface ReportCalibration {
  readonly bins: readonly MeasuredBin[];
  readonly statement: CalibrationStatement;
}

/** One image and its prediction. */
export interface ReportImage {
  readonly path: string;
  readonly label: string;
  readonly predicted: string;
  /** Of the predicted class, in [0, 1]. */
  readonly probability: number;
  /** Data URL of the image, made small; absent where it could not be read again. */
  readonly thumbnail?: string;
  /** Data URL of the same with its Grad-CAM laid over it. */
  readonly gradCam?: string;
}

/** One layer of the network. */
export interface ReportLayer {
  readonly name: string;
  readonly type: string;
  /** "64 × 64 × 32" */
  readonly outputShape: string;
  readonly parameters: number;
  /** 0, or in how many merges it stands. */
  readonly depth: number;
}

/** All that the page of an evaluation shows, as the page of a run shows it. */
export interface EvaluationReport extends Pick<
  RunReport,
  | "title"
  | "groupSource"
  | "validation"
  | "metrics"
  | "classNames"
  | "confusionMatrix"
  | "perClass"
  | "curves"
  | "calibration"
  | "errors"
  | "uncertain"
  | "baselines"
  | "dataNotes"
  | "skipped"
  | "provenance"
> {
  /** What `validation` is of: the images that were given. */
  readonly set: "data";
  /** Path of the model file. */
  readonly model: string;
  readonly classEstimates: readonly ClassEstimates[];
  /** The model against the majority class; absent where only one class has images. */
  readonly comparison?: BaselineComparison;
  readonly notes: readonly ReportNote[];
}

/** All that the page of a run shows; plain data, so that it can be made from a run folder as well. */
export interface RunReport {
  /** Name of the run. */
  readonly title: string;
  /** What was trained on what. */
  readonly summary: Extract<RunPageStatement, { readonly code: "run-summary" }>;
  /** Who says which images belong together. */
  readonly groupSource: GroupSource;
  /** On the validation set. */
  readonly validation: ReportAccuracy;
  /** On the data set's own test set, where it has one; every table and chart is then of it. */
  readonly test?: ReportAccuracy;
  /** Where the metrics are cross-validated: the accuracies of the folds. */
  readonly folds?: {
    readonly count: number;
    readonly accuracies: readonly number[];
    readonly mean: number;
    readonly deviation: number;
    readonly ensemble?: boolean;
  };
  readonly metrics: readonly ReportMetric[];
  /** On the validation set. */
  readonly baselines: readonly ReportBaseline[];
  /** The model against the stronger of the two. */
  readonly comparison: BaselineComparison;
  /** On the split, and on how far the metrics can be trusted. */
  readonly notes: readonly ReportNote[];
  /** What was noticed about the data when it was read. */
  readonly dataNotes: readonly ReportNote[];
  readonly parts: readonly ReportPart[];
  readonly skipped: readonly SkippedFile[];
  /** Counts from 1; 0 where no epoch came to its end. */
  readonly bestEpoch: number;
  readonly history: readonly ReportEpoch[];
  readonly classNames: readonly string[];
  /** confusionMatrix[true class][predicted class], in images. */
  readonly confusionMatrix: readonly (readonly number[])[];
  readonly perClass: readonly ClassMetrics[];
  /** Of each class, in the order of the classes; null where only one class occurs. */
  readonly curves: readonly (ClassCurves | null)[];
  readonly calibration?: ReportCalibration;
  readonly errors: ReportErrors;
  /** The least confident predictions first. */
  readonly uncertain: readonly ReportImage[];
  readonly layers: readonly ReportLayer[];
  /** Size and memory of the network. */
  readonly modelFacts: readonly Fact[];
  readonly advice: readonly ReportedAdvice[];
  /** Settings worth a line each. */
  readonly settings: readonly Fact[];
  /** The command that reproduces the run. */
  readonly command: string;
  /** It was not interrupted, so that the command gives the same model. */
  readonly complete: boolean;
  /** Versions and checksums. */
  readonly provenance: readonly Fact[];
}
