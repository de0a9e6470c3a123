import { portableLog } from "../base/index.ts";
import type { FigureName } from "../evaluate/index.ts";
import type { ReportEstimate } from "../report/index.ts";
import type { EvaluateResult } from "./results.ts";

interface Meaning {
  readonly name: string;
  readonly share: boolean;
  readonly meaning: string;
}

/** The figures beside the accuracy, in the order of the page, and what each is worth knowing for. */
const meanings = (classes: number): Readonly<Partial<Record<FigureName, Meaning>>> => ({
  balancedAccuracy: {
    name: "Balanced accuracy",
    share: true,
    meaning: "Every class counts the same, however many pictures it has.",
  },
  macroF1: {
    name: "Macro F1",
    share: false,
    meaning: "Precision and recall in one, averaged over the classes; 1 is best.",
  },
  kappa: {
    name: "Cohen's kappa",
    share: false,
    meaning: "Agreement with the labels beyond chance: 0 is guessing, 1 is best.",
  },
  rocAuc: {
    name: "ROC area",
    share: false,
    meaning: "How often a picture of a class ranks before one of another: 0.5 is guessing, 1 is best.",
  },
  averagePrecision: {
    name: "Average precision",
    share: false,
    meaning: "Precision over all thresholds, averaged over the classes; 1 is best.",
  },
  loss: {
    name: "Log loss",
    share: false,
    meaning: `What wrong certainty costs: 0 is best, and the same probability for all ${classes} classes costs ${portableLog(classes).toFixed(3)}.`,
  },
  brier: {
    name: "Brier score",
    share: false,
    meaning: "Squared distance of its probabilities from the truth; 0 is best.",
  },
  ece: {
    name: "Calibration error",
    share: true,
    meaning: "How far its certainty is from how often it is right; 0 is best.",
  },
});

/** The figures beside the accuracy, where they are defined. */
export const estimatesOf = (result: EvaluateResult): readonly ReportEstimate[] =>
  Object.entries(meanings(result.classes.length)).flatMap(([figure, words]) => {
    const name = figure as FigureName;
    const value = result[name];
    const interval = result.intervals[name];
    return value === null ? [] : [{ ...words, value, ...(interval && { interval }) }];
  });
