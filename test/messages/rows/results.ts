import type { ResultStatement, CalibrationStatement } from "../../../src/messages/index.ts";
import type { Sentences } from "./types.ts";

export const ofResults: Sentences<ResultStatement | CalibrationStatement> = {
  accuracy: [
    [
      {
        set: "validation",
        accuracy: 0.917,
        interval: [0.74, 0.98],
        count: 192,
        groups: 24,
        source: "content",
      },
      "Validation accuracy: 91.7% (95% CI 74-98%; 192 images, 24 groups).",
    ],
    [
      { set: "test", accuracy: 41 / 80, interval: [0.4, 0.62], count: 80, groups: 80, source: "none" },
      "Test accuracy: 51.3% (95% CI 40-62%; 80 images).",
    ],
    [
      { set: "folds", accuracy: 1, interval: [0.99, 1], count: 1, groups: 1, source: "column" },
      "Cross-validated accuracy: 100.0% (95% CI 99.0-100.0%; 1 image, 1 group).",
    ],
  ],
  "unreliable-interval": [
    [{ groups: 6, source: "content" }, "Only 6 groups: the confidence interval is itself unreliable."],
  ],
  "uneven-classes": [
    [
      { balancedAccuracy: 0.6, interval: [0.5, 0.7] },
      "Uneven classes: balanced accuracy (mean recall) is 60.0% (95% CI 50-70%).",
    ],
  ],
  "split-basis": [
    [
      { split: "grouped", source: "content", leakShare: 0, folds: false, scenes: true },
      "No group appears in both training and validation. Source images of one scene count as one group.",
    ],
    [
      { split: "grouped", source: "none", leakShare: 0, folds: false, scenes: false },
      "No groups are known: the images were split individually; if several show the same object, the accuracy is optimistic.",
    ],
    [
      { split: "random", source: "none", leakShare: 0, folds: false, scenes: false },
      "Random split: the images were split individually; if several show the same object, the accuracy is optimistic.",
    ],
    [
      { split: "random", source: "content", leakShare: 0.9, folds: false, scenes: false },
      "Random split: images were assigned individually, not by group.",
    ],
    [
      { split: "random", source: "content", leakShare: 0, folds: false, scenes: false },
      "Random split: images were assigned individually, and no group happens to be in both sets.",
    ],
    [
      { split: "file", source: "file", leakShare: 0, folds: false, scenes: false },
      "The split comes from your file; no group appears in both training and validation.",
    ],
    [
      { split: "file", source: "none", leakShare: 0, folds: false, scenes: false },
      "The split comes from your file.",
    ],
    [
      { split: "folders", source: "column", leakShare: 0.2, folds: false, scenes: false },
      "The split follows the data set's own parts.",
    ],
    [
      { split: "folders", source: "column", leakShare: 0, folds: false, scenes: false },
      "The split follows the data set's own parts; no group is in the training set and in another.",
    ],
    [
      { split: "pooled", source: "content", leakShare: 0, folds: false, scenes: false },
      "No group appears in both training and validation.",
    ],
    [
      { split: "grouped", source: "column", leakShare: 0, folds: true, scenes: false },
      "No group is in two folds.",
    ],
  ],
  folds: [
    [
      { count: 3, accuracies: [0.7, 0.8, 0.9], mean: 0.8, deviation: 0.1 },
      "Each image was predicted by the one of 3 models that was not trained on its fold. Accuracy by fold: 70.0%, 80.0%, 90.0%; mean 80.0%, standard deviation 10.0 points. The final model was trained on the images of all folds, so the cross-validated accuracy is the estimate for it.",
    ],
    [
      { count: 2, accuracies: [0.7, 0.9], mean: 0.8, deviation: 0.1, ensemble: true, tested: false },
      "Each image was predicted by the one of 2 models that was not trained on its fold. Accuracy by fold: 70.0%, 90.0%; mean 80.0%, standard deviation 10.0 points. The model file holds all 2 and averages their probabilities. The cross-validated accuracy and calibration error are those of one net; the ensemble has no figures of its own, for each of these images was in the training set of all nets but one. An average of calibrated nets tends to be a little underconfident. To measure it, evaluate it on new images.",
    ],
    [
      { count: 2, accuracies: [0.7, 0.9], mean: 0.8, deviation: 0.1, ensemble: true, tested: true },
      "Each image was predicted by the one of 2 models that was not trained on its fold. Accuracy by fold: 70.0%, 90.0%; mean 80.0%, standard deviation 10.0 points. The model file holds all 2 and averages their probabilities. Cross-validated figures are those of one net, test figures those of the ensemble.",
    ],
  ],
  baselines: [
    [
      {
        accuracy: 0.917,
        majority: { label: "cat", accuracy: 0.25 },
        colour: { accuracy: 0.63, interval: [0.49, 0.75] },
      },
      "Baselines: majority class (cat) 25.0%; colour histogram + random forest 63.0% (95% CI 49-75%). This model: 91.7%.",
    ],
  ],
  calibration: [
    [{ ece: 0.052 }, "Calibration error (ECE, how far confidence is from accuracy): 5.2 points."],
  ],
  "calibration-scaled": [
    [
      { temperature: 1.624, before: 0.081, after: 0.023, measuredOn: "cross-fitted" },
      "Calibration error (ECE, how far confidence is from accuracy): 2.3 points after temperature scaling (T = 1.62, cross-fitted over groups), 8.1 points before.",
    ],
    [
      { temperature: 0.8, before: 0.06, after: 0.065, measuredOn: "test" },
      "Calibration error (ECE, how far confidence is from accuracy): 6.5 points after temperature scaling (T = 0.80), 6.0 points before.",
    ],
  ],
  "calibration-unscaled": [
    [
      { ece: 0.041, fitted: 1.3 },
      "Calibration error (ECE, how far confidence is from accuracy): 4.1 points. Temperature scaling (T = 1.30) did not help on held-out images and is not used.",
    ],
  ],
};
