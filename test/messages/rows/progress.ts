import type { ProgressStatement } from "../../../src/messages/index.ts";
import type { Sentences } from "./types.ts";

export const ofProgress: Sentences<ProgressStatement> = {
  "set-sizes": [
    [
      {
        source: "content",
        images: { training: 768, validation: 192, test: 0 },
        groups: { training: 100, validation: 24, test: 0 },
        leakShare: 0,
      },
      "Training: 768 images (100 groups). Validation: 192 images (24 groups). No group is in both.",
    ],
    [
      {
        source: "column",
        images: { training: 8, validation: 1, test: 1 },
        groups: { training: 4, validation: 1, test: 1 },
        leakShare: 1,
      },
      "Training: 8 images (4 groups). Validation: 1 image (1 group). Test: 1 image (1 group).",
    ],
    [
      {
        source: "none",
        images: { training: 8, validation: 2, test: 0 },
        groups: { training: 8, validation: 2, test: 0 },
        leakShare: 0,
      },
      "Training: 8 images. Validation: 2 images.",
    ],
  ],
  "fold-sizes": [
    [
      { source: "content", folds: 5, images: 960, groups: 124 },
      "Cross-validation in 5 folds: 960 images (124 groups). Each image is predicted by a model that was not trained on it.",
    ],
  ],
  "own-parts": [
    [{ outcome: "kept", test: 32, pooled: 0, folds: false }, "The data set's own parts are kept."],
    [
      { outcome: "drawn", test: 32, pooled: 0, folds: false },
      "The validation set was drawn from the data set's own training part; its test part is kept.",
    ],
    [
      { outcome: "drawn", test: 0, pooled: 0, folds: true },
      "The folds were drawn from the data set's own training part.",
    ],
    [
      { outcome: "redrawn", test: 32, pooled: 0, folds: false },
      "The data set's own training and validation parts were pooled and split again; its test part is kept.",
      "--split auto keeps them.",
    ],
    [
      { outcome: "redrawn", test: 32, pooled: 0, folds: true },
      "The data set's own training and validation parts were pooled and divided into folds; its test part is in no fold.",
    ],
    [
      { outcome: "pooled", test: 32, pooled: 1, folds: false },
      "The data set's own parts were pooled and split again: 1 of 32 images of its test part was drawn as well.",
      "--split auto keeps them.",
    ],
    [
      { outcome: "pooled", test: 32, pooled: 32, folds: true },
      "The data set's own parts were pooled and divided into folds: 32 of 32 images of its test part were drawn as well.",
      "--split auto keeps them.",
    ],
  ],
  model: [
    [
      { model: "plain4", parameters: { total: 390_884, trainable: 389_924 }, size: 64, bytes: 28e6 },
      "Model plain4: 390,884 parameters (389,924 trainable), input 64 × 64 × 3, about 28 MB of memory.",
    ],
    [
      { model: "net", from: "runs/a", parameters: { total: 10, trainable: 10 }, size: 8, bytes: 1e6 },
      "Model net: 10 parameters, input 8 × 8 × 3, about 1 MB of memory. Architecture of runs/a; the weights are new.",
    ],
  ],
  "training-begins": [
    [
      { epochs: 5, batchSize: 8, averaged: false, firstEpoch: 1, folds: 0, views: 6 },
      "Training: 5 epochs (passes over the training set), batch size 8. The epochs are validated by the image alone, the finished model by the mean of 6 views of it.",
    ],
    [
      { epochs: 5, batchSize: 8, averaged: false, firstEpoch: 1, folds: 0, views: 1, time: { minutes: 20 } },
      "Training: 5 epochs (passes over the training set), batch size 8. So many fit into 20 minutes on this machine; they change where it turns out slower or faster.",
    ],
    [
      {
        epochs: 2,
        batchSize: 8,
        averaged: false,
        firstEpoch: 1,
        folds: 0,
        views: 1,
        time: { minutes: 1, short: { epochs: 10, minutes: 4 } },
      },
      "Training: 2 epochs (passes over the training set), batch size 8. So many fit into 1 minute on this machine; they change where it turns out slower or faster. That is short: the model's own 10 epochs take 4 minutes.",
    ],
    [
      { epochs: 5, batchSize: 8, averaged: false, firstEpoch: 1, folds: 0, views: 1 },
      "Training: 5 epochs (passes over the training set), batch size 8.",
    ],
    [
      { epochs: 1, batchSize: 8, averaged: false, firstEpoch: 1, folds: 3, views: 1 },
      "Training: 1 epoch per fold (passes over the training set), batch size 8.",
    ],
    [
      { epochs: 5, batchSize: 8, averaged: true, firstEpoch: 1, folds: 0, views: 1 },
      "Training: 5 epochs (passes over the training set), batch size 8. Validated and saved: the moving average of the weights (EMA).",
    ],
    [
      { epochs: 5, batchSize: 8, averaged: false, firstEpoch: 3, folds: 0, views: 1 },
      "Resuming at epoch 3 of 5, batch size 8.",
    ],
  ],
  "fold-begins": [
    [
      { fold: 2, folds: 5, training: 1200, validation: 1 },
      "Fold 2 of 5: 1,200 training images, 1 validation image.",
    ],
  ],
  "final-model-begins": [
    [{ images: 1500 }, "Final model: trained on all 1,500 images."],
    [{ images: 1 }, "Final model: trained on the one image."],
  ],
  "training-ended": [
    [
      { end: "done", epochs: 4, bestEpoch: 3, monitor: "accuracy", seconds: 75, folds: 0 },
      "Finished 4 epochs in 1 min 15 s. Saved epoch 3 (best validation accuracy).",
    ],
    [
      { end: "done", epochs: 1, bestEpoch: 1, monitor: "accuracy", seconds: 75, folds: 5 },
      "Finished 5 folds and the final model, 1 epoch each, in 1 min 15 s.",
    ],
    [
      { end: "done", epochs: 1, bestEpoch: 1, monitor: "accuracy", seconds: 75, folds: 5, ensemble: true },
      "Finished 5 folds, 1 epoch each, in 1 min 15 s.",
    ],
    [
      { end: "stopped early", epochs: 4, bestEpoch: 2, monitor: "accuracy", seconds: 75, folds: 0 },
      "Stopped early after 4 epochs and 1 min 15 s. Saved epoch 2 (best validation accuracy).",
    ],
    [
      { end: "done", epochs: 9, bestEpoch: 5, monitor: "loss", seconds: 75, folds: 0 },
      "Finished 9 epochs in 1 min 15 s. Saved epoch 5 (best validation loss).",
    ],
    [
      { end: "done", epochs: 9, bestEpoch: 5, monitor: "balancedAccuracy", seconds: 75, folds: 0 },
      "Finished 9 epochs in 1 min 15 s. Saved epoch 5 (best validation balanced accuracy).",
    ],
    [
      { end: "interrupted", epochs: 2, bestEpoch: 1, monitor: "accuracy", seconds: 75, folds: 0 },
      "Interrupted after 2 whole epochs and 1 min 15 s. Saved epoch 1 (best validation accuracy).",
    ],
    [
      { end: "interrupted", epochs: 0, bestEpoch: 0, monitor: "accuracy", seconds: 75, folds: 0 },
      "Interrupted in the first epoch, after 1 min 15 s. Saved the model as it was.",
    ],
    [
      { end: "diverged", epochs: 2, bestEpoch: 1, monitor: "accuracy", seconds: 75, folds: 0 },
      "Training diverged after 1 min 15 s. Saved the last finite weights.",
    ],
  ],
};
