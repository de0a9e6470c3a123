import type { SearchStatement, TrialFailure } from "../../../src/messages/index.ts";
import type { Sentences } from "./types.ts";

const best = {
  trial: 7,
  trials: 12,
  accuracy: 0.913,
  interval: [0.88, 0.94],
  images: 400,
  loss: 0.31,
  folds: 4,
} as const;

export const ofSearch: Sentences<SearchStatement | TrialFailure> = {
  "trial-diverged": [[{ epoch: 2 }, "Training diverged in epoch 2."]],
  "trial-refused": [
    [{ reason: "--size 8: expected images large enough" }, "--size 8: expected images large enough"],
  ],
  "trial-stopped": [
    [{ epochs: 0 }, "Stopped in its first epoch: out of time."],
    [{ epochs: 1 }, "Stopped after 1 epoch: out of time."],
  ],
  "search-images": [
    [
      { images: 400, folds: 4, holdout: 100, isTestPart: false },
      "400 images in 4 folds to compare the trials. 100 images held out: no trial is trained on them or chosen by them.",
    ],
    [
      { images: 400, folds: 4, holdout: 1, isTestPart: true },
      "400 images in 4 folds to compare the trials. 1 image held out (the data's own test part): no trial is trained on them or chosen by them.",
    ],
  ],
  "search-plan": [
    [
      { minutes: 20, rungs: [1, 3, 9], reduction: 3, secondsPerEpoch: 12 },
      "Search for 20 minutes; an epoch of the defaults takes about 12 s. Trials train for 1 of 9 epochs first; one in 3 goes on to 3, then 9.",
    ],
    [
      { minutes: 1, rungs: [1], reduction: 3, secondsPerEpoch: 50 },
      "Search for 1 minute; an epoch of the defaults takes about 50 s. Every trial trains for 1 epoch.",
    ],
  ],
  "search-best": [
    [
      best,
      "Best of 12 trials: trial 7, validation accuracy 91.3% (95% CI 88-94%; 400 images, 4 folds), log loss 0.310. It was chosen by this accuracy among 12, so the figure is optimistic.",
    ],
    [
      { ...best, trial: 1, trials: 1, folds: 1 },
      "Best of 1 trial: trial 1, validation accuracy 91.3% (95% CI 88-94%; 400 images), log loss 0.310.",
    ],
  ],
  "search-holdout": [
    [
      { accuracy: 0.89, interval: [0.82, 0.94], images: 100, groups: 25, trained: 300 },
      "On the held-out images its accuracy is 89.0% (95% CI 82-94%; 100 images, 25 groups): no trial was chosen by them. The model was trained on 300 images; one trained on all is usually a little better.",
    ],
  ],
  "search-default-best": [
    [{ trials: 12 }, "None of the other 11 trials did better than the default settings."],
    [{ trials: 2 }, "The other trial did no better than the default settings."],
  ],
  "search-interrupted": [
    [
      { command: "fovea search --resume runs/search-cells-1" },
      "The search was interrupted; what is finished is kept.",
      "Resume it with fovea search --resume runs/search-cells-1.",
    ],
  ],
  "search-curves": [
    [
      {},
      "Validation accuracy of each trial after each epoch, on the first fold. Lines end where a trial was not promoted.",
    ],
  ],
  "search-rates": [
    [
      {},
      "Each dot is a trial: its accuracy at the last rung that it completed. Dots of later rungs are larger.",
    ],
  ],
  "search-table": [
    [
      { reduction: 3 },
      "Trials of later rungs stand first, then the higher accuracy, of equal ones the lower log loss. Successive halving promotes one trial in 3; intervals are 95%.",
    ],
  ],
};
