import type { LeftOut } from "../data/index.ts";
import type { ClassCurves, ClassMetrics, Interval, ReliabilityBin } from "../evaluate/index.ts";

/** What the network knew after one epoch; NaN where nothing was measured. */
export interface ReportEpoch {
  /** Counts from 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
}

/** How one part of the images was named. */
export interface ReportFigure {
  readonly accuracy: number;
  readonly loss: number;
  /** Images that the figures come from. */
  readonly count: number;
  /** Photographs, patients or whatever else the images come from; as many as images where nothing is known. */
  readonly groups: number;
  /** Of the accuracy. */
  readonly interval: Interval;
}

/** Another figure of the same predictions. */
export interface ReportEstimate {
  readonly name: string;
  readonly value: number;
  /** Absent where there is none. */
  readonly interval?: Interval;
  /** Whether it reads as a percentage. */
  readonly share: boolean;
  /** One sentence for somebody who has never heard of it. */
  readonly meaning: string;
}

/** What somebody without a network reaches on the same images. */
export interface ReportBaseline {
  readonly name: string;
  readonly accuracy: number;
  readonly interval?: Interval;
}

/** One side of the split. */
export interface ReportPart {
  readonly name: string;
  readonly images: number;
  /** Absent where nothing is known of groups. */
  readonly groups?: number;
  /** Images of each class, in the order of the classes. */
  readonly perClass: readonly number[];
}

/** A sentence that the reader must know to take the figures for what they are. */
export interface ReportNote {
  readonly kind: "good" | "plain" | "warning";
  readonly text: string;
}

/** Whether its probabilities may be believed. */
export interface ReportCalibration {
  readonly bins: readonly ReliabilityBin[];
  /** What to make of it. */
  readonly sentence: string;
}

/** One image and what the network said of it. */
export interface ReportImage {
  readonly path: string;
  readonly label: string;
  readonly said: string;
  /** Of the class it said. */
  readonly probability: number;
  /** Data URL of the image, made small; absent where it could not be read again. */
  readonly thumbnail?: string;
  /** Data URL of the same with what the network looked at laid over it. */
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

/** A line of a table of facts. */
export interface ReportFact {
  readonly name: string;
  readonly value: string;
}

/** All that the page of a run shows; plain data, so that it can be made from a run folder as well. */
export interface RunReport {
  /** Name of the run. */
  readonly title: string;
  /** What was asked, in one sentence. */
  readonly asked: string;
  /** What images that belong together come from: "photograph" */
  readonly groupWord: string;
  /** On the images kept back. */
  readonly validation: ReportFigure;
  /** On the data's own test part, where it has one; every table and drawing is of it then. */
  readonly test?: ReportFigure;
  /** Where every image was kept back once: the accuracies of the parts. */
  readonly folds?: {
    readonly accuracies: readonly number[];
    readonly mean: number;
    readonly deviation: number;
  };
  readonly estimates: readonly ReportEstimate[];
  /** On the images kept back. */
  readonly baselines: readonly ReportBaseline[];
  /** By how much the network leads the colours, in one sentence. */
  readonly lead?: string;
  /** On the split, and on how far the figures can be believed. */
  readonly notes: readonly ReportNote[];
  readonly parts: readonly ReportPart[];
  readonly leftOut: readonly LeftOut[];
  /** Counts from 1; 0 where no epoch came to its end. */
  readonly bestEpoch: number;
  readonly history: readonly ReportEpoch[];
  readonly classNames: readonly string[];
  /** confusionMatrix[true class][class it was taken for], in images. */
  readonly confusionMatrix: readonly (readonly number[])[];
  readonly perClass: readonly ClassMetrics[];
  /** Of each class, in the order of the classes; null where there is nothing to tell apart. */
  readonly curves: readonly (ClassCurves | null)[];
  readonly calibration?: ReportCalibration;
  /** Wrongly named, the surest first. */
  readonly mistakes: readonly ReportImage[];
  /** Where it wavered most, the least sure first. */
  readonly uncertain: readonly ReportImage[];
  readonly layers: readonly ReportLayer[];
  /** Sizes of the network and what it takes. */
  readonly modelFacts: readonly ReportFact[];
  readonly advice: readonly { readonly sentence: string; readonly tryThis: string }[];
  /** Settings worth a line each. */
  readonly settings: readonly ReportFact[];
  /** The command that trains it again. */
  readonly command: string;
  /** It was not interrupted, so that the command gives the same model. */
  readonly complete: boolean;
  /** Versions and checksums. */
  readonly provenance: readonly ReportFact[];
}
