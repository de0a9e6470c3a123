import { ofLabels } from "./sentencesOfLabels.ts";
import type { Row } from "./row.ts";

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
  [
    { code: "diverged", action: "change-learning-rate", data: { epoch: 2, step: 12, loss: null } },
    "Epoch 2: the loss became NaN at step 12; training stopped and the last finite weights were kept.",
    "Use a learning rate ten times smaller, and check that the input is normalised.",
  ],
  [
    { code: "diverged", action: "change-learning-rate", data: { epoch: 1, step: 1234, loss: 123456 } },
    "Epoch 1: the loss grew to 1.23e+5 at step 1,234; training stopped and the last finite weights were kept.",
    "Use a learning rate ten times smaller, and check that the input is normalised.",
  ],
  [
    { code: "dead-layer", action: "change-learning-rate", data: { epoch: 2, layer: "conv2d" } },
    "Epoch 2: every output of the layer conv2d is 0 (dead), so no gradient passes through it.",
    "Start again with a smaller learning rate, or use leakyRelu or batch normalisation in that layer.",
  ],
  [
    {
      code: "not-learning",
      action: "change-learning-rate",
      data: {
        epoch: 5,
        keptEpoch: 5,
        set: "validation",
        accuracy: 0.26,
        loss: 1.3871,
        majorityAccuracy: 0.25,
        p: 0.437,
        entropy: Math.log(4),
        classes: 4,
      },
    },
    "Epoch 5 (kept): validation accuracy 26.0% is not significantly better than the majority class (25.0%, p = 0.44), " +
      "and the validation loss 1.387 is not below ln(4) = 1.386: the model is not learning.",
    "Use another learning rate (ten times smaller first), He initialisation and batch normalisation; then check that the labels are correct.",
  ],
  [
    {
      code: "not-learning",
      action: "change-learning-rate",
      data: {
        epoch: 3,
        set: "training",
        accuracy: 0.7,
        loss: 0.945,
        majorityAccuracy: 0.7,
        p: 0.55,
        entropy: 0.9404,
        classes: 4,
      },
    },
    "Epoch 3: training accuracy 70.0% is not significantly better than the majority class (70.0%, p = 0.55), " +
      "and the training loss 0.945 is not below the entropy of the class sizes, 0.940: the model is not learning.",
    "Use another learning rate (ten times smaller first), He initialisation and batch normalisation; then check that the labels are correct.",
  ],
  [
    {
      code: "class-never-predicted",
      action: "add-data",
      data: { epoch: 3, keptEpoch: 3, classes: [{ name: "LYMPHOCYTE", images: 10 }] },
    },
    "Epoch 3 (kept): no validation image is predicted as LYMPHOCYTE, though 10 are labelled so.",
    "Add images of this class, and check that they do not look like those of another class.",
  ],
  [
    {
      code: "class-never-predicted",
      action: "add-data",
      data: {
        epoch: 3,
        classes: [
          { name: "a", images: 1 },
          { name: "b", images: 2 },
          { name: "c", images: 3 },
        ],
      },
    },
    "Epoch 3: no validation image is predicted as a, b or c, though 6 are labelled so.",
    "Add images of these classes, and check that they do not look like those of another class.",
  ],
  [
    {
      code: "overfitting",
      action: "regularize",
      data: { epoch: 9, keptEpoch: 4, trainingAccuracy: 0.99, validationAccuracy: 0.74 },
    },
    "Epoch 9 (epoch 4 is kept): the model is overfitting (training accuracy 99.0%, validation accuracy 74.0%).",
    "Add images, augmentation or dropout, or use a smaller model; more epochs will not help.",
  ],
  [
    {
      code: "generalization-gap",
      action: "train-longer",
      data: { epoch: 2, keptEpoch: 2, trainingAccuracy: 0.8, validationAccuracy: 0.5 },
    },
    "Epoch 2 (kept): the model does not generalise yet (training accuracy 80.0%, validation accuracy 50.0%).",
    "Train longer; if the gap stays, add images, augmentation or dropout, or use a smaller model.",
  ],
  [
    {
      code: "loss-still-falling",
      action: "train-longer",
      data: { epoch: 5, set: "validation", from: 0.9, to: 0.6 },
    },
    "The validation loss was still falling in the last epoch (5): from 0.900 to 0.600.",
    "Train longer: 10 epochs instead of 5.",
  ],
  [
    { code: "input-bound", action: "speed-up-input", data: { epoch: 3, stallFraction: 0.3 } },
    "Epoch 3: input-bound, the engine waited for data 30.0% of the time.",
    "Use less augmentation; where the pixels lie in a temporary file, use smaller images, or give the process more memory.",
  ],
  [
    { code: "advice-withdrawn", data: { advice: "not-learning" } },
    "No longer applies: the advice on not learning.",
  ],
  [
    {
      code: "better-than-baseline",
      data: {
        baseline: "colour",
        accuracy: 0.917,
        baselineAccuracy: 0.63,
        difference: 0.287,
        interval: [0.153, 0.421],
      },
    },
    "The model is significantly better than the colour baseline (91.7% against 63.0%; difference 28.7 points, 95% CI 15.3 to 42.1).",
  ],
  [
    {
      code: "not-distinguishable-from-baseline",
      action: "add-data",
      data: {
        baseline: "majority",
        accuracy: 0.7,
        baselineAccuracy: 0.68,
        difference: 0.02,
        interval: [-0.051, 0.09],
      },
    },
    "The model cannot be distinguished from the majority class (70.0% against 68.0%; difference 2.0 points, 95% CI -5.1 to 9.0).",
    "Add images of each class, try another architecture (--model), and check the labels.",
  ],
  [
    {
      code: "worse-than-baseline",
      action: "add-data",
      data: {
        baseline: "colour",
        accuracy: 0.325,
        baselineAccuracy: 0.619,
        difference: -0.294,
        interval: [-0.38, -0.201],
      },
    },
    "The model is significantly worse than the colour baseline (32.5% against 61.9%; difference -29.4 points, 95% CI -38.0 to -20.1).",
    "Add images of each class, try another architecture (--model), and check the labels.",
  ],
  [
    {
      code: "not-distinguishable-from-baseline",
      action: "add-data",
      data: {
        baseline: "colour",
        accuracy: 0.97,
        baselineAccuracy: 0.96,
        difference: 0.01,
        interval: [-0.02, 0.04],
      },
    },
    "The model cannot be distinguished from the colour baseline (97.0% against 96.0%; difference 1.0 points, 95% CI -2.0 to 4.0).",
    "Check whether light or background give the classes away by accident: new images may not do so.",
  ],
  [
    { code: "calibration", data: { ece: 0.052 } },
    "Calibration error (ECE, how far confidence is from accuracy): 5.2 points.",
  ],
  [
    {
      code: "calibration-scaled",
      data: { temperature: 1.624, before: 0.081, after: 0.023, measuredOn: "cross-fitted" },
    },
    "Calibration error (ECE, how far confidence is from accuracy): 2.3 points after temperature scaling " +
      "(T = 1.62, cross-fitted over groups), 8.1 points before.",
  ],
  [
    {
      code: "calibration-scaled",
      data: { temperature: 0.8, before: 0.06, after: 0.065, measuredOn: "test" },
    },
    "Calibration error (ECE, how far confidence is from accuracy): 6.5 points after temperature scaling (T = 0.80), 6.0 points before.",
  ],
  [
    { code: "calibration-unscaled", data: { ece: 0.041, fitted: 1.3 } },
    "Calibration error (ECE, how far confidence is from accuracy): 4.1 points. Temperature scaling (T = 1.30) did not help on held-out images and is not used.",
  ],
  ...ofLabels,
];
