import { countText, lossText, plural, portableLog } from "../../base/index.ts";
import type { MetricName } from "../../evaluate/index.ts";
import type { EndReason } from "../../train/index.ts";
import type { MeasuredSet } from "../results.ts";
import type { Catalogue } from "../types.ts";

/** A metric that stands beside the accuracy. */
export type PageMetric = Exclude<MetricName, "accuracy">;

/** What the page of a run says beside what every view says. */
export type RunPageStatement =
  | {
      readonly code: "run-summary";
      readonly data: {
        readonly architecture: string;
        readonly classes: number;
        /** In the training set. */
        readonly images: number;
        /** Name of the data. */
        readonly dataset: string;
        /** Whole ones. */
        readonly epochs: number;
        readonly end: EndReason;
      };
    }
  | {
      readonly code: "evaluation-summary";
      readonly data: {
        /** Path of the model file. */
        readonly model: string;
        readonly images: number;
        readonly classes: number;
      };
    }
  | {
      /** What the images of the accuracy were used for. */
      readonly code: "measured-on";
      readonly data: { readonly set: Exclude<MeasuredSet, "data" | "folds"> };
    }
  | {
      /** What the baselines were measured on, where the accuracy is of another set. */
      readonly code: "baselines-on";
      readonly data: { readonly set: "validation" };
    }
  | {
      /** The list that a cross-validation writes beside its metrics. */
      readonly code: "labels-to-review";
      readonly data: {
        /** Of the list. */
        readonly path: string;
        /** In the list: images that look like another class than their label. */
        readonly images: number;
      };
    }
  | {
      /** What a metric is, for somebody who has never heard of it. */
      readonly code: "metric-meaning";
      readonly data: { readonly metric: PageMetric; readonly classes: number };
    };

/** How a training ended, where that is worth a word. */
const endings: Readonly<Record<EndReason, string>> = {
  done: "",
  "stopped early": " It stopped early, as validation no longer improved.",
  interrupted: " Training was interrupted.",
  diverged: " Training diverged; the last finite weights were saved.",
};

/** Name of a metric. */
export const metricNames: Readonly<Record<PageMetric, string>> = {
  balancedAccuracy: "Balanced accuracy",
  macroF1: "Macro F1",
  kappa: "Cohen's kappa",
  rocAuc: "ROC AUC",
  averagePrecision: "Average precision",
  loss: "Log loss",
  brier: "Brier score",
  ece: "Calibration error (ECE)",
};

const meanings: Readonly<Record<Exclude<PageMetric, "loss">, string>> = {
  balancedAccuracy: "Mean recall over the classes: each class counts the same, however many images it has.",
  macroF1: "Harmonic mean of precision and recall, averaged over the classes; 1 is best.",
  kappa: "Agreement with the labels beyond chance: 0 is chance level, 1 is best.",
  rocAuc:
    "How often an image of a class scores higher than one of another, averaged over the classes: 0.5 is chance level, 1 is best.",
  averagePrecision: "Precision over all thresholds, averaged over the classes; 1 is best.",
  brier: "Mean squared error of the probabilities; 0 is best.",
  ece: "How far confidence is from accuracy; 0 is best.",
};

export const runPageMessages: Catalogue<RunPageStatement> = {
  "run-summary": ({ architecture, classes, images, dataset, epochs, end }) => ({
    text:
      `${architecture}, trained to classify ${plural(classes, "class", "classes")} on ${plural(images, "image")} of “${dataset}” ` +
      `for ${epochs === 0 ? "less than an epoch" : plural(epochs, "epoch")}.${endings[end]}`,
  }),
  "evaluation-summary": ({ model, images, classes }) => ({
    text: `${model}, a model of ${plural(classes, "class", "classes")}, evaluated on ${plural(images, "image")}.`,
  }),
  "measured-on": ({ set }) => ({
    text:
      set === "test"
        ? "These images were used neither for training nor for choosing the model."
        : "The model was not trained on these images.",
  }),
  "baselines-on": ({ set }) => ({ text: `The baselines are compared on the ${set} set.` }),
  "labels-to-review": ({ path, images }) => ({
    text:
      images === 1
        ? `Labels to review: ${path} (1 image looks like another class than its label).`
        : `Labels to review: ${path} (${plural(images, "image")} look like another class than their label, the most doubtful first).`,
  }),
  "metric-meaning": ({ metric, classes }) => ({
    text:
      metric === "loss"
        ? `Cross-entropy: penalises confident errors; 0 is best, and equal probabilities for all ${countText(classes)} classes give ${lossText(portableLog(classes))}.`
        : meanings[metric],
  }),
};
