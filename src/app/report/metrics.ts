import { lossText, portableLog } from "../../base/index.ts";
import type { MetricName } from "../../evaluate/index.ts";
import type { ReportBaseline, ReportMetric, RunReport } from "../../report/index.ts";
import type { EvaluateResult, TrainResult } from "../results.ts";
import { calibrationStatement } from "../verdicts.ts";
import { written } from "../../messages/index.ts";

interface Meaning {
  readonly name: string;
  readonly share: boolean;
  readonly meaning: string;
}

/** The metrics beside the accuracy, in the order of the page, each with its gloss. */
const meanings = (classes: number): Readonly<Partial<Record<MetricName, Meaning>>> => ({
  balancedAccuracy: {
    name: "Balanced accuracy",
    share: true,
    meaning: "Mean recall over the classes: each class counts the same, however many images it has.",
  },
  macroF1: {
    name: "Macro F1",
    share: false,
    meaning: "Harmonic mean of precision and recall, averaged over the classes; 1 is best.",
  },
  kappa: {
    name: "Cohen's kappa",
    share: false,
    meaning: "Agreement with the labels beyond chance: 0 is chance level, 1 is best.",
  },
  rocAuc: {
    name: "ROC AUC",
    share: false,
    meaning:
      "How often an image of a class scores higher than one of another, averaged over the classes: 0.5 is chance level, 1 is best.",
  },
  averagePrecision: {
    name: "Average precision",
    share: false,
    meaning: "Precision over all thresholds, averaged over the classes; 1 is best.",
  },
  loss: {
    name: "Log loss",
    share: false,
    meaning: `Cross-entropy: penalises confident errors; 0 is best, and equal probabilities for all ${classes} classes give ${lossText(portableLog(classes))}.`,
  },
  brier: {
    name: "Brier score",
    share: false,
    meaning: "Mean squared error of the probabilities; 0 is best.",
  },
  ece: {
    name: "Calibration error (ECE)",
    share: true,
    meaning: "How far confidence is from accuracy; 0 is best.",
  },
});

/** The metrics beside the accuracy, where they are defined. */
export const metricsOf = (result: EvaluateResult): readonly ReportMetric[] =>
  Object.entries(meanings(result.classes.length)).flatMap(([figure, words]) => {
    const name = figure as MetricName;
    const value = result[name];
    const interval = result.intervals[name];
    return value === null ? [] : [{ ...words, value, ...(interval && { interval }) }];
  });

/** The baselines, on the validation set. */
export const baselineRows = ({ baselines: { colour, majority } }: TrainResult): readonly ReportBaseline[] => [
  { name: "colour baseline", accuracy: colour.accuracy, interval: colour.interval },
  { name: `always “${majority.label}”`, accuracy: majority.accuracy },
];

/** How far its confidence may be trusted, in words, with the curve. */
export function calibrationSummary(result: TrainResult): NonNullable<RunReport["calibration"]> {
  const { test, calibration } = result;
  const statement = calibrationStatement(test ?? result, calibration, test ? "test" : "validation");
  return { bins: (test ?? result).reliability, sentence: written(statement).text };
}
