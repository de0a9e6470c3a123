import type { Statement } from "../../src/messages/index.ts";

type Row = readonly [statement: Statement, text: string, suggestion?: string];

/** Every statement once or more, with the exact words that it is given. */
export const sentences: readonly Row[] = [
  [
    { code: "leakage", data: { leakShare: 0.975, source: "content" } },
    "97.5% of the validation images share a group with training images (leakage), so the accuracy is optimistic.",
    "Use --split grouped: it keeps each group in one set.",
  ],
  [
    {
      code: "validation-size",
      data: { requestedFraction: 0.2, validationFraction: 0.317, source: "pattern" },
    },
    "The validation set has 31.7% of the images instead of 20.0%: whole groups allow no closer fraction.",
  ],
  [
    { code: "mixed-groups", data: { groups: 1, source: "content" } },
    "1 group has images of several classes: one of the labels may be wrong.",
  ],
  [
    { code: "mixed-groups", data: { groups: 3, source: "column" } },
    "3 groups have images of several classes: right for patients, wrong where names begin anew in each class.",
  ],
  [
    {
      code: "few-validation-groups",
      data: { minGroups: 5, classes: [{ name: "MONOCYTE", groups: 4 }], source: "content" },
    },
    "Only 4 validation groups for MONOCYTE: its metrics are unreliable.",
  ],
  [
    {
      code: "few-validation-groups",
      data: {
        minGroups: 5,
        classes: ["a", "b", "c", "d", "e"].map((name, groups) => ({ name, groups })),
        source: "file",
      },
    },
    "Too few validation groups (fewer than 5) for reliable metrics: a (0), b (1), c (2), d (3) and 1 more class.",
  ],
  [
    {
      code: "accuracy",
      data: {
        set: "validation",
        accuracy: 0.917,
        interval: [0.74, 0.98],
        count: 192,
        groups: 24,
        source: "content",
      },
    },
    "Validation accuracy: 91.7% (95% CI 74-98%; 192 images, 24 groups).",
  ],
  [
    {
      code: "accuracy",
      data: { set: "test", accuracy: 41 / 80, interval: [0.4, 0.62], count: 80, groups: 80, source: "none" },
    },
    "Test accuracy: 51.3% (95% CI 40-62%; 80 images).",
  ],
  [
    {
      code: "accuracy",
      data: { set: "folds", accuracy: 1, interval: [0.99, 1], count: 1, groups: 1, source: "column" },
    },
    "Cross-validated accuracy: 100.0% (95% CI 99.0-100.0%; 1 image, 1 group).",
  ],
  [
    { code: "unreliable-interval", data: { groups: 6, source: "content" } },
    "Only 6 groups: the confidence interval is itself unreliable.",
  ],
  [
    { code: "uneven-classes", data: { balancedAccuracy: 0.6, interval: [0.5, 0.7] } },
    "Uneven classes: balanced accuracy (mean recall) is 60.0% (95% CI 50-70%).",
  ],
  [
    {
      code: "split-basis",
      data: { split: "grouped", source: "content", leakShare: 0, folds: false, scenes: true },
    },
    "No group appears in both training and validation. Source images of one scene count as one group.",
  ],
  [
    {
      code: "split-basis",
      data: { split: "grouped", source: "none", leakShare: 0, folds: false, scenes: false },
    },
    "No groups are known: the images were split individually; if several show the same object, the accuracy is optimistic.",
  ],
  [
    {
      code: "split-basis",
      data: { split: "random", source: "none", leakShare: 0, folds: false, scenes: false },
    },
    "Random split: the images were split individually; if several show the same object, the accuracy is optimistic.",
  ],
  [
    {
      code: "split-basis",
      data: { split: "random", source: "content", leakShare: 0.9, folds: false, scenes: false },
    },
    "Random split: images were assigned individually, not by group.",
  ],
  [
    {
      code: "split-basis",
      data: { split: "random", source: "content", leakShare: 0, folds: false, scenes: false },
    },
    "Random split: images were assigned individually, and no group happens to be in both sets.",
  ],
  [
    {
      code: "split-basis",
      data: { split: "file", source: "file", leakShare: 0, folds: false, scenes: false },
    },
    "The split comes from your file; no group appears in both training and validation.",
  ],
  [
    {
      code: "split-basis",
      data: { split: "file", source: "none", leakShare: 0, folds: false, scenes: false },
    },
    "The split comes from your file.",
  ],
  [
    {
      code: "split-basis",
      data: { split: "folders", source: "column", leakShare: 0.2, folds: false, scenes: false },
    },
    "The split follows your own folders; sets that they do not name were drawn.",
  ],
  [
    {
      code: "split-basis",
      data: { split: "grouped", source: "column", leakShare: 0, folds: true, scenes: false },
    },
    "No group is in two folds.",
  ],
  [
    { code: "folds", data: { count: 3, accuracies: [0.7, 0.8, 0.9], mean: 0.8, deviation: 0.1 } },
    "Each image was predicted by the one of 3 models that was not trained on its fold. Accuracy by fold: 70.0%, 80.0%, 90.0%; " +
      "mean 80.0%, standard deviation 10.0 points. The final model was trained on all images, so the cross-validated accuracy is the estimate for it.",
  ],
  [
    {
      code: "baselines",
      data: {
        accuracy: 0.917,
        majority: { label: "cat", accuracy: 0.25 },
        colour: { accuracy: 0.63, interval: [0.49, 0.75] },
      },
    },
    "Baselines: majority class (cat) 25.0%; colour histogram + random forest 63.0% (95% CI 49-75%). This model: 91.7%.",
  ],
];
