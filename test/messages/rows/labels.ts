import type { DataUnchanged, LabelsPredicted, LabelsStatement } from "../../../src/messages/labels.ts";
import type { TrainingOverlap } from "../../../src/messages/overlap.ts";
import type { Sentences } from "./types.ts";

export const ofLabels: Sentences<LabelsStatement | LabelsPredicted | DataUnchanged | TrainingOverlap> = {
  "data-unchanged": [
    [{ by: "labels" }, "Nothing was changed: look at each image before you move it."],
    [{ by: "audit" }, "Nothing in your data was changed; groups.csv has the groups."],
  ],
  "labels-predicted": [
    [
      { images: 60, folds: 5, accuracy: 0.917 },
      "60 images, each predicted by one of 5 models that were not trained on it: cross-validated accuracy 91.7%.",
    ],
  ],
  "labels-not-reviewable": [
    [
      { accuracy: 41 / 80, majority: { label: "cat", accuracy: 0.5 }, p: 0.456, trials: 80, source: "none" },
      "The labels cannot be reviewed: accuracy 51.3% is not significantly better than the majority class cat (50.0%; p = 0.46, exact test over 80 images), so a prediction says nothing about a label. No label is marked as suspect.",
      "Find settings that do better with fovea train and its advice, then review with them.",
    ],
  ],
  "suspect-labels": [
    [
      { suspects: 1, expectedWrong: 2.6 },
      "1 label looks wrong; about 3 of all may be, or be of images that the models cannot classify.",
    ],
  ],
  "no-suspect-labels": [
    [{ images: 60 }, "None of the 60 labels looks wrong."],
    [{ images: 1 }, "The label looks right."],
  ],
  "training-overlap": [
    [
      { images: 960, training: 768, validation: 192 },
      "768 of 960 images are in the model's training set and 192 in its validation set (files of the same bytes, by split.csv), so the accuracy is optimistic. Near-duplicates of training images were not looked for.",
      "Evaluate on images that the model was not made from.",
    ],
    [
      { images: 40, training: 1, validation: 0 },
      "1 of 40 images is in the model's training set (files of the same bytes, by split.csv), so the accuracy is optimistic. Near-duplicates of training images were not looked for.",
      "Evaluate on images that the model was not made from.",
    ],
    [
      { images: 1, training: 0, validation: 1 },
      "1 of 1 image is in the model's validation set (files of the same bytes, by split.csv), so the accuracy is optimistic. Near-duplicates of training images were not looked for.",
      "Evaluate on images that the model was not made from.",
    ],
  ],
  "no-training-overlap": [
    [
      { images: 240 },
      "None of the 240 images is in the model's training or validation set (files of the same bytes, by split.csv). Near-duplicates of training images were not looked for.",
    ],
    [
      { images: 1 },
      "The one image is not in the model's training or validation set (files of the same bytes, by split.csv). Near-duplicates of training images were not looked for.",
    ],
  ],
  "training-overlap-unknown": [
    [
      { images: 80 },
      "No split.csv is beside the model file, so the 80 images could not be compared with its training set.",
    ],
  ],
};
