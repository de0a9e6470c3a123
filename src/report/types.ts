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

/** All that the page shows; plain data, so that it can be made from a run folder as well. */
export interface RunReport {
  /** Name of the data. */
  readonly title: string;
  readonly accuracy: number;
  readonly loss: number;
  /** Pictures that the figures come from. */
  readonly count: number;
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
