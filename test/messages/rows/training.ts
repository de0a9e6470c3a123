import type { AdviceWithdrawn } from "../../../src/messages/index.ts";
import type { TrainingAdvice, TrainingNote } from "../../../src/train/index.ts";
import type { Sentences } from "./types.ts";

export const ofTraining: Sentences<TrainingAdvice | TrainingNote | AdviceWithdrawn> = {
  diverged: [
    [
      { epoch: 2, step: 12, loss: null },
      "Epoch 2: the loss became NaN at step 12; training stopped and the last finite weights were kept.",
      "Use a learning rate ten times smaller, and check that the input is normalised.",
    ],
    [
      { epoch: 1, step: 1234, loss: 123456 },
      "Epoch 1: the loss grew to 1.23e+5 at step 1,234; training stopped and the last finite weights were kept.",
      "Use a learning rate ten times smaller, and check that the input is normalised.",
    ],
  ],
  "not-finite": [
    [
      { epoch: 1, step: 3, set: "training", array: "x", at: [17, 0, 3, 1], value: "NaN" },
      "Epoch 1: the training loss is not a number at step 3, since x[17, 0, 3, 1] of the training set is NaN; training stopped and the last finite weights were kept.",
      "Replace values that are not finite, or leave out their examples (the first index is the example's, from 0).",
    ],
    [
      { epoch: 2, set: "validation", array: "y", at: [4], value: "Infinity" },
      "Epoch 2: the validation loss is not a number, since y[4] of the validation set is Infinity; training stopped and the last finite weights were kept.",
      "Replace values that are not finite, or leave out their examples (the first index is the example's, from 0).",
    ],
  ],
  "dead-layer": [
    [
      { epoch: 2, layer: "conv2d" },
      "Epoch 2: every output of the layer conv2d is 0 (dead), so no gradient passes through it.",
      "Start again with a smaller learning rate, or use leakyRelu or batch normalisation in that layer.",
    ],
  ],
  "not-learning": [
    [
      {
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
      "Epoch 5 (kept): validation accuracy 26.0% is not significantly better than the majority class (25.0%, p = 0.44), and the validation loss 1.387 is not below ln(4) = 1.386: the model is not learning.",
      "Use another learning rate (ten times smaller first), He initialisation and batch normalisation; then check that the labels are correct.",
    ],
    [
      {
        epoch: 3,
        set: "training",
        accuracy: 0.7,
        loss: 0.945,
        majorityAccuracy: 0.7,
        p: 0.55,
        entropy: 0.9404,
        classes: 4,
      },
      "Epoch 3: training accuracy 70.0% is not significantly better than the majority class (70.0%, p = 0.55), and the training loss 0.945 is not below the entropy of the class sizes, 0.940: the model is not learning.",
      "Use another learning rate (ten times smaller first), He initialisation and batch normalisation; then check that the labels are correct.",
    ],
  ],
  "class-never-predicted": [
    [
      { epoch: 2, classes: Array.from({ length: 900 }, (_, i) => ({ name: `c${i}`, images: 2 })) },
      "Epoch 2: no validation image is predicted as c0, c1, c2, c3, c4, c5 or 894 more, though 1,800 are labelled so.",
      "Add images of these classes, and check that they do not look like those of another class.",
    ],
    [
      { epoch: 3, keptEpoch: 3, classes: [{ name: "LYMPHOCYTE", images: 10 }] },
      "Epoch 3 (kept): no validation image is predicted as LYMPHOCYTE, though 10 are labelled so.",
      "Add images of this class, and check that they do not look like those of another class.",
    ],
    [
      {
        epoch: 3,
        classes: [
          { name: "a", images: 1 },
          { name: "b", images: 2 },
          { name: "c", images: 3 },
        ],
      },
      "Epoch 3: no validation image is predicted as a, b or c, though 6 are labelled so.",
      "Add images of these classes, and check that they do not look like those of another class.",
    ],
  ],
  overfitting: [
    [
      { epoch: 9, keptEpoch: 4, trainingAccuracy: 0.99, validationAccuracy: 0.74 },
      "Epoch 9 (epoch 4 is kept): the model is overfitting (training accuracy 99.0%, validation accuracy 74.0%).",
      "Add images, augmentation or dropout, or use a smaller model; more epochs will not help.",
    ],
  ],
  "generalization-gap": [
    [
      { epoch: 2, keptEpoch: 2, trainingAccuracy: 0.8, validationAccuracy: 0.5 },
      "Epoch 2 (kept): the model does not generalise yet (training accuracy 80.0%, validation accuracy 50.0%).",
      "Train longer; if the gap stays, add images, augmentation or dropout, or use a smaller model.",
    ],
  ],
  "loss-still-falling": [
    [
      { epoch: 5, set: "validation", from: 0.9, to: 0.6 },
      "The validation loss was still falling in the last epoch (5): from 0.900 to 0.600.",
      "Train longer: 10 epochs instead of 5.",
    ],
  ],
  "input-bound": [
    [
      { epoch: 3, stallFraction: 0.3 },
      "Epoch 3: input-bound, the engine waited for data 30.0% of the time.",
      "Use less augmentation; where the pixels lie in a temporary file, use smaller images, or give the process more memory.",
    ],
  ],
  "rounded-separately": [
    [
      { runtime: "Bun 1.4.5" },
      "Bun 1.4.5 has no fused multiply-add for WebAssembly: every product and sum is rounded by itself. The weights differ in their last bits, and so the metrics a little, from those of machines that have one.",
      "For the same bits everywhere, use exact arithmetic there too (--exact; exact: true in the library).",
    ],
    [
      {},
      "This processor has no fused multiply-add: every product and sum is rounded by itself. The weights differ in their last bits, and so the metrics a little, from those of machines that have one.",
      "For the same bits everywhere, use exact arithmetic there too (--exact; exact: true in the library).",
    ],
  ],
  "repeated-rescaling": [
    [
      { layer: "rescaling", scale: 1 / 255, from: [-2.118, 2.64], to: [-2.118 / 255, 2.64 / 255] },
      "The layer rescaling multiplies by 0.00392 what is scaled already: its input is -2.12 to 2.64, its output -0.00831 to 0.0104. Images that are so nearly equal slow the training down.",
      "Remove the layer, or give it images that are not scaled yet.",
    ],
  ],
  "advice-withdrawn": [[{ advice: "not-learning" }, "No longer applies: the advice on not learning."]],
};
