import type { SectionStatement } from "../../../src/messages/index.ts";
import type { Sentences } from "./types.ts";

export const ofSections: Sentences<SectionStatement> = {
  "part-explained": [
    [{ part: "advice" }, "What stood out in this training, and what usually helps."],
    [
      { part: "validation-set" },
      "Metrics are only as good as the validation set: large, with every class, and independent of the training set.",
    ],
    [
      { part: "calibration" },
      "Can the confidence be trusted? Of the images with 80% confidence, 80% should be correct: then the dots lie on the diagonal. Above it the model is underconfident, below it overconfident. A larger dot stands for more images, a vertical line for the 95% confidence interval.",
    ],
    [
      { part: "ranking" },
      "Each curve comes from moving the decision threshold of one class. The number is the area under the curve (AUC): 1 is best; guessing gives a ROC AUC of 0.5.",
    ],
    [{ part: "most-confident-errors" }, "Look here first: mislabelled images show up here too."],
    [{ part: "least-confident" }, "The images with the lowest confidence, correct or not."],
    [
      { part: "grad-cam" },
      "Beside each image, warm colours mark the regions that raised the score of the predicted class (Grad-CAM).",
    ],
    [{ part: "layers" }, "Each layer takes the output of the one before; shapes are for one image."],
    [{ part: "class-sizes" }, "Classes of similar size give the most reliable metrics."],
    [{ part: "image-sizes" }, "Width by height, in pixels. Training resizes every image to one size."],
    [{ part: "errors" }, "These make the labels or the metrics wrong."],
    [{ part: "warnings" }, "Training works, but these weaken the model or its metrics."],
    [{ part: "notes" }, "Nothing to do unless one surprises you."],
  ],
  "metrics-of": [
    [{ set: "validation", images: 192 }, "From 192 validation images, with 95% confidence intervals."],
    [{ set: "test", images: 1 }, "From 1 test image, with 95% confidence intervals."],
    [{ set: "data", images: 192 }, "From 192 images, with 95% confidence intervals."],
    [
      { set: "folds", images: 960 },
      "From 960 images, each predicted out of fold, with 95% confidence intervals.",
    ],
  ],
  "confusion-matrix": [
    [{}, "Rows: true class; columns: predicted class."],
    [
      { of: { set: "test", images: 192 } },
      "Rows: true class; columns: predicted class; percentages are of the row. From 192 test images.",
    ],
  ],
  "no-confusions": [[{}, "No confusions: every prediction is correct."]],
  "class-metrics": [
    [
      { rocAuc: false, lowest: { shown: 20, classes: 1000 } },
      "Precision: share of predictions that are correct. Recall: share of the class that is found. F1: their harmonic mean. Shown are the 20 classes of 1,000 with the lowest F1.",
    ],
    [
      { rocAuc: false },
      "Precision: share of predictions that are correct. Recall: share of the class that is found. F1: their harmonic mean.",
    ],
    [
      { rocAuc: true },
      "Precision: share of predictions that are correct. Recall: share of the class that is found. F1: their harmonic mean. ROC AUC: how often an image of the class scores higher than one of another class.",
    ],
    [
      { rocAuc: false, specificity: true },
      "Precision: share of predictions that are correct. Recall (sensitivity): share of the class that is found. Specificity: share of the other classes that is not predicted as it. F1: harmonic mean of precision and recall.",
    ],
  ],
  "confident-errors": [
    [
      { errors: 63, images: 120, threshold: 0.8, confident: 30, missing: 38, file: "predictions.csv" },
      "63 of 120 predictions are wrong, 30 with a confidence of 80% or more. 38 errors are not shown here; predictions.csv has all predictions.",
    ],
    [
      { errors: 1, images: 1200, threshold: 0.8, confident: 0, missing: 0, file: "predictions.csv" },
      "1 of 1,200 predictions is wrong, none with a confidence of 80% or more. predictions.csv has all predictions.",
    ],
    [
      { errors: 26, images: 120, threshold: 0.8, confident: 26, missing: 1, file: "predictions.csv" },
      "26 of 120 predictions are wrong, 26 with a confidence of 80% or more. 1 error is not shown here; predictions.csv has all predictions.",
    ],
  ],
  "training-curves": [
    [
      { epochs: 5, folds: false },
      "An epoch is one pass over the training set. Where the two lines part, the model begins to overfit.",
    ],
    [
      { epochs: 5, folds: true },
      "An epoch is one pass over the training set. This is the final model, trained on the images of all folds.",
    ],
    [
      { epochs: 5, folds: true, ensemble: true },
      "An epoch is one pass over the training set. This is the net of the last fold, one of those that the model averages; the others are in folds/.",
    ],
    [
      { epochs: 0, folds: false },
      "Training stopped before the end of the first epoch, so there is nothing to draw.",
    ],
  ],
  reproducible: [
    [
      { complete: true },
      "The same command on the same data gives the same model, bit for bit, whatever the number of threads.",
    ],
    [
      { complete: false },
      "Training was interrupted, so this model cannot be reproduced; the same command trains one to its end.",
    ],
  ],
  "skipped-files": [
    [
      {
        files: 3,
        by: "training",
        reasons: [
          { reason: "not an image: .txt", files: 2 },
          { reason: "empty", files: 1 },
        ],
      },
      "3 files could not be used for training: 2 × not an image: .txt; 1 × empty.",
    ],
    [
      { files: 1, by: "evaluation", reasons: [{ reason: "empty", files: 1 }] },
      "1 file could not be used for evaluation: 1 × empty.",
    ],
    [
      { files: 2, by: "explanation", reasons: [{ reason: "empty", files: 2 }] },
      "2 files could not be used for explanation: 2 × empty.",
    ],
    [
      { files: 1, by: "audit", reasons: [{ reason: "empty", files: 1 }] },
      "1 file is no labelled image or cannot be read: 1 × empty.",
    ],
    [
      {
        files: 1006,
        by: "audit",
        reasons: ["a", "b", "c", "d"].map((reason, i) => ({ reason, files: i === 0 ? 1000 : 4 - i })),
      },
      "1,006 files are no labelled images or cannot be read: 1,000 × a; 3 × b; 2 × c; 1 for other reasons.",
    ],
  ],
  audited: [
    [
      { images: 1300, classes: 4, groups: 400, source: "content" },
      "1,300 images of 4 classes, from 400 groups. Every image was read; nothing was changed.",
    ],
    [
      { images: 1, classes: 1, groups: 1, source: "none" },
      "1 image of 1 class. Every image was read; nothing was changed.",
    ],
  ],
  "dependent-images": [
    [
      { source: "column" },
      "Images of one group are not independent: if a split separates them, the accuracy is optimistic (leakage). Training keeps each group in one set.",
    ],
  ],
};
