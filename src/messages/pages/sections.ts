import { countText, plural, wholePercent } from "../../base/index.ts";
import { type GroupSource, groupWord } from "../../data/index.ts";
import type { MeasuredSet } from "../results.ts";
import type { Catalogue } from "../types.ts";

/** A part of a result whose explanation needs no number. */
export type ExplainedPart =
  | "advice"
  | "validation-set"
  | "calibration"
  | "ranking"
  | "most-confident-errors"
  | "least-confident"
  | "grad-cam"
  | "network-view"
  | "layers"
  | "class-sizes"
  | "image-sizes"
  | "errors"
  | "warnings"
  | "notes";

/** The images that metrics are of. */
interface MeasuredImages {
  readonly set: MeasuredSet;
  readonly images: number;
}

/** How to read the parts of a result. */
export type SectionStatement =
  | { readonly code: "part-explained"; readonly data: { readonly part: ExplainedPart } }
  | { readonly code: "metrics-of"; readonly data: MeasuredImages }
  | {
      /** How to read the matrix; what its images are, where the page does not say so elsewhere. */
      readonly code: "confusion-matrix";
      readonly data: { readonly of?: MeasuredImages };
    }
  | { readonly code: "no-confusions"; readonly data: object }
  | {
      readonly code: "class-metrics";
      readonly data: {
        /** Which columns the table has beside precision, recall and F1. */
        readonly rocAuc: boolean;
        readonly specificity?: boolean;
        /** Where it does not show every class: how many of how many. */
        readonly lowest?: { readonly shown: number; readonly classes: number };
      };
    }
  | {
      /** Which wrong predictions are shown. */
      readonly code: "confident-errors";
      readonly data: {
        /** Wrong predictions. */
        readonly errors: number;
        /** Predictions. */
        readonly images: number;
        /** A confidence of so much and more is high, in [0, 1]. */
        readonly threshold: number;
        /** Errors of high confidence. */
        readonly confident: number;
        /** Errors that are not on the page. */
        readonly missing: number;
        /** File that holds every prediction. */
        readonly file: string;
      };
    }
  | {
      readonly code: "training-curves";
      readonly data: {
        /** Whole ones. */
        readonly epochs: number;
        /** The curves are those of the final model after a cross-validation. */
        readonly folds: boolean;
        readonly ensemble?: boolean;
      };
    }
  | {
      /** Whether the command gives the same model again. */
      readonly code: "reproducible";
      readonly data: { readonly complete: boolean };
    }
  | {
      readonly code: "skipped-files";
      readonly data: {
        readonly files: number;
        readonly by: "training" | "audit" | "evaluation" | "explanation";
        /** The most frequent first. */
        readonly reasons: readonly { readonly reason: string; readonly files: number }[];
      };
    }
  | {
      /** What an audit has read. */
      readonly code: "audited";
      readonly data: {
        readonly images: number;
        readonly classes: number;
        readonly groups: number;
        readonly source: GroupSource;
      };
    }
  | { readonly code: "dependent-images"; readonly data: { readonly source: GroupSource } };

const parts: Readonly<Record<ExplainedPart, string>> = {
  advice: "What stood out in this training, and what usually helps.",
  "validation-set":
    "Metrics are only as good as the validation set: large, with every class, and independent of the training set.",
  calibration:
    "Can the confidence be trusted? Of the images with 80% confidence, 80% should be correct: then the dots lie on the diagonal. " +
    "Above it the model is underconfident, below it overconfident. A larger dot stands for more images, a vertical line for the 95% confidence interval.",
  ranking:
    "Each curve comes from moving the decision threshold of one class. The number is the area under the curve (AUC): " +
    "1 is best; guessing gives a ROC AUC of 0.5.",
  "most-confident-errors": "Look here first: mislabelled images show up here too.",
  "least-confident": "The images with the lowest confidence, correct or not.",
  "grad-cam":
    "Beside each image, warm colours mark the regions that raised the score of the predicted class (Grad-CAM).",
  "network-view": "First the part of each image that the network sees, then its maps.",
  layers: "Each layer takes the output of the one before; shapes are for one image.",
  "class-sizes": "Classes of similar size give the most reliable metrics.",
  "image-sizes": "Width by height, in pixels. Training resizes every image to one size.",
  errors: "These make the labels or the metrics wrong.",
  warnings: "Training works, but these weaken the model or its metrics.",
  notes: "Nothing to do unless one surprises you.",
};

const maxReasons = 3;

/** "3 × not an image: .txt; 2 × a text file; 4 for other reasons" */
function reasonsText(reasons: readonly { readonly reason: string; readonly files: number }[]): string {
  const others = reasons.slice(maxReasons).reduce((sum, { files }) => sum + files, 0);
  return [
    ...reasons.slice(0, maxReasons).map(({ reason, files }) => `${countText(files)} × ${reason}`),
    ...(others > 0 ? [`${countText(others)} for other reasons`] : []),
  ].join("; ");
}

/** "192 validation images" */
function imagesText({ set, images }: MeasuredImages): string {
  if (set === "data") return plural(images, "image");
  return set === "folds"
    ? `${plural(images, "image")}, each predicted out of fold`
    : plural(images, `${set} image`);
}

export const sectionMessages: Catalogue<SectionStatement> = {
  "part-explained": ({ part }) => ({ text: parts[part] }),
  "metrics-of": (of) => ({ text: `From ${imagesText(of)}, with 95% confidence intervals.` }),
  "confusion-matrix": ({ of }) => ({
    text:
      "Rows: true class; columns: predicted class" +
      (of ? `; percentages are of the row. From ${imagesText(of)}.` : "."),
  }),
  "no-confusions": () => ({ text: "No confusions: every prediction is correct." }),
  "confident-errors": ({ errors, images, threshold, confident, missing, file }) => ({
    text:
      `${countText(errors)} of ${plural(images, "prediction")} ${errors === 1 ? "is" : "are"} wrong, ` +
      `${confident === 0 ? "none" : countText(confident)} with a confidence of ${wholePercent(threshold)} or more. ` +
      (missing > 0
        ? `${plural(missing, "error")} ${missing === 1 ? "is" : "are"} not shown here; ${file} has all predictions.`
        : `${file} has all predictions.`),
  }),
  "class-metrics": ({ rocAuc, specificity = false, lowest }) => ({
    text:
      (specificity
        ? "Precision: share of predictions that are correct. Recall (sensitivity): share of the class that is found. " +
          "Specificity: share of the other classes that is not predicted as it. F1: harmonic mean of precision and recall."
        : "Precision: share of predictions that are correct. Recall: share of the class that is found. F1: their harmonic mean.") +
      (rocAuc ? " ROC AUC: how often an image of the class scores higher than one of another class." : "") +
      (lowest
        ? ` Shown are the ${countText(lowest.shown)} classes of ${countText(lowest.classes)} with the lowest F1.`
        : ""),
  }),
  "training-curves": ({ epochs, folds, ensemble }) => {
    if (epochs === 0)
      return { text: "Training stopped before the end of the first epoch, so there is nothing to draw." };
    const parting = ensemble
      ? "This is the net of the last fold, one of those that the model averages; the others are in folds/."
      : folds
        ? "This is the final model, trained on the images of all folds."
        : "Where the two lines part, the model begins to overfit.";
    return { text: `An epoch is one pass over the training set. ${parting}` };
  },
  reproducible: ({ complete }) => ({
    text: complete
      ? "The same command on the same data gives the same model, bit for bit, whatever the number of threads."
      : "Training was interrupted, so this model cannot be reproduced; the same command trains one to its end.",
  }),
  "skipped-files": ({ files, by, reasons }) => ({
    text:
      (by === "audit"
        ? `${plural(files, "file")} ${files === 1 ? "is no labelled image" : "are no labelled images"} or cannot be read`
        : `${plural(files, "file")} could not be used for ${by}`) + `: ${reasonsText(reasons)}.`,
  }),
  audited: ({ images, classes, groups, source }) => ({
    text:
      `${plural(images, "image")} of ${plural(classes, "class", "classes")}` +
      `${source === "none" ? "" : `, from ${plural(groups, groupWord(source))}`}. Every image was read; nothing was changed.`,
  }),
  "dependent-images": ({ source }) => ({
    text:
      `Images of one ${groupWord(source)} are not independent: if a split separates them, the accuracy is optimistic (leakage). ` +
      `Training keeps each ${groupWord(source)} in one set.`,
  }),
};
