import type { RunPageStatement } from "../../../src/messages/index.ts";
import type { Sentences } from "./types.ts";

const run = { architecture: "plain4", classes: 4, images: 768, dataset: "cells", epochs: 5 } as const;

export const ofRunPage: Sentences<RunPageStatement> = {
  "run-summary": [
    [{ ...run, end: "done" }, "plain4, trained to classify 4 classes on 768 images of “cells” for 5 epochs."],
    [
      { ...run, epochs: 1, end: "stopped early" },
      "plain4, trained to classify 4 classes on 768 images of “cells” for 1 epoch. It stopped early, as validation no longer improved.",
    ],
    [
      { ...run, epochs: 0, end: "interrupted" },
      "plain4, trained to classify 4 classes on 768 images of “cells” for less than an epoch. Training was interrupted.",
    ],
    [
      { ...run, end: "diverged" },
      "plain4, trained to classify 4 classes on 768 images of “cells” for 5 epochs. Training diverged; the last finite weights were saved.",
    ],
  ],
  "evaluation-summary": [
    [
      { model: "run/model.safetensors", images: 1, classes: 4 },
      "run/model.safetensors, a model of 4 classes, evaluated on 1 image.",
    ],
  ],
  "measured-on": [
    [{ set: "validation" }, "The model was not trained on these images."],
    [{ set: "test" }, "These images were used neither for training nor for choosing the model."],
  ],
  "baselines-on": [[{ set: "validation" }, "The baselines are compared on the validation set."]],
  "metric-meaning": [
    [
      { metric: "balancedAccuracy", classes: 4 },
      "Mean recall over the classes: each class counts the same, however many images it has.",
    ],
    [
      { metric: "macroF1", classes: 4 },
      "Harmonic mean of precision and recall, averaged over the classes; 1 is best.",
    ],
    [
      { metric: "kappa", classes: 4 },
      "Agreement with the labels beyond chance: 0 is chance level, 1 is best.",
    ],
    [
      { metric: "rocAuc", classes: 4 },
      "How often an image of a class scores higher than one of another, averaged over the classes: 0.5 is chance level, 1 is best.",
    ],
    [
      { metric: "averagePrecision", classes: 4 },
      "Precision over all thresholds, averaged over the classes; 1 is best.",
    ],
    // ln(4) = 1.3863
    [
      { metric: "loss", classes: 4 },
      "Cross-entropy: penalises confident errors; 0 is best, and equal probabilities for all 4 classes give 1.386.",
    ],
    [{ metric: "brier", classes: 4 }, "Mean squared error of the probabilities; 0 is best."],
    [{ metric: "ece", classes: 4 }, "How far confidence is from accuracy; 0 is best."],
  ],
  "labels-to-review": [
    [
      { path: "runs/x-1/labels-to-review.csv", images: 12 },
      "Labels to review: runs/x-1/labels-to-review.csv (12 images look like another class than their label, the most doubtful first).",
    ],
    [
      { path: "runs/x-1/labels-to-review.csv", images: 1 },
      "Labels to review: runs/x-1/labels-to-review.csv (1 image looks like another class than its label).",
    ],
  ],
};
