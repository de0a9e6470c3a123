import type { ClassMetrics } from "../evaluate/index.ts";

/** What the network knew after one epoch. */
export interface ReportEpoch {
  /** Counts from 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
}

/** How one part of the pictures was named. */
export interface ReportFigure {
  readonly accuracy: number;
  readonly loss: number;
  /** Pictures that the figures come from. */
  readonly count: number;
  /** Lower and upper bound of the accuracy, 95 %. */
  readonly interval: readonly [number, number];
}

/** All that the page shows; plain data, so that it can be made from a run folder as well. */
export interface RunReport {
  /** Name of the run. */
  readonly title: string;
  /** On the pictures kept back. */
  readonly validation: ReportFigure;
  /** On the data's own test part, where it has one; the tables are of it then. */
  readonly test?: ReportFigure;
  /** Counts from 1; 0 where no epoch came to its end. */
  readonly bestEpoch: number;
  readonly history: readonly ReportEpoch[];
  readonly classNames: readonly string[];
  /** confusionMatrix[true class][class it was taken for], in pictures. */
  readonly confusionMatrix: readonly (readonly number[])[];
  readonly perClass: readonly ClassMetrics[];
  readonly advice: readonly { readonly sentence: string; readonly tryThis: string }[];
  /** Settings and sizes worth a line each. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly leftOut: readonly { readonly path: string; readonly reason: string }[];
  /** What the reader has to know to take the figure for what it is. */
  readonly caution: string;
}
